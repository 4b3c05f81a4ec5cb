"""Write one snapshot's tables on the cluster and note what could not be taken. The counts balance, as everywhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
from pyspark.sql.connect import functions as fn
from pyspark.sql.connect.window import Window

from segue.core import emails, texts
from segue.engines.duckdb.profiles.reading import unread_attributes
from segue.engines.duckdb.reading.sources_problems import keys_missing
from segue.engines.spark.reading import tables
from segue.engines.spark.reading.noted import Noting
from segue.engines.spark.reading.plain import whole
from segue.engines.spark.reading.relations import Relation
from segue.engines.spark.reading.tables import KEY, KEY_TEXT, PLACE, Joined
from segue.engines.spark.sessions import Session
from segue.engines.spark.written import Places, written
from segue.profiles.personal import Place, personal_columns
from segue.profiles.ports import AddressCounts, TableCounts
from segue.profiles.problems import RowProblem
from segue.profiles.references import named_column
from segue.profiles.schema import (
    PROFILE_KEY,
    PROFILES,
    Attribute,
    AttributeType,
    ProfileSchema,
    Table,
    address_column,
    address_problem_column,
    refused_column,
    unread_column,
)

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """The tables that were written: how many rows went where, what the addresses are worth, which attributes are flagged."""

    counts: Mapping[str, TableCounts]
    addresses: Mapping[str, AddressCounts]
    flagged: Sequence[Attribute]


class Builder:
    """Writes the tables of one snapshot."""

    def __init__(
        self,
        session: Session,
        connection: duckdb.DuckDBPyConnection,
        schema: ProfileSchema,
        places: Places,
    ) -> None:
        self._session = session
        self._connection = connection
        self._schema = schema
        self._places = places
        self._hidden: Collection[Place] = personal_columns(schema)
        self._noting = Noting(connection=connection, hidden=self._hidden)

    def build(self, relations: Mapping[str, Relation]) -> Built:
        """Write every table; the profiles first, since related rows belong to them."""
        own, rows = self._schema.profiles, tables.joined(self._schema.profiles, relations)
        keyless = self._looked_over(own, rows, relations)
        if keyless and keyless == rows.own.rows:
            filled = rows.frame.filter(~_is_blank(KEY_TEXT)).count()
            raise keys_missing(own.source, own.key, rows=rows.own.rows, is_filled=filled > 0)
        flagged = unread_attributes(self._connection, own)
        profiles, repeated = self._profiles(rows, flagged)
        kept = profiles.count()
        counts = {
            PROFILES: TableCounts(
                read=rows.own.rows,
                kept=kept,
                without_key=keyless,
                repeated=repeated,
                without_profile=0,
            )
        }
        for name, table in self._schema.related.items():
            counts[name] = self._related(table, relations, profiles)
        return Built(counts=counts, addresses=self._addresses(profiles), flagged=flagged)

    def _looked_over(self, table: Table, rows: Joined, relations: Mapping[str, Relation]) -> int:
        """Note what is wrong with a table's values, keys and joins; return how many rows have no key."""
        self._session.permit.check()
        for join in table.joins:
            self._note_repeats(table, relations[join.source], join)
        for attribute in table.attributes:
            source, _ = named_column(table, attribute.column)
            self._noting.attribute(table, attribute, relations[source])
        self._note_unmatched(table, rows)
        return self._note_keyless(table, rows)

    def _note_repeats(self, table: Table, relation: Relation, join: Any) -> None:

        lost = tables.repeated_in_join(relation, join)
        shown = fn.concat_ws(" ", *(fn.col(tables.form_of(relation, one)) for _, one in join.on))
        self._noting.rows(
            table,
            relation.source,
            ", ".join(column for _, column in join.on),
            RowProblem.JOIN_REPEATED,
            lost,
            count=lost.count(),
            key=shown,
            value=shown,
            personal=any((join.source, column) in self._hidden for _, column in join.on),
        )

    def _note_unmatched(self, table: Table, rows: Joined) -> None:

        for join in table.joins:
            lefts = [left for left, _ in join.on]
            sought = [fn.col(one) for one in rows.sought[join.name]]
            alone = rows.frame.filter(fn.col(rows.found[join.name]).isNull())
            for one in sought:
                alone = alone.filter(one.isNotNull())
            self._noting.rows(
                table,
                table.source,
                ", ".join(lefts),
                RowProblem.JOIN_WITHOUT_MATCH,
                alone,
                count=alone.count(),
                key=fn.col(KEY_TEXT),
                value=fn.concat_ws(" ", *sought),
                personal=any(named_column(table, one) in self._hidden for one in lefts),
            )

    def _note_keyless(self, table: Table, rows: Joined) -> int:

        keyless = rows.frame.filter(fn.col(KEY).isNull())
        for_nothing = texts.NOBODYS_KEYS if table.key_type is AttributeType.TEXT else ()
        is_empty = fn.coalesce(
            _is_blank(KEY_TEXT) | fn.trim(fn.col(KEY_TEXT)).isin("", *for_nothing), fn.lit(True)
        )
        total = 0
        for kind, of_kind in (
            (RowProblem.KEY_MISSING, keyless.filter(is_empty)),
            (RowProblem.KEY_INVALID, keyless.filter(~is_empty)),
        ):
            count = of_kind.count()
            total += count
            self._note_of_key(table, kind, of_kind, count)
        return total

    def _note_of_key(self, table: Table, kind: RowProblem, rows: DataFrame, count: int) -> None:

        self._noting.rows(
            table,
            table.source,
            table.key,
            kind,
            rows,
            count=count,
            key=fn.col(KEY_TEXT),
            value=fn.col(KEY_TEXT),
            personal=named_column(table, table.key) in self._hidden,
        )

    def _profiles(self, rows: Joined, flagged: Sequence[Attribute]) -> tuple[DataFrame, int]:
        """Write the profiles; return them and how many rows lost against another with the same key."""

        ranked, same = tables.ranked(rows), Window.partitionBy(KEY)
        lost = ranked.filter(fn.col(PLACE) > 1)
        repeated = lost.count()
        self._note_of_key(rows.table, RowProblem.KEY_REPEATED, lost, repeated)
        columns = _columns(rows)
        for one in rows.table.attributes:
            if one.type is AttributeType.BOOLEAN:
                no = (fn.col(PLACE) > 1) & tables.says_no(rows.made(one))
                if of_join := rows.lost_no(one):
                    no = no | fn.coalesce(fn.col(of_join), fn.lit(False))
                ranked = ranked.withColumn(
                    refused_column(one.name), fn.max(fn.when(no, 1).otherwise(0)).over(same) > 0
                )
                columns.append(fn.col(refused_column(one.name)))
        columns += [_unread(one, rows) for one in flagged]
        kept = ranked.filter(fn.col(PLACE) == 1).select(*columns)
        profiles = written(self._session, kept, self._places.of(PROFILES))
        self._tally_outweighed(rows.table, profiles)
        return profiles, repeated

    def _tally_outweighed(self, table: Table, profiles: DataFrame) -> None:

        for one in table.attributes:
            if one.type is AttributeType.BOOLEAN:
                both = profiles.filter(fn.col(one.name) & fn.col(refused_column(one.name)))
                self._noting.counted(
                    table.source, one.name, one.column, RowProblem.YES_OUTWEIGHED, both.count()
                )

    def _related(
        self, table: Table, relations: Mapping[str, Relation], profiles: DataFrame
    ) -> TableCounts:

        rows = tables.joined(table, relations)
        keyless = self._looked_over(table, rows, relations)
        known = profiles.select(fn.col(PROFILE_KEY).alias("known_key"))
        is_same = fn.col(KEY) == fn.col("known_key")
        kept = written(
            self._session,
            rows.frame.join(known, is_same, "left_semi").select(*_columns(rows)),
            self._places.of(f"related_{table.name}"),
        ).count()
        strangers = rows.own.rows - kept - keyless
        if strangers:
            alone = rows.frame.filter(fn.col(KEY).isNotNull()).join(known, is_same, "left_anti")
            self._note_strangers(table, alone, known)
        return TableCounts(
            read=rows.own.rows,
            kept=kept,
            without_key=keyless,
            repeated=0,
            without_profile=strangers,
        )

    def _note_strangers(self, table: Table, alone: DataFrame, known: DataFrame) -> None:
        """Tell those apart that differ from a profile's key only in how it is written: capitals, zeros, blanks."""

        if table.key_type is AttributeType.TEXT:
            near = known.select(_folded("known_key").alias("near")).distinct()
            is_near = _folded(KEY) == fn.col("near")
            parts = (
                (RowProblem.KEY_WRITTEN_OTHERWISE, alone.join(near, is_near, "left_semi")),
                (RowProblem.KEY_WITHOUT_PROFILE, alone.join(near, is_near, "left_anti")),
            )
        else:
            parts = ((RowProblem.KEY_WITHOUT_PROFILE, alone),)  # type: ignore[assignment]
        for kind, rows in parts:
            self._note_of_key(table, kind, rows, rows.count())

    def _addresses(self, profiles: DataFrame) -> Mapping[str, AddressCounts]:

        found: dict[str, AddressCounts] = {}
        for one in self._schema.profiles.attributes:
            if one.type is not AttributeType.EMAIL:
                continue
            address, problem = address_column(one.name), address_problem_column(one.name)
            row = profiles.agg(
                fn.count(address).alias("valid"), fn.count_distinct(address).alias("different")
            )
            counted = row.toArrow().to_pylist()[0]
            kinds = profiles.filter(fn.col(problem).isNotNull()).groupBy(problem).count()
            problems = {kind[problem]: kind["count"] for kind in kinds.toArrow().to_pylist()}
            found[one.name] = AddressCounts(
                valid=counted["valid"],
                missing=problems.pop(emails.AddressProblem.MISSING.value, 0),
                problems=dict(sorted(problems.items())),
                duplicates=counted["valid"] - counted["different"],
            )
        return found


