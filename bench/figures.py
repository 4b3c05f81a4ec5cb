"""A measured figure beside its target and the limit that nature sets, and the targets of the design by size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

BATCH: Final = 500
"""Contacts a writing call takes at most. Source: Mailchimp's API reference, POST /lists/{list_id}."""

PAGE: Final = 1_000
"""Contacts a reading call returns at most. Source: Mailchimp's API reference, GET /lists/{list_id}/members."""

CONNECTIONS: Final = 9
"""Calls of a run under way at once: Mailchimp allows ten, one is kept for people."""

OVERHEAD_CALLS: Final = 12
MILLION: Final = 1_000_000


STEPS_CPU_S: Final = {"plan": 2.8, "prepare": 2.0, "push": 3.7, "ledger": 0.6}
"""CPU seconds that each step of the first run of a million people may take; with libraries (0.9) they are ten together."""

STEPS_START_S: Final = 0.3
"""CPU seconds of a step that do not grow with the people: compiling its queries."""

STEPS_LIMITED_BY: Final = {
    "plan": "one pass over orders and profiles, two hashes a person and one join",
    "prepare": "rendering each contact, a hash for each merge field, and writing it all to the disk",
    "push": "a megabyte and a half of reply for each 500 contacts, which the network hands over in pieces",
    "ledger": "writing each contact's hashes anew",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure. `target` None: shown for orientation; `limit` None: nature sets none that is known.

    Smaller is better for all. `limited_by` says in one sentence what keeps it from being better.
    """

    key: str
    what: str
    unit: str
    measured: float
    target: float | None = None
    limit: float | None = None
    limited_by: str
    remark: str = ""

    @property
    def verdict(self) -> str:
        """Return `pass`, `miss`, or an empty text without a target."""
        if self.target is None:
            return ""
        return "pass" if self.measured <= self.target else "miss"


def scaled(people: int, *, start: float, million: float) -> float:
    """Return a target stated for a million people for another number: a fixed start and a share that grows with them."""
    return start + (million - start) * people / MILLION


def first_calls(people: int, held: int) -> tuple[float, float]:
    """Return limit and target of the calls of a first export of so many contacts; those that the audience `held` are read."""
    calls = ceil(people / BATCH)
    return calls, calls + ceil(held / PAGE) + OVERHEAD_CALLS


def changed_calls(writes: int, tags_removed: Sequence[int]) -> tuple[float, float]:
    """Return limit and target of the calls of a run with few changes; `tags_removed` are the people who lose each tag."""
    calls = ceil(writes / BATCH) + sum(ceil(people / BATCH) for people in tags_removed)
    return calls, calls + OVERHEAD_CALLS


def even_people(contactable: int) -> int:
    """Return the greatest number of people whose full calls share evenly among the connections."""
    whole = BATCH * CONNECTIONS
    return contactable // whole * whole or contactable // BATCH * BATCH


def push_limit_s(people: int, latency_s: float) -> float:
    """Return the seconds below which no push of so many people can end, by the design's formula."""
    return ceil(people / BATCH) / CONNECTIONS * latency_s


def quantile(ordered: list[float], share: float) -> float:
    """Return the value below which that share of an ordered list lies."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
