"""The same value for everybody in one merge field: whether a text can be one. Pure; what is sent of it: `fields`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date

from segue.core.sentences import commas, said
from segue.sync.export import FieldMatch, MergeType
from segue.sync.faults import Fault
from segue.sync.matching import SCIENTIFIC, TEXT_LIMIT_BYTES, URL, US_PHONE, ZIP
from segue.sync.ports import MergeField

CHOICES_TOLD = 10
"""Choices of a merge field that an advice lists."""

_NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?$"
_LEAP_YEAR = 2000
_UNSEEN = ("Cc", "Cs", "Zl", "Zp")
"""Categories of signs that break the line, or are none."""


def constant_fault(match: FieldMatch, found: MergeField | None) -> Fault | None:
    """Return why a line's constant is no value of its merge field, None when it is one or the line has none.

    `found` is the audience's own field, None while it is not known: its choices and its form of phone numbers are then
    looked at once it is.
    """
    value, place = match.value, ("fields", match.tag, "value")
    if value is None:
        return None
    if not value.strip():
        return Fault(
            code="constant_empty",
            place=place,
            message=said("The value that everybody gets in %(tag)s is empty.", tag=match.tag),
            action="Write the value, or choose the attribute that feeds the field.",
        )
    if _is_value(value, match.type, found):
        return None
    return Fault(
        code="constant_unfit",
        place=place,
        message=said(
            "What everybody gets in %(tag)s is no value for a merge field of type %(kind)s.",
            tag=match.tag,
            kind=match.type,
        ),
        action=_advice(match.type, found),
    )


def sent_text(match: FieldMatch) -> str:
    """Return a line's constant as it is sent, "" for none."""
    text = (match.value or "").strip()
    return plain_number(text) if match.type is MergeType.NUMBER else text


def plain_number(text: str) -> str:
    """Return a number without the zeros that end its fraction: 15.50 and 15.5 are the same."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def _is_value(text: str, kind: MergeType, found: MergeField | None) -> bool:
    if any(unicodedata.category(sign) in _UNSEEN for sign in text):
        return False
    text = text.strip()
    if kind in (MergeType.RADIO, MergeType.DROPDOWN):
        choices = [choice.lower() for choice in found.choices] if found is not None else None
        return choices is None or text.lower() in choices
    if kind is MergeType.PHONE and found is not None and found.phone_format == "US":
        return re.search(US_PHONE, text) is not None
    return _CHECKS[kind](text)


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


_CHECKS: Mapping[MergeType, Callable[[str], bool]] = {
    MergeType.TEXT: _is_short,
    MergeType.NUMBER: _matches(_NUMBER),
    MergeType.ADDRESS: _never,
    MergeType.PHONE: _is_phone,
    MergeType.DATE: _is_day,
    MergeType.URL: _matches(URL),
    MergeType.IMAGEURL: _matches(URL),
    MergeType.BIRTHDAY: _is_birthday,
    MergeType.ZIP: _matches(ZIP),
}
"""Whether a text is a value, by type; the choices of RADIO and DROPDOWN are the audience's."""


def _advice(kind: MergeType, found: MergeField | None) -> str:
    match kind:
        case MergeType.TEXT:
            return said(
                "Write one line of at most %(most)s bytes; letters with accents take two or more.",
                most=TEXT_LIMIT_BYTES,
            )
        case MergeType.RADIO | MergeType.DROPDOWN if found is not None and found.choices:
            return said(
                "Write one of its choices: %(choices)s.",
                choices=commas(found.choices[:CHOICES_TOLD]),
            )
        case MergeType.PHONE if found is not None and found.phone_format == "US":
            return said("Write it like %(example)s.", example="404-555-0100")
    return said("Write it like %(example)s.", example=_EXAMPLES.get(kind, "Shop"))


_EXAMPLES: Mapping[MergeType, str] = {
    MergeType.NUMBER: "12.5",
    MergeType.PHONE: "+33 1 99 00 12 34",
    MergeType.DATE: "2026-01-31",
    MergeType.URL: "https://shop.example/",
    MergeType.IMAGEURL: "https://shop.example/logo.png",
    MergeType.BIRTHDAY: "01/31",
    MergeType.ZIP: "30308",
}
