"""Count the calls that a client makes, by route and outcome, with their times: for reports and bench. Nothing is sent here."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import Protocol


class CallRecorder(Protocol):
    """Take note of calls."""

    def record(
        self, *, method: str, route: str, status: int | None, elapsed_s: float, reply_bytes: int
    ) -> None:
        """Note one call; `status` None: no complete answer came."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCount:
    """Calls of one method, route template and status; times in seconds, sizes in bytes after decompression."""

    method: str
    route: str
    status: int | None
    count: int
    total_s: float
    median_s: float
    slowest_s: float
    reply_bytes: int


class CallLog:
    """Count calls in memory."""

    def __init__(self) -> None:
        """Begin with nothing counted."""
        self._times: dict[tuple[str, str, int | None], array[float]] = {}
        self._bytes: dict[tuple[str, str, int | None], int] = {}

    def record(
        self, *, method: str, route: str, status: int | None, elapsed_s: float, reply_bytes: int
    ) -> None:
        """Note one call; `status` None: no complete answer came."""
        key = (method, route, status)
        self._times.setdefault(key, array("d")).append(elapsed_s)
        self._bytes[key] = self._bytes.get(key, 0) + reply_bytes

    @property
    def total(self) -> int:
        """Return how many calls were made."""
        return sum(len(times) for times in self._times.values())

    @property
    def writing(self) -> int:
        """Return how many calls were made that can change something."""
        return sum(len(times) for (method, *_), times in self._times.items() if method != "GET")

    def rows(self) -> tuple[CallCount, ...]:
        """Return the counts, by route, method and status."""
        order = sorted(self._times, key=lambda key: (key[1], key[0], key[2] or 0))
        return tuple(self._row(key) for key in order)

    def _row(self, key: tuple[str, str, int | None]) -> CallCount:
        times = sorted(self._times[key])
        return CallCount(
            method=key[0],
            route=key[1],
            status=key[2],
            count=len(times),
            total_s=sum(times),
            median_s=times[(len(times) - 1) // 2],
            slowest_s=times[-1],
            reply_bytes=self._bytes[key],
        )
