"""THE typography of French texts, for the pages and the terminal alike: blanks that never break, and the first of a month.

Texts are written with plain blanks; these functions put in what nobody can see in an editor.
"""

from __future__ import annotations

import re

NO_BREAK = "\u00a0"

_BEFORE = re.compile(r" (?=[;:?!»](?![\w=])|%(?:%|$|[\s).,;:]))")
"""A plain blank before a sign that never begins a line."""

_FIRST = re.compile(
    r"(?<!\d)1(?=\s(?:janv|févr|mars|avr|mai|juin|juil|août|sept|oct|nov|déc))", re.IGNORECASE
)


def spaced(text: str) -> str:
    """Return a French text whose blanks before ; : ? ! % » and after « do not break."""
    return _BEFORE.sub(NO_BREAK, text).replace("« ", f"«{NO_BREAK}")


def first_of_month(day: str) -> str:
    """Return a written day with the ordinal that French gives the first of a month: 1er déc."""
    return _FIRST.sub("1er", day)
