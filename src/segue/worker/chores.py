"""What a worker does besides refreshes and runs, each again and again in a thread of its own. The list is `CHORES`.

Every worker does all of them: each must be harmless when two do it at the same time. To join another, add a line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from threading import Event, Thread

from segue.control.notices.chores import tend
from segue.control.refreshes.papers import forget_samples
from segue.control.refreshes.workers import forget_clock_moves
from segue.core.clock import Clock
from segue.service.accounts import check_due
from segue.service.kept_members import forget_kept
from segue.service.mirroring import tidy_mirror
from segue.service.segment_schedules import tend_segments
from segue.worker.database import database
from segue.worker.edge import guarded
from segue.worker.leavings import forget_audiences, forget_outbox
from segue.worker.plan_file import forget_plan_files


@dataclass(frozen=True, slots=True, kw_only=True)
class Chore:
    """Something to do every so many seconds, the first time at once."""

    name: str
    every_s: float
    do: Callable[[datetime], object]


def chores() -> Sequence[Chore]:
    """Return what is to be done."""
    return (
        Chore(name="health", every_s=60, do=lambda now: check_due(now, guarded=guarded)),
        Chore(name="notices", every_s=10, do=tend),
        Chore(name="segments", every_s=30, do=tend_segments),
        Chore(name="forget_samples", every_s=3600, do=lambda now: forget_samples(now=now)),
        Chore(name="forget_plan_files", every_s=3600, do=forget_plan_files),
        Chore(name="forget_clock_moves", every_s=3600, do=_forget_clock_moves),
        Chore(name="forget_outbox", every_s=3600, do=forget_outbox),
        Chore(name="forget_kept", every_s=3600, do=forget_kept),
        Chore(name="tidy_mirror", every_s=3600, do=tidy_mirror),
        Chore(name="forget_audiences", every_s=3600, do=forget_audiences),
    )


def _forget_clock_moves(now: datetime) -> int:
    return forget_clock_moves(now=now)


@contextmanager
def doing(some: Sequence[Chore], clock: Clock) -> Iterator[None]:
    """Do chores beside what happens inside. One that is being done at the end is not waited for."""
    over = Event()
    for chore in some:
        work = partial(_again_and_again, chore, clock, over)
        Thread(target=work, name=f"chore {chore.name}", daemon=True).start()
    try:
        yield
    finally:
        over.set()


def once(chore: Chore, now: datetime) -> None:
    """Do a chore; what goes wrong is logged and done again next time."""
    guarded("worker.chore_failed", partial(_done, chore, now), chore=chore.name)


def _again_and_again(chore: Chore, clock: Clock, over: Event) -> None:
    once(chore, clock.now())
    while not over.wait(chore.every_s):
        once(chore, clock.now())


def _done(chore: Chore, now: datetime) -> None:
    with database():
        chore.do(now)
