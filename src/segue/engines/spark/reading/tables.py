"""Make one row per key of a declared table, on the cluster: joins, keys, attributes, and of several rows which one wins.

Where nothing else is declared the first by the values wins: a table of the cluster has no order of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyspark.sql.connect import functions as fn
from pyspark.sql.connect.window import Window

from segue.core import texts
from segue.engines.spark.reading.plain import as_text
from segue.engines.spark.reading.relations import Asked, Made, Relation
from segue.profiles.references import resolve, source_of
from segue.profiles.schema import (
    PROFILE_KEY,
    Attribute,
    AttributeType,
    Join,
    ProfileSchema,
    Table,
)

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

KEY, KEY_TEXT, PLACE = "key__", "key_text__", "place__"
"""Columns of a joined table: the key, how it is written, and from 1 on the place among rows with the same key."""

OWN = "t"


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A declared table with its joins: every row of its own source, not yet without those that lose.

    `found` names per join the column that is NULL where the join found nothing, `sought` those that it looks by.
    """

    table: Table
    relations: Mapping[str, Relation]
    frame: DataFrame
    found: Mapping[str, str]
    sought: Mapping[str, tuple[str, ...]]

    @property
    def own(self) -> Relation:
        """The relation of the table's own source."""
        return self.relations[self.table.source]

    def made(self, attribute: Attribute) -> Made:
        """Return the columns of an attribute in the joined frame."""
        relation, prefix = self._place(attribute.column)
        made = relation.made[
            Asked(column=resolve(self.table, attribute.column).column, attribute=attribute)
        ]
        return Made(
            value=prefix + made.value,
            address=made.address and prefix + made.address,
            problem=made.problem and prefix + made.problem,
            key=made.key and prefix + made.key,
            looked_up=made.looked_up,
        )

    def lost_no(self, attribute: Attribute) -> str:
        """Return the column that says whether a joined row that lost says no; '' for the table's own columns."""
        reference = resolve(self.table, attribute.column)
        return (
            ""
            if reference.join is None
            else f"{_alias(self.table, reference.join)}_no_{attribute.name}"
        )

    def _place(self, reference: str) -> tuple[Relation, str]:
        found = resolve(self.table, reference)
        return self.relations[source_of(self.table, found)], f"{_alias(self.table, found.join)}_"


def asked_of(schema: ProfileSchema) -> Mapping[str, Sequence[Asked]]:
    """Return what is made of the columns of each source."""
    wanted: dict[str, dict[Asked, None]] = {}
    for table in (schema.profiles, *schema.related.values()):
        for source, asked in _asked(table):
            wanted.setdefault(source, {})[asked] = None
    return {source: list(asked) for source, asked in wanted.items()}


def key_asked(table: Table) -> Attribute | None:
    """Return the attribute that a key is read as; None: texts are compared in their one form."""
    if table.key_type is not AttributeType.INTEGER:
        return None
    return Attribute(name=PROFILE_KEY, type=table.key_type, column=table.key)


def joined(table: Table, relations: Mapping[str, Relation]) -> Joined:
    """Join a table with what it declares, the winner of each joined source's rows."""

    frame = _prefixed(relations[table.source].frame, OWN)
    found: dict[str, str] = {}
    sought: dict[str, tuple[str, ...]] = {}
    for at, join in enumerate(table.joins):
        alias, right = f"j{at}", relations[join.source]
        lefts = [_form_at(table, relations, left) for left, _ in join.on]
        rights = [f"{alias}_{form_of(right, column)}" for _, column in join.on]
        answers = _answers(table, relations, join.name)
        kept = _prefixed(_winners(right, join, answers), alias)
        on = [fn.col(left) == fn.col(one) for left, one in zip(lefts, rights, strict=True)]
        frame = frame.join(kept, on, "left")
        found[join.name], sought[join.name] = f"{alias}_{PLACE}", tuple(lefts)
    return Joined(
        table=table,
        relations=relations,
        frame=_keyed(frame, table, relations),
        found=found,
        sought=sought,
    )


