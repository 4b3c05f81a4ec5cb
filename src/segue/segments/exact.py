"""Calculate with numbers alike on every engine, as expressions. Nothing runs here.

Every step of a formula is a number of at most twelve digits before and six behind the mark; what would be larger is
NULL, never an error: one customer's odd number must not stop everybody's export. Engines divide decimals in different
ways, but doubles in one (IEEE 754), and they multiply exactly, so that a quotient is made of doubles and of the remainder.
Steps name their operands several times, so that each has to be a column of its own. It imports Ibis: import it lazily where
`--help` could reach it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import ibis
import ibis.expr.types as ir

from segue.segments.formulas import STEP_DECIMALS
from segue.segments.measures import Sign
from segue.segments.tables import DECIMAL_DIGITS

_STEP = f"decimal({DECIMAL_DIGITS}, {STEP_DECIMALS})"
_WIDE = f"decimal(38, {STEP_DECIMALS})"
_ROOMY = f"decimal(25, {STEP_DECIMALS})"
"""DuckDB lets a result of two decimals of 18 digits have no more than these, and fails."""
_FACTOR = f"decimal(19, {STEP_DECIMALS})"
"""The widest whose product with a step Spark keeps whole: 38 digits."""
_LONG = "decimal(38, 0)"
_PARTS = 10**STEP_DECIMALS
_MOST_QUOTIENT = 10.0 ** (DECIMAL_DIGITS - STEP_DECIMALS)


def step(value: ir.NumericValue) -> ir.DecimalValue:
    """Return a number as a step of a formula."""
    return fitted(value, STEP_DECIMALS)


def written(value: Decimal) -> ir.DecimalValue:
    """Return a number that is written in a formula."""
    return ibis.literal(value, type=_STEP)


def fitted(value: ir.NumericValue, decimals: int) -> ir.DecimalValue:
    """Return a number rounded to so many decimals (half away from 0); NULL when it has more than 18 digits then."""
    wide = value.cast(f"decimal(38, {decimals})")
    most = Decimal(10) ** (DECIMAL_DIGITS - decimals)
    fits = wide.abs() < ibis.literal(most, type=f"decimal(38, {decimals})")
    return ibis.cases((fits, wide)).cast(f"decimal({DECIMAL_DIGITS}, {decimals})")


def whole(value: ir.NumericValue) -> ir.IntegerValue:
    """Return a number as a whole one; NULL when it has more than 18 digits."""
    return fitted(value, 0).cast("int64")


def total(terms: Sequence[tuple[Sign, ir.DecimalValue]]) -> ir.DecimalValue:
    """Return what comes of steps that are added and subtracted in a row, the first without a sign: a step again."""
    (_, found), *others = terms
    found = found.cast(_ROOMY)
    for sign, term in others:
        wide = term.cast(_ROOMY)
        found = (found + wide if sign is Sign.PLUS else found - wide).cast(_ROOMY)
    return step(found)


def product(left: ir.DecimalValue, right: ir.DecimalValue) -> ir.DecimalValue:
    """Return a step; NULL when one of the two steps is."""
    return step((left * right.cast(_FACTOR)).cast(_WIDE))


def divided(left: ir.DecimalValue, right: ir.DecimalValue) -> ir.DecimalValue:
    """Return a step; NULL when one of the two steps is, or the divisor is 0."""
    return quotient(_in_parts(left), _in_parts(right))


def in_units(value: ir.NumericValue, decimals: int) -> ir.IntegerValue:
    """Return a number with so many decimals as a whole one: of how many of its last decimals it consists."""
    return whole(value.cast(f"decimal(38, {decimals})") * ibis.literal(10**decimals, type=_LONG))


def _in_parts(value: ir.DecimalValue) -> ir.IntegerValue:
    """Return how many millionths a step has: a whole number, exactly."""
    return (value.cast(_ROOMY) * ibis.literal(_PARTS, type="decimal(8, 0)")).cast("int64")


def quotient(left: ir.IntegerValue, right: ir.IntegerValue) -> ir.DecimalValue:
    """Return the quotient of two whole numbers as a step: its whole part by doubles, the rest of the exact remainder.

    So that a half is a half in front of the mark however large the number; the half that rounds is in the dividend, as
    engines floor alike. The whole part may be wrong by some, the remainder then makes up for it.
    """
    dividend = left.cast("float64")
    divisor = ibis.cases((~(right == 0), right.cast("float64")))
    fits = dividend.abs() < divisor.abs() * _MOST_QUOTIENT
    floor = (ibis.cases((fits, dividend)) // divisor).cast(_LONG)
    rest = (left.cast(_LONG) - floor * right.cast(_LONG)).cast("float64")
    millionths = (rest * (2.0 * _PARTS) + divisor) // (divisor * 2.0)
    parts = floor * ibis.literal(_PARTS, type=_LONG) + millionths.cast(_LONG)
    part = ibis.literal(Decimal(1).scaleb(-STEP_DECIMALS), type=_STEP)
    return step((fitted(parts, 0) * part).cast(_WIDE))
