"""Turn one cell of a workbook into the text that attributes read. No reading."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Protocol

from segue.engines.duckdb.reading.typed_own import Own
from segue.profiles.problems import RowProblem

_DIGITS = 15
"""Digits of a number that Excel keeps; it puts zeros in the place of others. Source: Excel specifications and limits."""
_WHOLE_BELOW = 10**_DIGITS
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Cell(Protocol):
    """What is read of openpyxl's cells: `data_type` is 'e' for an error and 'f' for a formula that was not computed."""

    @property
    def value(self) -> Any:
        """Return the value, None for a blank cell."""
        ...

    @property
    def data_type(self) -> str:
        """Return the sort of value."""
        ...


def text_of(cell: Cell) -> tuple[str | None, RowProblem | None]:
    """Return a cell's text, None when it is blank or cannot be taken, and in the latter case why."""
    value = cell.value
    if value is None:
        return None, None
    kind = getattr(cell, "data_type", "n")
    if kind == "e":
        return None, RowProblem.CELL_ERROR
    if kind == "f":
        return None, RowProblem.FORMULA_NOT_COMPUTED
    if _is_cut(value):
        return None, RowProblem.DIGITS_LOST
    return _text(value), None


def _is_cut(value: Any) -> bool:
    """Return whether digits of a long number may be lost: those of other programs stand there whole, as no zeros."""
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) < _WHOLE_BELOW:
        return False
    return isinstance(value, float) or not str(abs(value))[_DIGITS:].strip("0")


def own_of(cell: Cell) -> Own:
    """Return the sort of a cell's value."""
    match cell.value:
        case bool():
            return Own.BOOLEAN
        case int() | float():
            return Own.NUMBER
        case date() | time() | timedelta():
            return Own.TIME
        case _:
            return Own.TEXT


def _text(value: Any) -> str | None:
    match value:
        case str():
            return _unescaped(value) or None
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return _number(value)
        case datetime():
            return _instant(value)
        case date() | time():
            return value.isoformat()
        case timedelta():
            return _duration(value)
        case _:
            return str(value)


def _number(value: float) -> str:
    """Write a number with the 15 digits that Excel keeps, never with an exponent."""
    if value.is_integer() and abs(value) < _WHOLE_BELOW:
        return str(int(value))
    return format(Decimal(format(value, ".15g")), "f")


def _instant(value: datetime) -> str:
    """Write midnight as a date: Excel has no other way to say a day."""
    if value.time() == time():
        return value.date().isoformat()
    rounded = value + timedelta(microseconds=500)
    shown = rounded.replace(microsecond=rounded.microsecond // 1000 * 1000)
    return shown.isoformat(sep=" ", timespec="milliseconds").removesuffix(".000")


def _duration(value: timedelta) -> str:
    seconds = round(value.total_seconds())
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _unescaped(text: str) -> str:
    """Undo `_x000D_`, by which workbooks write signs that XML does not hold."""
    if "_x" not in text:
        return text
    signs = _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text)
    return signs.encode("utf-16", "surrogatepass").decode("utf-16", errors="replace")
