"""Values of profiles as people read them: dates and numbers in their language, blanks as a dash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from babel.numbers import format_decimal
from django.utils.translation import gettext as _

from segue.web import formats


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value under its attribute's name."""

    label: str
    text: str
    is_number: bool


def value_text(value: object) -> str:
    """Return one value. Whole numbers are not grouped: they may be numbers of something, not amounts."""
    match value:
        case None | "":
            return "–"
        case bool():
            return _("Yes") if value else _("No")
        case Decimal():
            return _decimal(value)
        case datetime():  # a birthday is the same day for every reader: in the attribute's zone, not in theirs
            return formats.as_it_stands(value)
        case date():
            return formats.day(value, "d MMM y")
        case _:
            return str(value)


def _decimal(value: Decimal) -> str:
    """Write a number with as many decimals as it was kept with."""
    digits = f"{value:f}".partition(".")[2]
    pattern = "#,##0." + "0" * len(digits) if digits else "#,##0"
    return str(format_decimal(value, pattern, locale=formats.locale()))
