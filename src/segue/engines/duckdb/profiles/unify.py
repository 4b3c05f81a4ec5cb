"""Queries that make one row per key of a declared table: joins, keys, typed attributes. SQL text from declared names only.

The first row by the relation's total order wins, in every joined source and, where nothing else is declared, in the table;
every other row is reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from segue.engines.duckdb.profiles import addresses, keys
from segue.engines.duckdb.profiles.unread import Flag, unread, with_flags
from segue.engines.duckdb.quoting import quoted
from segue.engines.duckdb.reading.sources import Relation
from segue.engines.duckdb.reading.sources_batches import FILE_NUMBER, ROW
from segue.engines.duckdb.reading.typed import Column, as_text, clean_text, typed
from segue.engines.duckdb.reading.typed_results import Typed
from segue.profiles.references import ColumnReference, resolve, source_of
from segue.profiles.schema import (
    PROFILE_KEY,
    Attribute,
    AttributeType,
    Join,
    Table,
    address_column,
    address_problem_column,
)

OWN = "t"
"""The alias of a table's own source; joins are j0, j1, …"""

WON_FILE, WON_ROW = f"won_{FILE_NUMBER}", f"won_{ROW}"
"""Which row won, beside one that lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """A temporary table of the rows that lost against another with the same key, and how many they are.

    Its columns: `file_no`, `row_no`, `key`, and which row won: `won_file_no`, `won_row_no`.
    """

    table: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unified:
    """The pieces of a table's query: FROM clause, key and select list.

    `replaced` are columns over those of `columns`, which hold what they are made of. `unmatched` holds per join the
    condition that a row has what the join is found by, and the join found nothing.
    """

    table: Table
    relations: Mapping[str, Relation]
    base: str
    key: Typed
    key_text: str
    columns: tuple[str, ...]
    replaced: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()

    @property
    def own(self) -> Relation:
        """The relation of the table's own source."""
        return self.relations[self.table.source]

    def select(
        self, *, without: Repeats | None, only: str = "true", more: Sequence[str] = ()
    ) -> str:
        """Return the query of the table's rows: keyed, not repeated, and for which `only` holds; `more` are columns."""
        anti = ""
        if without is not None and without.count:
            anti = (
                f" ANTI JOIN {without.table} r ON r.{FILE_NUMBER} = {OWN}.{FILE_NUMBER}"
                f" AND r.{ROW} = {OWN}.{ROW}"
            )
        inner = [column for flag in self.flags for column in flag.inner]
        listed = ", ".join([f"{self.key.value} AS {PROFILE_KEY}", *self.columns, *more, *inner])
        rows = f"SELECT {listed} FROM {self.base}{anti} WHERE ({self.key.value}) IS NOT NULL AND {only}"
        if self.replaced:
            rows = f"SELECT * REPLACE ({', '.join(self.replaced)}) FROM ({rows})"
        return with_flags(rows, self.flags)


def unified(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    relations: Mapping[str, Relation],
    *,
    joined: Mapping[str, Repeats],
) -> Unified:
    """Build the query of a declared table; `joined` holds the repeated rows of each join, by join name."""
    base = base_of(table, relations, joined=joined)
    key_column = located(table, relations, table.key)
    columns: list[str] = []
    replaced: list[str] = []
    for at, attribute in enumerate(table.attributes):
        column = located(table, relations, attribute.column)
        domains = _domain_lookup(connection, table, attribute, relations, alias=f"d{at}")
        base += domains.join
        selected = _selected(attribute, column, domains.ascii)
        columns += selected.columns
        replaced += selected.replaced
    return Unified(
        table=table,
        relations=relations,
        base=base,
        key=keys.key_of(table, key_column),
        key_text=as_text(key_column),
        columns=tuple(columns),
        replaced=tuple(replaced),
        unmatched=tuple(_unmatched(table, relations)),
    )


def with_unread(rows: Unified, attributes: Sequence[Attribute]) -> Unified:
    """Return the query with a column for each of these attributes that says where a value could not be read."""
    flags = (
        _unread(rows.table, attribute, rows.relations, at=at)
        for at, attribute in enumerate(attributes)
    )
    return replace(rows, flags=tuple(flags))


def base_of(
    table: Table,
    relations: Mapping[str, Relation],
    *,
    joined: Mapping[str, Repeats],
    losers_of: str = "",
) -> str:
    """Return the FROM clause of a table with its joins; of the join `losers_of` only the rows that are never joined."""
    base = f"{relations[table.source].relation} {OWN}"
    for at, join in enumerate(table.joins):
        relation, repeats = relations[join.source].relation, joined[join.name]
        kept = "SEMI" if join.name == losers_of else "ANTI"
        pairs = " AND ".join(
            f"{left} = {right}" for left, right in _pairs(table, relations, join, f"j{at}")
        )
        base += f" LEFT JOIN {without_repeats(relation, repeats, kept=kept)} j{at} ON {pairs}"
    return base


def _pairs(
    table: Table, relations: Mapping[str, Relation], join: Join, alias: str
) -> Iterator[tuple[str, str]]:
    """Yield what a join compares: the left column, the right one."""
    for left, right in join.on:
        yield (
            located(table, relations, left).compared,
            relations[join.source].column(right, alias=alias).compared,
        )


def _unmatched(table: Table, relations: Mapping[str, Relation]) -> Iterator[str]:
    for at, join in enumerate(table.joins):
        filled = " AND ".join(
            f"({left}) IS NOT NULL" for left, _ in _pairs(table, relations, join, f"j{at}")
        )
        yield f"{filled} AND j{at}.{ROW} IS NULL"


