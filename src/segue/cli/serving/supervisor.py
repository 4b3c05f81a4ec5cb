"""Keep programs running: start each, start it again when it dies, end all of them together."""

from __future__ import annotations

import logging
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from segue.cli.serving.programs import Program
from segue.cli.serving.restarts import WAITS_S, Restarts
from segue.cli.serving.signals import Signals
from segue.core.errors import Problem
from segue.core.sentences import said
from segue.observability.logs import log_event

STOP_WITHIN_S = 10.0
"""How long programs may take to end once they are asked to; then they are ended."""

PATIENCE_S = 60.0
"""Seconds between two tries to start a program that died again and again, and that the others can do without."""

_LONGEST_WAIT_S = 60.0


@dataclass(slots=True, kw_only=True)
class _Kept:
    """One program: its process, or when it is started next."""

    program: Program
    restarts: Restarts
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0


class Supervisor:
    """Keeps programs running until it is asked to end, once by SIGTERM or Ctrl-C; twice ends them at once."""

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        waits_s: Sequence[float] = WAITS_S,
        stop_within_s: float = STOP_WITHIN_S,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._kept = [
            _Kept(program=program, restarts=Restarts(waits_s=waits_s)) for program in programs
        ]
        self._stop_within_s, self._patience_s = stop_within_s, patience_s

    def run(self, announce: Callable[[], None]) -> None:
        """Run all until a signal; `announce` is called once a signal would end them in order.

        Raises: Problem when a vital program dies again and again; the others were ended.
        """
        with Signals() as signals:
            announce()
            try:
                while not signals.endings:
                    for kept in self._kept:
                        self._look_after(kept)
                    signals.wait(self._next_start())
            finally:
                self._end(signals)

    def _look_after(self, kept: _Kept) -> None:
        if kept.process is not None and kept.process.poll() is not None:
            self._note_death(kept, kept.process.returncode)
        if kept.process is None and time.monotonic() >= kept.start_at:
            kept.process, kept.started_at = kept.program.start(), time.monotonic()
            log_event("process.started", program=kept.program.name, pid=kept.process.pid)

    def _note_death(self, kept: _Kept, code: int) -> None:
        ran_s = time.monotonic() - kept.started_at
        wait_s = kept.restarts.after_death(ran_s)
        if wait_s is None and not kept.program.is_vital:
            wait_s = self._patience_s
        log_event(
            "process.died",
            level=logging.ERROR,
            program=kept.program.name,
            exit_code=code,
            ran_s=round(ran_s, 1),
            restart_in_s=wait_s,
        )
        kept.process = None
        if wait_s is None:
            raise _given_up(kept.program.name, kept.restarts.quick_deaths)
        kept.start_at = time.monotonic() + wait_s

    def _next_start(self) -> float:
        waits = [kept.start_at - time.monotonic() for kept in self._kept if kept.process is None]
        return min([_LONGEST_WAIT_S, *waits])

    def _end(self, signals: Signals) -> None:
        """Ask all to end, wait for them, and end those that do not; a second signal ends the waiting."""
        asked, until = signals.endings, time.monotonic() + self._stop_within_s
        for process in self._running():
            process.terminate()
        while self._running() and time.monotonic() < until and signals.endings <= max(asked, 1):
            signals.wait(0.2)
        for process in self._running():
            process.kill()
            process.wait()
        log_event("process.all_ended")

    def _running(self) -> list[subprocess.Popen[bytes]]:
        started = [kept.process for kept in self._kept if kept.process is not None]
        return [process for process in started if process.poll() is None]


def _given_up(name: str, deaths: int) -> Problem:
    return Problem(
        said(
            "The %(name)s process died %(deaths)s times in a row soon after its start.",
            name=name,
            deaths=deaths,
        ),
        action="Read its last lines above, repair what they name, and start again.",
        code="process_keeps_dying",
        context={"program": name},
    )
