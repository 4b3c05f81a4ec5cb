"""Count and show the rows whose key or join finds nobody: without a key, joined with nothing, of no profile."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import duckdb

from segue.engines.duckdb.profiles import keys
from segue.engines.duckdb.profiles.row_checks import COLUMNS, tally
from segue.engines.duckdb.profiles.unify import OWN, Unified, located
from segue.engines.duckdb.quoting import literal
from segue.engines.duckdb.reading.sources_batches import FILE_NUMBER, ROW
from segue.engines.duckdb.reading.sources_reports import VALUE_LENGTH
from segue.engines.duckdb.reading.typed import as_text
from segue.profiles.personal import Place
from segue.profiles.problems import RowProblem
from segue.profiles.references import named_column, resolve
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
            key=rows.key_text,
            value=" || ' ' || ".join(written),
            personal=any(place in hidden for place in places),
            key_personal=named_column(rows.table, rows.table.key) in hidden,
        )
        _note(connection, shown, f"{rows.base} WHERE ({condition})", count)


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
    otherwise = _keep_strangers(connection, rows, profiles=profiles)
    for kind, condition, of_kind in (
        (RowProblem.KEY_WRITTEN_OTHERWISE, _NEAR, otherwise),
        (RowProblem.KEY_WITHOUT_PROFILE, f"NOT ({_NEAR})", count - otherwise),
    ):
        shown = _Shown(
            rows=rows,
            kind=kind,
            column=rows.table.key,
            key="written",
            value="written",
            personal=personal,
            key_personal=personal,
        )
        _note(connection, shown, f"strangers {OWN} WHERE ({condition})", of_kind)
    connection.execute("DROP TABLE strangers; DROP TABLE near_forms")


_NEAR = "alike IN (SELECT alike FROM near_forms)"


def _keep_strangers(connection: duckdb.DuckDBPyConnection, rows: Unified, *, profiles: str) -> int:
    """Fill the session's table `strangers` and, with the forms of those near a profile's, `near_forms`; count these rows.

    Most keys are in the form that is compared already: only others are brought into it, since that costs 0.8 s a million.
    """
    is_text = rows.table.key_type is AttributeType.TEXT
    key, alike = f"({rows.key.value})", keys.folded("key") if is_text else "NULL::VARCHAR"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE strangers AS SELECT *, {alike} AS alike FROM ("
        f"SELECT {OWN}.{FILE_NUMBER}, {OWN}.{ROW}, {key} AS key, left({rows.key_text}, {VALUE_LENGTH}) AS written"
        f" FROM {_keyed_rows(rows)} WHERE {key} IS NOT NULL AND {key} NOT IN (SELECT {PROFILE_KEY} FROM {profiles}))"
    )
    forms = "SELECT NULL::VARCHAR AS alike LIMIT 0"
    if is_text:
        changed = (
            f"SELECT {keys.folded(PROFILE_KEY)} FROM {profiles} WHERE {keys.may_fold(PROFILE_KEY)}"
        )
        same = f"SELECT {PROFILE_KEY} FROM {profiles} WHERE {PROFILE_KEY} IN (SELECT alike FROM strangers WHERE alike <> key)"
        forms = f"SELECT DISTINCT alike FROM strangers WHERE alike IN ({changed} UNION ALL {same})"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE near_forms AS {forms}")
    counted = f"SELECT count(*) FROM strangers WHERE {_NEAR}"
    return int(connection.execute(counted).fetchall()[0][0])


def _keyed_rows(rows: Unified) -> str:
    """Return where the key stands: joins bring a row nothing but columns, so those that the key does not need are left out."""
    is_own = resolve(rows.table, rows.table.key).join is None
    return f"{rows.own.relation} {OWN}" if is_own else rows.base


_EARLY = f"{OWN}.{FILE_NUMBER} = 0 AND {OWN}.{ROW} <= 100000"
"""The rows that come before all others: where enough of them are to be listed, nothing else is sorted."""


def _are_early(connection: duckdb.DuckDBPyConnection, base: str) -> bool:
    found = f"SELECT count(*) FROM (SELECT 1 FROM {base} AND {_EARLY} LIMIT {SHOWN})"
    return bool(connection.execute(found).fetchall()[0][0] == SHOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """How rows of one kind are listed."""

    rows: Unified
    kind: RowProblem
    column: str
    key: str
    value: str
    personal: bool
    key_personal: bool


def _note(connection: duckdb.DuckDBPyConnection, shown: _Shown, base: str, count: int) -> None:
    """List the first of `count` rows; `base` ends with what they have in common."""
    if not count:
        return
    if _are_early(connection, base):
        base = f"{base} AND {_EARLY}"
    own = shown.rows.own
    personal, key_personal = (str(one).lower() for one in (shown.personal, shown.key_personal))
    connection.execute(
        f"INSERT INTO problems ({COLUMNS}) SELECT {literal(own.source)}, {own.file(alias=OWN)}, {OWN}.{ROW},"
        f" NULL, {literal(shown.column)}, {literal(shown.kind)}, left({shown.key}, {VALUE_LENGTH}),"
        f" left({shown.value}, {VALUE_LENGTH}), {personal}, {key_personal}, NULL, NULL"
        f" FROM {base} ORDER BY {OWN}.{FILE_NUMBER}, {OWN}.{ROW} LIMIT {SHOWN}"
    )
    tally(connection, own, column=shown.column, kind=shown.kind, count=count - min(count, SHOWN))
