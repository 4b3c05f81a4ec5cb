"""Keep programs running: start each as a process of its own, start it again when it dies, end all of them together.

Everything happens in the main thread: signals end a wait, and are acted on between two waits.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Self

from segue.core.errors import Problem
from segue.core.sentences import said
from segue.observability.logs import log_event

WEB_MODULE = "segue.web"
WORKER_MODULE = "segue.worker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A Python module to run; `sockets` are the numbers of open files that it is handed.

    `is_vital`: when it dies again and again the others end too, and somebody must look; else they go on without it.
    """

    name: str
    module: str
    arguments: Sequence[str] = ()
    sockets: Sequence[int] = ()
    is_vital: bool = True

    def start(self) -> subprocess.Popen[bytes]:
        """Start it. Must be called by the main thread: the kernel takes the thread for the parent."""
        return subprocess.Popen(  # noqa: S603 - our own modules
            [
                sys.executable, "-m", "segue.cli.serving.child", str(os.getpid()),
                self.module, *self.arguments,
            ],
            stdin=subprocess.DEVNULL,
            pass_fds=tuple(self.sockets),
            process_group=0,  # Ctrl-C on the terminal reaches us alone; we end the others in order
        )  # fmt: skip


def web_program(socket_number: int) -> Program:
    """Return the web process on a listening socket."""
    return Program(
        name="web",
        module=WEB_MODULE,
        arguments=("--fd", str(socket_number)),
        sockets=(socket_number,),
    )


def worker_program(*, is_vital: bool) -> Program:
    """Return the worker process; beside pages it is not vital, for they tell that it is gone."""
    return Program(name="worker", module=WORKER_MODULE, is_vital=is_vital)


STEADY_AFTER_S = 30.0
"""Whoever ran that long had started well: the next death counts as the first."""

WAITS_S = (0.2, 1.0, 2.0, 4.0, 8.0)
"""Seconds before the second, third, … start in a row; after one more quick death it is given up."""


@dataclass(slots=True)
class Restarts:
    """Counts the quick deaths of one program in a row."""

    waits_s: Sequence[float] = WAITS_S
    quick_deaths: int = 0

    def after_death(self, ran_s: float) -> float | None:
        """Return how many seconds to wait before starting again; None: give up."""
        self.quick_deaths = 1 if ran_s >= STEADY_AFTER_S else self.quick_deaths + 1
        if self.quick_deaths > len(self.waits_s):
            return None
        return self.waits_s[self.quick_deaths - 1]


ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Signals:
    """While entered, signals end waiting instead of the process; `endings` counts how often we were asked to end."""

    def __init__(self) -> None:
        self.endings = 0
        self._reader, self._writer = socket.socketpair()

    def __enter__(self) -> Self:
        """Take the signals over."""
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        heard = [signal.SIGCHLD, *(one for one in ENDING if not _is_ignored(one))]
        self._before = {number: signal.signal(number, self._hear) for number in heard}
        self._wakeup_before = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the signals back."""
        signal.set_wakeup_fd(self._wakeup_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._reader.close()
        self._writer.close()

    def wait(self, seconds: float) -> None:
        """Wait so long, or until the next signal."""
        select.select([self._reader], [], [], max(0.0, seconds))
        try:
            while self._reader.recv(4096):
                pass
        except BlockingIOError:
            return

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        if number in ENDING:
            self.endings += 1


def _is_ignored(number: signal.Signals) -> bool:
    """Tell whether whoever started us wants the signal to do nothing, as `nohup` does."""
    return signal.getsignal(number) is signal.SIG_IGN


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
