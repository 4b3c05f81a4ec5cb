"""Find every row and value that could not be taken as written, into the session's table `problems`. Nothing is changed.

Values stand in that table only (it becomes `problems.parquet` in the snapshot); what happens too often to be listed,
such as rounding, is counted in `tallies`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from segue.engines.duckdb.profiles import addresses, keys
from segue.engines.duckdb.profiles.unify import OWN, WON_FILE, WON_ROW, Repeats, Unified
from segue.engines.duckdb.quoting import literal
from segue.engines.duckdb.reading.sources import Relation
from segue.engines.duckdb.reading.sources_batches import ROW
from segue.engines.duckdb.reading.sources_reports import VALUE_LENGTH
from segue.engines.duckdb.reading.typed import Column, as_text, bare_text, typed
from segue.profiles.personal import Place, personal_columns
from segue.profiles.problems import RowProblem
from segue.profiles.references import label_of, resolve, source_of
from segue.profiles.schema import Attribute, AttributeType, ProfileSchema, Table

COLUMNS = "source, file, row, attribute, column_name, kind, key, value, personal, key_personal, won_file, won_row"
"""The columns of `problems`. `personal` and `key_personal` tell of the value and of the key; `won_…` of a repeated key."""


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the empty tables `problems` and `tallies`."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE problems (source VARCHAR, file VARCHAR, row BIGINT, attribute VARCHAR,"
        " column_name VARCHAR, kind VARCHAR, key VARCHAR, value VARCHAR, personal BOOLEAN,"
        " key_personal BOOLEAN, won_file VARCHAR, won_row BIGINT)"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE tallies"
        " (source VARCHAR, attribute VARCHAR, column_name VARCHAR, kind VARCHAR, count BIGINT)"
    )


def note_reports(connection: duckdb.DuckDBPyConnection, relation: Relation) -> None:
    """Take over what the reader of a source left out. Whole rows may hold anything, so they count as personal."""
    aside = relation.reports.put_aside()
    if aside is not None:
        _take_over(connection, relation, f"read_parquet({literal(str(aside))})")
    table = relation.reports.table()
    if table.num_rows:
        connection.register("reader_reports", table)
        _take_over(connection, relation, "reader_reports")
        connection.unregister("reader_reports")
    for kind, count in relation.reports.counted.items():
        connection.execute(
            "INSERT INTO tallies VALUES (?, NULL, NULL, ?, ?)", [relation.source, kind.value, count]
        )


def _take_over(connection: duckdb.DuckDBPyConnection, relation: Relation, reports: str) -> None:
    connection.execute(
        f'INSERT INTO problems ({COLUMNS}) SELECT {literal(relation.source)}, file, row, NULL, "column",'
        f" kind, NULL, value, true, true, NULL, NULL FROM {reports}"
    )


def note_repeats(
    connection: duckdb.DuckDBPyConnection,
    relation: Relation,
    repeats: Repeats,
    *,
    kind: RowProblem,
    column: str,
    personal: bool,
) -> None:
    """List the rows that lost against another one with the same key, and which one won."""
    if not repeats.count:
        return
    hidden = "true" if personal else "false"
    connection.execute(
        f"INSERT INTO problems ({COLUMNS}) SELECT {literal(relation.source)}, {relation.file(alias='r')},"
        f" r.{ROW}, NULL, {literal(column)}, {literal(kind)}, r.key, r.key, {hidden}, {hidden},"
        f" {relation.file(alias='r', number=WON_FILE)}, r.{WON_ROW} FROM {repeats.table} r"
    )


def note_keyless(connection: duckdb.DuckDBPyConnection, rows: Unified, *, personal: bool) -> None:
    """List the rows without a usable key."""
    table, own = rows.table, rows.own
    unread = "false"
    if table.key in own.reports.columns:  # the reader left empty what is written there
        unread = own.reported(table.key, alias=OWN)
    kind = (
        f"CASE WHEN {unread} THEN {literal(RowProblem.KEY_INVALID)}"
        f" WHEN {keys.is_missing(table, rows.key_text)} THEN {literal(RowProblem.KEY_MISSING)}"
        f" ELSE {literal(RowProblem.KEY_INVALID)} END"
    )
    written = f"left({rows.key_text}, {VALUE_LENGTH})"
    hidden = "true" if personal else "false"
    connection.execute(
        f"INSERT INTO problems ({COLUMNS}) SELECT {literal(own.source)}, {own.file(alias=OWN)}, {OWN}.{ROW},"
        f" NULL, {literal(table.key)}, {kind}, {written}, {written}, {hidden}, {hidden}, NULL, NULL"
        f" FROM {rows.base} WHERE ({rows.key.value}) IS NULL"
    )


def tally(
    connection: duckdb.DuckDBPyConnection,
    relation: Relation,
    *,
    column: str,
    kind: RowProblem,
    count: int,
) -> None:
    """Count what is not listed row by row."""
    if count:
        connection.execute(
            "INSERT INTO tallies VALUES (?, NULL, ?, ?, ?)",
            [relation.source, column, kind.value, count],
        )


def check_attributes(
    connection: duckdb.DuckDBPyConnection,
    schema: ProfileSchema,
    relations: Mapping[str, Relation],
    *,
    table: Table,
) -> None:
    """List the values of every declared attribute of a table that do not fit their type, once per source row."""
    hidden = personal_columns(schema)
    by_source: dict[str, list[_Check]] = {}
    for at, attribute in enumerate(table.attributes):
        reference = resolve(table, attribute.column)
        source = source_of(table, reference)
        found = relations[source].column(reference.column, alias="s")
        domains = addresses.lookup(connection, as_text(found), alias=f"d{at}")
        check = _check(
            label_of(table, attribute),
            attribute,
            found,
            domains,
            personal=(source, reference.column) in hidden,
            values=_values_of(relations[source].columns[reference.column]),
        )
        if check.problem or check.rounded:
            by_source.setdefault(source, []).append(check)
    for source, checks in by_source.items():
        key = _own_key(table, relations[source], hidden)
        _run(connection, relations[source], checks, key=key)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Check:
    """One attribute's expressions over its own source."""

    label: str
    column: str
    written: str
    problem: str | None
    rounded: str | None
    personal: bool
    join: str
    """The join that `problem` needs, '' for none."""
    is_likely: bool
    """Whether something is wrong in nearly every source: then counting first would be one scan more."""
    values: str
    """The columns of the source that hold few values, each of which is looked at once; '' where each row is."""


