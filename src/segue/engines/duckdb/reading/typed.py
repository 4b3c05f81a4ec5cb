"""Turn a source's column into an attribute's type, and say why a value does not fit. Expressions only, no reading.

A value that does not fit becomes NULL and is reported by the `problem` expression. Dates are DATE, instants are naive
UTC TIMESTAMP, decimals DECIMAL(18, scale) rounded half away from zero; text is NFC, trimmed, with plain blanks, without
control characters except tabs and line breaks and without signs that nobody sees (`core/texts`). Source: ENGINE-FACTS.md §2 and §6.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from segue.core import texts
from segue.core.emails import TRIMMED
from segue.engines.duckdb.quoting import literal
from segue.engines.duckdb.reading import typed_booleans, typed_lists, typed_numbers, typed_times
from segue.engines.duckdb.reading.typed_own import (
    Own,
    is_nested,
    is_taken,
    sort_of,
    without_forms,
)
from segue.engines.duckdb.reading.typed_results import Typed, misfit, usual_first, where
from segue.engines.duckdb.reading.typed_standing import is_clean, is_one_of, standing, written
from segue.profiles.problems import RowProblem
from segue.profiles.schema import PROFILE_KEY, Attribute, AttributeType

_MARKED_NUMBER = r"^'([+-]?[0-9][0-9 ().,/+-]*)$"
"""A number behind the apostrophe by which spreadsheets keep it a text: `'0612345678`. `'68` stays a number, `'90s` a text."""

_BARE = "[!-&(-~]([ -~]*[!-~])?"
"""Text that needs no trimming. Taking away a list of characters costs 1 s a million rows, this 0.06 s."""

_CONTROL = f"[{texts.CONTROL}]"
_ALONE = (AttributeType.INTEGER, AttributeType.DECIMAL, AttributeType.LIST)
"""Types that read a column of another type than text in no form that is declared for texts."""
_EXACT_BELOW = {"FLOAT": 2**24, "DOUBLE": 2**53}
"""Whole numbers from which on floating-point types have lost digits. Source: IEEE 754."""
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
_WIDE_INTEGERS = ("UBIGINT", "HUGEINT", "UHUGEINT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column as it can be read: its SQL expression and its DuckDB type (VARCHAR when it was read as text).

    `compared` is the expression of what keys and joins compare of it, "" where nothing compares it (see `keys`). `own` is the
    expression of what the source says of a value that is given as text (`Own`), "" where all are texts or all have the type.
    `stands` are the conditions, over a text `v`, by which all its values are known to stand as they are read (`surveys`).
    """

    sql: str
    native: str = "VARCHAR"
    compared: str = ""
    own: str = ""
    stands: frozenset[str] = frozenset()
    repeats: bool = False
    """Whether it holds few values, each of them often, so far as its first rows tell (`surveys`)."""


def typed(attribute: Attribute, column: Column) -> Typed:
    """Return the expressions for one attribute read from one column."""
    if is_nested(column.native) and not (attribute.type is AttributeType.LIST and _is_flat(column)):
        whole, text = sort_of(column.native) is Own.WHOLE, as_text(column)
        read = without_forms(attribute) if whole else attribute
        return _read(read, replace(column, sql=text, native="VARCHAR"))
    if column.native != "VARCHAR":
        return _read(without_forms(attribute) if attribute.type in _ALONE else attribute, column)
    if column.stands:
        known, found = standing(attribute, "v"), standing(attribute, column.sql)
        if known is not None and found is not None and known.condition in column.stands:
            return Typed(value=found.value)
    if not column.own:
        return _read(attribute, column)
    return _own_first(attribute, column)


