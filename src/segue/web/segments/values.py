"""Values of profiles as people read them: dates and numbers in their language, blanks as a dash."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.translation import gettext as _

from segue.installation.members import Members
from segue.installation.words import name_of
from segue.web import formats


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value under its attribute's name."""

    label: str
    text: str
    is_number: bool


def heads(members: Members) -> list[str]:
    """Return what the columns are called."""
    return [name_of(one) for one in members.attributes]


def member_rows(members: Members) -> Iterator[tuple[str, list[Cell]]]:
    """Yield each member's key and values."""
    labels = heads(members)
    for key, row in zip(members.keys, members.rows, strict=True):
        cells = [
            Cell(label=label, text=value_text(value), is_number=isinstance(value, Decimal))
            for label, value in zip(labels, row, strict=True)
        ]
        yield str(key), cells


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
            return str(format_date(value, "d MMM y", locale=formats.locale()))
        case _:
            return str(value)


def _decimal(value: Decimal) -> str:
    """Write a number with as many decimals as it was kept with."""
    digits = f"{value:f}".partition(".")[2]
    pattern = "#,##0." + "0" * len(digits) if digits else "#,##0"
    return str(format_decimal(value, pattern, locale=formats.locale()))
