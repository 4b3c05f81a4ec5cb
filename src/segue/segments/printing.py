"""Write rule trees as plain data that YAML and JSON can hold; parsing it again gives the same tree."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TypeAlias

from segue.segments import rules
from segue.segments.formulas import print_formula
from segue.segments.measures import Measure
from segue.segments.operators import PERIODS, SEVERAL_VALUES
from segue.segments.parse_values import IGNORE_CASE
from segue.segments.rules import (
    AggregateFunction,
    Compare,
    CompareAttributes,
    Comparison,
    Literal,
    RelatedTo,
    Rule,
    Test,
    Within,
)
from segue.segments.truth_words import asks_yes_or_no

Plain: TypeAlias = str | int | float | bool | list["Plain"] | dict[str, "Plain"]

_LISTS = SEVERAL_VALUES | {Comparison.BETWEEN}
_PERIOD_KEYS = {kind: key for key, kind in PERIODS.items()}
_SETS = {rules.Union: "union", rules.Intersect: "intersect", rules.Except: "except"}


def print_rule(rule: Rule) -> dict[str, Plain]:
    """Return a rule as it is written in `segue.yaml`. Raises: TypeError for kept members, which are in no file."""
    if isinstance(rule, Compare | CompareAttributes | Within):
        return {"attribute": rule.attribute, **_comparison(rule)}
    if isinstance(rule, RelatedTo):
        return _related(rule)
    if isinstance(rule, rules.InSegment):
        return {"segment": rule.segment}
    if isinstance(rule, rules.Kept):
        raise TypeError("kept members are in no file")
    if isinstance(rule, rules.Sample):
        seed: dict[str, Plain] = {"seed": rule.seed} if rule.seed else {}
        return {"sample": {"percent": _number(rule.percent), **seed}}
    if isinstance(rule, rules.Top):
        return {"top": _top(rule)}
    if isinstance(rule, rules.Not):
        return _complement(rule.rule)
    if isinstance(rule, rules.All):
        return {"all": [print_rule(one) for one in rule.rules]}
    if isinstance(rule, rules.Any):
        return {"any": [print_rule(one) for one in rule.rules]}
    return {_SETS[type(rule)]: [print_rule(operand) for operand in rule.operands]}


def print_measure(measure: Measure) -> dict[str, Plain]:
    """Return a measure as it is written in `segue.yaml`, without what is not said."""
    told: dict[str, Plain] = {"label": measure.attribute.label, "description": measure.description}
    written = {key: value for key, value in told.items() if value}
    if isinstance(measure.what, RelatedTo):
        written |= _related(measure.what)
    else:
        written["formula"] = print_formula(measure.what)
    if measure.decimals is not None:
        written["decimals"] = measure.decimals
    if measure.default is not None:
        written["or"] = _plain(measure.default)
    return written


def _top(rule: rules.Top) -> dict[str, Plain]:
    amount: dict[str, Plain] = {
        "percent" if rule.is_percent else "number": _number(rule.amount),
    }
    if rule.aggregate is not None:
        return amount | _related(rule.aggregate)
    return {**amount, "attribute": rule.attribute or ""}


def _complement(rule: Rule) -> dict[str, Plain]:
    if isinstance(rule, RelatedTo) and rule.function is AggregateFunction.EXISTS:
        return {**_related(rule), "exists": False}
    return {"not": print_rule(rule)}


def _comparison(rule: Test) -> dict[str, Plain]:
    if isinstance(rule, CompareAttributes):
        folded: dict[str, Plain] = {IGNORE_CASE: True} if rule.ignore_case else {}
        return {str(rule.comparison): {"attribute": rule.other}, **folded}
    if isinstance(rule, Within):
        return {_PERIOD_KEYS[rule.reach, rule.ahead]: {str(rule.unit): rule.amount}}
    several: list[Plain] = [_plain(value) for value in rule.values]
    value = several if rule.comparison in _LISTS else several[0]
    is_told = rule.ignore_case or asks_yes_or_no(rule.comparison, rule.values)
    ignore_case: dict[str, Plain] = {IGNORE_CASE: rule.ignore_case} if is_told else {}
    return {str(rule.comparison): value, **ignore_case}


def _related(rule: RelatedTo) -> dict[str, Plain]:
    written: dict[str, Plain] = {"related": rule.table, str(rule.function): rule.attribute or True}
    if rule.by is not None:
        written["by"] = rule.by
    if rule.test is not None:
        written |= _comparison(rule.test)
    if rule.where is not None:
        written["where"] = print_rule(rule.where)
    return written


def _plain(value: Literal) -> Plain:
    if isinstance(value, Decimal):
        return _number(value)
    return value.isoformat() if isinstance(value, date) else value


def _number(value: Decimal) -> Plain:
    """Return a number when it keeps every digit, else its text."""
    if value == value.to_integral_value():
        return int(value)
    near = float(value)
    return near if Decimal(str(near)) == value else format(value, "f")
