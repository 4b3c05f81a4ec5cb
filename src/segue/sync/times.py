"""How long the steps of one walk take, measured at one place. Values only; times are given by a clock."""

from __future__ import annotations

from segue.core.clock import Clock


class StepTimes:
    """The seconds of the steps of one walk, in order.

    Each step lasts until the next one begins, and the first has begun with the walk, so that together they are all of
    its time. A step that was broken off has no time of its own. `since_s` is the clock's monotonic time at which the walk
    was begun, None: now.
    """

    def __init__(self, clock: Clock, *, since_s: float | None = None) -> None:
        self.begun_at = clock.now()
        self.seconds: dict[str, float] = {}
        self._clock = clock
        self._step: str | None = None
        self._since_s = clock.monotonic() if since_s is None else since_s

    def begin(self, name: str) -> None:
        """Note that a step begins: the one before is over."""
        if self._step is not None:
            self.over()
        self._step = name

    def over(self) -> None:
        """Note that the step at work is over, if there is one; nothing is measured until the next begins."""
        now_s = self._clock.monotonic()
        if self._step is not None:
            # A new mapping: whoever reads the old one in another thread is not disturbed.
            self.seconds = {**self.seconds, self._step: round(now_s - self._since_s, 3)}
        self._step, self._since_s = None, now_s

    @property
    def is_over(self) -> bool:
        """Return whether steps were measured and none is at work."""
        return bool(self.seconds) and self._step is None

    def broken_off(self) -> None:
        """Note that the step at work came to no end."""
        self._step = None
