"""The texts of the help page: statuses, the walk of a run, promises, words, keys. Text only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from segue.control.statuses import Status
from segue.web.sayings import language_name, reads
from segue.words.catalogue import languages


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """A word in another language: the language's code, its name in the reader's, and the word."""

    language: str
    name: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word of the glossary: in the reader's language, its meaning, and the word in each other language."""

    word: str
    meaning: str
    elsewhere: Sequence[Elsewhere]


STATUSES: dict[Status, Promise] = {
    Status.NOT_STARTED: _("It has never run."),
    Status.QUEUED: _("It waits for what it depends on, or for its Mailchimp account to be free."),
    Status.REFRESHING: _("Data sources are read, profiles made, members counted."),
    Status.PROCESSING: _("The export is at work. It can be canceled."),
    Status.SUCCESSFUL: _("Everybody who should be in the audience is."),
    Status.SUCCESSFUL_WITH_SKIPS: _(
        "It went well; some people were left out or rejected, each with the reason."
    ),
    Status.READ_WITH_PROBLEMS: _(
        "The data source was read, but for some values or rows: its page says which and why."
    ),
    Status.NEEDS_APPROVAL: _("A brake holds the plan. Nothing is written until somebody approves it."),
    Status.SKIPPED: _("Something before it failed, so it did not begin."),
    Status.FAILED_RETRYING: _("It failed for a reason that may pass; it is tried again by itself."),
    Status.FAILED: _("It failed, and somebody must repair what it names."),
    Status.CANCELED: _("Somebody stopped it. The next run continues where it ended."),
}  # fmt: skip

WALK: Sequence[Promise] = (
    _("The data sources are read and unified to profiles, and each segment’s members are found."),
    _("Opt-outs, merge fields and tags are read from Mailchimp before anything is written."),
    _("The desired state has one row per e-mail: merge fields and the tags of the chosen segments."),
    _("What differs from what Mailchimp last acknowledged is the plan, with a digest of its own."),
    _("The brakes look at the plan; one that is unusual waits until somebody approves exactly it."),
    _("The changes are sent in chunks of up to 500; every contact ends as accepted, rejected or skipped."),
)  # fmt: skip

PROMISES: Sequence[tuple[Promise, Promise]] = (
    (
        _("Nobody is ever resubscribed."),
        _("Whoever unsubscribed, was cleaned or archived stays so, whatever a segment says."),
    ),
    (
        _("Nothing unusual is written unseen."),
        _("An empty or shrunken segment, many removals or sudden growth hold the plan first."),
    ),
    (
        _("Only tags that Segue set itself are taken away."),
        _("Leavers lose the tags of the export and stay contacts; nobody is deleted."),
    ),
    (
        _("Nobody new is subscribed without consent."),
        _(
            "An attribute that must be true, or a recorded attestation; absent is never read as yes."
        ),
    ),
    (
        _("Removing stops at once."),
        _("When a connection or an export is removed, a run in progress stops too."),
    ),
    (
        _("Saving runs nothing."),
        _("An export runs with the next scheduled refresh, or when somebody runs it."),
    ),
)

KEYS: Sequence[tuple[str, Promise]] = (
    ("Tab", _("Go to the next link, field or button; Shift + Tab goes back.")),
    ("Enter", _("Follow the link, or send the form from any of its fields.")),
    ("Space", _("Tick a row of a list or a box of a form; open a menu.")),
    ("Esc", _("Close a menu or a side pane, and return to where it was opened.")),
)

_GLOSSARY: Sequence[tuple[Promise, Promise]] = (
    (_("data source"), _("a declared file or database table that profiles or related tables are read from")),
    (_("profile"), _("one unified customer: a key, attributes, at most one canonical e-mail")),
    (_("related table"), _("orders, visits, …: many rows per profile, joined by a declared relationship path")),
    (_("segment"), _("a named set of rules over profiles and related tables; refreshed into a list of members")),
    (_("member"), _("a profile that a segment’s last refresh selected")),
    (_("connection"), _("an administrator’s link to one Mailchimp account: credentials, who may use it, consent, export user")),
    (_("export user"), _("the signed-in person on whose authority a connection’s exports run")),
    (_("audience"), _("a Mailchimp list, named by its audience ID")),
    (_("export"), _("connection + audience + data matching + chosen segments + schedule")),
    (_("data matching"), _("which profile attribute feeds e-mail, first name, last name and further merge fields")),
    (_("refresh"), _("one pass: data sources → profiles → segments → exports; scheduled or on demand")),
    (_("run"), _("one execution of one export inside a refresh or on demand")),
    (_("contact"), _("a person as Mailchimp holds them in one audience")),
    (_("desired state"), _("one row per e-mail: merge fields and segment tags that should be there")),
    (_("ledger"), _("what Mailchimp last acknowledged, per audience and contact, and which export owns what")),
    (_("suppression"), _("a contact that must not be written, with the reason (unsubscribed, cleaned, forgotten, no consent, blocked)")),
    (_("change"), _("one difference between desired state and ledger")),
    (_("plan"), _("all of a run’s changes, counted and given a digest")),
)  # fmt: skip


def glossary() -> list[Word]:
    """Return the product's words in the order in which they build on each other."""
    return [
        Word(word=str(word), meaning=str(meaning), elsewhere=[_in(code, word) for code in others()])
        for word, meaning in _GLOSSARY
    ]


def others() -> Sequence[str]:
    """Return the languages that are not the reader's."""
    return [code for code in languages() if code != reads()]


def _in(language: str, word: Promise) -> Elsewhere:
    name = language_name(language)
    with override(language):
        return Elsewhere(language=language, name=name, word=str(word))
