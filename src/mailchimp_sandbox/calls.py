"""The record of the calls that the sandbox answered. No addresses: paths are kept as templates."""

from __future__ import annotations

from collections import deque
from typing import Final, NamedTuple

KEPT: Final = 200_000
"""Older calls are forgotten."""


class CallRecord(NamedTuple):
    """One answered call. `status` 0: the connection was dropped; `received_at` in seconds since 1970."""

    method: str
    template: str
    status: int
    seconds: float
    received_at: float


class CallLog:
    """Calls in the order in which they ended."""

    def __init__(self) -> None:
        """Begin empty."""
        self.records: deque[CallRecord] = deque(maxlen=KEPT)
        self.counts: dict[tuple[str, str], int] = {}

    def add(self, record: CallRecord) -> None:
        """Note one call."""
        self.records.append(record)
        name = (record.method, record.template)
        self.counts[name] = self.counts.get(name, 0) + 1

    def clear(self) -> None:
        """Forget all calls."""
        self.records.clear()
        self.counts.clear()
