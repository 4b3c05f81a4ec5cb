"""How much one place may ask for: a burst, then so many a second. Counted in memory, for as many places as fit."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

MOST_PLACES = 20_000
"""Places that are remembered; whoever asked longest ago is forgotten first, and begins with a whole burst again."""


class Throttle:
    """Counts what places ask for. `monotonic` gives seconds that never run backwards."""

    def __init__(
        self, *, burst: int, per_s: float, monotonic: Callable[[], float], most: int = MOST_PLACES
    ) -> None:
        self._burst, self._per_s, self._most = float(burst), per_s, most
        self._monotonic = monotonic
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, place: str) -> float:
        """Take one request of the place's; return 0, or in how many seconds the place may ask again."""
        now = self._monotonic()
        left, since = self._left.pop(place, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._per_s)
        is_allowed = left >= 1
        self._left[place] = (left - 1 if is_allowed else left, now)
        while len(self._left) > self._most:
            self._left.popitem(last=False)
        return 0.0 if is_allowed else (1 - left) / self._per_s


class Known:
    """The sessions in which somebody was seen signed in lately, by the hash of their key."""

    def __init__(self, most: int = MOST_PLACES) -> None:
        self._most = most
        self._seen: OrderedDict[str, None] = OrderedDict()

    def __contains__(self, key: str) -> bool:
        return key in self._seen

    def note(self, key: str, *, signed_in: bool) -> None:
        """Remember, or forget."""
        self._seen.pop(key, None)
        if signed_in:
            self._seen[key] = None
        while len(self._seen) > self._most:
            self._seen.popitem(last=False)
