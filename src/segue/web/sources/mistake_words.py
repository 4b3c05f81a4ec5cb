"""Mistakes of a definition as the page lists them: their places, and general words where the reader reads no English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from segue.core.errors import Mistake
from segue.web.sources.mistake_texts import FRENCH

SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class MistakeLine:
    """One mistake. `words` and `advice` are general words in the reader's language, "" when `message` is in it."""

    line: int | None
    column: int | None
    words: str
    advice: str
    message: str
    action: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MistakeList:
    """The first mistakes, how many there are in all, and how many are not shown."""

    lines: Sequence[MistakeLine]
    total: int

    @property
    def more(self) -> int:
        """Return how many are not shown."""
        return self.total - len(self.lines)


def mistake_lines(mistakes: Sequence[Mistake]) -> MistakeList:
    """Return the mistakes for the page, in the order of the file."""
    return MistakeList(lines=[_line(one) for one in mistakes[:SHOWN]], total=len(mistakes))


def _line(mistake: Mistake) -> MistakeLine:
    is_french = (get_language() or "en").startswith("fr")
    words, advice = FRENCH.get(mistake.code, ("", "")) if is_french else ("", "")
    return MistakeLine(
        line=mistake.line,
        column=mistake.column,
        words=words,
        advice=advice,
        message=mistake.message,
        action=mistake.action,
        code=mistake.code,
    )
