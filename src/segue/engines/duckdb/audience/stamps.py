"""What an audience's journal keeps of the stamps that installations put on it: one fact, written when it changes."""

from __future__ import annotations

import msgspec

from segue.engines.duckdb.audience.journal import Journal
from segue.sync.identity import KeptStamps
from segue.sync.neighbours import LEDGER

STAMPS = "stamps"
"""The name of the fact."""


def kept_stamps(journal: Journal) -> KeptStamps:
    """Return what is kept; nothing was seen where nothing is kept."""
    kept = journal.fact(STAMPS)
    return msgspec.json.decode(kept, type=KeptStamps) if kept else KeptStamps()


def has_written(journal: Journal) -> bool:
    """Return whether any run of this state folder wrote to the audience, or began to."""
    is_claimed = any(bit.claimed for bit in journal.tags())
    return is_claimed or bool(journal.pointers(LEDGER) or kept_stamps(journal).stamped)


def keep_stamps(journal: Journal, stamps: KeptStamps) -> None:
    """Keep what was seen or put on the audience."""
    if stamps != kept_stamps(journal):
        journal.keep_fact(STAMPS, msgspec.json.encode(stamps).decode())
