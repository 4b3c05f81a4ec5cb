"""Clocks for tests of the pages: one that all requests of a test share, and that only the test moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import ClassVar

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday, 09:00 UTC."""


class PageClock:
    """The clock that `tests.settings` names. All of its instances show the same time."""

    at: ClassVar[datetime] = START

    def now(self) -> datetime:
        """Return the time that the test set."""
        return PageClock.at

    def monotonic(self) -> float:
        """Return the same time in seconds."""
        return PageClock.at.timestamp()

    async def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        PageClock.at += timedelta(seconds=seconds)
