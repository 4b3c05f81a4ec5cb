"""Collect the mistakes of written rules, and propose the name that was probably meant. Judges nothing."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from segue.core.errors import Mistake
from segue.core.sentences import commas, said

MOST = 500
"""Mistakes after which reading stops: a person corrects these first, and a hostile text costs no more time."""

_COMPARED = 300
"""Names that are compared with a wrong one, which takes time."""


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

    @property
    def is_full(self) -> bool:
        """Whether so many were found that nothing more should be read."""
        return len(self._found) >= MOST

    def __len__(self) -> int:
        return len(self._found)


def proposal(wrong: str, known: Iterable[str]) -> str:
    """Return the sentence that proposes the nearest known name, or lists what there is."""
    names = sorted(set(known))
    near = nearest(wrong, names)
    if near is not None:
        return said("Did you mean `%(near)s`?", near=near)
    return (
        said("Choose from: %(names)s.", names=listed(names)) if names else said("Declare it first.")
    )


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """Return the sentence that proposes the nearest known name, else one that lists the known names."""
    names = sorted(set(known))
    if not names:
        return said("None is declared yet.")
    near = nearest(wrong, names)
    if near is not None:
        return said("Did you mean `%(near)s`?", near=near)
    shown = commas([*(f"`{name}`" for name in names[:12]), *(["…"] if len(names) > 12 else [])])
    return said("Known: %(names)s.", names=shown)


def nearest(wrong: str, known: Iterable[str]) -> str | None:
    """Return the known name that is spelled most like `wrong`, whatever its capitals; None when none is near."""
    folded = {name.casefold(): name for name in known}
    wrong = wrong.casefold()[:100]
    if len(folded) > _COMPARED:
        folded = {k: name for k, name in folded.items() if k[:1] == wrong[:1]}
    candidates = sorted(folded, key=lambda k: abs(len(k) - len(wrong)))[:_COMPARED]
    near = difflib.get_close_matches(wrong, candidates, n=1, cutoff=0.6)
    return folded[near[0]] if near else None


def listed(names: Iterable[str]) -> str:
    """Return names as a short list."""
    shown = list(names)
    told = commas(f"`{name}`" for name in shown[:12])
    return (
        said("%(names)s, … (%(count)s in all)", names=told, count=len(shown))
        if len(shown) > 12
        else told
    )
