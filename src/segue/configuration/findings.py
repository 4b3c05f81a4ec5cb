"""Collect every mistake of one file, each at its line and column. Decides nothing about what is a mistake."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from segue.configuration.document import Document, parent
from segue.core.errors import Mistake
from segue.segments.mistakes import MOST

_HIDING = frozenset((
    "unknown_key", "unknown_attribute", "rule_unknown_key", "rule_unknown_attribute", "rule_unknown_related_table",
    "rule_wrong_shape", "rule_aggregate_count", "rule_several_comparisons", "rule_too_deep", "rule_not_over_rows",
))  # fmt: skip
"""Mistakes beyond which nothing is read: what is meant is not known."""


@dataclass(slots=True, kw_only=True)
class Findings:
    """The mistakes found so far in `document`.

    A hostile file can hold tens of thousands of mistakes, so that nothing here looks through all of them.
    """

    document: Document
    _mistakes: dict[Mistake, None] = field(default_factory=dict)
    _spoiled: set[str] = field(default_factory=set)
    """The paths of all mistakes, and of everything that holds one of them."""
    _overlooks: bool = False

    def keep(self, mistakes: Iterable[Mistake]) -> None:
        """Add mistakes that know their line and column; the same mistake is kept once."""
        for mistake in mistakes:
            self._mistakes[mistake] = None
            path = mistake.path
            while path and path not in self._spoiled:
                self._spoiled.add(path)
                path = parent(path)

    def report(self, path: str, message: str, *, action: str, code: str, key: bool = False) -> None:
        """Add a mistake at the value of `path`, or at its key; the same mistake is kept once."""
        place = self.document.place(path, key=key)
        mistake = Mistake(
            path=path,
            message=message,
            action=action,
            code=code,
            line=place.line,
            column=place.column,
        )
        self.keep([mistake])

    def adopt(self, mistakes: Iterable[Mistake]) -> None:
        """Add another reader's mistakes, whose paths start at the root of the file, at the keys they name."""
        for mistake in mistakes:
            self.report(
                mistake.path,
                mistake.message,
                action=mistake.action,
                code=mistake.code,
                key=mistake.code.endswith("unknown_key"),
            )

    def overlook(self) -> None:
        """Note that something is not looked at because of a mistake that is told."""
        self._overlooks = True

    @property
    def overlooks(self) -> bool:
        """Whether mistakes may lie in what was not looked at because of the mistakes that are told."""
        return self._overlooks or self.is_full or any(one.code in _HIDING for one in self._mistakes)

    @property
    def is_full(self) -> bool:
        """Whether so many mistakes were found that nothing more should be read."""
        return len(self._mistakes) >= MOST

    def withdraw(self, path: str, *, code: str) -> None:
        """Forget a mistake of this code that was found on the line of `path` before its place was understood."""
        line = self.document.place(path).line
        withdrawn = [m for m in self._mistakes if not m.path and m.line == line and m.code == code]
        for mistake in withdrawn:
            del self._mistakes[mistake]

    def spoiled(self, path: str) -> bool:
        """Tell whether a mistake lies at or below `path`: then the value there is not read any further."""
        return path in self._spoiled

    def sorted(self) -> tuple[Mistake, ...]:
        """Return all mistakes in the order of the file."""
        return in_order(self._mistakes)


def in_order(mistakes: Iterable[Mistake]) -> tuple[Mistake, ...]:
    """Return mistakes in the order of the file."""
    return tuple(sorted(mistakes, key=lambda m: (m.line or 0, m.column or 0, m.path, m.message)))
