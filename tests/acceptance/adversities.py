"""What happens to an exporter besides being killed: its files may not grow any more, its clock jumps. Hostile replies are the sandbox's."""

from __future__ import annotations

import random
import resource
from datetime import datetime, timedelta
from pathlib import Path

from segue.service.adapters import SystemClock

HOSTILE = ("deep_json", "wide_json", "gzip_bomb", "endless_body", "repeated")
"""Replies that no honest service sends, on any call; what the call asked for is done all the same."""

_ROOM_BYTES = (0, 700, 4_000, 60_000, 400_000)
_HOUR = 3_600.0
_JUMPS_S = (
    -72 * _HOUR,
    -2 * _HOUR,
    -0.5 * _HOUR,
    0.5 * _HOUR,
    2 * _HOUR,
    72 * _HOUR,
    9_600 * _HOUR,
)


class JumpingClock(SystemClock):
    """The machine's clock, off by what a file of the trial says at the moment."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock_off_s"

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=float(self._file.read_text(encoding="ascii")))


class Adversities:
    """What may happen in a trial; what did is counted."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.disks_filled = 0
        self.clock_jumps = 0
        self._folder = folder
        self._chance = chance
        self.set_clock(0.0)

    def set_clock(self, off_s: float) -> None:
        """Let the exporters' clock be so many seconds ahead, from now on."""
        aside = self._folder / "clock_off_s.new"
        aside.write_text(str(off_s), encoding="ascii")
        aside.replace(self._folder / "clock_off_s")

    def before_a_run(self) -> None:
        """The clock may have been set meanwhile: forward, back, or right."""
        if self._chance.random() < 0.5:
            self._jump((*_JUMPS_S, 0.0))

    def in_a_run(self, process_id: int) -> bool:
        """The clock may jump, and the disk may take no more. Returns whether anything happened."""
        jumps, fills = self._chance.random() < 0.2, self._chance.random() < 0.3
        if jumps:
            self._jump(_JUMPS_S)
        if fills:
            self._fill(process_id)
        return jumps or fills

    def _jump(self, choice: tuple[float, ...]) -> None:
        self.set_clock(self._chance.choice(choice))
        self.clock_jumps += 1

    def _fill(self, process_id: int) -> None:
        """Let no file of the process grow beyond a size, as a full disk does."""
        room = self._chance.choice(_ROOM_BYTES)
        try:
            _, hard = resource.prlimit(process_id, resource.RLIMIT_FSIZE)
            resource.prlimit(process_id, resource.RLIMIT_FSIZE, (room, hard))
        except ProcessLookupError:
            return  # it is over
        self.disks_filled += 1
