"""Note what could not be taken of tables of the cluster into this machine's tables `problems` and `tallies`.

Everything is counted, a few rows of each kind are listed: there may be as many as rows. A table of the cluster has no
rows to point at by number, so that a row is told by its key.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
from pyspark.sql.connect import functions as fn

from segue.core.emails import AddressProblem
from segue.engines.duckdb.profiles.row_checks import COLUMNS
from segue.engines.duckdb.reading.sources_reports import VALUE_LENGTH
from segue.engines.spark.reading.plain import as_text
from segue.engines.spark.reading.relations import Asked, Made, Relation
from segue.profiles.personal import Place
from segue.profiles.problems import RowProblem
from segue.profiles.references import label_of, named_column
from segue.profiles.schema import Attribute, Table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

LISTED = 1_000
"""Rows of one kind at one place that are listed; the others are counted."""

_KEY, _VALUE, _KIND = "key", "value", "kind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noting:
    """Where problems are noted, and which columns are `hidden`."""

    connection: duckdb.DuckDBPyConnection
    hidden: Collection[Place]

    def attribute(self, table: Table, attribute: Attribute, relation: Relation) -> None:
        """Note the values of a source's column that do not fit an attribute, once per row of the source."""
        source, column = named_column(table, attribute.column)
        made = relation.made[Asked(column=column, attribute=attribute)]
        if made.looked_up is None:
            return
        label, personal = label_of(table, attribute), (source, column) in self.hidden
        wrong = made.looked_up.filter(pa.compute.field("problem").is_valid())
        for kind, count in _counted(wrong).items():
            of_kind = wrong.filter(pa.compute.field("problem") == kind)
            rows = self._rows_of(table, relation, made, of_kind)
            self._list(source, label, attribute.column, kind, rows, personal=personal, table=table)
            self._tally(source, label, attribute.column, kind, count - len(rows))
        rounded = made.looked_up.filter(pa.compute.field("rounded"))
        self._tally(source, label, attribute.column, RowProblem.ROUNDED, _sum(rounded))

    def rows(
        self,
        table: Table,
        source: str,
        column: str,
        kind: RowProblem,
        frame: DataFrame,
        *,
        count: int,
        key: Any,
        value: Any,
        personal: bool,
    ) -> None:
        """Note `count` rows of one kind, which `frame` holds; `key` and `value` are its columns that are listed."""

        if not count:
            return
        shown = frame.select(
            fn.substring(key, 1, VALUE_LENGTH).alias(_KEY),
            fn.substring(value, 1, VALUE_LENGTH).alias(_VALUE),
        )
        rows = shown.orderBy(_KEY, _VALUE).limit(LISTED).toArrow().to_pylist()
        self._list(source, None, column, kind, rows, personal=personal, table=table)
        self._tally(source, None, column, kind, count - len(rows))

    def counted(
        self, source: str, attribute: str, column: str, kind: RowProblem, count: int
    ) -> None:
        """Note what is counted only."""
        self._tally(source, attribute, column, kind, count)

    def _rows_of(
        self, table: Table, relation: Relation, made: Made, wrong: pa.Table
    ) -> list[dict[str, Any]]:
        """Return up to LISTED rows that hold one of these values, by their key where it stands in the same source."""

        written = {one["k"]: one["written"] for one in wrong.slice(0, LISTED).to_pylist()}
        source, column = named_column(table, table.key)
        has_key = source == relation.source
        found = [key for key in written if key is not None]
        is_one = fn.col(made.key).isin(*found) if found else fn.lit(False)
        if None in written:
            is_one = is_one | fn.col(made.key).isNull() & (
                fn.col(made.problem) == AddressProblem.MISSING.value
            )
        key = as_text(fn.col(relation.columns[column])) if has_key else fn.lit(None).cast("string")
        asked = relation.frame.filter(is_one).select(
            key.alias(_KEY), fn.col(made.key).alias(_VALUE)
        )
        rows = asked.orderBy(_KEY, _VALUE).limit(LISTED).toArrow().to_pylist()
        return [{_KEY: row[_KEY], _VALUE: written.get(row[_VALUE])} for row in rows]

    def _list(
        self,
        source: str,
        attribute: str | None,
        column: str,
        kind: str,
        rows: list[dict[str, Any]],
        *,
        personal: bool,
        table: Table,
    ) -> None:
        if not rows:
            return
        key_personal = named_column(table, table.key) in self.hidden
        listed = [
            (source, "", at, attribute, column, str(kind), row[_KEY], row[_VALUE], personal, key_personal, None, None)
            for at, row in enumerate(rows, start=1)
        ]  # fmt: skip
        places = ", ".join("?" * len(listed[0]))
        self.connection.executemany(f"INSERT INTO problems ({COLUMNS}) VALUES ({places})", listed)

    def _tally(
        self, source: str, attribute: str | None, column: str, kind: str, count: int
    ) -> None:
        if count > 0:
            self.connection.execute(
                "INSERT INTO tallies VALUES (?, ?, ?, ?, ?)",
                [source, attribute, column, str(kind), count],
            )


def _counted(wrong: pa.Table) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for kind, count in zip(wrong["problem"].to_pylist(), wrong["n"].to_pylist(), strict=True):
        found[kind] = found.get(kind, 0) + count
    return found


def _sum(rows: pa.Table) -> int:
    return int(sum(rows["n"].to_pylist()))