def ranked(rows: Joined) -> DataFrame:
    """Return the rows with a key, each with its place among those with the same: the first is kept."""

    order: list[Any] = rows.own.order(f"{OWN}_")
    newest = rows.table.attribute(rows.table.newest_by) if rows.table.newest_by else None
    if newest is not None:
        order.insert(0, fn.col(rows.made(newest).value).desc_nulls_last())
    place = fn.row_number().over(Window.partitionBy(KEY).orderBy(*order))
    return rows.frame.filter(fn.col(KEY).isNotNull()).withColumn(PLACE, place)


def repeated_in_join(relation: Relation, join: Join) -> DataFrame:
    """Return the rows of a joined source that are never joined: an earlier one has the same columns."""

    return _placed(relation, join).filter(fn.col(PLACE) > 1)


def form_of(relation: Relation, column: str) -> str:
    """Return the column that keys and joins compare of another one."""
    return relation.made[Asked(column=column, attribute=None)].value


def says_no(made: Made) -> Any:
    """Return the condition that a yes/no says no, or what cannot be read and may be that."""

    is_no = fn.coalesce(~fn.col(made.value), fn.lit(False))
    return is_no | fn.col(made.problem).isNotNull() if made.problem else is_no


def _asked(table: Table) -> Iterator[tuple[str, Asked]]:
    def of(reference: str, attribute: Attribute | None) -> tuple[str, Asked]:
        found = resolve(table, reference)
        return source_of(table, found), Asked(column=found.column, attribute=attribute)

    yield of(table.key, key_asked(table))
    for join in table.joins:
        for left, right in join.on:
            yield of(left, None)
            yield join.source, Asked(column=right, attribute=None)
    for attribute in table.attributes:
        yield of(attribute.column, attribute)


def _keyed(frame: DataFrame, table: Table, relations: Mapping[str, Relation]) -> DataFrame:

    found = resolve(table, table.key)
    relation, prefix = relations[source_of(table, found)], f"{_alias(table, found.join)}_"
    made = relation.made[Asked(column=found.column, attribute=key_asked(table))]
    text = as_text(fn.col(prefix + relation.columns[found.column]))
    key = fn.col(prefix + made.value)
    if table.key_type is AttributeType.TEXT:
        key = fn.when(~key.isin(*texts.DOUBTFUL), key)
    return frame.withColumns({KEY: key, KEY_TEXT: text})


def _form_at(table: Table, relations: Mapping[str, Relation], reference: str) -> str:
    found = resolve(table, reference)
    form = form_of(relations[source_of(table, found)], found.column)
    return f"{_alias(table, found.join)}_{form}"


def _alias(table: Table, join: str | None) -> str:
    return OWN if join is None else f"j{[one.name for one in table.joins].index(join)}"


def _prefixed(frame: DataFrame, alias: str) -> DataFrame:
    return frame.toDF(*(f"{alias}_{name}" for name in frame.columns))


def _answers(table: Table, relations: Mapping[str, Relation], join: str) -> Mapping[str, Made]:
    """Return the yes/no attributes that are read from a join, by name."""
    found: dict[str, Made] = {}
    for one in table.attributes:
        reference = resolve(table, one.column)
        if one.type is AttributeType.BOOLEAN and reference.join == join:
            relation = relations[source_of(table, reference)]
            found[one.name] = relation.made[Asked(column=reference.column, attribute=one)]
    return found


def _placed(relation: Relation, join: Join) -> DataFrame:

    forms = [fn.col(form_of(relation, column)) for _, column in join.on]
    filled = relation.frame
    for form in forms:
        filled = filled.filter(form.isNotNull())
    place = fn.row_number().over(Window.partitionBy(*forms).orderBy(*relation.order()))
    return filled.withColumn(PLACE, place)


def _winners(relation: Relation, join: Join, answers: Mapping[str, Made]) -> DataFrame:
    """Return the rows that are joined, each with whether one that lost says no."""

    placed = _placed(relation, join)
    same = Window.partitionBy(*(form_of(relation, column) for _, column in join.on))
    for name, made in answers.items():
        no = fn.when((fn.col(PLACE) > 1) & says_no(made), 1).otherwise(0)
        placed = placed.withColumn(f"no_{name}", fn.max(no).over(same) > 0)
    return placed.filter(fn.col(PLACE) == 1)
