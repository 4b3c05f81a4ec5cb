"""Open declared tables of the cluster as relations: the needed columns in one state, and what is made of their values.

A table is copied first, as far as it is needed: it may change while it is read, and then counts would not balance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
from pyspark.sql.connect import functions as fn

from segue.core import emails
from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.engines.duckdb.reading.sources_told import source_problem
from segue.engines.spark.reading.plain import as_text, plain
from segue.engines.spark.reading.values import read_values
from segue.engines.spark.sessions import Session, uploaded
from segue.engines.spark.snapshot_tables import kind_of
from segue.profiles.schema import Attribute, AttributeType

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

MOST_LOOKED_UP = 2_000_000
"""Different values of one column that are not plain and are read one by one on this machine. Each takes about 200 bytes here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is made of a column: an attribute, or (None) the one form that keys and joins compare."""

    column: str
    attribute: Attribute | None

    @property
    def is_address(self) -> bool:
        """Return whether it is to be an e-mail address."""
        return self.attribute is not None and self.attribute.type is AttributeType.EMAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The columns of a relation that hold what was made of one: `address` is '' where none was asked for.

    `problem` is '' where nothing is wrong with any value. `looked_up` are the values that were read one by one, with how
    many rows hold each: `k`, `n`, `value`, `address`, `problem`, `rounded`, `written`; `key` finds them in the relation.
    """

    value: str
    address: str = ""
    problem: str = ""
    key: str = ""
    looked_up: pa.Table | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A table of the cluster as far as it is needed: `columns` names each wanted column's own in the frame."""

    source: str
    frame: DataFrame
    columns: Mapping[str, str]
    rows: int
    made: Mapping[Asked, Made] = field(default_factory=dict)

    def order(self, prefix: str = "") -> list[Any]:
        """Return the total order by which the first of several rows is chosen: a table of the cluster has no other."""

        return [as_text(fn.col(prefix + name)).asc_nulls_last() for name in self.columns.values()]


def made_of(
    session: Session,
    connection: duckdb.DuckDBPyConnection,
    relation: Relation,
    asked: Sequence[Asked],
) -> Relation:
    """Return the relation with what was asked for made of its columns.

    Raises: ConfigurationProblem `spark_values_too_many`.
    """
    maker = _Maker(session, connection, relation)
    counted = maker.count([one for one in asked if one not in relation.made])
    frame, made = relation.frame, dict(relation.made)
    for one, odd, missing in counted:
        frame, made[one] = maker.made(frame, one, odd=odd, missing=missing)
    return Relation(
        source=relation.source,
        frame=frame,
        columns=relation.columns,
        rows=relation.rows,
        made=made,
    )


