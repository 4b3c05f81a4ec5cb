"""A small installation with exports that are ready to be refreshed: rows only, nothing runs. No expectations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from segue.control.connections.models import Connection
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.refreshes import data_work, operations, run_work
from segue.control.refreshes.leases import Lease
from segue.control.refreshes.models import Refresh, Run, RunKind
from segue.control.refreshes.silence import Watch
from segue.control.statuses import Status
from tests.control import stage
from tests.fakes.clocks import START

Claimed = TypeVar("Claimed")

NOW = START
SOON = timedelta(seconds=1)
WORKER = "worker one"
OTHER = "worker two"


def exports(actor: Person, folder: Path, count: int = 1) -> list[Export]:
    """Return so many exports, each on a connection to an account of its own."""
    stage.declared(stage.data_folder(folder))
    return [export(actor, number) for number in range(1, count + 1)]


def export(
    actor: Person, number: int, connected: Connection | None = None, **changes: Any
) -> Export:
    """Return one export; without a connection it gets one of its own."""
    connected = connected or stage.connection(
        actor, name=f"Account {number}", account_id=f"acc{number}"
    )
    return stage.export(
        actor, connected, **{"name": f"Export {number}", "audience_id": f"aud{number}", **changes}
    )


def ready(refresh: Refresh) -> Refresh:
    """Let the data part of a refresh be over."""
    claimed = data_work.claim_data(owner=WORKER, now=NOW)
    assert claimed is not None
    assert claimed[0] == refresh
    assert data_work.finish_data(*claimed, snapshot_id="snapshot", now=NOW)
    refresh.refresh_from_db()
    return refresh


def queued_run(actor: Person, one: Export, kind: RunKind = RunKind.EXPORT) -> Run:
    """Ask for a run whose data is ready."""
    refresh = ready(operations.run_exports(exports=[one], actor=actor, now=NOW, kind=kind))
    return refresh.runs.get()


def claimed_run(actor: Person, one: Export, kind: RunKind = RunKind.EXPORT) -> tuple[Run, Lease]:
    """Let a worker take a run of the export."""
    queued_run(actor, one, kind)
    claimed = run_work.claim_run(owner=WORKER, now=NOW)
    assert claimed is not None
    return claimed


def taken_over(
    claim: Callable[..., Claimed | None], *, now: datetime = NOW, owner: str = OTHER
) -> Claimed | None:
    """Let another worker, whose clock says `now`, look on for a lease; return what it took then."""
    seconds = 0.0
    watch = Watch(lambda: seconds)
    for looked_at in (0.0, 5.0, 10.0, 15.0):
        seconds = looked_at
        if (claimed := claim(owner=owner, now=now, watch=watch)) is not None:
            return claimed
    return None


def held_run(actor: Person, one: Export, digest: str = "digest1") -> Run:
    """Return a run whose plan waits for approval."""
    run, lease = claimed_run(actor, one)
    end = run_work.RunEnd(status=Status.NEEDS_APPROVAL, code="plan_needs_approval", digest=digest)
    assert run_work.end_run(run, lease, end, now=NOW)
    run.refresh_from_db()
    return run


def status_of(row: Run | Refresh | Export) -> str:
    """Return how a row stands in the database now."""
    found = type(row).objects.get(pk=row.pk)
    return str(found.last_status if isinstance(found, Export) else found.status)
