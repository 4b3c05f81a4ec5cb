"""Tell an export how its own last run stands: the list of exports reads nothing else. Plans do not count."""

from __future__ import annotations

from datetime import datetime

from segue.control.exports.models import Export
from segue.control.refreshes.models import Run, RunKind
from segue.control.statuses import GOOD, Status


def tell_export(run: Run, status: Status, *, now: datetime) -> None:
    """Write the run's status to its export, unless a newer run has."""
    if run.kind != RunKind.EXPORT:
        return
    changes: dict[str, object] = {
        "last_run_id": run.pk,
        "last_status": status,
        "last_status_at": now,
    }
    if status in GOOD:
        changes["refreshed_at"] = now
    Export.objects.filter(pk=run.export_id).exclude(last_run_id__gt=run.pk).update(**changes)
