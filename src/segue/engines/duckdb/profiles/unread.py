"""Say of a row whether a value is written that could not be read, so that it is not taken for a blank. Expressions only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from segue.engines.duckdb.quoting import literal, quoted
from segue.engines.duckdb.reading.sources import Relation
from segue.engines.duckdb.reading.typed import typed
from segue.profiles.problems import RowProblem
from segue.profiles.schema import Attribute, unread_column


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One attribute's flag: what it needs of the row (`inner`, named), and the named flag over that and the value.

    Where the value is there, which is nearly everywhere, nothing is looked at a second time: written beside the value's
    own expression, the flags cost a third of a refresh.
    """

    inner: tuple[str, ...]
    outer: str


def unread(attribute: Attribute, relation: Relation, column: str, *, alias: str, at: int) -> Flag:
    """Return the flag of an attribute that is read from a column; `at` tells flags of one query apart.

    Reads the session's table `problems` where the reader itself had to leave values of the column empty.
    """
    of_row = relation.column(column, alias=alias)
    written, own = f"written_{at}", f"own_{at}" if of_row.own else ""
    found = typed(attribute, replace(of_row, sql=written, compared="", own=own))
    inner, parts = [], []
    if found.problem is not None:
        inner.append(f"{of_row.sql} AS {written}")
        inner += [f"{of_row.own} AS {own}"] if own else []
        value = quoted(attribute.name)
        lost = f"coalesce(({found.problem}) <> {literal(RowProblem.TEXT_FOR_NOTHING)}, false)"
        parts.append(f"CASE WHEN {value} IS NULL THEN {lost} ELSE false END")
    if column in relation.reports.columns:
        inner.append(f"{relation.reported(column, alias=alias)} AS reported_{at}")
        parts.append(f"reported_{at}")
    flag = f"coalesce({' OR '.join(parts)}, false)" if parts else "false"
    return Flag(inner=tuple(inner), outer=f"{flag} AS {quoted(unread_column(attribute.name))}")


def with_flags(rows: str, flags: Sequence[Flag]) -> str:
    """Return the rows of a query with their flags, without what only these need."""
    if not flags:
        return rows
    inner = [column.rpartition(" AS ")[2] for flag in flags for column in flag.inner]
    kept = f"* EXCLUDE ({', '.join(inner)})" if inner else "*"
    return f"SELECT {kept}, {', '.join(flag.outer for flag in flags)} FROM ({rows})"
