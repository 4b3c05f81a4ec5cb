"""Which attributes and which texts can feed which types of merge fields. Tables, for engines and for rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from segue.profiles.schema import AttributeType
from segue.sync.export import MergeType
from segue.sync.languages import code_of

TEXT_LIMIT_BYTES = 255
# Assumption: Mailchimp keeps 255 bytes of a text value (FACTS.md §7, §11.7 unverified); longer ones are cut here.

_NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?$"
_LEAP_YEAR = 2000
URL = r"^[Hh][Tt][Tt][Pp][Ss]?://[^ \t\r\n]+$"
ZIP = r"^([0-9]{5})(-[0-9]{4})?$"
ZIP_PLUS_4 = r"^[0-9]{5}-[0-9]{4}$"
"""A zip code of which the field holds the first part only. Source: FACTS.md §7 (5 digits)."""
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
    MergeType.LANGUAGE: _TEXTS,
}
"""For ADDRESS: the types of its parts."""


def _is_short(text: str) -> bool:
    return len(text.encode()) <= TEXT_LIMIT_BYTES


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.search(pattern, text, re.ASCII) is not None


def _is_phone(text: str) -> bool:
    return bool(re.search("[0-9]", text)) and not re.search(SCIENTIFIC, text)


def _is_day(text: str) -> bool:
    return re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is not None and _exists(text)


def _is_birthday(text: str) -> bool:
    parts = re.fullmatch("([0-9]{2})/([0-9]{2})", text)
    return parts is not None and _exists(f"{_LEAP_YEAR}-{parts[1]}-{parts[2]}")


def _exists(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def _never(_text: str) -> bool:
    return False


VALUES: Mapping[MergeType, Callable[[str], bool]] = {
    MergeType.TEXT: _is_short,
    MergeType.NUMBER: _matches(_NUMBER),
    MergeType.ADDRESS: _never,
    MergeType.PHONE: _is_phone,
    MergeType.DATE: _is_day,
    MergeType.URL: _matches(URL),
    MergeType.IMAGEURL: _matches(URL),
    MergeType.BIRTHDAY: _is_birthday,
    MergeType.ZIP: _matches(ZIP),
    MergeType.LANGUAGE: lambda text: code_of(text) != "",
}
"""Whether a text is a value, by type; the choices of RADIO and DROPDOWN are the audience's."""

EXAMPLES: Mapping[MergeType, str] = {
    MergeType.NUMBER: "12.5",
    MergeType.PHONE: "+33 1 99 00 12 34",
    MergeType.DATE: "2026-01-31",
    MergeType.URL: "https://shop.example/",
    MergeType.IMAGEURL: "https://shop.example/logo.png",
    MergeType.BIRTHDAY: "01/31",
    MergeType.ZIP: "30308",
    MergeType.LANGUAGE: "fr",
}
"""A value of each type, to tell how it is written; any text is one of the types that are not here."""
