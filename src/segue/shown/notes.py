"""The sentences of a plan beside its tables: what is not as it should be, and what else a person should know of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from segue.core.sentences import phrase
from segue.shown.names import Names
from segue.sync.plan import DriftKind, Plan, StampKind
from segue.words.amounts import number
from segue.words.counting import put_in
from segue.words.faces import Face

_HELD: Mapping[Face, str] = {
    Face.TERMINAL: phrase(
        "%(people)s {people:person is|people are} held back because of earlier refusals. Who and why: segue report --rejected FILE.csv; to try them again: segue run --retry-held"
    ),
    Face.PAGE: phrase(
        "%(people)s {people:person is|people are} held back because of earlier refusals: see the reasons below."
    ),
}
_LEFTOVER: Mapping[Face, str] = {
    Face.TERMINAL: phrase(
        "The export %(export)s is declared no more; its tags %(tags)s are on %(people)s {people:person|people}. To take them away: segue release %(export)s, or leftovers: remove in an export of this audience."
    ),
    Face.PAGE: phrase(
        "The export “%(export)s” is no longer there; its tags %(tags)s are on %(people)s {people:person|people}. The advanced settings of this export can take them away."
    ),
}
_GONE = phrase(
    "%(people)s {people:person is|people are} no longer in the audience: erased, or {people:the|their} address was changed there. Nobody adds {people:this person|them} again; where an address changed, correct it in the data."
)
_KNOWN = phrase(
    "%(people)s of those to add {people:is|are} in the audience already: {people:its status stays|they keep the status that they have}."
)
_ARCHIVES = phrase(
    "%(people)s of the changed addresses {people:has a contact of its|have a contact of their} own already: the contact of the old address is archived."
)
_CONFIRMATIONS = phrase(
    "Mailchimp would send %(people)s {people:mail that asks a new contact|mails that ask new contacts} to confirm."
)
_UNCONFIRMED = phrase(
    "%(people)s new {people:contact|contacts} would be subscribed without the confirmation that the audience asks for."
)
_MISFIT = phrase(
    "%(people)s {people:person has|people have} a value that does not fit %(tag)s; it counts as a blank for {people:that person|them}."
)
_FOUND_TAG = phrase(
    "%(people)s {people:contact carries|contacts carry} the tag %(tag)s already, which no run gave {people:it: it stays|them: they keep it}."
)
_DRIFT: Mapping[DriftKind, str] = {
    DriftKind.TAG_DELETED: phrase(
        "Changed at Mailchimp: the tag %(subject)s was deleted, or deleted and made again; %(people)s {people:person|people} carried it."
    ),
    DriftKind.TAG_RENAMED: phrase(
        "Changed at Mailchimp: the tag %(subject)s was renamed; %(people)s {people:person carries|people carry} it."
    ),
    DriftKind.TAG_LOST: phrase(
        "Changed at Mailchimp: %(people)s {people:person no longer carries|people no longer carry} the tag %(subject)s."
    ),
    DriftKind.FIELD_NEW: phrase(
        "Changed at Mailchimp: the merge field %(subject)s was deleted, or made again; it is empty for %(people)s {people:person|people}."
    ),
    DriftKind.FIELDS_DIFFER: phrase(
        "Changed at Mailchimp: %(people)s {people:contact holds|contacts hold} other values than those that were sent."
    ),
    DriftKind.GONE: phrase(
        "Changed at Mailchimp: %(people)s {people:contact that was written is|contacts that were written are} no longer in the audience."
    ),
}
_STAMPS: Mapping[StampKind, str] = {
    StampKind.NEW: phrase(
        "The audience is stamped with the id of this installation, as an empty tag: %(name)s"
    ),
    StampKind.AGAIN: phrase(
        "Changed at Mailchimp: the stamp of this installation was deleted, the empty tag %(name)s; the next run that writes anything puts it on again."
    ),
    StampKind.REPLACES: phrase(
        "The stamp of the other installation is replaced by that of this one, the empty tag %(name)s; the other one waits from then on."
    ),
}


def headline(plan: Plan, language: str, face: Face) -> Iterator[str]:
    """Yield what is not as it should be at Mailchimp, whether or not the plan does something about it."""
    yield from _counted(_HELD[face], plan.held, language)
    yield from _counted(_GONE, plan.gone, language)
    for drift in plan.drift:
        # The people who are gone are told already where they are still wanted.
        if drift.kind is not DriftKind.GONE or not plan.gone:
            yield _of(_DRIFT[drift.kind], drift.people, language, subject=drift.subject)
    if plan.stamp is not None and plan.stamp.kind is StampKind.AGAIN:
        yield put_in(_STAMPS[plan.stamp.kind], language, name=plan.stamp.name)


def notes(plan: Plan, language: str, face: Face, names: Names) -> Iterator[str]:
    """Yield what the plan does that its counts do not tell."""
    yield from _counted(_KNOWN, plan.known, language)
    yield from _counted(_ARCHIVES, plan.archives, language)
    yield from _counted(_CONFIRMATIONS, plan.confirmations, language)
    yield from _counted(_UNCONFIRMED, plan.unconfirmed, language)
    for misfit in plan.misfits:
        yield _of(_MISFIT, misfit.people, language, tag=misfit.tag)
    for found in plan.found_tags:
        yield _of(_FOUND_TAG, found.people, language, tag=found.tag)
    for left in plan.leftovers:
        called = {"export": names.export(left.export), "tags": ", ".join(left.tags)}
        yield _of(_LEFTOVER[face], left.people, language, **called)
    if plan.stamp is not None and plan.calls and plan.stamp.kind is not StampKind.AGAIN:
        yield put_in(_STAMPS[plan.stamp.kind], language, name=plan.stamp.name)


def _counted(text: str, people: int, language: str) -> Iterator[str]:
    """Yield a sentence about people where it is true of anybody."""
    if people:
        yield _of(text, people, language)


def _of(text: str, people: int, language: str, **values: str) -> str:
    return put_in(text, language, people=number(people, language), **values)
