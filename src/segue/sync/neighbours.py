"""The other exports of an audience as one export sees them: which own tags, and whose ledgers it takes over. Values only.

A ledger outlives its export. What is declared no more, or declared for another audience, claims nothing; it says who
still carries its tags.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

LEDGER = "ledger/"
"""What the pointers to ledgers begin with; the name of the export follows."""


class Door(StrEnum):
    """Where exports are declared. Neither door knows the other's exports."""

    FILE = "file"
    PAGES = "pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """What is known of the other exports of an audience.

    `claimless` own no tags in it. `living` are all that do, None: all but the claimless. `was` is the export's own
    earlier name, "" for none. With `takes_leftovers` it takes over every ledger that claims nothing, `closes` ends its
    own ledger once nobody carries its tags any more.
    """

    door: Door = Door.FILE
    claimless: Collection[str] = ()
    living: Collection[str] | None = None
    was: str = ""
    takes_leftovers: bool = False
    closes: bool = False

    def claims(self, export: str, *, door: str) -> bool:
        """Return whether another export owns what its ledger says; `door` is where it was declared, "" when unknown."""
        if door and door != self.door:
            return True
        if export in self.claimless or export == self.was:
            return False
        return self.living is None or export in self.living

    def taken(self, ledgers: Mapping[str, str], doors: Mapping[str, str]) -> Mapping[str, str]:
        """Return which of the claimless ledgers (file by export) the export takes over, its own earlier one first."""
        dead = {n: file for n, file in ledgers.items() if not self.claims(n, door=doors.get(n, ""))}
        if not self.takes_leftovers:
            return {n: file for n, file in dead.items() if n == self.was}
        return dict(sorted(dead.items(), key=lambda one: one[0] != self.was))


ALONE = Neighbours()
"""Every other ledger claims what it says."""
