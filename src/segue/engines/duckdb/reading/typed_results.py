"""What reading a column gives, and how the usual form of a value goes before the others. Expressions only."""

from __future__ import annotations

from dataclasses import dataclass

from segue.engines.duckdb.quoting import literal
from segue.profiles.problems import RowProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """SQL expressions of an attribute: its value, why it is NULL though something was written, whether it was rounded.

    `problem` and `rounded` are None when the source's type makes them impossible.
    """

    value: str
    problem: str | None = None
    rounded: str | None = None


def usual_first(text: str, form: str, simple: str, slow: Typed) -> Typed:
    """Try the usual form first: `simple` reads a text of the regular `form`, where `slow` would read the same."""
    usual = f"regexp_full_match({text}, {literal(form)})"
    return Typed(
        value=f"CASE WHEN {usual} THEN {simple} ELSE {slow.value} END",
        problem=f"CASE WHEN {usual} AND {simple} IS NOT NULL THEN NULL ELSE {slow.problem} END",
        rounded=slow.rounded,
    )


def where(condition: str, there: Typed, elsewhere: Typed) -> Typed:
    """Read a value one way where a condition holds, and another way elsewhere."""
    return Typed(
        value=f"CASE WHEN {condition} THEN {there.value} ELSE {elsewhere.value} END",
        problem=_either(condition, there.problem, elsewhere.problem),
        rounded=_either(condition, there.rounded, elsewhere.rounded),
    )


def _either(condition: str, there: str | None, elsewhere: str | None) -> str | None:
    if there is None and elsewhere is None:
        return None
    return f"CASE WHEN {condition} THEN {there or 'NULL'} ELSE {elsewhere or 'NULL'} END"


def misfit(written: str, fits: str, value: str, kind: RowProblem) -> str:
    """Name the problem of a written value whose `value` is NULL: out of range when its form `fits`, else `kind`."""
    return (
        f"CASE WHEN {written} IS NULL OR ({value}) IS NOT NULL THEN NULL"
        f" WHEN {fits} THEN {literal(RowProblem.OUT_OF_RANGE)} ELSE {literal(kind)} END"
    )
