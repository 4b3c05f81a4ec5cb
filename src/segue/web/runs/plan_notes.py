"""The sentences of a plan on its page: what is not as it should be, and what its counts do not tell. As `cli.plan_notes`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from django.utils.translation import gettext_lazy, ngettext

from segue.sync.plan import DriftKind, FoundTag, Leftover, Plan, StampKind
from segue.web import formats

Words: TypeAlias = Callable[[int], str]
"""Returns a sentence for so many people, with `%(people)s` in it."""

_DRIFT: Mapping[DriftKind, Words] = {
    DriftKind.TAG_DELETED: lambda n: ngettext(
        "Changed at Mailchimp: the tag %(subject)s was deleted, or deleted and made again; %(people)s person carried it.",
        "Changed at Mailchimp: the tag %(subject)s was deleted, or deleted and made again; %(people)s people carried it.",
        n,
    ),
    DriftKind.TAG_RENAMED: lambda n: ngettext(
        "Changed at Mailchimp: the tag %(subject)s was renamed; %(people)s person carries it.",
        "Changed at Mailchimp: the tag %(subject)s was renamed; %(people)s people carry it.",
        n,
    ),
    DriftKind.TAG_LOST: lambda n: ngettext(
        "Changed at Mailchimp: %(people)s person no longer carries the tag %(subject)s.",
        "Changed at Mailchimp: %(people)s people no longer carry the tag %(subject)s.",
        n,
    ),
    DriftKind.FIELD_NEW: lambda n: ngettext(
        "Changed at Mailchimp: the merge field %(subject)s was deleted, or made again; it is empty for %(people)s person.",
        "Changed at Mailchimp: the merge field %(subject)s was deleted, or made again; it is empty for %(people)s people.",
        n,
    ),
    DriftKind.FIELDS_DIFFER: lambda n: ngettext(
        "Changed at Mailchimp: %(people)s contact holds other values than those that were sent.",
        "Changed at Mailchimp: %(people)s contacts hold other values than those that were sent.",
        n,
    ),
    DriftKind.GONE: lambda n: ngettext(
        "Changed at Mailchimp: %(people)s contact that was written is no longer in the audience.",
        "Changed at Mailchimp: %(people)s contacts that were written are no longer in the audience.",
        n,
    ),
}

_STAMPS = {
    StampKind.NEW: gettext_lazy(
        "The audience is stamped with the id of this installation, as an empty tag: %(name)s"
    ),
    StampKind.AGAIN: gettext_lazy(
        "Changed at Mailchimp: the stamp of this installation was deleted, the empty tag %(name)s; the next run that writes anything puts it on again."
    ),
    StampKind.REPLACES: gettext_lazy(
        "The stamp of the other installation is replaced by that of this one, the empty tag %(name)s; the other one waits from then on."
    ),
}


def headline(plan: Plan) -> Iterator[str]:
    """Yield what is not as it should be at Mailchimp, whether or not the plan does something about it."""
    yield from _counted(plan.held, _held)
    yield from _counted(plan.gone, _gone)
    for drift in plan.drift:
        # The people who are gone are told already where they are still wanted.
        if drift.kind is not DriftKind.GONE or not plan.gone:
            yield _filled(_DRIFT[drift.kind], drift.people, subject=drift.subject)
    if plan.stamp is not None and plan.stamp.kind is StampKind.AGAIN:
        yield str(_STAMPS[plan.stamp.kind]) % {"name": plan.stamp.name}


def notes(plan: Plan, *, names: Mapping[str, str]) -> Iterator[str]:
    """Yield what the plan does that its counts do not tell. `names` are what exports are called, by their keys."""
    yield from _counted(plan.known, _known)
    yield from _counted(plan.archives, _archives)
    yield from _counted(plan.confirmations, _confirmations)
    yield from _counted(plan.unconfirmed, _unconfirmed)
    for misfit in plan.misfits:
        yield _filled(_misfit, misfit.people, tag=misfit.tag)
    for found in plan.found_tags:
        yield _found(found)
    for left in plan.leftovers:
        yield _left(left, names.get(left.export, left.export))
    if plan.stamp is not None and plan.calls and plan.stamp.kind is not StampKind.AGAIN:
        yield str(_STAMPS[plan.stamp.kind]) % {"name": plan.stamp.name}


def _counted(people: int, words: Words) -> Iterator[str]:
    if people:
        yield _filled(words, people)


def _filled(words: Words, people: int, **values: str) -> str:
    return words(people) % {"people": formats.number(people), **values}


def _held(n: int) -> str:
    return ngettext(
        "%(people)s person is held back because of earlier refusals: see the reasons below.",
        "%(people)s people are held back because of earlier refusals: see the reasons below.",
        n,
    )


def _gone(n: int) -> str:
    return ngettext(
        "%(people)s person is no longer in the audience: erased, or the address was changed there. Nobody adds them again.",
        "%(people)s people are no longer in the audience: erased, or their address was changed there. Nobody adds them again.",
        n,
    )


def _known(n: int) -> str:
    return ngettext(
        "%(people)s of those to add is in the audience already and keeps the status there.",
        "%(people)s of those to add are in the audience already: they keep the status that they have.",
        n,
    )


def _archives(n: int) -> str:
    return ngettext(
        "%(people)s of the changed addresses has a contact of its own already: the contact of the old address is archived.",
        "%(people)s of the changed addresses have a contact of their own already: the contact of the old address is archived.",
        n,
    )


def _confirmations(n: int) -> str:
    return ngettext(
        "Mailchimp would send %(people)s mail that asks a new contact to confirm.",
        "Mailchimp would send %(people)s mails that ask new contacts to confirm.",
        n,
    )


def _unconfirmed(n: int) -> str:
    return ngettext(
        "%(people)s new contact would be subscribed without the confirmation that the audience asks for.",
        "%(people)s new contacts would be subscribed without the confirmation that the audience asks for.",
        n,
    )


def _misfit(n: int) -> str:
    return ngettext(
        "%(people)s person has a value that does not fit %(tag)s; it counts as a blank.",
        "%(people)s people have a value that does not fit %(tag)s; it counts as a blank for them.",
        n,
    )


def _found(found: FoundTag) -> str:
    def words(n: int) -> str:
        return ngettext(
            "%(people)s contact carries the tag %(tag)s already, which no run gave it, and keeps it.",
            "%(people)s contacts carry the tag %(tag)s already, which no run gave them: they keep it.",
            n,
        )

    return _filled(words, found.people, tag=found.tag)


def _left(left: Leftover, name: str) -> str:
    def words(n: int) -> str:
        return ngettext(
            "The export “%(name)s” is no longer there; its tags %(tags)s are on %(people)s person. The advanced settings of this export can take them away.",
            "The export “%(name)s” is no longer there; its tags %(tags)s are on %(people)s people. The advanced settings of this export can take them away.",
            n,
        )

    return _filled(words, left.people, name=name, tags=", ".join(left.tags))
