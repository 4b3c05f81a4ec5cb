"""Compute the local times and months that rules look at once for each attribute, as a column of its own.

A zone's changes of clocks are long; written out for every rule they would be most of a query. It imports Ibis: import it
lazily where `--help` could reach it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import ibis.expr.types as ir

from segue.profiles.schema import Attribute, AttributeType, Table
from segue.segments.conditions import Subject, subject_of
from segue.segments.local_days import Calendar
from segue.segments.local_times import local, local_month
from segue.segments.rules import Compare, Comparison, Reach, Rule, Within
from segue.segments.tables import compared_column


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A column that is made of an instant: what ends its name, and its value by the time zone."""

    suffix: str
    value: Callable[[ir.TimestampValue, str], ir.Value]


_TIME = _Made(suffix="__local", value=local)
_MONTH = _Made(suffix="__month", value=local_month)


def with_local_times(
    table: ir.Table, declared: Table, asked: Iterable[Rule], calendar: Calendar
) -> ir.Table:
    """Return the table with the local times of every attribute whose local days the rules ask for."""
    columns: dict[str, ir.Value] = {}
    for rule in asked:
        for name, made in _wanted(rule):
            attribute = declared.attribute(name)
            if attribute is not None and attribute.type is AttributeType.TIMESTAMP:
                zone = attribute.time_zone or calendar.time_zone
                if name + made.suffix not in columns:
                    columns[name + made.suffix] = made.value(table[name], zone)
    return table.mutate(**columns) if columns else table


def attribute_subject(table: ir.Table, attribute: Attribute) -> Subject:
    """Return an attribute's column, with that of its local times where there is one, as what a comparison looks at."""
    subject = subject_of(table[compared_column(attribute)], attribute)
    time, month = attribute.name + _TIME.suffix, attribute.name + _MONTH.suffix
    return replace(
        subject,
        local=table[time] if time in table.columns else None,
        month=table[month] if month in table.columns else None,
    )


def _wanted(rule: Rule) -> Iterator[tuple[str, _Made]]:
    """Yield the attribute of which a rule wants a column, and which."""
    if (isinstance(rule, Within) and rule.reach is Reach.ANNIVERSARY) or (
        isinstance(rule, Compare) and rule.comparison is Comparison.WEEKDAY_OF
    ):
        yield rule.attribute, _TIME
    elif isinstance(rule, Compare) and rule.comparison is Comparison.MONTH_OF:
        yield rule.attribute, _MONTH
