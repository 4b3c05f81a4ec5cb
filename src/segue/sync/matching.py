"""Which attributes and which texts can feed which types of merge fields. Tables only, for engines and for rules."""

from __future__ import annotations

from collections.abc import Mapping

from segue.profiles.schema import AttributeType
from segue.sync.export import MergeType

TEXT_LIMIT_BYTES = 255
# Assumption: Mailchimp keeps 255 bytes of a text value (FACTS.md §7, §11.7 unverified); longer ones are cut here.

URL = r"^[Hh][Tt][Tt][Pp][Ss]?://[^ \t\r\n]+$"
ZIP = r"^([0-9]{5})(-[0-9]{4})?$"
SCIENTIFIC = r"^[+-]?[0-9]([.,][0-9]+)?[eE][+]?[0-9]+$"
US_PHONE = r"^([+]?1|001)?[ .()/-]*([0-9]{3})[ .()/-]*([0-9]{3})[ .()/-]*([0-9]{4})$"
"""A number of the North American plan, however it is written. Mailchimp takes NPA-NXX-LINE. Source: FACTS.md §7."""

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
