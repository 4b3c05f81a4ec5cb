"""Compile measures: a column for each, over profiles that have the aggregates. Nothing runs here.

It imports Ibis: import it lazily where `--help` could reach it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import ibis
import ibis.expr.types as ir

from segue.profiles.schema import AttributeType, ProfileSchema
from segue.segments.exact import (
    divided,
    fitted,
    in_units,
    product,
    quotient,
    step,
    total,
    whole,
    written,
)
from segue.segments.measures import (
    Calculation,
    Formula,
    Measure,
    Named,
    Number,
    Sign,
    aggregates_of,
    builds_on,
)
from segue.segments.operators import COUNTS, NUMBERS
from segue.segments.rules import AggregateFunction, RelatedTo
from segue.segments.walk import needed


def with_measures(
    table: ir.Table,
    columns: Mapping[RelatedTo, str],
    measures: Mapping[str, Measure],
    schema: ProfileSchema,
) -> ir.Table:
    """Return the table with a column per measure; `columns` says which column holds which aggregate.

    `measures` are as `measures.reached` gives them: with all that they build on. Each layer builds on earlier ones.
    """
    heights: dict[str, int] = {}
    for name, one in measures.items():
        below = [heights[other] for other in builds_on(one) if other in heights]
        heights[name] = 1 + max(below, default=-1)
    for height in range(1 + max(heights.values(), default=-1)):
        layer = [one for name, one in measures.items() if heights[name] == height]
        table, steps = _with_steps(table, layer)
        table, halves = _with_halves(table, layer, columns, schema)
        steps |= halves
        values = {one.name: _value(one, table, columns, steps) for one in layer}
        table = table.mutate(**values)
        if steps:
            table = table.select([one for one in table.columns if one not in steps.values()])
    return table


Steps: TypeAlias = dict[Formula | RelatedTo, str]
"""Calculations of formulas, and both halves of averages; and the columns that hold them."""


def _with_steps(table: ir.Table, layer: Sequence[Measure]) -> tuple[ir.Table, Steps]:
    """Return the table with a column for every step of the formulas; each level of them builds on earlier ones."""
    heights: dict[Formula, int] = {}
    for measure in layer:
        if not isinstance(measure.what, RelatedTo):
            _note_heights(measure.what, heights)
    steps: Steps = {formula: f"step__{number}" for number, formula in enumerate(heights)}
    for height in range(1 + max(heights.values(), default=-1)):
        level = [formula for formula, at in heights.items() if at == height]
        table = table.mutate(**{steps[one]: _step(one, table, steps) for one in level})
    return table, steps


def _with_halves(
    table: ir.Table,
    layer: Sequence[Measure],
    columns: Mapping[RelatedTo, str],
    schema: ProfileSchema,
) -> tuple[ir.Table, Steps]:
    """Return the table with sum and number of each average as whole numbers, whose quotient it is."""
    halves: dict[RelatedTo, ir.Value] = {}
    for aggregate in aggregates_of(layer):
        if aggregate.function is AggregateFunction.AVERAGE:
            attribute = schema.related[aggregate.table].attribute(aggregate.attribute or "")
            is_decimal = attribute is not None and attribute.type is AttributeType.DECIMAL
            decimals = attribute.scale if attribute is not None and is_decimal else 0
            sum_of, number = needed(aggregate)
            halves[sum_of] = in_units(table[columns[sum_of]], decimals)
            halves[replace(number, attribute=aggregate.attribute)] = in_units(
                ibis.coalesce(table[columns[number]], 0), decimals
            )
    if not halves:
        return table, {}
    steps: Steps = {half: f"half__{at}" for at, half in enumerate(halves)}
    return table.mutate(**{steps[half]: value for half, value in halves.items()}), steps


def _note_heights(formula: Formula, heights: dict[Formula, int]) -> int:
    """Note each calculation that becomes a column, and how many stand on each other below it; names become none."""
    if not isinstance(formula, Calculation):
        return -1
    heights[formula] = 1 + max(_note_heights(part, heights) for _sign, part in _terms(formula))
    return heights[formula]


def _terms(formula: Calculation) -> list[tuple[Sign, Formula]]:
    """Return what is calculated at once: what is added and subtracted in a row, or two factors."""
    if formula.sign not in _SUMS:
        return [(Sign.PLUS, formula.left), (Sign.PLUS, formula.right)]
    left = formula.left
    is_row = isinstance(left, Calculation) and left.sign in _SUMS
    row = _terms(left) if is_row and isinstance(left, Calculation) else [(Sign.PLUS, left)]
    return [*row, (formula.sign, formula.right)]


_SUMS = frozenset({Sign.PLUS, Sign.MINUS})


def _step(formula: Formula, table: ir.Table, steps: Steps) -> ir.DecimalValue:
    if formula in steps and steps[formula] in table.columns:
        return table[steps[formula]]
    if isinstance(formula, Number):
        return written(formula.value)
    if isinstance(formula, Named):
        return step(table[formula.name])
    terms = [(sign, _step(part, table, steps)) for sign, part in _terms(formula)]
    if formula.sign in _SUMS:
        return total(terms)
    (_, left), (_, right) = terms
    return divided(left, right) if formula.sign is Sign.BY else product(left, right)


def _value(
    measure: Measure,
    table: ir.Table,
    columns: Mapping[RelatedTo, str],
    steps: Steps,
) -> ir.Value:
    if isinstance(measure.what, RelatedTo):
        value = _aggregated(measure, measure.what, table, columns, steps)
    else:
        value = _typed(measure, _step(measure.what, table, steps))
    if measure.default is None:
        return value
    default = measure.default
    if measure.attribute.type in NUMBERS:
        return ibis.coalesce(value, ibis.literal(default, type=value.type()))
    return ibis.coalesce(value, ibis.literal(default).cast(value.type()))


def _aggregated(
    measure: Measure,
    aggregate: RelatedTo,
    table: ir.Table,
    columns: Mapping[RelatedTo, str],
    steps: Steps,
) -> ir.Value:
    values = [table[columns[one]] for one in needed(aggregate)]
    if aggregate.function in COUNTS:
        return ibis.coalesce(values[0], 0).cast("int64")
    if aggregate.function is AggregateFunction.AVERAGE:
        sum_of, number = needed(aggregate)
        of_values = replace(number, attribute=aggregate.attribute)
        return _typed(measure, quotient(table[steps[sum_of]], table[steps[of_values]]))
    if aggregate.function is AggregateFunction.SUM:
        return _typed(measure, values[0])
    return values[0]


def _typed(measure: Measure, value: ir.NumericValue) -> ir.Value:
    """Return a number in the measure's type."""
    if measure.attribute.type is AttributeType.INTEGER:
        return whole(value)
    return fitted(value, measure.attribute.scale)
