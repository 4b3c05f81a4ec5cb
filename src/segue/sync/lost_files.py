"""What is not whole of an audience's state, and what building it anew would make of people. Values only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """What is not whole. `ledgers` are names of exports, `foreign` positions of tags, `runs` unfinished runs."""

    journal: bool = False
    contacts: bool = False
    ledgers: Sequence[str] = ()
    foreign: Sequence[int] = ()
    runs: Sequence[str] = ()
    others: Sequence[str] = ()

    @property
    def is_nothing(self) -> bool:
        """Return whether every file is whole."""
        found = (self.ledgers, self.foreign, self.runs, self.others)
        return not (self.journal or self.contacts or any(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenTag:
    """What a repair makes of those who carry a tag now: people it takes as ours, and as somebody else's."""

    tag: str
    carriers: int
    ours: int
    foreign: int
