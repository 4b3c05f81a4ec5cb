"""Collect the mistakes of written rules, and propose the name that was probably meant. Judges nothing."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from segue.core.errors import Mistake


class Mistakes:
    """The mistakes found so far, in the order of the text."""

    def __init__(self) -> None:
        self._found: list[Mistake] = []

    def report(self, path: str, message: str, *, action: str, code: str) -> None:
        """Add a mistake."""
        self._found.append(Mistake(path=path, message=message, action=action, code=code))

    @property
    def found(self) -> tuple[Mistake, ...]:
        """Return all mistakes."""
        return tuple(self._found)

    def __len__(self) -> int:
        return len(self._found)


def proposal(wrong: str, known: Iterable[str]) -> str:
    """Return the sentence that proposes the nearest known name, or lists what there is."""
    names = sorted(set(known))
    near = difflib.get_close_matches(wrong.casefold(), names, n=1, cutoff=0.6)
    if near:
        return f"Did you mean `{near[0]}`?"
    return f"Choose from: {listed(names)}." if names else "Declare it first."


def listed(names: Iterable[str]) -> str:
    """Return names as a short list."""
    shown = list(names)
    more = f", … ({len(shown)} in all)" if len(shown) > 12 else ""
    return ", ".join(f"`{name}`" for name in shown[:12]) + more
