"""Read YAML's plain scalars as exact values. Narrower than YAML 1.1 on purpose.

Only `true` and `false` are booleans (`NO` stays Norway, `on` stays a key), numbers keep every digit that was written
(`20.50` is a Decimal), leading zeros and exponents stay text (`01234` is a postcode, `12e4567890` an audience ID),
and dates are dates. Quoted scalars are always text.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

Scalar: TypeAlias = str | int | Decimal | bool | date | datetime | None

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)", re.ASCII)
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIMESTAMP = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?([Zz]|[-+]\d{2}:\d{2})?", re.ASCII
)
_LONGEST_INTEGER = 18


class NotInCalendarError(ValueError):
    """The scalar is written like a date or a time that does not exist, such as 2026-02-30."""


def plain(text: str) -> Scalar:
    """Return the value of an unquoted scalar.

    Raises: NotInCalendarError for a date or time that does not exist.
    """
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text) and len(text.lstrip("+-")) <= _LONGEST_INTEGER:
        return int(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    return _instant(text)


def _instant(text: str) -> str | date | datetime:
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
        if _TIMESTAMP.fullmatch(text):
            return datetime.fromisoformat(text.upper())
    except ValueError as error:
        raise NotInCalendarError(text) from error
    return text
