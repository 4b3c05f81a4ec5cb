"""Read and write formulas: names, numbers, `+ - * /` and parentheses. What the names mean is none of this."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from segue.core.sentences import said
from segue.segments.measures import Calculation, Formula, Named, Number, Sign

LONGEST_FORMULA = 500
"""Characters."""
DEEPEST = 20
"""Parentheses inside parentheses."""
MOST_PARTS = 20
"""Names and numbers of a formula: twenty divisions are a query of 0.8 MB, which takes 2 s to write and 1 s to run."""
STEP_DECIMALS = 6
"""Digits behind the mark of every step of a formula, and at most of its result."""

_TOKEN = re.compile(
    r"\s*([a-z][a-z0-9_]*|[0-9]+(?:\.[0-9]+)?|[-+*/()\u2212\u00d7\u00f7])", re.ASCII
)
_PRINTED = {Sign.MINUS: "\u2212", Sign.TIMES: "\u00d7", Sign.BY: "\u00f7"}
_SIGNS: Mapping[str, Sign] = {
    **{str(sign): sign for sign in Sign},
    **{printed: sign for sign, printed in _PRINTED.items()},
}
_FIRST = frozenset({Sign.TIMES, Sign.BY})
_ZERO = Number(value=Decimal(0))
_MOST_WHOLE = 12


class NotAFormulaError(ValueError):
    """A text is no formula; `message` says why, for the person who wrote it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def read_formula(text: str) -> Formula:
    """Return the formula that a text is. Raises: NotAFormulaError."""
    if len(text) > LONGEST_FORMULA:
        raise NotAFormulaError(
            said("The formula has more than %(most)s characters.", most=LONGEST_FORMULA)
        )
    reader = _Reader(_tokens(text))
    found = reader.sum(0)
    reader.end()
    return found


def print_formula(formula: Formula) -> str:
    """Return a formula as it is read, with no more parentheses than it needs."""
    return _printed(formula, str, {sign: str(sign) for sign in Sign})


def formula_words(formula: Formula, name_of: Callable[[str], str]) -> str:
    """Return a formula for people: what they read for its names, and the signs of print."""
    return _printed(formula, name_of, {sign: _PRINTED.get(sign, str(sign)) for sign in Sign})


def _printed(formula: Formula, name_of: Callable[[str], str], signs: Mapping[Sign, str]) -> str:
    if isinstance(formula, Number):
        return format(formula.value, "f")
    if isinstance(formula, Named):
        return name_of(formula.name)
    left, right = (_printed(side, name_of, signs) for side in (formula.left, formula.right))
    if _binds(formula.left) < _binds(formula):
        left = f"({left})"
    if _binds(formula.right) <= _binds(formula):
        right = f"({right})"
    return f"{left} {signs[formula.sign]} {right}"


def _binds(formula: Formula) -> int:
    """Return how tightly a formula's last step binds."""
    if isinstance(formula, Calculation):
        return 2 if formula.sign in _FIRST else 1
    return 3


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    rest = text.rstrip()
    while at < len(rest):
        token = _TOKEN.match(rest, at)
        if token is None:
            raise NotAFormulaError(
                said("`%(text)s` cannot stand in a formula.", text=rest[at:].strip()[:20])
            )
        found.append(token[1])
        at = token.end()
    if sum(one[0].isalnum() for one in found) > MOST_PARTS:
        raise NotAFormulaError(
            said("The formula has more than %(most)s names and numbers.", most=MOST_PARTS)
        )
    return found


class _Reader:
    """Read tokens from left to right: × and ÷ before + and −, each from the left."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens, self._at = tokens, 0

    @property
    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._next
        self._at += 1
        return token

    def end(self) -> None:
        """Raise when something is left over."""
        if self._next:
            raise NotAFormulaError(said("`%(text)s` is not expected there.", text=self._next))

    def sum(self, depth: int) -> Formula:
        """Return what is added and subtracted."""
        found = self._product(depth)
        while (sign := _SIGNS.get(self._next)) in (Sign.PLUS, Sign.MINUS):
            self._take()
            found = Calculation(sign=sign, left=found, right=self._product(depth))
        return found

    def _product(self, depth: int) -> Formula:
        found = self._factor(depth)
        while (sign := _SIGNS.get(self._next)) in _FIRST:
            self._take()
            found = Calculation(sign=sign, left=found, right=self._factor(depth))
        return found

    def _factor(self, depth: int) -> Formula:
        if depth > DEEPEST:
            raise NotAFormulaError(
                said("Parentheses are nested more than %(most)s deep.", most=DEEPEST)
            )
        word = self._take()
        if _SIGNS.get(word) is Sign.MINUS:
            return Calculation(sign=Sign.MINUS, left=_ZERO, right=self._factor(depth + 1))
        if word == "(":
            found = self.sum(depth + 1)
            if self._take() != ")":
                raise NotAFormulaError(said("A parenthesis is not closed."))
            return found
        if word[:1].isdigit():
            return _number(word)
        if not word[:1].isalpha():
            raise NotAFormulaError(
                said("A name or number is missing before `%(text)s`.", text=word)
                if word
                else said("A name or number is missing at the end.")
            )
        return Named(name=word)


def _number(written: str) -> Number:
    whole, _, decimals = written.partition(".")
    if len(whole) > _MOST_WHOLE or len(decimals) > STEP_DECIMALS:
        raise NotAFormulaError(
            said(
                "`%(number)s` has more than %(whole)s digits before the mark or %(decimals)s behind it.",
                number=written[:40],
                whole=_MOST_WHOLE,
                decimals=STEP_DECIMALS,
            )
        )
    return Number(value=Decimal(written))
