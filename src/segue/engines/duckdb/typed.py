"""Turn a source's column into an attribute's type, and say why a value does not fit. Expressions only, no reading.

A value that does not fit becomes NULL and is reported by the `problem` expression. Dates are DATE, instants are naive
UTC TIMESTAMP, decimals DECIMAL(18, scale) rounded half away from zero; text is NFC, trimmed, without control
characters except tabs and line breaks (0x1f separates the fields of a hash). Source: ENGINE-FACTS.md §2 and §6.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from segue.core.emails import TRIMMED
from segue.engines.duckdb import typed_times
from segue.engines.duckdb.quoting import literal
from segue.profiles.problems import RowProblem
from segue.profiles.schema import Attribute, AttributeType

TRUE_WORDS = ("true", "t", "yes", "1", "oui", "vrai")
FALSE_WORDS = ("false", "f", "no", "0", "non", "faux")

_CLEAN = "[!-~\u00c0-\u02ff]([ -~\u00c0-\u02ff]*[!-~\u00c0-\u02ff])?"
"""Text that needs no cleaning: trimmed, printable, and letters that NFC leaves alone."""

_BARE = "[!-~]([ -~]*[!-~])?"
"""Text that needs no trimming. Taking away a list of characters costs 1 s a million rows, this 0.06 s."""

_SPACES = "[ \u00a0\u202f\u2009]"
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
_WIDE_INTEGERS = ("UBIGINT", "HUGEINT", "UHUGEINT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column as it can be read: its SQL expression and its DuckDB type (VARCHAR when it was read as text)."""

    sql: str
    native: str = "VARCHAR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """SQL expressions of an attribute: its value, why it is NULL though something was written, whether it was rounded.

    `problem` and `rounded` are None when the source's type makes them impossible.
    """

    value: str
    problem: str | None = None
    rounded: str | None = None


def typed(attribute: Attribute, column: Column) -> Typed:
    """Return the expressions for one attribute read from one column."""
    match attribute.type:
        case AttributeType.TEXT | AttributeType.EMAIL:
            return _text(column)
        case AttributeType.INTEGER:
            return _integer(attribute, column)
        case AttributeType.DECIMAL:
            return _decimal(attribute, column)
        case AttributeType.BOOLEAN:
            return _boolean(column)
        case AttributeType.DATE:
            return _date(attribute, column)
        case AttributeType.TIMESTAMP:
            return _timestamp(attribute, column)


def as_text(column: Column) -> str:
    """Return the column as written text: whole floating-point numbers without their `.0`, NULL when empty."""
    if column.native == "VARCHAR":
        return column.sql
    if column.native in ("FLOAT", "DOUBLE"):
        number = column.sql
        # DuckDB drops comparisons that a Parquet file's minimum and maximum decide, and those leave NaN out.
        whole = f"isfinite({number}) AND {number} = trunc({number}) AND abs({number}) < 1e15"
        digits = f"TRY_CAST({number} AS BIGINT)::VARCHAR"
        return f"(CASE WHEN {whole} THEN {digits} ELSE {number}::VARCHAR END)"
    return f"{column.sql}::VARCHAR"


def clean_text(column: Column) -> str:
    """Return trimmed NFC text without control characters, NULL when nothing is left."""
    text = as_text(column)
    stripped = f"regexp_replace({text}, {literal(_CONTROL)}, '', 'g')"
    cleaned = f"nullif(nfc_normalize(trim({stripped}, {literal(TRIMMED)})), '')"
    return (
        f"(CASE WHEN regexp_full_match({text}, {literal(_CLEAN)}) THEN {text} ELSE {cleaned} END)"
    )


def bare_text(column: Column) -> str:
    """Return trimmed text for numbers, dates and keys of other types, NULL when nothing is left."""
    text = as_text(column)
    trimmed = f"nullif(trim({text}, {literal(TRIMMED)}), '')"
    return f"(CASE WHEN regexp_full_match({text}, {literal(_BARE)}) THEN {text} ELSE {trimmed} END)"


def _text(column: Column) -> Typed:
    if column.native != "VARCHAR":
        return Typed(value=clean_text(column))
    dirty = f"NOT regexp_full_match({column.sql}, {literal(_CLEAN)})"
    found = f"{dirty} AND regexp_matches({column.sql}, {literal(_CONTROL)})"
    problem = f"CASE WHEN {found} THEN {literal(RowProblem.CONTROL_CHARACTERS)} END"
    return Typed(value=clean_text(column), problem=problem)


def _integer(attribute: Attribute, column: Column) -> Typed:
    if column.native in _INTEGERS:
        return Typed(value=f"{column.sql}::BIGINT")
    if column.native in _WIDE_INTEGERS:
        value = f"TRY_CAST({column.sql} AS BIGINT)"
        return Typed(
            value=value, problem=_misfit(column.sql, "true", value, RowProblem.OUT_OF_RANGE)
        )
    text, bare = as_text(column), _number_text(attribute, column)
    mark = re.escape(attribute.decimal_mark)
    fits = f"regexp_full_match({bare}, {literal(f'[+-]?{_grouped(attribute)}({mark}0*)?')})"
    digits = f"split_part({_ungrouped(attribute, bare)}, {literal(attribute.decimal_mark)}, 1)"
    value = f"CASE WHEN {fits} THEN TRY_CAST({digits} AS BIGINT) END"
    problem = _misfit(bare, fits, value, RowProblem.NOT_AN_INTEGER)
    return _fast(
        text, "-?[0-9]{1,18}", f"TRY_CAST({text} AS BIGINT)", Typed(value=value, problem=problem)
    )


def _decimal(attribute: Attribute, column: Column) -> Typed:
    target = f"DECIMAL(18, {attribute.scale})"
    if column.native in (*_INTEGERS, *_WIDE_INTEGERS) or _native_scale(column) <= attribute.scale:
        value = f"TRY_CAST({column.sql} AS {target})"
        return Typed(
            value=value, problem=_misfit(column.sql, "true", value, RowProblem.OUT_OF_RANGE)
        )
    text, bare = as_text(column), _number_text(attribute, column)
    mark = re.escape(attribute.decimal_mark)
    exponent = "([eE][+-]?[0-9]{1,3})?" if attribute.decimal_mark == "." else ""
    form = f"[+-]?({_grouped(attribute)}({mark}[0-9]*)?|{mark}[0-9]+){exponent}"
    fits = f"regexp_full_match({bare}, {literal(form)})"
    value = f"CASE WHEN {fits} THEN TRY_CAST({_plain(attribute, bare)} AS {target}) END"
    problem = _misfit(bare, fits, value, RowProblem.NOT_A_NUMBER)
    more = literal(rf"\.[0-9]{{{attribute.scale}}}[0-9]*[1-9]|[1-9.].*[eE]-")
    shown = f"regexp_matches({_plain(attribute, text)}, {more})"
    slow = Typed(
        value=value,
        problem=problem,
        rounded=f"CASE WHEN {shown} THEN ({value}) IS NOT NULL ELSE false END",
    )
    whole = 18 - attribute.scale
    simple = f"-?[0-9]{{1,{whole}}}({mark}[0-9]*)?" if whole else f"-?{mark}[0-9]+"
    return _fast(
        text, simple, f"TRY_CAST({_plain(attribute, text, grouped=False)} AS {target})", slow
    )


def _fast(text: str, form: str, simple: str, slow: Typed) -> Typed:
    """Try the usual form first: `simple` reads a text of the regular `form`, where `slow` would read the same."""
    usual = f"regexp_full_match({text}, {literal(form)})"
    return Typed(
        value=f"CASE WHEN {usual} THEN {simple} ELSE {slow.value} END",
        problem=f"CASE WHEN {usual} AND {simple} IS NOT NULL THEN NULL ELSE {slow.problem} END",
        rounded=slow.rounded,
    )


def _plain(attribute: Attribute, text: str, *, grouped: bool = True) -> str:
    """Return a number's text with a point and without grouping marks."""
    ungrouped = _ungrouped(attribute, text) if grouped else text
    if attribute.decimal_mark == ".":
        return ungrouped
    return f"replace({ungrouped}, {literal(attribute.decimal_mark)}, '.')"