def _columns(rows: Joined) -> list[Any]:
    """Return key and attributes as a snapshot has them."""

    columns = [fn.col(KEY).alias(PROFILE_KEY)]
    for one in rows.table.attributes:
        made = rows.made(one)
        columns.append(fn.col(made.value).alias(one.name))
        if made.address:
            problem = fn.col(made.problem) if made.problem else fn.lit(None).cast("string")
            columns.append(fn.col(made.address).alias(address_column(one.name)))
            columns.append(problem.alias(address_problem_column(one.name)))
    return columns


def _unread(attribute: Attribute, rows: Joined) -> Any:
    """Return the flag that says where a value is written that could not be read."""

    made = rows.made(attribute)
    flag = fn.lit(False)
    if made.problem:
        problem = fn.col(made.problem)
        lost = fn.coalesce(problem != RowProblem.TEXT_FOR_NOTHING.value, fn.lit(False))
        flag = fn.col(made.value).isNull() & lost
    return flag.alias(unread_column(attribute.name))


def _is_blank(column: str) -> Any:
    """Return the condition that a text is nothing but blanks, which `trim` takes away here and not all of on the cluster."""
    return whole(fn.col(column), f"(?: |{texts.BLANKS})*")


def _folded(column: str) -> Any:
    """Return a key without what people easily write otherwise: capital letters, blanks, leading zeros."""

    return fn.regexp_replace(fn.replace(fn.lower(column), fn.lit(" "), fn.lit("")), "^0+(.)", "$1")
