"""Which types of profile attributes can feed which types of merge fields. A table only."""

from __future__ import annotations

from collections.abc import Mapping

from segue.profiles.schema import AttributeType
from segue.sync.export import MergeType

_TEXTS = (AttributeType.TEXT,)
_DAYS = (AttributeType.DATE, AttributeType.TIMESTAMP)
_CHOICES = (AttributeType.TEXT, AttributeType.INTEGER, AttributeType.BOOLEAN)

FITTING: Mapping[MergeType, tuple[AttributeType, ...]] = {
    MergeType.TEXT: tuple(AttributeType),
    MergeType.NUMBER: (AttributeType.INTEGER, AttributeType.DECIMAL),
    MergeType.DATE: _DAYS,
    MergeType.BIRTHDAY: (*_DAYS, AttributeType.BIRTHDAY),
    MergeType.PHONE: _TEXTS,
    MergeType.URL: _TEXTS,
    MergeType.IMAGEURL: _TEXTS,
    MergeType.ZIP: _TEXTS,
    MergeType.RADIO: _CHOICES,
    MergeType.DROPDOWN: _CHOICES,
    MergeType.ADDRESS: (AttributeType.TEXT, AttributeType.INTEGER),
}
"""For ADDRESS: the types of its parts."""
