"""Ten calls at a time for each user. A call that its client gave up keeps its place until it is done.

Source: FACTS.md §2, §9.9.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Throttle:
    """Count the calls in hand; `most` is the highest number seen."""

    def __init__(self) -> None:
        """Begin with none."""
        self.in_hand = 0
        self.most = 0
        self.refused = 0

    def is_full(self, limit: int) -> bool:
        """Tell whether one more call must be refused."""
        full = self.in_hand >= limit
        self.refused += full
        return full

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold one place for the time of a call."""
        self.in_hand += 1
        self.most = max(self.most, self.in_hand)
        try:
            yield
        finally:
            self.in_hand -= 1