def _boolean(column: Column) -> Typed:
    if column.native == "BOOLEAN":
        return Typed(value=column.sql)
    bare = bare_text(column)
    value = f"coalesce({_read_word(as_text(column))}, {_read_word(bare)})"
    return Typed(value=value, problem=_misfit(bare, "false", value, RowProblem.NOT_A_BOOLEAN))


def _read_word(text: str) -> str:
    true, false = (", ".join(map(literal, words)) for words in (TRUE_WORDS, FALSE_WORDS))
    word = f"lower({text})"
    return f"CASE WHEN {word} IN ({true}) THEN true WHEN {word} IN ({false}) THEN false END"


def _date(attribute: Attribute, column: Column) -> Typed:
    native = typed_times.native_date(column.sql, column.native, zone=attribute.time_zone)
    if native is not None:
        value = typed_times.within_years(native)
        return Typed(
            value=value, problem=_misfit(column.sql, "true", value, RowProblem.OUT_OF_RANGE)
        )
    text, bare = as_text(column), bare_text(column)
    read = typed_times.written_date(bare, attribute.formats, zone=attribute.time_zone)
    usual = None if attribute.formats else typed_times.usual_date(text)
    return _written_time(text, bare, read=read, usual=usual, kind=RowProblem.NOT_A_DATE)


