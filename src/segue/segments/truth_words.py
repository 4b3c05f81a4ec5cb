"""Know the words for yes and no: as texts of a rule they nearly always ask for less than whoever wrote them meant.

`is_not: yes` would let in everybody whose cell says Yes, YES or y. So a rule that compares such a word as text must say
whether capitals count. `NO` and `SI` in capitals are countries, and a word among others (`[no, da, sv]`) is a code.
"""

from __future__ import annotations

from collections.abc import Sequence

from segue.segments.rules import Comparison, Literal

_WORDS = frozenset(
    [
        "yes",
        "no",
        "y",
        "n",
        "true",
        "false",
        "t",
        "f",
        "on",
        "off",
        "oui",
        "non",
        "vrai",
        "faux",
        "ja",
        "nein",
        "j",
        "wahr",
        "falsch",
        "si",
        "sí",
        "sì",
        "sim",
        "não",
        "nao",
        "nee",
        "nej",
    ]
)
_COUNTRIES = frozenset(("NO", "SI"))
_WHOLE_TEXTS = frozenset((Comparison.IS, Comparison.IS_NOT, Comparison.ANY_OF, Comparison.NONE_OF))


def asks_yes_or_no(comparison: Comparison, values: Sequence[Literal]) -> bool:
    """Return whether a comparison of texts names nothing but words for yes and no."""
    return comparison in _WHOLE_TEXTS and all(map(_is_word, values))


def _is_word(value: Literal) -> bool:
    return isinstance(value, str) and value.strip().lower() in _WORDS and value not in _COUNTRIES