class _Maker:
    """Makes columns of one relation."""

    def __init__(
        self, session: Session, connection: duckdb.DuckDBPyConnection, relation: Relation
    ) -> None:
        self._session = session
        self._connection = connection
        self._relation = relation
        self._kinds = {
            one.name: one.dataType.simpleString() for one in relation.frame.schema.fields
        }

    def count(self, asked: Sequence[Asked]) -> Iterator[tuple[Asked, int, int]]:
        """Count in one scan how many values are not plain, and how many addresses are missing."""

        if not asked:
            return
        counts = []
        for at, one in enumerate(asked):
            is_odd, is_missing = self._is_odd(one), fn.col(self._name(one)).isNull()
            counts.append(fn.count(fn.when(is_odd, 1)).alias(f"odd{at}"))
            counts.append(fn.count(fn.when(is_missing, 1)).alias(f"missing{at}"))
        row = self._relation.frame.agg(*counts).toArrow().to_pylist()[0]
        for at, one in enumerate(asked):
            yield one, row[f"odd{at}"], row[f"missing{at}"]

    def made(
        self, frame: DataFrame, asked: Asked, *, odd: int, missing: int
    ) -> tuple[DataFrame, Made]:
        """Add the columns of one asking."""

        at = f"{self._name(asked)}_{len(frame.columns)}"
        given = (
            self._values(asked, missing=missing) if odd or (missing and asked.is_address) else None
        )
        if given is None:
            return self._all_plain(frame, asked, at)
        found = read_values(self._connection, asked.attribute, given)
        names = {name: f"{at}_{name}" for name in ("k", "value", "address", "problem")}
        sent = found.select(list(names)).filter(pa.compute.field("k").is_valid())
        key = as_text(fn.col(self._name(asked)))
        if sent.num_rows:
            sent = _in_zone(sent).rename_columns(list(names.values()))
            frame = frame.join(uploaded(self._session, sent), key == fn.col(names["k"]), "left")
        else:
            frame = frame.withColumns(
                {name: fn.lit(None).cast("string") for name in names.values()}
            )
        made = Made(
            value=f"{at}_v",
            address=f"{at}_a" if asked.is_address else "",
            problem=f"{at}_p" if any(found["problem"].to_pylist()) else "",
            key=names["k"],
            looked_up=found,
        )
        return self._with_columns(frame, asked, names, made), made

    def _with_columns(
        self, frame: DataFrame, asked: Asked, names: Mapping[str, str], made: Made
    ) -> DataFrame:

        column, is_odd = fn.col(self._name(asked)), self._is_odd(asked)
        kind = self._kind(asked)
        known = plain(asked.attribute, column, self._kinds[self._name(asked)])
        looked_up = fn.col(names["value"]).cast(kind)
        value = looked_up if known is None else fn.when(is_odd, looked_up).otherwise(known.value)
        columns = {made.value: value.cast(kind)}
        if made.address:
            columns[made.address] = fn.when(is_odd, fn.col(names["address"])).otherwise(
                fn.lower(column)
            )
        if made.problem:
            columns[made.problem] = fn.col(names["problem"])
            if asked.is_address:
                missing = fn.lit(emails.AddressProblem.MISSING.value)
                columns[made.problem] = fn.when(column.isNull(), missing).otherwise(
                    fn.col(names["problem"])
                )
        return frame.withColumns(columns)

    def _all_plain(self, frame: DataFrame, asked: Asked, at: str) -> tuple[DataFrame, Made]:

        column, kind = fn.col(self._name(asked)), self._kind(asked)
        known = plain(asked.attribute, column, self._kinds[self._name(asked)])
        value = fn.lit(None) if known is None else known.value
        columns = {f"{at}_v": fn.when(column.isNotNull(), value).cast(kind)}
        made = Made(value=f"{at}_v")
        if asked.is_address:
            columns[f"{at}_a"] = fn.lower(column)
            made = Made(value=f"{at}_v", address=f"{at}_a")
        return frame.withColumns(columns), made

    def _values(self, asked: Asked, *, missing: int) -> pa.Table:
        """Bring the values that are not plain here, each once with its number of rows."""

        column = fn.col(self._name(asked))
        found = (
            self._relation.frame.filter(self._is_odd(asked))
            .groupBy(as_text(column).alias("k"), column.alias("v"))
            .agg(fn.count(fn.lit(1)).alias("n"))
            .limit(MOST_LOOKED_UP + 1)
            .toArrow()
        )
        if found.num_rows > MOST_LOOKED_UP:
            raise self._too_many(asked)
        if missing and asked.is_address:
            none = pa.Table.from_pylist([{"k": None, "v": None, "n": missing}], schema=found.schema)
            found = pa.concat_tables([found, none])
        return found

    def _is_odd(self, asked: Asked) -> Any:

        column = fn.col(self._name(asked))
        known = plain(asked.attribute, column, self._kinds[self._name(asked)])
        if known is None:
            return column.isNotNull()
        return column.isNotNull() & ~fn.coalesce(known.condition, fn.lit(False))

    def _name(self, asked: Asked) -> str:
        return self._relation.columns[asked.column]

    def _kind(self, asked: Asked) -> str:
        return "string" if asked.attribute is None else kind_of(asked.attribute)

    def _too_many(self, asked: Asked) -> ConfigurationProblem:
        return source_problem(
            self._relation.source,
            "spark_values_too_many",
            said(
                "holds more than %(most)s different values in the column '%(column)s' that are written unusually.",
                most=MOST_LOOKED_UP,
                column=asked.column,
            ),
            said("Let the cluster write it in its own type (a date, a number), or cleaned, first."),
        )


def _in_zone(table: pa.Table) -> pa.Table:
    """Mark instants as UTC's, which naive ones are here."""
    at = table.schema.get_field_index("value")
    if not pa.types.is_timestamp(table.schema.field(at).type):
        return table
    zoned = table["value"].cast(pa.timestamp("us")).cast(pa.timestamp("us", tz="UTC"))
    return table.set_column(at, "value", zoned)
