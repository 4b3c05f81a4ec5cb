"""Hold a job by a lease: claim, renew, lose, take over. Two guarded updates, and one judgement of who is silent.

Whether a worker is still there is never read off a wall clock: clocks differ between machines and jump. A worker is
gone when its heartbeat has not changed for a lease while somebody else looked on, by the seconds of whoever looks.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from segue.control.refreshes.models import Leased
from segue.control.refreshes.silence import Watch
from segue.control.statuses import Status
from segue.core.errors import Problem
from segue.core.sentences import said

LONGEST_HEARTBEAT_S = 0.5
"""Seconds between two renewals, each of which also looks whether the job is to stop: a cancel is heard so soon."""

HEARTBEATS_IN_A_LEASE = 6
"""Renewals that a short lease allows for at least, so that a slow one does not lose the job."""

MOST_TAKEOVERS = 3
"""How often a job is taken over from a worker that died; the next death ends the job, for it may be what kills them."""

Job = TypeVar("Job", bound=Leased)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A worker's hold on a job: writes count only while `fence` is the row's."""

    owner: str
    fence: int


class Verdict(StrEnum):
    """Whether a job in progress may go on."""

    GO_ON = "go_on"
    LOST = "lost"
    CANCEL = "cancel"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """What a renewal found: whether the job may go on, and the code of what stops it ("" for a person's cancel)."""

    verdict: Verdict
    code: str = ""


def lease_time() -> timedelta:
    """Return how long a job stays with a worker that is not heard of."""
    return timedelta(seconds=settings.SEGUE_LEASE_S)


def heartbeat_s() -> float:
    """Return how many seconds lie between two renewals."""
    return min(LONGEST_HEARTBEAT_S, settings.SEGUE_LEASE_S / HEARTBEATS_IN_A_LEASE)


def claim(
    rows: QuerySet[Job], row: Job, *, owner: str, now: datetime, **changes: Any
) -> Lease | None:
    """Take a job that is still as `row` shows it; None when somebody else was first or a rule of the database forbids it.

    `rows` may ask for more, but of the row's own columns only: where a filter joins other tables, PostgreSQL does not
    look again at a row that somebody changed meanwhile. `changes` is what becomes of the job with the claim.
    """
    same = rows.filter(pk=row.pk, fence=row.fence, heartbeat_at=row.heartbeat_at)
    held = {"owner": owner, "fence": F("fence") + 1, "heartbeat_at": now}
    try:
        with transaction.atomic():
            taken = same.update(takeovers=row.takeovers + 1 if row.owner else 0, **held, **changes)
    except IntegrityError:
        return None
    return Lease(owner=owner, fence=row.fence + 1) if taken else None


def held(rows: QuerySet[Job], pk: int, lease: Lease) -> QuerySet[Job]:
    """Return the row as long as the lease holds it."""
    return rows.filter(pk=pk, owner=lease.owner, fence=lease.fence)


def renew(rows: QuerySet[Job], pk: int, lease: Lease, *, now: datetime, **changes: Any) -> bool:
    """Renew a lease and write progress; False: it is lost and the worker must stop at once."""
    return bool(held(rows, pk, lease).update(heartbeat_at=now, **changes))


def is_deadly(row: Leased) -> bool:
    """Tell whether so many workers in a row died at a job that nobody takes it over any more."""
    return bool(row.owner) and row.takeovers >= MOST_TAKEOVERS


def worker_died() -> Problem:
    """Return why a job is given up whose workers died one after the other."""
    return Problem(
        said(
            "The worker died %(times)s times in a row while it was at work on this.",
            times=MOST_TAKEOVERS + 1,
        ),
        action="Look at the worker's log and at the memory of its machine, then run again.",
        code="worker_died",
    )


def read_died(source: str) -> Problem:
    """Return why the data are given up whose workers died one after the other while they were reading one source."""
    return Problem(
        said(
            "Source '%(source)s' was being read each time when two workers in a row died.",
            source=source,
        ),
        action="See whether it answers, and whether the worker's machine has enough memory; then run again.",
        code="source_read_died",
        context={"source": source},
    )


def read_once_more(source: str) -> Problem:
    """Return what is told of a source that was being read when a worker died."""
    return Problem(
        said(
            "Source '%(source)s' was being read when the worker died; it is read once more.",
            source=source,
        ),
        action="Nothing, unless it happens again.",
        code="source_read_once_more",
        context={"source": source},
    )


def left_behind(
    rows: QuerySet[Job], status: Status, watch: Watch | None, *, mine: Collection[int] = ()
) -> Q:
    """Look once at the jobs in progress; return the condition of those that nobody is at work on any more.

    `watch` None: nobody has looked on, so that only a job that no worker holds is left behind. `mine` are jobs that whoever
    looks is at work on: however late their heartbeats are on a busy machine, they are not left.
    """
    alone = Q(status=status, owner="")
    if watch is None:
        return alone
    at_work = rows.filter(status=status).values_list("pk", "fence", "heartbeat_at")
    signs = {str(pk): (fence, heartbeat_at) for pk, fence, heartbeat_at in at_work}
    silent = watch.silent(signs, after_s=lease_time().total_seconds())
    return alone | Q(status=status, pk__in={int(pk) for pk in silent}.difference(mine))
