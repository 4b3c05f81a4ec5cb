"""Mistakes of a definition as the page lists them: their places, and the lines around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from segue.core.errors import Mistake
from segue.web.sayings import told

SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """One line of a definition; `is_wrong`: a mistake stands on it."""

    number: int
    text: str
    is_wrong: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MistakeLine:
    """One mistake, with the lines around it."""

    line: int | None
    column: int | None
    message: str
    action: str
    code: str
    excerpt: Sequence[TextLine] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MistakeList:
    """The first mistakes, how many there are in all, and how many are not shown."""

    lines: Sequence[MistakeLine]
    total: int

    @property
    def more(self) -> int:
        """Return how many are not shown."""
        return self.total - len(self.lines)


def text_lines(text: str, mistakes: Sequence[Mistake]) -> Sequence[TextLine]:
    """Return a text line by line, with those marked that have mistakes; at least one line."""
    wrong = {one.line for one in mistakes}
    lines = text.splitlines() or [""]
    return [
        TextLine(number=number, text=line, is_wrong=number in wrong)
        for number, line in enumerate(lines, start=1)
    ]


def mistake_lines(mistakes: Sequence[Mistake], text: str) -> MistakeList:
    """Return the mistakes of a text for the page, in the order of the file."""
    lines = text_lines(text, mistakes)
    shown = [_line(one, _around(one, lines)) for one in mistakes[:SHOWN]]
    return MistakeList(lines=shown, total=len(mistakes))


def _around(mistake: Mistake, lines: Sequence[TextLine]) -> Sequence[TextLine]:
    """Return the line of a mistake and its neighbours; nothing where it has none, or the text cannot be read."""
    if mistake.line is None or mistake.line > len(lines):
        return ()
    return [
        replace(line, is_wrong=line.number == mistake.line)
        for line in lines[max(mistake.line - 2, 0) : mistake.line + 1]
    ]


def _line(mistake: Mistake, excerpt: Sequence[TextLine]) -> MistakeLine:
    return MistakeLine(
        line=mistake.line,
        column=mistake.column,
        message=told(mistake.message),
        action=told(mistake.action),
        code=mistake.code,
        excerpt=excerpt,
    )