def _own_first(attribute: Attribute, column: Column) -> Typed:
    """Read what the source itself says to be a number, a truth value or a time as that, and only texts in declared forms."""
    as_written = _read(attribute, column)
    if attribute.type is AttributeType.TEXT:
        local = typed_times.local_written(column.sql, zone=attribute.time_zone)
        is_instant = f"{column.own} = {Own.INSTANT:d} AND {local} IS NOT NULL"
        return where(is_instant, Typed(value=local), as_written)
    plain = without_forms(attribute)
    if plain == attribute:
        return as_written
    return where(is_taken(attribute, column.own), _read(plain, column), as_written)


def _read(attribute: Attribute, column: Column) -> Typed:
    match attribute.type:
        case AttributeType.TEXT | AttributeType.EMAIL:
            return _text(attribute, column)
        case AttributeType.INTEGER:
            return _integer(attribute, column)
        case AttributeType.DECIMAL:
            return _decimal(attribute, column)
        case AttributeType.BOOLEAN:
            return _boolean(attribute, column)
        case AttributeType.DATE:
            return _date(attribute, column)
        case AttributeType.TIMESTAMP:
            return _timestamp(attribute, column)
        case AttributeType.BIRTHDAY:
            return _birthday(attribute, column)
        case AttributeType.LIST:
            return _list(attribute, column)


def as_text(column: Column) -> str:
    """Return the column as written text: whole floating-point numbers without their `.0`, nested values as JSON, NULL when empty."""
    if column.native == "VARCHAR":
        return column.sql
    if column.native in ("FLOAT", "DOUBLE"):
        number = column.sql
        # DuckDB drops comparisons that a Parquet file's minimum and maximum decide, and those leave NaN out.
        whole = f"{number} = trunc({number}) AND NOT {is_cut(column)} AND isfinite({number})"
        digits = f"TRY_CAST({number} AS BIGINT)::VARCHAR"
        return f"(CASE WHEN {whole} THEN {digits} ELSE {number}::VARCHAR END)"
    if is_nested(column.native):
        return f"to_json({column.sql})::VARCHAR"
    return f"{column.sql}::VARCHAR"


def is_cut(column: Column) -> str | None:
    """Return the condition that a number has lost digits, None where no number of the column can."""
    if column.native not in _EXACT_BELOW:
        return None
    return f"(isfinite({column.sql}) AND abs({column.sql}) >= {_EXACT_BELOW[column.native]})"


def clean_text(column: Column) -> str:
    """Return trimmed NFC text with plain blanks, without control characters and signs that nobody sees.

    NULL when nothing is left.
    """
    text = as_text(column)
    return f"(CASE WHEN {is_clean(text)} THEN {text} ELSE {_cleaned(text)} END)"


def _cleaned(text: str) -> str:
    return f"nullif(nfc_normalize({unmarked(f'trim({evened(text)}, {literal(TRIMMED)})')}), '')"


def evened(text: str) -> str:
    """Return a text with plain blanks and line breaks, without control characters and signs that nobody sees."""
    stripped = f"regexp_replace({text}, {literal(texts.UNWANTED)}, '', 'g')"
    broken = f"regexp_replace({stripped}, {literal(texts.BREAKS)}, {literal(chr(10))}, 'g')"
    return f"regexp_replace({broken}, {literal(texts.BLANKS)}, ' ', 'g')"


def bare_text(column: Column) -> str:
    """Return trimmed text for numbers, dates and keys of other types, NULL when nothing is left."""
    text = as_text(column)
    trimmed = f"nullif({unmarked(f'trim({text}, {literal(TRIMMED)})')}, '')"
    return f"(CASE WHEN regexp_full_match({text}, {literal(_BARE)}) THEN {text} ELSE {trimmed} END)"


def unmarked(text: str) -> str:
    """Return a text without the apostrophe that a spreadsheet put before a number."""
    return f"regexp_replace({text}, {literal(_MARKED_NUMBER)}, '\\1')"