def _check(
    label: str,
    attribute: Attribute,
    column: Column,
    domains: addresses.Lookup,
    *,
    personal: bool,
    values: str,
) -> _Check:
    expressions = typed(attribute, column)
    is_email = attribute.type is AttributeType.EMAIL
    written = as_text(column)
    problem = expressions.problem
    if is_email:
        problem = addresses.expressions(written, looked_up=domains.ascii).problem
    return _Check(
        label=label,
        column=attribute.column,
        written=written,
        problem=problem,
        rounded=expressions.rounded,
        personal=personal,
        join=domains.join if is_email else "",
        is_likely=is_email,
        values=values,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    """The expression of a row's key where it stands in the same source, to find the row by, else NULL."""

    text: str = "NULL"
    personal: bool = True


def _own_key(table: Table, relation: Relation, hidden: Collection[Place]) -> _Key:
    reference = resolve(table, table.key)
    if reference.join is None and table.source == relation.source:
        text = bare_text(relation.column(reference.column, alias="s"))
        return _Key(text=text, personal=(relation.source, reference.column) in hidden)
    return _Key()


def _run(
    connection: duckdb.DuckDBPyConnection,
    relation: Relation,
    checks: Sequence[_Check],
    *,
    key: _Key,
) -> None:
    """Count everything in one scan, then list only what was found."""
    found = _counts(connection, relation, [check for check in checks if not check.is_likely])
    for check in checks:
        misfits, rounded = found.get(check, (0, 0))
        if misfits or check.is_likely:
            _list(connection, relation, check, key=key)
        if rounded:
            connection.execute(
                "INSERT INTO tallies VALUES (?, ?, ?, ?, ?)",
                [relation.source, check.label, check.column, RowProblem.ROUNDED.value, rounded],
            )


def _counts(
    connection: duckdb.DuckDBPyConnection, relation: Relation, checks: Sequence[_Check]
) -> Mapping[_Check, tuple[int, int]]:
    """Return how many values each check finds that do not fit, and how many are rounded."""
    by_row = [check for check in checks if not check.values]
    found: dict[_Check, tuple[int, int]] = {}
    for check in checks:
        if check.values:
            values = f"SELECT {check.values}, count(*) AS n FROM {relation.relation} GROUP BY ALL"
            found |= _counted(connection, [check], f"({values}) s", each="sum(n)")
    if by_row:
        joins = "".join(check.join for check in by_row)
        found |= _counted(connection, by_row, f"{relation.relation} s{joins}", each="count(*)")
    return found


def _counted(
    connection: duckdb.DuckDBPyConnection, checks: Sequence[_Check], rows: str, *, each: str
) -> dict[_Check, tuple[int, int]]:
    counts = ", ".join(
        f"coalesce({each} FILTER ({condition}), 0)"
        for check in checks
        for condition in (f"({check.problem or 'NULL'}) IS NOT NULL", check.rounded or "false")
    )
    found = connection.execute(f"SELECT {counts} FROM {rows}").fetchall()[0]
    return dict(zip(checks, zip(found[::2], found[1::2], strict=True), strict=True))


def _values_of(column: Column) -> str:
    return ", ".join(filter(None, (column.sql, column.own))) if column.repeats else ""


def _list(
    connection: duckdb.DuckDBPyConnection, relation: Relation, check: _Check, *, key: _Key
) -> None:
    personal, key_personal = (str(one.personal).lower() for one in (check, key))
    connection.execute(
        f"INSERT INTO problems ({COLUMNS}) SELECT * FROM (SELECT {literal(relation.source)},"
        f" {relation.file(alias='s')}, s.{ROW}, {literal(check.label)}, {literal(check.column)},"
        f" {check.problem} AS kind, {key.text}, left({check.written}, {VALUE_LENGTH}), {personal},"
        f" {key_personal}, NULL, NULL"
        f" FROM {relation.relation} s{check.join}) WHERE kind IS NOT NULL"
    )
