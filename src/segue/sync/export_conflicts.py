"""The part of the rule book about exports of one audience: what a later one may not do after an earlier one. Values only."""

from __future__ import annotations

from collections.abc import Iterator

from segue.core.sentences import commas, said
from segue.sync.conflicts import Conflict, ConflictKind, conflicts
from segue.sync.export import Export, FieldMatch
from segue.sync.faults import Fault


def conflict_faults(earlier: Export, later: Export, *, called: str) -> Iterator[Fault]:
    """Yield everything on which a later export disagrees with an earlier one, which people know as `called`."""
    for conflict in conflicts(earlier, later):
        yield _fault(conflict, called)


def _fault(conflict: Conflict, first: str) -> Fault:
    match conflict.kind:
        case ConflictKind.EMAIL:
            return _email(conflict, first)
        case ConflictKind.FIELD:
            return _field(conflict, first)
        case ConflictKind.WINNER:
            return _winner(first)
        case ConflictKind.TAG:
            return _tag(conflict, first)


def _email(conflict: Conflict, first: str) -> Fault:
    return Fault(
        code="email_conflict",
        place=("email",),
        message=said(
            "Export `%(first)s` fills the same audience by the e-mail attribute `%(earlier)s`.",
            first=first,
            earlier=conflict.earlier,
        ),
        action="Use one e-mail attribute for all exports of an audience.",
    )


def _field(conflict: Conflict, first: str) -> Fault:
    return Fault(
        code="field_conflict",
        place=("fields", conflict.subject),
        message=said(
            "Export `%(first)s` writes %(what)s into %(subject)s of the same audience.",
            first=first,
            what=_fed(conflict.field),
            subject=conflict.subject,
        ),
        action="Feed the merge field alike in both, or use another merge field.",
    )


def _fed(field: FieldMatch | None) -> str:
    if field is not None and field.value is not None:
        return said("`%(value)s` as %(kind)s", value=field.value, kind=field.type)
    if field is None or not field.attribute:
        parts = field.parts if field is not None else ()
        return commas(said("`%(attribute)s`", attribute=name) for _part, name in parts)
    return said("`%(attribute)s` as %(kind)s", attribute=field.attribute, kind=field.type)


def _winner(first: str) -> Fault:
    return Fault(
        code="winner_conflict",
        place=("winner",),
        message=said(
            "Export `%(first)s` chooses another winner among profiles with one address, and both write the same "
            "merge fields of one audience.",
            first=first,
        ),
        action="Choose the same winner in both exports.",
    )


def _tag(conflict: Conflict, first: str) -> Fault:
    return Fault(
        code="tag_conflict",
        place=("segments", conflict.index),
        message=said(
            "Export `%(first)s` writes this tag as `%(earlier)s`: Mailchimp takes `%(subject)s` for the same tag.",
            first=first,
            earlier=conflict.earlier,
            subject=conflict.subject,
        ),
        action="Spell the tag alike, or give it another name.",
    )