def located(table: Table, relations: Mapping[str, Relation], reference: str) -> Column:
    """Return the column that a reference of the table means, through the alias of its source."""
    found = resolve(table, reference)
    return relations[source_of(table, found)].column(found.column, alias=_alias(table, found))


def _alias(table: Table, found: ColumnReference) -> str:
    """Return the alias of the source that a reference is read from."""
    if found.join is None:
        return OWN
    return f"j{[join.name for join in table.joins].index(found.join)}"


def repeated(
    connection: duckdb.DuckDBPyConnection,
    into: str,
    *,
    base: str,
    alias: str,
    found_by: Sequence[str],
    shown: str,
    order: str,
) -> Repeats:
    """Find the rows of `base` that have the keys of one that comes before, by the total `order`; NULL is never equal."""
    listed = ", ".join(f"{key} AS k{at}" for at, key in enumerate(found_by))
    names = ", ".join(f"k{at}" for at in range(len(found_by)))
    filled = " AND ".join(f"({key}) IS NOT NULL" for key in found_by)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {into}_keys AS SELECT {listed} FROM {base} WHERE {filled}"
        f" GROUP BY ALL HAVING count(*) > 1"
    )
    same = " AND ".join(f"({key}) = r.k{at}" for at, key in enumerate(found_by))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {into} AS SELECT * EXCLUDE (place) FROM ("
        f"SELECT {alias}.{FILE_NUMBER}, {alias}.{ROW}, {shown} AS key, row_number() OVER w AS place,"
        f" first_value({alias}.{FILE_NUMBER}) OVER w AS {WON_FILE},"
        f" first_value({alias}.{ROW}) OVER w AS {WON_ROW}"
        f" FROM {base} JOIN {into}_keys r ON {same}"
        f" WINDOW w AS (PARTITION BY {names} ORDER BY {order})) WHERE place > 1"
    )
    connection.execute(f"DROP TABLE {into}_keys")
    count = connection.execute(f"SELECT count(*) FROM {into}").fetchall()[0][0]
    return Repeats(table=into, count=int(count))


def repeated_in_join(
    connection: duckdb.DuckDBPyConnection, join: Join, right: Relation, *, into: str
) -> Repeats:
    """Find the rows of a joined source that are never joined because an earlier row has the same columns."""
    found_by = [right.column(column, alias="s").compared for _, column in join.on]
    return repeated(
        connection,
        into,
        base=f"{right.relation} s",
        alias="s",
        found_by=found_by,
        shown=" || ' ' || ".join(found_by),
        order=right.order(alias="s"),
    )


def without_repeats(relation: str, repeats: Repeats, *, kept: str = "ANTI") -> str:
    """Return the relation as a FROM item without its repeated rows; of these alone with `kept` SEMI."""
    if not repeats.count:
        return relation
    same = f"s.{FILE_NUMBER} = r.{FILE_NUMBER} AND s.{ROW} = r.{ROW}"
    return f"(SELECT s.* FROM {relation} s {kept} JOIN {repeats.table} r ON {same})"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Selected:
    """The columns of one attribute, and which of them are replaced by expressions over them."""

    columns: tuple[str, ...]
    replaced: tuple[str, ...] = ()


def _selected(attribute: Attribute, column: Column, looked_up: str) -> _Selected:
    value = f"{typed(attribute, column).value} AS {quoted(attribute.name)}"
    if attribute.type is not AttributeType.EMAIL:
        return _Selected(columns=(value,))
    if column.native == "VARCHAR":
        return _address(attribute, column, looked_up)
    found = addresses.expressions(as_text(column), looked_up=looked_up)
    return _Selected(
        columns=(
            value,
            f"{found.address} AS {quoted(address_column(attribute.name))}",
            f"{found.problem} AS {quoted(address_problem_column(attribute.name))}",
        )
    )


def _address(attribute: Attribute, column: Column, looked_up: str) -> _Selected:
    """Compute the address once: what was written and the problem are told by it where there is one."""
    written, address, problem = (
        quoted(column_of(attribute.name))
        for column_of in (str, address_column, address_problem_column)
    )
    found = addresses.expressions(column.sql, looked_up=looked_up)
    kept = clean_text(Column(sql=written))
    lacks = addresses.problem_beside(address, written, looked_up=problem)
    return _Selected(
        columns=(
            f"{column.sql} AS {written}",
            f"{found.address} AS {address}",
            f"({looked_up})::VARCHAR AS {problem}",
        ),
        replaced=(
            f"CASE WHEN {addresses.is_same_text(address, written)} THEN {written} ELSE {kept} END AS {written}",
            f"{lacks} AS {problem}",
        ),
    )


def _unread(
    table: Table, attribute: Attribute, relations: Mapping[str, Relation], *, at: int
) -> Flag:
    found = resolve(table, attribute.column)
    relation, alias = relations[source_of(table, found)], _alias(table, found)
    return unread(attribute, relation, found.column, alias=alias, at=at)


def _domain_lookup(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    attribute: Attribute,
    relations: Mapping[str, Relation],
    *,
    alias: str,
) -> addresses.Lookup:
    """Canonicalise the international domains of an e-mail attribute's source and return how to find them."""
    if attribute.type is not AttributeType.EMAIL:
        return addresses.Lookup(ascii="NULL", join="")
    reference = resolve(table, attribute.column)
    relation = relations[source_of(table, reference)]
    text = as_text(relation.column(reference.column, alias="s"))
    addresses.look_up_domains(connection, f"{relation.relation} s", text)
    return addresses.lookup(
        connection, as_text(located(table, relations, attribute.column)), alias=alias
    )