def _text(attribute: Attribute, column: Column) -> Typed:
    local = typed_times.local_text(column.sql, column.native, zone=attribute.time_zone)
    if local is not None:
        return Typed(value=local)
    if is_cut(column) is not None:
        return _floating(column, clean_text(column))
    if column.native != "VARCHAR":
        return Typed(value=clean_text(column))
    if attribute.type is AttributeType.EMAIL:  # what is no address is said of its canonical form
        return Typed(value=clean_text(column), problem=_control_characters(column))
    return _said(column.sql, _whole(column.sql, usual=column.sql, other=_cleaned(column.sql)))


def _floating(column: Column, value: str) -> Typed:
    """Leave out of floating-point numbers what is none: NaN is how programs keep a missing number; and what has lost digits."""
    number, cut = column.sql, is_cut(column)
    return Typed(
        value=f"CASE WHEN isfinite({number}) AND NOT {cut} THEN {value} END",
        problem=f"CASE WHEN isnan({number}) THEN {literal(RowProblem.TEXT_FOR_NOTHING)}"
        f" WHEN isinf({number}) THEN {literal(RowProblem.NOT_A_NUMBER)}"
        f" WHEN {cut} THEN {literal(RowProblem.DIGITS_LOST)} END",
    )


def _said(text: str, read: Typed) -> Typed:
    """Leave out what programs write where there is no value, and doubt what may be that."""
    nothing, doubtful = is_one_of(text, texts.PLACEHOLDERS), is_one_of(text, texts.DOUBTFUL)
    return Typed(
        value=f"CASE WHEN {nothing} THEN NULL ELSE {read.value} END",
        problem=f"CASE WHEN {nothing} THEN {literal(RowProblem.TEXT_FOR_NOTHING)}"
        f" WHEN {doubtful} THEN {literal(RowProblem.TEXT_DOUBTFUL)} ELSE {read.problem} END",
    )


def _whole(text: str, *, usual: str, other: str) -> Typed:
    """Leave out text that was damaged before it was written: what Mailchimp holds is better than RenÃ©.

    `usual` is the value of clean text, which is nearly all there is, `other` that of what is not.
    """
    clean, garbled = is_clean(text), f"regexp_matches({text}, {literal(texts.GARBLED)})"
    control = f"regexp_matches({text}, {literal(_CONTROL)})"
    return Typed(
        value=f"(CASE WHEN {clean} THEN {usual} WHEN {garbled} THEN NULL ELSE {other} END)",
        problem=f"CASE WHEN {clean} THEN NULL WHEN {garbled} THEN {literal(RowProblem.TEXT_GARBLED)}"
        f" WHEN {control} THEN {literal(RowProblem.CONTROL_CHARACTERS)} END",
    )


def _control_characters(column: Column) -> str:
    dirty = f"NOT {is_clean(column.sql)}"
    found = f"{dirty} AND regexp_matches({column.sql}, {literal(_CONTROL)})"
    return f"CASE WHEN {found} THEN {literal(RowProblem.CONTROL_CHARACTERS)} END"


def _integer(attribute: Attribute, column: Column) -> Typed:
    if column.native in _INTEGERS:
        return Typed(value=f"{column.sql}::BIGINT")
    if column.native in _WIDE_INTEGERS:
        value = f"TRY_CAST({column.sql} AS BIGINT)"
        return Typed(
            value=value, problem=misfit(column.sql, "true", value, RowProblem.OUT_OF_RANGE)
        )
    if attribute.name == PROFILE_KEY:
        return typed_numbers.key(as_text(column), bare_text(column))
    return typed_numbers.integer(attribute, as_text(column), bare_text(column))


def _decimal(attribute: Attribute, column: Column) -> Typed:
    target = f"DECIMAL(18, {attribute.scale})"
    if column.native in (*_INTEGERS, *_WIDE_INTEGERS) or _native_scale(column) <= attribute.scale:
        value = f"TRY_CAST({column.sql} AS {target})"
        return Typed(
            value=value, problem=misfit(column.sql, "true", value, RowProblem.OUT_OF_RANGE)
        )
    return typed_numbers.decimal(attribute, as_text(column), bare_text(column))


