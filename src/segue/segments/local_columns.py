"""Compute the local times that rules look at once for each attribute, as a column of its own.

A zone's changes of clocks are long; written out for every rule they would be most of a query. It imports Ibis: import it
lazily where `--help` could reach it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import ibis.expr.types as ir

from segue.profiles.schema import Attribute, AttributeType, Table
from segue.segments.conditions import Subject, subject_of
from segue.segments.local_days import Calendar
from segue.segments.local_times import local
from segue.segments.rules import Compare, Comparison, Reach, Rule, Within
from segue.segments.tables import compared_column


def with_local_times(
    table: ir.Table, declared: Table, asked: Iterable[Rule], calendar: Calendar
) -> ir.Table:
    """Return the table with the local times of every attribute whose local days the rules ask for."""
    names = dict.fromkeys(
        rule.attribute for rule in asked if isinstance(rule, Compare | Within) and _asks(rule)
    )
    found = (declared.attribute(name) for name in names)
    columns = {
        _column(one): local(table[one.name], one.time_zone or calendar.time_zone)
        for one in found
        if one is not None and one.type is AttributeType.TIMESTAMP
    }
    return table.mutate(**columns) if columns else table


def attribute_subject(table: ir.Table, attribute: Attribute) -> Subject:
    """Return an attribute's column, with that of its local times where there is one, as what a comparison looks at."""
    subject = subject_of(table[compared_column(attribute)], attribute)
    column = _column(attribute)
    return replace(subject, local=table[column]) if column in table.columns else subject


def _asks(rule: Compare | Within) -> bool:
    if isinstance(rule, Within):
        return rule.reach is Reach.ANNIVERSARY
    return rule.comparison is Comparison.WEEKDAY_OF


def _column(attribute: Attribute) -> str:
    return f"{attribute.name}__local"
