"""Compile everything that segments ask of related tables to ONE aggregate per table. Knows no segments.

`last` costs a second pass over its table: no function that picks "the value at the greatest other value" decides ties
alike on DuckDB, PostgreSQL and Spark. It imports Ibis: import it lazily where `--help` could reach it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from segue.profiles.schema import PROFILE_KEY, AttributeType, ProfileSchema, Table
from segue.segments import rules
from segue.segments.conditions import Subject, condition, either, every, has_value, subject_of
from segue.segments.local_days import Calendar
from segue.segments.rules import AggregateFunction, Compare, RelatedTo, Rule, Within
from segue.segments.tables import compared_column, related_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregated:
    """Profiles joined with their aggregates; `columns` says which column holds which."""

    table: ir.Table
    columns: Mapping[RelatedTo, str]


def with_aggregates(
    profiles: ir.Table, wanted: Sequence[RelatedTo], schema: ProfileSchema, calendar: Calendar
) -> Aggregated:
    """Left-join one aggregate per related table; `wanted` holds aggregates without tests, each once."""
    columns = {aggregate: f"aggregate__{number}" for number, aggregate in enumerate(wanted)}
    joined = profiles
    for number, name in enumerate(dict.fromkeys(aggregate.table for aggregate in wanted)):
        rows = _Rows(related_table(schema, name), schema.related[name], calendar)
        mine = {column: one for one, column in columns.items() if one.table == name}
        grouped = rows.aggregated(mine, key=f"aggregate_key__{number}")
        joined = joined.left_join(
            grouped, joined[PROFILE_KEY] == grouped[f"aggregate_key__{number}"]
        )
    return Aggregated(table=joined.select(*profiles.columns, *columns.values()), columns=columns)


def result_subject(value: ir.Value, aggregate: RelatedTo, table: Table) -> Subject:
    """Return what an aggregate computed, as what a comparison looks at."""
    attribute = table.attribute(aggregate.attribute) if aggregate.attribute else None
    if attribute is None:
        return Subject(value=value, type=AttributeType.INTEGER)
    return subject_of(value, attribute)


class _Rows:
    """A related table's rows and what is asked of them."""

    def __init__(self, rows: ir.Table, table: Table, calendar: Calendar) -> None:
        self._rows, self._table, self._calendar = rows, table, calendar

    def aggregated(self, wanted: Mapping[str, RelatedTo], *, key: str) -> ir.Table:
        """Return one row per profile key: the aggregates by column name, and the key under its new name."""
        self._join_latest(wanted)
        values = {
            name: self._value(aggregate, f"latest_{name}") for name, aggregate in wanted.items()
        }
        return self._rows.group_by(**{key: self._rows[PROFILE_KEY]}).aggregate(**values)

    def _join_latest(self, wanted: Mapping[str, RelatedTo]) -> None:
        """Give every row the greatest `by` of its profile, for each `last`."""
        last = {
            f"latest_{name}": self._subject(aggregate.by).value.max(
                where=self._where(aggregate.where)
            )
            for name, aggregate in wanted.items()
            if aggregate.function is AggregateFunction.LAST
        }
        if not last:
            return
        latest = self._rows.group_by(latest_key=self._rows[PROFILE_KEY]).aggregate(**last)
        joined = self._rows.left_join(latest, self._rows[PROFILE_KEY] == latest.latest_key)
        self._rows = joined.select(*self._rows.columns, *last)

    def _value(self, aggregate: RelatedTo, latest: str) -> ir.Value:
        where = self._where(aggregate.where)
        if aggregate.function is AggregateFunction.COUNT:
            return self._rows.count(where=where)
        subject = self._subject(aggregate.attribute)
        if aggregate.function is AggregateFunction.SUM:
            return subject.value.sum(where=where)
        if aggregate.function is AggregateFunction.MIN:
            return subject.value.min(where=where)
        if aggregate.function is AggregateFunction.LAST:
            newest = ibis.coalesce(self._subject(aggregate.by).value == self._rows[latest], False)
            where = newest if where is None else newest & where
        return _greatest(subject, where)

    def _where(self, rule: Rule | None) -> ir.BooleanValue | None:
        return None if rule is None else self._condition(rule)

    def _condition(self, rule: Rule) -> ir.BooleanValue:
        if isinstance(rule, Compare | Within):
            return condition(self._subject(rule.attribute), rule, self._calendar)
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
        return subject_of(self._rows[compared_column(attribute)], attribute)


def _greatest(subject: Subject, where: ir.BooleanValue | None) -> ir.Value:
    """Return the greatest value; true is greater than false, and blank texts count as no value."""
    if subject.type is AttributeType.BOOLEAN:
        return subject.value.any(where=where)
    if subject.type is AttributeType.TEXT:
        return ibis.cases((has_value(subject), subject.value)).max(where=where)
    return subject.value.max(where=where)