def _timestamp(attribute: Attribute, column: Column) -> Typed:
    native = typed_times.native_instant(column.sql, column.native, zone=attribute.time_zone)
    if native is not None:
        value = typed_times.within_years(native)
        return Typed(
            value=value, problem=_misfit(column.sql, "true", value, RowProblem.OUT_OF_RANGE)
        )
    text, bare = as_text(column), bare_text(column)
    read = typed_times.written_instant(bare, attribute.formats, zone=attribute.time_zone)
    usual = None if attribute.formats else typed_times.usual_instant(text, zone=attribute.time_zone)
    return _written_time(text, bare, read=read, usual=usual, kind=RowProblem.NOT_A_TIMESTAMP)


def _written_time(text: str, bare: str, *, read: str, usual: str | None, kind: RowProblem) -> Typed:
    value = typed_times.within_years(read)
    slow = Typed(value=value, problem=_misfit(bare, f"({read}) IS NOT NULL", value, kind))
    return slow if usual is None else _fast(text, typed_times.USUAL, usual, slow)


def _misfit(written: str, fits: str, value: str, kind: RowProblem) -> str:
    """Name the problem of a written value whose `value` is NULL: out of range when its form `fits`, else `kind`."""
    return (
        f"CASE WHEN {written} IS NULL OR ({value}) IS NOT NULL THEN NULL"
        f" WHEN {fits} THEN {literal(RowProblem.OUT_OF_RANGE)} ELSE {literal(kind)} END"
    )


def _number_text(attribute: Attribute, column: Column) -> str:
    bare = bare_text(column)
    if (
        attribute.thousands_mark.isspace()
    ):  # typography: no-break and narrow no-break spaces group digits too
        mark = literal(attribute.thousands_mark)
        return f"regexp_replace({bare}, {literal(_SPACES)}, {mark}, 'g')"
    return bare


def _grouped(attribute: Attribute) -> str:
    """Match digits in groups of three only, so that `1.5` never reads as fifteen."""
    if not attribute.thousands_mark:
        return "[0-9]+"
    return f"([0-9]+|[0-9]{{1,3}}({re.escape(attribute.thousands_mark)}[0-9]{{3}})+)"


def _ungrouped(attribute: Attribute, bare: str) -> str:
    if not attribute.thousands_mark:
        return bare
    return f"replace({bare}, {literal(attribute.thousands_mark)}, '')"


def _native_scale(column: Column) -> int:
    """Return the scale of a DECIMAL column, more than any attribute's for other types."""
    found = re.fullmatch(r"DECIMAL\(\d+,\s*(\d+)\)", column.native)
    return int(found.group(1)) if found else 1_000