def _boolean(attribute: Attribute, column: Column) -> Typed:
    if column.native == "BOOLEAN":
        return Typed(value=column.sql)
    return typed_booleans.boolean(attribute, as_text(column), bare_text(column))


def _date(attribute: Attribute, column: Column) -> Typed:
    native = typed_times.native_date(column.sql, column.native, zone=attribute.time_zone)
    if native is not None:
        value = typed_times.within_years(native)
        return Typed(
            value=value, problem=misfit(column.sql, "true", value, RowProblem.OUT_OF_RANGE)
        )
    text, bare = as_text(column), bare_text(column)
    read = typed_times.written_date(bare, written(attribute), day_zone=attribute.time_zone)
    aware = f"timezone({literal(attribute.time_zone)}, {typed_times.usual_aware(text)})::DATE"
    usual = () if attribute.formats else (typed_times.usual_date(text), aware)
    return _written_time(text, bare, read=read, usual=usual, kind=RowProblem.NOT_A_DATE)


def _timestamp(attribute: Attribute, column: Column) -> Typed:
    native = typed_times.native_instant(column.sql, column.native, written(attribute))
    if native is not None:
        value = typed_times.within_years(native)
        return Typed(
            value=value, problem=misfit(column.sql, "true", value, RowProblem.OUT_OF_RANGE)
        )
    text, bare = as_text(column), bare_text(column)
    read = typed_times.written_instant(bare, written(attribute))
    aware = f"timezone('UTC', {typed_times.usual_aware(text)})"
    usual = (
        () if attribute.formats else (typed_times.usual_instant(text, written(attribute)), aware)
    )
    return _written_time(text, bare, read=read, usual=usual, kind=RowProblem.NOT_A_TIMESTAMP)


def _birthday(attribute: Attribute, column: Column) -> Typed:
    native = typed_times.native_date(column.sql, column.native, zone=attribute.time_zone)
    if native is not None:
        return Typed(value=typed_times.month_and_day(native))
    text, bare = as_text(column), bare_text(column)
    read = typed_times.written_birthday(bare, written(attribute), day_zone=attribute.time_zone)
    slow = Typed(value=read, problem=misfit(bare, "false", read, RowProblem.NOT_A_BIRTHDAY))
    if attribute.formats:
        return slow
    return usual_first(text, typed_times.USUAL_BIRTHDAY, text, slow)


def _is_flat(column: Column) -> bool:
    """Tell whether a column's lists hold nothing that is nested itself."""
    return column.native.endswith("[]") and not is_nested(column.native.removesuffix("[]"))


def _list(attribute: Attribute, column: Column) -> Typed:
    if column.native.endswith("[]"):
        return Typed(value=typed_lists.joined(f"{column.sql}::VARCHAR[]", evened("p")))
    text = as_text(column)
    value = typed_lists.joined(typed_lists.parted(text, attribute.separator), evened("p"))
    if is_cut(column) is not None:
        return _floating(column, value)
    if column.native != "VARCHAR":
        return Typed(value=value)
    short = typed_lists.usual(text, attribute.separator, value)
    return _said(text, _whole(text, usual=short, other=value))


def _written_time(
    text: str, bare: str, *, read: str, usual: Sequence[str], kind: RowProblem
) -> Typed:
    """Read a time; `usual` reads texts of the usual forms, without and with an offset, and is empty with formats."""
    value = typed_times.within_years(read)
    found = Typed(value=value, problem=misfit(bare, f"({read}) IS NOT NULL", value, kind))
    forms = (typed_times.USUAL, typed_times.USUAL_AWARE)
    for form, simple in reversed(list(zip(forms, usual, strict=False))):
        found = usual_first(text, form, simple, found)
    return found


def _native_scale(column: Column) -> int:
    """Return the scale of a DECIMAL column, more than any attribute's for other types."""
    found = re.fullmatch(r"DECIMAL\(\d+,\s*(\d+)\)", column.native)
    return int(found.group(1)) if found else 1_000
