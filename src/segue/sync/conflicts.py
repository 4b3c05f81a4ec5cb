"""Find exports that would undo each other's work in one audience. Values only; who words it is the caller's matter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from segue.sync.export import Export, FieldMatch
from segue.sync.tags import folded


class ConflictKind(StrEnum):
    """On what two exports of one audience disagree."""

    EMAIL = "email_conflict"
    FIELD = "field_conflict"
    WINNER = "winner_conflict"
    TAG = "tag_conflict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One disagreement of a later export with an earlier one.

    `subject` is the later one's merge tag or tag, `index` the place of the tag in its segments. `field` is the earlier
    export's field, `earlier` its e-mail attribute or its spelling of the tag.
    """

    kind: ConflictKind
    subject: str = ""
    index: int = 0
    earlier: str = ""
    field: FieldMatch | None = None


def conflicts(earlier: Export, later: Export) -> Iterator[Conflict]:
    """Yield everything on which two exports of one audience disagree."""
    if earlier.email_attribute != later.email_attribute:
        yield Conflict(kind=ConflictKind.EMAIL, earlier=earlier.email_attribute)
    yield from _fields(earlier, later)
    yield from _tags(earlier, later)


def _fields(earlier: Export, later: Export) -> Iterator[Conflict]:
    known = {field.tag: field for field in earlier.fields}
    shared = [field for field in later.fields if field.tag in known]
    for field in shared:
        other = known[field.tag]
        if _fed(field) != _fed(other):
            yield Conflict(kind=ConflictKind.FIELD, subject=field.tag, field=other)
    if shared and earlier.winner != later.winner:
        yield Conflict(kind=ConflictKind.WINNER)


def _fed(field: FieldMatch) -> tuple[object, ...]:
    return field.attribute, field.parts, field.type, field.value


def _tags(earlier: Export, later: Export) -> Iterator[Conflict]:
    spelled = {folded(chosen.tag): chosen.tag for chosen in earlier.segments}
    for index, chosen in enumerate(later.segments):
        other = spelled.get(folded(chosen.tag), chosen.tag)
        if other != chosen.tag:
            yield Conflict(kind=ConflictKind.TAG, subject=chosen.tag, index=index, earlier=other)
