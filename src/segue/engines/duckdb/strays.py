"""Count and show the rows whose key or join finds nobody: without a key, joined with nothing, of no profile."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import duckdb

from segue.engines.duckdb import keys
from segue.engines.duckdb.quoting import literal
from segue.engines.duckdb.row_checks import COLUMNS, tally
from segue.engines.duckdb.sources_batches import FILE_NUMBER, ROW
from segue.engines.duckdb.sources_reports import VALUE_LENGTH
from segue.engines.duckdb.typed import as_text
from segue.engines.duckdb.unify import OWN, Unified, located
from segue.profiles.personal import Place
from segue.profiles.problems import RowProblem
from segue.profiles.references import named_column
from segue.profiles.schema import PROFILE_KEY, AttributeType

SHOWN = 20
"""Rows that are listed of each kind; the others are counted. There may be as many as rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """How many rows of a table have no usable key, and how many found nothing, by join in their order."""

    keyless: int
    unmatched: tuple[int, ...]


def missed(connection: duckdb.DuckDBPyConnection, rows: Unified) -> Missed:
    """Count in one scan what has no key and what a join did not find."""
    conditions = [f"({rows.key.value}) IS NULL", *rows.unmatched]
    counts = ", ".join(f"count(*) FILTER ({condition})" for condition in conditions)
    keyless, *unmatched = connection.execute(f"SELECT {counts} FROM {rows.base}").fetchall()[0]
    return Missed(keyless=keyless, unmatched=tuple(unmatched))


def note_unmatched(
    connection: duckdb.DuckDBPyConnection,
    rows: Unified,
    found: Missed,
    *,
    hidden: Collection[Place],
) -> None:
    """Show some of the rows for which a join found nothing, and count the others."""
    for join, condition, count in zip(
        rows.table.joins, rows.unmatched, found.unmatched, strict=True
    ):
        lefts = [left for left, _ in join.on]
        written = [as_text(located(rows.table, rows.relations, left)) for left in lefts]
        places = [named_column(rows.table, left) for left in lefts]
        shown = _Shown(
            rows=rows,
            kind=RowProblem.JOIN_WITHOUT_MATCH,
            column=", ".join(lefts),
            value=" || ' ' || ".join(written),
            personal=any(place in hidden for place in places),
            key_personal=named_column(rows.table, rows.table.key) in hidden,
        )
        _note(connection, shown, f"{rows.base} WHERE {condition}", count)


def note_strangers(
    connection: duckdb.DuckDBPyConnection,
    rows: Unified,
    *,
    profiles: str,
    count: int,
    hidden: Collection[Place],
) -> None:
    """Show some of the rows whose key belongs to no profile, those apart that differ only in how the key is written.

    `profiles` is a relation with the profiles' keys, `count` the number of these rows.
    """
    if not count:
        return
    personal = named_column(rows.table, rows.table.key) in hidden
    strangers = (
        f"{rows.base} WHERE ({rows.key.value}) IS NOT NULL"
        f" AND ({rows.key.value}) NOT IN (SELECT {PROFILE_KEY} FROM {profiles})"
    )
    near = "false"
    if rows.table.key_type is AttributeType.TEXT:
        alike = f"SELECT {keys.folded(PROFILE_KEY)} FROM {profiles}"
        near = f"({keys.folded(f'({rows.key.value})')}) IN ({alike})"
    otherwise = int(
        connection.execute(f"SELECT count(*) FILTER ({near}) FROM {strangers}").fetchall()[0][0]
    )
    for kind, condition, of_kind in (
        (RowProblem.KEY_WRITTEN_OTHERWISE, near, otherwise),
        (RowProblem.KEY_WITHOUT_PROFILE, f"NOT {near}", count - otherwise),
    ):
        shown = _Shown(
            rows=rows,
            kind=kind,
            column=rows.table.key,
            value=rows.key_text,
            personal=personal,
            key_personal=personal,
        )
        _note(connection, shown, f"{strangers} AND {condition}", of_kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """How rows of one kind are listed."""

    rows: Unified
    kind: RowProblem
    column: str
    value: str
    personal: bool
    key_personal: bool


def _note(connection: duckdb.DuckDBPyConnection, shown: _Shown, base: str, count: int) -> None:
    if not count:
        return
    own = shown.rows.own
    personal, key_personal = (str(one).lower() for one in (shown.personal, shown.key_personal))
    connection.execute(
        f"INSERT INTO problems ({COLUMNS}) SELECT {literal(own.source)}, {own.file(alias=OWN)}, {OWN}.{ROW},"
        f" NULL, {literal(shown.column)}, {literal(shown.kind)}, left({shown.rows.key_text}, {VALUE_LENGTH}),"
        f" left({shown.value}, {VALUE_LENGTH}), {personal}, {key_personal}, NULL, NULL"
        f" FROM {base} ORDER BY {OWN}.{FILE_NUMBER}, {OWN}.{ROW} LIMIT {SHOWN}"
    )
    tally(connection, own, column=shown.column, kind=shown.kind, count=count - min(count, SHOWN))
