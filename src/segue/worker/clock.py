"""The worker's clock: the machine's, and seconds that also count while the machine sleeps."""

from __future__ import annotations

import time

from segue.service.adapters import SystemClock


class WorkerClock(SystemClock):
    """The machine's time. Its monotonic seconds go on while the machine is suspended: leases run out then too."""

    def monotonic(self) -> float:
        """Return seconds that never run backwards and never stand still."""
        boot_time: int | None = getattr(time, "CLOCK_BOOTTIME", None)  # Linux only
        return time.monotonic() if boot_time is None else time.clock_gettime(boot_time)
