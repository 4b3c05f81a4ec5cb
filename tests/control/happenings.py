"""Let runs and refreshes have ended in some way, without a worker: rows only. No expectations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from segue.control.exports.models import Export
from segue.control.refreshes.models import Refresh, Run, RunPaper, Scope, Trigger
from segue.control.refreshes.telling import tell_export
from segue.control.statuses import ENDED, Status
from segue.sync.kinds import Skip
from segue.sync.plan import Plan


def refresh(
    status: Status = Status.SUCCESSFUL,
    *,
    now: datetime,
    scope: Scope = Scope.WHOLE,
    data_ready: bool = True,
    **changes: Any,
) -> Refresh:
    """Return a refresh in some status; `data_ready` False: its data part is not over or failed."""
    values = {
        "trigger": Trigger.SCHEDULE,
        "created_at": now,
        "started_at": now,
        "data_ready_at": now if data_ready else None,
        "finished_at": now if status in ENDED else None,
    }
    return Refresh.objects.create(scope=scope, status=status, **{**values, **changes})


def run(
    export: Export,
    status: Status,
    *,
    now: datetime,
    of: Refresh | None = None,
    plan: Plan | None = None,
    **changes: Any,
) -> Run:
    """Return a run of an export in some status, which its export is told; it began when it was last told."""
    held_or_over = status in ENDED or status == Status.NEEDS_APPROVAL
    values = {
        "export_name": export.name,
        "connection_name": export.connection.display_name if export.connection else "",
        "audience_id": export.audience_id,
        "created_at": now,
        "started_at": now,
        "finished_at": now if held_or_over else None,
    }
    made = Run.objects.create(
        refresh=of or refresh(now=now), export=export, status=status, **{**values, **changes}
    )
    tell_export(made, status, now=now)
    if plan is not None:
        RunPaper.objects.create(run=made, plan=msgspec.json.encode(plan).decode())
    return made


def move(moved: Run, status: Status, *, now: datetime, **changes: Any) -> Run:
    """Give a run another status, which its export is told."""
    finished = now if status in ENDED else None
    Run.objects.filter(pk=moved.pk).update(status=status, finished_at=finished, **changes)
    tell_export(moved, status, now=now)
    return Run.objects.get(pk=moved.pk)


def plan(
    *, now: datetime, members: int, wanted: int, acknowledged: int = 0, **changes: Any
) -> Plan:
    """Return a plan with these figures; `skips` maps reasons to people."""
    skips: dict[Skip, int] = changes.pop("skips", {})
    values: dict[str, Any] = {
        "export": "vip_newsletter",
        "audience_id": "a1b2c3d4e5",
        "audience_name": "Newsletter",
        "made_at": now,
        "digest": "d1",
        "counts": {},
        "segments": (),
        "tags_removed": 0,
        "misfits": (),
        "fields_to_create": (),
        "stops": (),
        "calls": 0,
        "contacts_before": None,
        "contacts_limit": None,
    }
    return Plan(
        members=members,
        wanted=wanted,
        acknowledged=acknowledged,
        skips=skips,
        **{**values, **changes},
    )
