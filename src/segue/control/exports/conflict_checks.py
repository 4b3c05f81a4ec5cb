"""Check a draft against the other exports that fill the same audience: none may undo another's work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from segue.control.exports import queries
from segue.control.exports.draft import AudienceFacts, Draft, drafted, engine_export
from segue.control.exports.models import Export
from segue.control.sources.models import Attribute
from segue.core.errors import Mistake
from segue.sync.conflicts import Conflict, ConflictKind, conflicts
from segue.sync.export import FieldMatch

Attributes = Mapping[str, Attribute]


def conflict_mistakes(
    draft: Draft, facts: AudienceFacts, attributes: Attributes, *, known: Export | None
) -> Iterator[Mistake]:
    """Yield on what the draft disagrees with attached exports of its audience; `known` is the export that it replaces.

    A detached export does not run, and is checked itself when a connection is attached again.
    """
    if draft.connection is None:
        return
    wanted = drafted(replace(draft, brakes={}), attested_by="", today=date.min)
    others = queries.on_audience(draft.connection.account_id, facts.audience.audience_id)
    others = others.filter(connection__isnull=False)
    if known is not None:
        others = others.exclude(pk=known.pk)
    for other in others.prefetch_related("segments__segment", "fields"):
        for conflict in conflicts(engine_export(other), wanted):
            yield _worded(conflict, draft, other, attributes)


def _worded(conflict: Conflict, draft: Draft, other: Export, attributes: Attributes) -> Mistake:
    match conflict.kind:
        case ConflictKind.EMAIL:
            return _email(conflict, other, attributes)
        case ConflictKind.FIELD:
            return _field(conflict, other, attributes)
        case ConflictKind.WINNER:
            return _winner(other)
        case ConflictKind.TAG:
            return _tag(conflict, draft.segments[conflict.index].segment, other)


def _email(conflict: Conflict, other: Export, attributes: Attributes) -> Mistake:
    return Mistake(
        path="email_attribute",
        message=_("The export %(export)s fills the same audience by the attribute %(earlier)s.")
        % {"export": other.name, "earlier": _label(conflict.earlier, attributes)},
        action=_("Use one e-mail attribute for all exports of an audience."),
        code="email_conflict",
    )


def _field(conflict: Conflict, other: Export, attributes: Attributes) -> Mistake:
    return Mistake(
        path=f"fields.{conflict.subject}",
        message=_("The export %(export)s feeds %(subject)s of the same audience from %(earlier)s.")
        % {
            "export": other.name,
            "subject": conflict.subject,
            "earlier": _fed_from(conflict.field, attributes),
        },
        action=_("Feed the merge field alike in both, or use another merge field."),
        code="field_conflict",
    )


def _winner(other: Export) -> Mistake:
    return Mistake(
        path="newest_by",
        message=_("The export %(export)s chooses another winner among profiles with one address.")
        % {"export": other.name},
        action=_("Choose the same winner in both exports."),
        code="winner_conflict",
    )


def _tag(conflict: Conflict, segment: str, other: Export) -> Mistake:
    return Mistake(
        path=f"segments.{segment}",
        message=_(
            "The export %(export)s writes this tag as %(earlier)s; Mailchimp takes both for one."
        )
        % {"export": other.name, "earlier": conflict.earlier},
        action=_("Spell the tag alike, or give it another name."),
        code="tag_conflict",
    )


def _fed_from(field: FieldMatch | None, attributes: Attributes) -> str:
    if field is None:
        return ""
    names = [name for _part, name in field.parts] or [field.attribute]
    return ", ".join(_label(name, attributes) for name in names)


def _label(name: str, attributes: Attributes) -> str:
    attribute = attributes.get(name)
    return str(attribute) if attribute is not None else name
