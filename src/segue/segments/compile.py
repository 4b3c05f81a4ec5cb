"""Compile segments to one query: the profiles and a boolean column per segment. Never writes SQL text of its own.

One scan of the profiles, one aggregate per related table; set operators and references to other segments become
boolean algebra (64 segments over 1 M profiles: 1.7 s, against 13 s as member lists; ENGINE-FACTS.md §2).
It imports Ibis: import it lazily where `segue --help` could reach it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from hashlib import md5
from typing import Literal

import ibis
import ibis.expr.types as ir

from segue.profiles.ports import FlaggedProfiles
from segue.profiles.schema import PROFILE_KEY, ProfileSchema
from segue.segments import rules
from segue.segments.aggregates import (
    Aggregated,
    related_condition,
    result_subject,
    with_aggregates,
)
from segue.segments.chance import is_drawn
from segue.segments.conditions import (
    Subject,
    comparison_with,
    condition,
    either,
    every,
)
from segue.segments.kept import WithKept, with_kept
from segue.segments.local_columns import attribute_subject, with_local_times
from segue.segments.local_days import Calendar
from segue.segments.measured import with_measures
from segue.segments.measures import aggregates_of, asked_in, counts, measures_of, reached
from segue.segments.operators import COUNTS
from segue.segments.ranks import Measure, is_among_the_first, with_ranks
from segue.segments.rules import (
    Compare,
    CompareAttributes,
    RelatedTo,
    Rule,
    Sample,
    Segment,
    Top,
    Within,
)
from segue.segments.tables import profile_table
from segue.segments.walk import aggregates, leaves, needed, reachable, stored_layers

LONGEST_IDENTIFIER = 63
"""Bytes of a column's name. Source: PostgreSQL's documentation, NAMEDATALEN."""

Dialect = Literal["duckdb", "postgres", "spark"]

ALLOWED_OPERATIONS = frozenset(
    {
        *(
            "UnboundTable",
            "Field",
            "Literal",
            "Project",
            "Filter",
            "Aggregate",
            "JoinChain",
            "JoinReference",
            "JoinLink",
        ),
        *("Cast", "Coalesce", "NotNull", "SearchedCase", "InValues", "Not", "And", "Or"),
        *("Equals", "Greater", "GreaterEqual", "Less", "LessEqual"),
        *("StringConcat", "md5"),
        *("Lowercase", "StartsWith", "EndsWith", "StringContains", "RegexSearch"),
        *("ExtractMonth", "ExtractYear", "ExtractDay", "DayOfWeekIndex"),
        *("TimestampAdd", "TimestampSub"),
        *("WindowFunction", "RowNumber", "SortKey"),
        *("CountStar", "CountDistinct", "Sum", "Multiply", "Min", "Max", "Any", "All"),
        *("Add", "Subtract", "FloorDivide", "Abs"),
    }
)
"""The Ibis operations that rules of files compile to: each means the same on DuckDB, PostgreSQL and Spark."""

_IBIS_DIALECTS: Mapping[Dialect, str] = {
    "duckdb": "duckdb",
    "postgres": "postgres",
    "spark": "databricks",  # Ibis' own Spark dialect needs Spark installed. Source: ENGINE-FACTS.md §1.
}


def with_flags(
    segments: Sequence[Segment],
    schema: ProfileSchema,
    *,
    as_of: datetime,
    time_zone: str,
    all_segments: Mapping[str, Segment],
    unread: Collection[str] = (),
    consents: Collection[str] = (),
    measures: Collection[str] = (),
) -> FlaggedProfiles:
    """Return every profile with a flag per segment, evaluated at `as_of` (aware UTC) in the days of `time_zone`.

    The segments must come from the parser for this very schema, free of cycles. `all_segments` are those that may be
    referred to, active or not. The tables are unbound: `profiles` and `related_NAME`. Of the `unread` attributes the
    profiles keep the flag that says where a value could not be read, of the `consents` the one that says who said no.
    Of the schema's measures those that the rules ask for are computed, and no others; `measures` are columns besides.
    """
    calendar = Calendar(as_of=as_of, time_zone=time_zone)
    needed_segments = reachable(segments, all_segments)
    asked = [leaf for segment in needed_segments.values() for leaf in leaves(segment.rule)]
    stored = profile_table(schema, unread=unread, consents=consents)
    profiles = _measured(stored, (), measures, schema, calendar).table if measures else stored
    kept = with_kept(stored, asked, schema)
    aggregated = _measured(kept.table, asked, measures, schema, calendar)
    compiler = _Compiler(aggregated, kept, schema, calendar, needed_segments)
    table = with_local_times(compiler.ranked.table, schema.customers, asked, calendar)
    for layer in stored_layers(needed_segments):
        table = table.mutate(**{flag_column(name): compiler.flag(name, table) for name in layer})
    flags = {segment.name: flag_column(segment.name) for segment in segments}
    columns = {column: compiler.flag(name, table) for name, column in flags.items()}
    flagged = table.select(*profiles.columns, **columns)
    return FlaggedProfiles(table=flagged, flags=flags, profiles=profiles)


def _measured(
    table: ir.Table,
    asked: Sequence[Rule],
    measures: Collection[str],
    schema: ProfileSchema,
    calendar: Calendar,
) -> Aggregated:
    """Return the profiles with the aggregates of rules, their measures, and those that are asked for besides.

    Without rules no aggregate stays.
    """
    used = reached((*asked_in(asked), *measures), measures_of(schema))
    wanted = aggregates((*asked, *aggregates_of(used.values())))
    found = with_aggregates(table, wanted, schema, calendar)
    full = with_measures(found.table, found.columns, used, schema)
    names = [name for name in full.columns if asked or name not in found.columns.values()]
    chosen = [name for name in names if asked or name not in used or name in measures]
    return Aggregated(table=full.select(*chosen) if used else full, columns=found.columns)


def flag_column(segment: str) -> str:
    """Name the boolean column of a segment; no attribute's name holds two underscores.

    PostgreSQL cuts names after 63 bytes, so that long ones end in a part of their hash instead.
    """
    column = f"flag__{segment}"
    if len(column) <= LONGEST_IDENTIFIER:
        return column
    digest = md5(segment.encode(), usedforsecurity=False).hexdigest()[:8]
    return f"{column[: LONGEST_IDENTIFIER - 10]}__{digest}"


def to_sql(table: ir.Table, dialect: Dialect) -> str:
    """Return the query as text for one engine."""
    return str(ibis.to_sql(table, dialect=_IBIS_DIALECTS[dialect]))


class _Compiler:
    """Compile segments over a table that has the aggregates, and flags of the segments that are stored."""

    def __init__(
        self,
        aggregated: Aggregated,
        kept: WithKept,
        schema: ProfileSchema,
        calendar: Calendar,
        segments: Mapping[str, Segment],
    ) -> None:
        self._columns = aggregated.columns
        self._kept = kept
        self._schema = schema
        self._calendar = calendar
        self._segments = segments
        tops = [
            leaf
            for segment in segments.values()
            for leaf in leaves(segment.rule)
            if isinstance(leaf, Top)
        ]
        self.ranked = with_ranks(aggregated.table, tops, self._measure)

    def flag(self, name: str, table: ir.Table) -> ir.BooleanValue:
        """Return whether a profile is a member: the stored flag where there is one."""
        column = flag_column(name)
        if column in table.columns:
            return table[column]
        return self.compiled(self._segments[name].rule, table)

    def compiled(self, rule: Rule, table: ir.Table) -> ir.BooleanValue:
        """Return whether the rule holds."""
        if isinstance(rule, Compare | Within):
            return condition(self._attribute(rule.attribute, table), rule, self._calendar)
        if isinstance(rule, CompareAttributes):
            other = self._attribute(rule.other, table)
            return comparison_with(self._attribute(rule.attribute, table), other, rule)
        if isinstance(rule, Sample):
            return is_drawn(table[PROFILE_KEY], rule)
        if isinstance(rule, Top):
            return is_among_the_first(rule, self.ranked, table)
        if isinstance(rule, RelatedTo):
            return self._related(rule, table)
        if isinstance(rule, rules.InSegment):
            return self.flag(rule.segment, table)
        if isinstance(rule, rules.Kept):
            return self._kept.holds(rule, table)
        if isinstance(rule, rules.Not):
            return ~self.compiled(rule.rule, table)
        if isinstance(rule, rules.All | rules.Any):
            return self._joined(rule, [self.compiled(part, table) for part in rule.rules])
        return self._joined(rule, [self.compiled(operand, table) for operand in rule.operands])

    def _joined(self, rule: Rule, conditions: Sequence[ir.BooleanValue]) -> ir.BooleanValue:
        if isinstance(rule, rules.All | rules.Intersect):
            return every(conditions)
        if isinstance(rule, rules.Any | rules.Union):
            return either(conditions)
        return conditions[0] & ~either(conditions[1:])

    def _attribute(self, name: str, table: ir.Table) -> Subject:
        attribute = self._schema.attribute(name)
        if attribute is None:
            raise KeyError(f"profiles have no attribute {name!r}")
        return attribute_subject(table, attribute)

    def _measure(self, measure: Measure, table: ir.Table) -> ir.Value:
        """Return what profiles are ranked by, NULL where they have none."""
        if isinstance(measure, str):
            value = self._attribute(measure, table).value
            return ibis.cases((value > 0, value)) if counts(measure, self._schema) else value
        declared = self._schema.related[measure.table]
        value = result_subject(self._values(measure, table), measure, declared).value
        return ibis.cases((value > 0, value)) if measure.function in COUNTS else value

    def _values(self, rule: RelatedTo, table: ir.Table) -> list[ir.Value]:
        return [table[self._columns[one]] for one in needed(rule)]

    def _related(self, rule: RelatedTo, table: ir.Table) -> ir.BooleanValue:
        def other(name: str) -> Subject:
            return self._attribute(name, table)

        declared = self._schema.related[rule.table]
        return related_condition(self._values(rule, table), rule, declared, self._calendar, other)
