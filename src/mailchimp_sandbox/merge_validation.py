"""Merge fields: what a field is and which values it takes. Source of every rule and message: FACTS.md §7."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from mailchimp_sandbox.switches import Switches

TYPES: Final = (
    "text", "number", "address", "phone", "date", "url", "imageurl", "radio", "dropdown", "birthday", "zip",
)  # fmt: skip
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_US_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_BIRTHDAY = re.compile(r"(\d{2})/(\d{2})")
_US_PHONE = re.compile(r"\(?\d{3}\)?[- .]?\d{3}[- .]?\d{4}")
_URL = re.compile(r"https?://[^\s/.]+(\.[^\s/.]+)*(:\d+)?(/\S*)?", re.IGNORECASE)
_ADDRESS_PARTS = ("addr1", "addr2", "city", "state", "zip", "country")
_BLANK = "This value should not be blank."


class MergeError(Exception):
    """A value that a field does not take; the text is Mailchimp's message."""


@dataclass(slots=True, kw_only=True)
class MergeField:
    """One merge field of an audience."""

    merge_id: int
    tag: str
    name: str
    type: str
    required: bool = False
    default_value: str = ""
    public: bool = True
    display_order: int = 0
    help_text: str = ""
    options: dict[str, Any] = field(default_factory=dict)


def validated(merge_field: MergeField, value: Any, switches: Switches) -> Any:
    """Return the value as it is kept; `""` clears a field of any type. Source: FACTS.md §7.

    Raises: MergeError with Mailchimp's message.
    """
    if value == "" and isinstance(value, str):
        return ""
    if value is None:
        # Assumption: FACTS.md §7 only says not to send null; the sandbox refuses it so that it is noticed.
        raise MergeError(_BLANK)
    return _CHECKS[merge_field.type](merge_field, value, switches)


def _text(_field: MergeField, value: Any, switches: Switches) -> str:
    text = _string(value)
    limit = switches.text_limit_bytes
    if limit is None or len(text) * 4 <= limit or len(text.encode()) <= limit:
        return text
    if switches.text_over_limit == "truncate":
        return text.encode()[:limit].decode(errors="ignore")
    raise MergeError(f"Please enter a value of at most {limit} bytes")


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MergeError("Please enter a text")
    return str(value)


def _number(_field: MergeField, value: Any, _switches: Switches) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise MergeError("Please enter a number")
    try:
        number = float(value)
    except ValueError:
        raise MergeError("Please enter a number") from None
    if not math.isfinite(number):
        raise MergeError("Please enter a number")
    if isinstance(value, int) and abs(value) < 2**53:
        return value
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _date(_field: MergeField, value: Any, _switches: Switches) -> str:
    text = value if isinstance(value, str) else ""
    if match := _DATE.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _US_DATE.fullmatch(text):
        month, day, year = (int(part) for part in match.groups())
    else:
        raise MergeError("Please enter the date")
    if year == 0 or not _is_day(month, day) or (month == 2 and day == 29 and not _leap(year)):
        raise MergeError("Please enter the date")
    return f"{year:04}-{month:02}-{day:02}"


def _birthday(_field: MergeField, value: Any, _switches: Switches) -> str:
    match = _BIRTHDAY.fullmatch(value) if isinstance(value, str) else None
    if match is None or not _is_day(int(match[1]), int(match[2])):
        raise MergeError("Please enter a month (01-12) and a day (01-31)")
    return match[0]


def _is_day(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _address(_field: MergeField, value: Any, _switches: Switches) -> dict[str, str]:
    parts = value if isinstance(value, dict) else {}
    if not all(isinstance(parts.get(part, ""), str) for part in _ADDRESS_PARTS):
        raise MergeError("Please enter a complete address")
    if not all(parts.get(part, "").strip() for part in ("addr1", "city", "state", "zip")):
        raise MergeError("Please enter a complete address")
    return {part: parts.get(part, "") for part in _ADDRESS_PARTS}


def _phone(merge_field: MergeField, value: Any, _switches: Switches) -> str:
    text = _string(value)
    if merge_field.options.get("phone_format") == "US" and not _US_PHONE.fullmatch(text):
        raise MergeError("Please enter a phone number (###) ### - ####")
    return text


def _zip(_field: MergeField, value: Any, switches: Switches) -> str:
    text = _string(value)
    if switches.zip_is_five_digits and not (len(text) == 5 and text.isdecimal()):
        raise MergeError("Please enter a zip code (5 digits)")
    return text


def _url(_field: MergeField, value: Any, _switches: Switches) -> str:
    if not isinstance(value, str) or not _URL.fullmatch(value):
        raise MergeError("That is not a valid URL")
    return value


def _choice(merge_field: MergeField, value: Any, _switches: Switches) -> str:
    choices: list[str] = merge_field.options.get("choices", [])
    if value not in choices or not isinstance(value, str):
        listed = "".join(f"{choice}, " for choice in choices)
        raise MergeError(f"Value must be one of: {listed} (not {value})")
    return value


_CHECKS: dict[str, Callable[[MergeField, Any, Switches], Any]] = {
    "text": _text,
    "number": _number,
    "address": _address,
    "phone": _phone,
    "date": _date,
    "url": _url,
    "imageurl": _url,
    "radio": _choice,
    "dropdown": _choice,
    "birthday": _birthday,
    "zip": _zip,
}
