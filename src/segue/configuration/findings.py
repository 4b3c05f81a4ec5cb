"""Collect every mistake of one file, each at its line and column. Decides nothing about what is a mistake."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from segue.configuration.document import Document
from segue.core.errors import Mistake


@dataclass(slots=True, kw_only=True)
class Findings:
    """The mistakes found so far in `document`."""

    document: Document
    mistakes: list[Mistake] = field(default_factory=list)

    def report(self, path: str, message: str, *, action: str, code: str, key: bool = False) -> None:
        """Add a mistake at the value of `path`, or at its key; the same mistake is kept once."""
        place = self.document.place(path, key=key)
        self._add(
            Mistake(
                path=path,
                message=message,
                action=action,
                code=code,
                line=place.line,
                column=place.column,
            )
        )

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

    def withdraw(self, path: str, *, code: str) -> None:
        """Forget a mistake of this code that was found on the line of `path` before its place was understood."""
        line = self.document.place(path).line
        self.mistakes = [m for m in self.mistakes if m.path or m.line != line or m.code != code]

    def spoiled(self, path: str) -> bool:
        """Tell whether a mistake lies at or below `path`: then the value there is not read any further."""
        return any(
            m.path == path or m.path.startswith((f"{path}.", f"{path}[")) for m in self.mistakes
        )

    def sorted(self) -> tuple[Mistake, ...]:
        """Return all mistakes in the order of the file."""
        return tuple(
            sorted(self.mistakes, key=lambda m: (m.line or 0, m.column or 0, m.path, m.message))
        )

    def _add(self, mistake: Mistake) -> None:
        if mistake not in self.mistakes:
            self.mistakes.append(mistake)


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """Return the sentence that proposes the nearest known name, else one that lists the known names."""
    names = sorted(set(known))
    if not names:
        return "None is declared yet."
    near = nearest(wrong, names)
    if near is not None:
        return f"Did you mean `{near}`?"
    shown = ", ".join(f"`{name}`" for name in names[:12])
    return f"Known: {shown}{', …' if len(names) > 12 else ''}."


def nearest(wrong: str, known: Iterable[str]) -> str | None:
    """Return the known name that is spelled most like `wrong`, or None when none is near."""
    folded = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(wrong.casefold(), folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else None
