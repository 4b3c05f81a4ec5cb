"""Compile everything that segments ask of related tables to ONE aggregate per table. Knows no segments.

`first` and `last` cost a second pass over their table: no function that picks "the value at the greatest other value"
decides ties alike on DuckDB, PostgreSQL and Spark. It imports Ibis: import it lazily where `--help` could reach it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from segue.profiles.schema import PROFILE_KEY, AttributeType, ProfileSchema, Table
from segue.segments import rules
from segue.segments.conditions import (
    Subject,
    comparison_with,
    condition,
    either,
    every,
    has_value,
    subject_of,
)
from segue.segments.local_columns import attribute_subject, with_local_times
from segue.segments.local_days import Calendar
from segue.segments.operators import COUNTS, ORDERED_BY, result_type
from segue.segments.rules import (
    AggregateFunction,
    Compare,
    CompareAttributes,
    RelatedTo,
    Rule,
    Within,
)
from segue.segments.tables import related_table
from segue.segments.walk import aggregates, leaves, needed


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregated:
    """Profiles, or rows of a related table, joined with their aggregates; `columns` says which column holds which."""

    table: ir.Table
    columns: Mapping[RelatedTo, str]


def with_aggregates(
    outer: ir.Table,
    wanted: Sequence[RelatedTo],
    schema: ProfileSchema,
    calendar: Calendar,
    *,
    over: Table | None = None,
) -> Aggregated:
    """Left-join one aggregate per related table; `wanted` holds aggregates without tests, each once.

    `outer` holds the profiles, or the rows of the related table `over`.
    """
    if not wanted:
        return Aggregated(table=outer, columns={})
    columns = {aggregate: f"aggregate__{number}" for number, aggregate in enumerate(wanted)}
    joined = outer
    for number, name in enumerate(dict.fromkeys(aggregate.table for aggregate in wanted)):
        rows = _Rows(schema, name, calendar, whole=over)
        mine = {column: one for one, column in columns.items() if one.table == name}
        grouped = rows.aggregated(mine, key=f"aggregate_key__{number}")
        joined = joined.left_join(
            grouped, joined[_outer_key(schema, name, over)] == grouped[f"aggregate_key__{number}"]
        )
    return Aggregated(table=joined.select(*outer.columns, *columns.values()), columns=columns)


def _outer_key(schema: ProfileSchema, name: str, over: Table | None) -> str:
    """Name the column of profiles, or of the rows of `over`, that tells which rows of a table are theirs."""
    if over is None:
        return PROFILE_KEY
    part_of = schema.related[name].part_of
    if part_of is None or part_of.table != over.name:
        raise TypeError(f"the rows of {name} are no parts of those of {over.name}")
    return part_of.other


def related_condition(
    values: Sequence[ir.Value],
    rule: RelatedTo,
    table: Table,
    calendar: Calendar,
    other: Callable[[str], Subject],
) -> ir.BooleanValue:
    """Return whether what was computed for a rule passes its test; `other` gives the attributes of whose rows they are."""
    subject = result_subject(values, rule, table)
    if rule.test is None:
        return subject.value > 0
    if isinstance(rule.test, CompareAttributes):
        return comparison_with(subject, other(rule.test.other), rule.test)
    return condition(subject, rule.test, calendar)


def result_subject(values: Sequence[ir.Value], aggregate: RelatedTo, table: Table) -> Subject:
    """Return what was computed for an aggregate (see `needed`), as what a comparison looks at."""
    attribute = table.attribute(aggregate.attribute) if aggregate.attribute else None
    kind = result_type(aggregate.function, attribute.type if attribute else None)
    if aggregate.function is AggregateFunction.AVERAGE:
        total, number = values
        return Subject(value=total, type=kind, divisor=number)
    if attribute is None or aggregate.function in COUNTS:
        return Subject(value=ibis.coalesce(values[0], 0), type=kind)
    return subject_of(values[0], attribute)


class _Rows:
    """A related table's rows and what is asked of them for each profile, or for each row of the `whole` of them."""

    def __init__(
        self, schema: ProfileSchema, name: str, calendar: Calendar, *, whole: Table | None
    ) -> None:
        self._rows, self._table = related_table(schema, name), schema.related[name]
        self._schema, self._calendar, self._whole = schema, calendar, whole
        self._nested: Mapping[RelatedTo, str] = {}

    def aggregated(self, wanted: Mapping[str, RelatedTo], *, key: str) -> ir.Table:
        """Return one row for each of those: the aggregates by column name, and the key under its new name."""
        wheres = [one.where for one in wanted.values() if one.where is not None]
        asked = [leaf for where in wheres for leaf in leaves(where)]
        self._rows = with_local_times(self._rows, self._table, asked, self._calendar)
        self._join_nested(wheres)
        self._join_edges(wanted)
        values = {
            name: self._value(aggregate, f"edge_{name}") for name, aggregate in wanted.items()
        }
        return self._rows.group_by(**{key: self._key()}).aggregate(**values)

    def _key(self) -> ir.Value:
        """Return whose row it is; NULL for nobody's, a blank text among them."""
        if self._whole is None or self._table.part_of is None:
            return self._rows[PROFILE_KEY]
        return _written(self._subject(self._table.part_of.attribute))

    def _join_nested(self, wheres: Sequence[Rule]) -> None:
        """Give every row the aggregates of its own parts that conditions on the rows ask for."""
        asked = aggregates(wheres)
        if asked:
            nested = with_aggregates(
                self._rows, asked, self._schema, self._calendar, over=self._table
            )
            self._rows, self._nested = nested.table, nested.columns

    def _join_edges(self, wanted: Mapping[str, RelatedTo]) -> None:
        """Give every row the greatest `by` of its profile, for each `last`; the smallest, for each `first`."""
        edges = {
            f"edge_{name}": self._edge(aggregate)
            for name, aggregate in wanted.items()
            if aggregate.function in ORDERED_BY
        }
        if not edges:
            return
        grouped = self._rows.group_by(edge_key=self._key()).aggregate(**edges)
        joined = self._rows.left_join(grouped, self._key() == grouped.edge_key)
        self._rows = joined.select(*self._rows.columns, *edges)

    def _edge(self, aggregate: RelatedTo) -> ir.Value:
        by, where = self._subject(aggregate.by).value, self._where(aggregate.where)
        if aggregate.function is AggregateFunction.FIRST:
            return by.min(where=where)
        return by.max(where=where)

    def _value(self, aggregate: RelatedTo, edge: str) -> ir.Value:
        where = self._where(aggregate.where)
        if aggregate.function is AggregateFunction.COUNT:
            return self._rows.count(where=where)
        subject = self._subject(aggregate.attribute)
        if aggregate.function is AggregateFunction.COUNT_DISTINCT:
            return _written(subject).nunique(where=where)
        if aggregate.function is AggregateFunction.SUM:
            return subject.value.sum(where=where)
        if aggregate.function in ORDERED_BY:
            at_edge = ibis.coalesce(self._subject(aggregate.by).value == self._rows[edge], False)
            where = at_edge if where is None else at_edge & where
        if aggregate.function in (AggregateFunction.MIN, AggregateFunction.FIRST):
            return _smallest(subject, where)
        return _greatest(subject, where)

    def _where(self, rule: Rule | None) -> ir.BooleanValue | None:
        return None if rule is None else self._condition(rule)

    def _condition(self, rule: Rule) -> ir.BooleanValue:
        if isinstance(rule, Compare | Within):
            return condition(self._subject(rule.attribute), rule, self._calendar)
        if isinstance(rule, CompareAttributes):
            subject, other = self._subject(rule.attribute), self._subject(rule.other)
            return comparison_with(subject, other, rule)
        if isinstance(rule, RelatedTo):
            values = [self._rows[self._nested[one]] for one in needed(rule)]
            table = self._schema.related[rule.table]
            return related_condition(values, rule, table, self._calendar, self._subject)
        if isinstance(rule, rules.Not):
            return ~self._condition(rule.rule)
        if isinstance(rule, rules.All):
            return every([self._condition(part) for part in rule.rules])
        if isinstance(rule, rules.Any):
            return either([self._condition(part) for part in rule.rules])
        raise TypeError(f"a {type(rule).__name__} cannot look at the rows of a related table")

    def _subject(self, name: str | None) -> Subject:
        attribute = self._table.attribute(name or "")
        if attribute is None:
            raise KeyError(f"{self._table.name} has no attribute {name!r}")
        return attribute_subject(self._rows, attribute)


def _greatest(subject: Subject, where: ir.BooleanValue | None) -> ir.Value:
    """Return the greatest value; true is greater than false."""
    if subject.type is AttributeType.BOOLEAN:
        return subject.value.any(where=where)
    return _written(subject).max(where=where)


def _smallest(subject: Subject, where: ir.BooleanValue | None) -> ir.Value:
    """Return the smallest value; false is smaller than true."""
    if subject.type is AttributeType.BOOLEAN:
        return subject.value.all(where=where)
    return _written(subject).min(where=where)


def _written(subject: Subject) -> ir.Value:
    """Return the value, NULL where it is a blank text: that counts as no value."""
    if subject.type is AttributeType.TEXT:
        return ibis.cases((has_value(subject), subject.value))
    return subject.value
