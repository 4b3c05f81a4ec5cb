"""Convert written values to an attribute's type, exactly, and say what is wrong with those that cannot be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from segue.core.emails import canonical
from segue.core.sentences import said
from segue.core.texts import PLACEHOLDERS, plain
from segue.profiles.schema import AttributeType
from segue.segments.rules import Literal

MOST_DIGITS = 18
"""Digits of a written decimal, before and after the mark together."""

_INTEGER = re.compile(r"[-+]?[0-9]{1,19}", re.ASCII)
_DECIMAL = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MONTH_AND_DAY = re.compile(r"([0-9]{2})[/-]([0-9]{2})", re.ASCII)
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?( ?([Zz]|[-+][0-9]{2}:?[0-9]{2}))?",
    re.ASCII,
)
_YEARS = range(1000, 9999)


class NotALiteralError(ValueError):
    """A written value is not of the type; `message` says so, `action` what to write."""

    def __init__(self, message: str, *, action: str, code: str) -> None:
        super().__init__(message)
        self.message, self.action, self.code = message, action, code


def literal(value: object, kind: AttributeType) -> Literal:
    """Return the value in the attribute's type.

    Raises: NotALiteralError, for the person who wrote the value.
    """
    return _READERS[kind](value)


def text_part(value: object, kind: AttributeType) -> str:
    """Return a part of a text, or of an address in its ASCII form.

    Raises: NotALiteralError, for the person who wrote the value.
    """
    text = _text(value)
    if kind is AttributeType.EMAIL and not text.isascii():
        raise NotALiteralError(
            "Addresses are compared in their ASCII form, which never holds these characters.",
            action="Write the part in ASCII; an international domain as `xn--…`.",
            code="rule_bad_value",
        )
    return text


def shown(value: object) -> str:
    """Return what kind of thing was written, without the thing itself: it may be personal."""
    kinds: Mapping[type, str] = {
        str: said("a text"),
        bool: said("true or false"),
        int: said("a whole number"),
        float: said("a number"),
        Decimal: said("a number"),
        datetime: said("a date with a time"),
        date: said("a date"),
        list: said("a list"),
        dict: said("a mapping"),
        type(None): said("nothing"),
    }
    return kinds.get(type(value), said("something else"))


def _mismatch(value: object, needed: str, action: str) -> NotALiteralError:
    message = said(
        "%(needed)s is needed here, but %(value)s is written.", needed=needed, value=shown(value)
    )
    return NotALiteralError(message, action=action, code="rule_type_mismatch")


_KEPT = "\t\n\r"
"""Control characters that stored texts have, too."""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _mismatch(value, said("A text"), said("Put the value in quotes."))
    text = plain(value)
    if not text.strip():
        raise NotALiteralError(
            "The text is empty.",
            action="Use `is_blank: true` or `is_blank: false` to ask for missing values.",
            code="rule_empty_text",
        )
    if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in _KEPT for sign in value):
        raise NotALiteralError(
            "The text holds an invisible control character.",
            action="Remove it; stored texts are compared without them.",
            code="rule_bad_value",
        )
    return text


def _whole_text(value: object) -> str:
    text = _text(value)
    if text.strip() in PLACEHOLDERS:
        raise NotALiteralError(
            "This text stands for no value, and is read as blank.",
            action="Use `is_blank: true` or `is_blank: false` to ask for missing values.",
            code="rule_empty_text",
        )
    return text


def _address(value: object) -> str:
    text = _text(value)
    found = canonical(text)
    if found.address is None:
        raise NotALiteralError(
            said(
                "This is not an e-mail address (%(problem)s).",
                problem=str(found.problem).replace("_", " "),
            ),
            action="Write a whole address, or compare a part with `contains`, `starts_with` or `ends_with`.",
            code="rule_bad_value",
        )
    return found.address


def _integer(value: object) -> int:
    number: int | None = None
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        number = int(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        number = value
    if number is None:
        raise _mismatch(value, said("A whole number"), said("Write digits without a decimal mark."))
    if not -(2**63) < number < 2**63:
        raise NotALiteralError(
            "The number is too large for any stored value.",
            action="Write a number of at most 18 digits.",
            code="rule_bad_value",
        )
    return number


def _decimal(value: object) -> Decimal:
    exact: Decimal | None = None
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        exact = Decimal(str(value))
    elif isinstance(value, str) and _DECIMAL.fullmatch(value):
        exact = Decimal(value)
    if exact is None or not exact.is_finite():
        raise _mismatch(
            value, said("A number"), said("Write digits, with a point before the decimals.")
        )
    if exact != 0 and (exact.adjusted() >= MOST_DIGITS or _digits(exact) > MOST_DIGITS):
        raise NotALiteralError(
            said("The number has more than %(most)s digits.", most=MOST_DIGITS),
            action="Write fewer digits; no stored value has as many.",
            code="rule_bad_value",
        )
    return Decimal(format(exact, "f")) if exact else Decimal(0)


def _digits(value: Decimal) -> int:
    _, digits, exponent = value.as_tuple()
    return max(len(digits), -int(exponent), len(digits) + int(exponent))


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise _mismatch(
            value, said("True or false"), said("Write `true` or `false` without quotes.")
        )
    return value


def _date(value: object) -> date:
    found = value
    if isinstance(value, str) and _DAY.fullmatch(value):
        found = _in_calendar(date.fromisoformat, value)
    if not isinstance(found, date) or isinstance(found, datetime):
        raise _mismatch(
            value, said("A date"), said("Write it as YYYY-MM-DD, for example 2026-01-31.")
        )
    return _plausible(found)


def _moment(value: object) -> date | datetime:
    found = value
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        moment = value.upper()
        found = _in_calendar(datetime.fromisoformat, moment[:11] + moment[11:].replace(" ", ""))
    if not isinstance(found, datetime):
        return _date(value)
    _plausible(found.date())
    return found.astimezone(UTC) if found.tzinfo else found


def _in_calendar(read: Callable[[str], date], text: str) -> date:
    try:
        return read(text)
    except ValueError as error:
        raise NotALiteralError(
            "There is no such day or time in the calendar.",
            action="Correct it; the form is YYYY-MM-DD, or YYYY-MM-DD HH:MM:SS for an instant.",
            code="rule_bad_value",
        ) from error


def _plausible(day: date) -> date:
    if day.year not in _YEARS:
        raise NotALiteralError(
            "The year is out of range.",
            action=said(
                "Write a year from %(first)s to %(last)s.", first=_YEARS.start, last=_YEARS.stop - 1
            ),
            code="rule_bad_value",
        )
    return day


def _birthday(value: object) -> str:
    found = _MONTH_AND_DAY.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise _mismatch(
            value, said("A day of the year"), said("Write it as MM/DD, for example 12/31.")
        )
    month, day = found.groups()
    _in_calendar(date.fromisoformat, f"2000-{month}-{day}")  # a leap year
    return f"{month}/{day}"


_READERS: Mapping[AttributeType, Callable[[object], Literal]] = {
    AttributeType.TEXT: _whole_text,
    AttributeType.EMAIL: _address,
    AttributeType.INTEGER: _integer,
    AttributeType.DECIMAL: _decimal,
    AttributeType.BOOLEAN: _boolean,
    AttributeType.DATE: _date,
    AttributeType.TIMESTAMP: _moment,
    AttributeType.BIRTHDAY: _birthday,
    AttributeType.LIST: _text,
}
