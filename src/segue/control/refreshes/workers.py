"""Which workers there are, as they say themselves, and when the clock of one was set. Nobody is judged by a clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from segue.control.refreshes.models import ClockMove, Run, Worker
from segue.control.refreshes.silence import Watch
from segue.core.retention import MOVES_KEPT

SIGN_EVERY_S = 5.0
"""Seconds between two signs of a worker."""

GONE_AFTER_S = 60.0
"""A worker of whom nothing was heard for so many seconds counts as gone."""

FORGOTTEN_AFTER_S = 600.0
"""After so many seconds of silence the row of a worker is removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One worker, and whether it is heard."""

    name: str
    began_at: datetime
    is_gone: bool


def give_sign(name: str, *, now: datetime) -> None:
    """Say that a worker is there: a count goes up, whatever its clock says."""
    if not Worker.objects.filter(name=name).update(signs=F("signs") + 1, heard_at=now):
        Worker.objects.create(name=name, began_at=now, heard_at=now)


def leave(name: str) -> None:
    """Say that a worker ends."""
    Worker.objects.filter(name=name).delete()


def signs() -> Mapping[str, int]:
    """Return how many signs each worker has given."""
    return dict(Worker.objects.values_list("name", "signs"))


def forget_gone(watch: Watch) -> int:
    """Look once at all workers, and remove those that have been silent for long. Returns how many."""
    silent = watch.silent(dict(signs()), after_s=FORGOTTEN_AFTER_S)
    return Worker.objects.filter(name__in=silent).delete()[0] if silent else 0


def last_heard_at() -> datetime | None:
    """Return when a worker gave a sign last, by its own clock; None: none ever did, or all of them ended in order."""
    newest = Worker.objects.order_by("-heard_at").first()
    return newest.heard_at if newest else None


def note_clock_move(worker: str, *, before: datetime, after: datetime) -> None:
    """Keep that the clock of a worker's machine was set from one instant to another."""
    ClockMove.objects.create(worker=worker, before_at=before, after_at=after)


def clock_moves() -> Sequence[ClockMove]:
    """Return how clocks were set lately, the last first."""
    return list(ClockMove.objects.all()[:10])


def clock_moves_during(run: Run) -> Sequence[ClockMove]:
    """Return how clocks were set while a run was at work, in order."""
    if run.started_at is None:
        return ()
    ended = Q() if run.finished_at is None else Q(after_at__lte=run.finished_at)
    return list(ClockMove.objects.filter(ended, before_at__gte=run.started_at).order_by("id"))


def forget_clock_moves(*, now: datetime) -> int:
    """Forget what is long ago. Returns how many."""
    return ClockMove.objects.filter(after_at__lt=now - MOVES_KEPT).delete()[0]


class Attendance:
    """Whether any worker is there, as one observer hears it; each look counts by the observer's own seconds."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._gone: frozenset[str] = frozenset()
        self.is_nobody_there = False

    def look(self) -> None:
        """Look once at all workers. Nobody is there when for a minute none has given a sign."""
        heard = signs()
        everybody = {f"worker {name}": count for name, count in heard.items()}
        all_of_them = {"all": tuple(sorted(heard.items()))}
        silent = self._watch.silent({**everybody, **all_of_them}, after_s=GONE_AFTER_S)
        self._gone = frozenset(name for name in heard if f"worker {name}" in silent)
        self.is_nobody_there = "all" in silent

    def standing(self) -> Sequence[Standing]:
        """Return the workers, and who of them was gone at the last look."""
        return [
            Standing(name=one.name, began_at=one.began_at, is_gone=one.name in self._gone)
            for one in Worker.objects.all()
        ]
