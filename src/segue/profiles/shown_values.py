"""Values of profiles as they are shown: instants in the zone of their attribute, the texts of a list side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from segue.profiles.schema import LIST_MARK, Attribute, AttributeType


def shown_row(row: Sequence[object], attributes: Sequence[Attribute | None]) -> tuple[object, ...]:
    """Return a row of a snapshot with its values as they are shown; None: the value is no attribute's."""
    return tuple(_shown(value, one) for value, one in zip(row, attributes, strict=True))


def local_instant(instant: datetime, time_zone: str) -> datetime:
    """Return a naive UTC instant with its zone; at the ends of the calendar, where there is no other day, in UTC."""
    aware = instant.replace(tzinfo=UTC)
    try:
        return aware.astimezone(ZoneInfo(time_zone))
    except OverflowError:
        return aware


def _shown(value: object, attribute: Attribute | None) -> object:
    kind = attribute.type if attribute else None
    if attribute and kind is AttributeType.TIMESTAMP and isinstance(value, datetime):
        return local_instant(value, attribute.time_zone)
    if kind is AttributeType.LIST and isinstance(value, str):
        return value.strip(LIST_MARK).replace(LIST_MARK, ", ")
    return value
