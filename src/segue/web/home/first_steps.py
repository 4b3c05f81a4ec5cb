"""The four steps from an empty installation to the first export: which are done, who can do the next, and where."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from segue.control.connections.models import Connection
from segue.control.connections.policy import manage_connections
from segue.control.exports.models import Export
from segue.control.exports.policy import add_exports
from segue.control.people.models import Person
from segue.control.segments.queries import segments
from segue.control.sources.policy import apply_definition
from segue.control.sources.queries import sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. `href` "": the reader cannot do it, and `who` says who can."""

    title: str
    words: str
    who: str
    action: str
    href: str
    is_done: bool
    is_next: bool


def first_steps(person: Person) -> list[Step]:
    """Return the steps while one of them is not done, none afterwards."""
    done = (
        sources().exists(),
        segments().exists(),
        Connection.objects.filter(saved_at__isnull=False).exists(),
        Export.objects.filter(removed_at=None).exists(),
    )
    if all(done):
        return []
    following = done.index(False)
    steps = (_sources(person), _segments(person), _connection(person), _export(person))
    return [
        Step(
            title=title,
            words=words,
            who=who,
            action=action,
            href=href,
            is_done=is_done,
            is_next=number == following,
        )
        for number, ((title, words, who, action, href), is_done) in enumerate(
            zip(steps, done, strict=True)
        )
    ]


_Words = tuple[str, str, str, str, str]


def _sources(person: Person) -> _Words:
    return (
        _("Declare data sources"),
        _("A file, segue.yaml, names files or tables and says how profiles are made of them."),
        _("An administrator does this."),
        _("Data sources"),
        reverse("sources") if apply_definition.test(person) else "",
    )


def _segments(person: Person) -> _Words:
    return (
        _("Declare segments"),
        _("Segments select profiles; they stand in the same file, and a refresh counts their members."),
        _("An administrator does this."),
        _("Segments"),
        reverse("segments") if apply_definition.test(person) else "",
    )  # fmt: skip


def _connection(person: Person) -> _Words:
    return (
        _("Connect Mailchimp"),
        _(
            "Agree to data privacy and compliance, authenticate with Mailchimp, add yourself as export user."
        ),
        _("An administrator does this."),
        _("Add connection"),
        reverse("connection-add") if manage_connections.test(person) else "",
    )


def _export(person: Person) -> _Words:
    return (
        _("Add a destination"),
        _("Choose connection, audience, data matching and segments. Saving runs nothing yet."),
        _("A contributor or an administrator does this."),
        _("Add destination"),
        reverse("export-add") if add_exports.test(person) else "",
    )
