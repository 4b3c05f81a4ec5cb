"""Read yes and no as people and programs write them, in several languages; own words come first. Expressions only."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from segue.engines.duckdb.quoting import literal
from segue.engines.duckdb.reading.typed_results import Typed, misfit
from segue.profiles.problems import RowProblem
from segue.profiles.schema import Attribute

USUAL_TRUE = ("true", "t", "yes", "y", "1", "oui", "vrai")
USUAL_FALSE = ("false", "f", "no", "n", "0", "non", "faux")
TRUE_WORDS = (
    *USUAL_TRUE,
    *("on", "-1", "✓", "✔", "☑"),
    *("o", "v", "ja", "j", "wahr", "si", "sí", "sì", "s", "sim", "verdadero", "verdadeiro", "vero"),
    *("waar", "tak"),
)
"""`-1` is how Access and Visual Basic write true. An x is none: in a spreadsheet it ticks a person or strikes one out."""
FALSE_WORDS = (
    *USUAL_FALSE,
    *("off", "☐", "✗", "✘"),
    *("nein", "falsch", "falso", "não", "nao", "nee", "onwaar", "nej", "nei", "nie"),
)

_ONE, _ZERO = "[+-]?1[.,]0*", "[+-]?0[.,]0*"
"""1.0 and 0,0: whole numbers that went through a program which knows decimals only."""


def boolean(attribute: Attribute, text: str, bare: str) -> Typed:
    """Return the expressions of a truth value; the usual words come first because they cost least."""
    word = f"lower(nfc_normalize({bare}))"
    own = _cases(word, attribute.true_values, attribute.false_values)
    known = (
        f"{_cases(word, TRUE_WORDS, FALSE_WORDS)}"
        f" WHEN regexp_full_match({word}, {literal(_ONE)}) THEN true"
        f" WHEN regexp_full_match({word}, {literal(_ZERO)}) THEN false"
    )
    first = own if _declares_words(attribute) else _usual_cases(text)
    value = f"CASE{first} ELSE CASE{known} END END"
    return Typed(value=value, problem=misfit(bare, "false", value, RowProblem.NOT_A_BOOLEAN))


def usual(attribute: Attribute, text: str) -> str | None:
    """Return the value of a text that is one of the usual words, else NULL; None where words of its own are declared."""
    return None if _declares_words(attribute) else f"CASE{_usual_cases(text)} END"


def _declares_words(attribute: Attribute) -> bool:
    return bool(attribute.true_values or attribute.false_values)


def _usual_cases(text: str) -> str:
    return _cases(f"lower({text})", USUAL_TRUE, USUAL_FALSE)


def folded(word: str) -> str:
    """Return a declared word as it is compared: without case and blanks at its ends."""
    return unicodedata.normalize("NFC", word).strip().lower()


def _cases(word: str, true: Sequence[str], false: Sequence[str]) -> str:
    # A list, for DuckDB makes a join of its own of every IN of several words: eight attributes and no memory is left.
    answers = (("true", true), ("false", false))
    return "".join(
        f" WHEN list_position([{', '.join(literal(folded(one)) for one in words)}], {word}) > 0 THEN {answer}"
        for answer, words in answers
        if words
    )
