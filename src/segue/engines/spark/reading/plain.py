"""When a value of the cluster stands as it is read, and its value then. Expressions of the cluster only.

What is not plain is looked up: each such value once, read by the very expressions that read files (`values.py`). So a
condition here may be as narrow as it likes, and must never be too wide: engines differ in everything that is unusual.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pyspark.sql.connect import functions as fn

from segue.core import emails, texts
from segue.engines.duckdb.profiles.keys import PLAIN
from segue.engines.duckdb.reading import typed_booleans, typed_numbers, typed_times
from segue.engines.duckdb.reading.typed_standing import CLEAN
from segue.profiles.schema import Attribute, AttributeType

_INTEGERS = ("tinyint", "smallint", "int", "bigint")
_FLOATS = {"float": 2**24, "double": 2**53}
"""Whole numbers from which on floating-point types have lost digits. Source: IEEE 754."""

_EARLY_DAY = "[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
"""Days that every month has and hours that every day has: nothing of the kind can fail to be read."""


@dataclass(frozen=True, slots=True)
class Plain:
    """The condition under which a value that is not NULL is plain, and its value then; both are columns of the cluster's."""

    condition: Any
    value: Any


def plain(attribute: Attribute | None, column: Any, kind: str) -> Plain | None:
    """Return when a column of this type is plain for an attribute, or for the form that keys compare (None).

    None: no value is, each is looked up.
    """
    if attribute is None:
        return _form(column, kind)
    match attribute.type:
        case AttributeType.TEXT:
            return _text(column, kind)
        case AttributeType.EMAIL:
            return _address(column) if kind == "string" else None
        case AttributeType.INTEGER:
            return _integer(column, kind)
        case AttributeType.DECIMAL:
            return _decimal(attribute, column, kind)
        case AttributeType.BOOLEAN:
            return _boolean(attribute, column, kind)
        case AttributeType.DATE:
            return _date(attribute, column, kind)
        case AttributeType.TIMESTAMP:
            return _timestamp(attribute, column, kind)
        case AttributeType.BIRTHDAY:
            usual = not attribute.formats and kind == "string"
            return _of_form(column, typed_times.USUAL_BIRTHDAY, column) if usual else None
        case AttributeType.LIST:
            return None


def whole(column: Any, pattern: str) -> Any:
    r"""Return the condition that all of a text has a form. `$` would let a line break stand behind it."""
    return column.rlike(rf"\A(?:{pattern})\z")


def as_text(column: Any) -> Any:
    """Return how a value is written.

    No bare cast: Sail 0.7 keeps the bounds of a cast column in order, and fails over 2 to 11, which become "2" to "11".
    """
    return fn.when(column.isNotNull(), column.cast("string"))


def _of_form(column: Any, pattern: str, value: Any) -> Plain:
    return Plain(whole(column, pattern), value)


def _always(column: Any, value: Any) -> Plain:
    return Plain(column.isNotNull(), value)


def _form(column: Any, kind: str) -> Plain | None:
    if kind == "string":
        return Plain(whole(column, PLAIN) & ~column.isin(*texts.PLACEHOLDERS), column)
    if kind in _INTEGERS:
        return _always(column, column.cast("string"))
    if kind in _FLOATS:
        digits = column.cast("bigint").cast("string")
        return Plain(
            (column % 1 == 0) & column.between(-_FLOATS[kind] + 1, _FLOATS[kind] - 1), digits
        )
    return None


def _text(column: Any, kind: str) -> Plain | None:
    if kind in _INTEGERS:
        return _always(column, column.cast("string"))
    if kind != "string":
        return None
    said = column.isin(*texts.PLACEHOLDERS, *texts.DOUBTFUL)
    return Plain(whole(column, CLEAN) & ~said, column)


def _address(column: Any) -> Plain:
    """Take what is ASCII, short, and ends with a letter: no part can be too long, and no engine reads it otherwise."""
    address = f"{emails.LOCAL_PATTERN}@{emails.DOMAIN_PATTERN}"

    is_ascii, is_short = whole(column, "[!-~]+[A-Za-z]"), fn.length(column) <= emails.LABEL_LENGTH
    return Plain(is_ascii & is_short & whole(fn.lower(column), address), column)


def _integer(column: Any, kind: str) -> Plain | None:
    if kind in _INTEGERS:
        return _always(column, column.cast("bigint"))
    if kind == "string":
        return _of_form(column, typed_numbers.WHOLE, _tried(column, "bigint"))
    if kind in _FLOATS:
        return Plain(_form(column, kind).condition, column.cast("bigint"))  # type: ignore[union-attr]
    return None


def _decimal(attribute: Attribute, column: Any, kind: str) -> Plain | None:
    digits, scale = 18 - attribute.scale, attribute.scale
    target, most = f"decimal(18,{scale})", 10 ** min(digits, 18) - 1
    if kind in _INTEGERS and digits > 0:
        return Plain(column.cast("bigint").between(-most, most), _tried(column, target))
    if kind.startswith("decimal"):
        own = int(kind.rstrip(")").partition(",")[2] or 0)
        return Plain(column.between(-most, most), _tried(column, target)) if own <= scale else None
    written = column.cast("string") if kind in _FLOATS else column
    mark = attribute.decimal_mark if kind == "string" else "."
    if digits <= 0 or kind not in ("string", *_FLOATS):
        return None
    after = f"({re.escape(mark)}[0-9]{{1,{scale}}})?" if scale else ""

    pointed = written if mark == "." else fn.translate(written, mark, ".")
    return _of_form(written, f"-?[0-9]{{1,{digits}}}{after}", _tried(pointed, target))


def _boolean(attribute: Attribute, column: Any, kind: str) -> Plain | None:
    if kind == "boolean":
        return _always(column, column)
    if kind != "string" or attribute.true_values or attribute.false_values:
        return None
    yes, no = typed_booleans.USUAL_TRUE, typed_booleans.USUAL_FALSE
    return Plain(column.isin(*yes, *no), column.isin(*yes))


def _date(attribute: Attribute, column: Any, kind: str) -> Plain | None:
    if kind == "date":
        return Plain(_within_years(column), column)
    if kind == "timestamp_ntz" or (kind == "timestamp" and attribute.time_zone == "UTC"):
        return Plain(_within_years(column), column.cast("date"))
    if kind == "string" and not attribute.formats:
        return _of_form(column, _EARLY_DAY, _tried(column, "date"))
    return None


def _timestamp(attribute: Attribute, column: Any, kind: str) -> Plain | None:
    zones = {attribute.written_in or attribute.time_zone, attribute.time_zone}
    if kind == "timestamp":
        return Plain(_within_years(column), column)
    if zones != {"UTC"} or attribute.formats:
        return None
    if kind in ("timestamp_ntz", "date"):
        return Plain(_within_years(column), column.cast("timestamp"))
    if kind == "string":
        return _of_form(column, f"{_EARLY_DAY}[T ]{_CLOCK}", _tried(column, "timestamp"))
    return None


def _within_years(column: Any) -> Any:

    return fn.year(column).between(typed_times.FIRST_YEAR, 9999)


def _tried(column: Any, kind: str) -> Any:
    """Return a value of another type, NULL where it is none: a row that is not plain may be evaluated all the same."""
    return column.try_cast(kind)
