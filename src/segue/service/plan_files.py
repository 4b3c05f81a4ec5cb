"""The files of everybody in a run's plan, in the state folder: where they are, and among hosts that have no folder in common."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings

from segue.control.refreshes.models import Run
from segue.core.retention import PLANS_KEPT
from segue.service.installed_journals import journals_here

_FOLDER = "plans"


def plans_folder() -> Path:
    """Return the folder of these files."""
    home: Path = settings.SEGUE_HOME
    return home / _FOLDER


def plan_file(run_id: int) -> Path:
    """Return where the worker writes everybody of a run's plan, when it does."""
    return plans_folder() / f"{run_id}.csv"


def has_plan_file(run_id: int) -> bool:
    """Tell whether there is one, here or elsewhere."""
    shared = journals_here().shared
    path = f"{_FOLDER}/{run_id}.csv"
    return plan_file(run_id).is_file() or (shared is not None and path in shared.known(path))


def brought_plan_file(run_id: int) -> Path | None:
    """Return the file as it was written last, None when there is none any more."""
    if (shared := journals_here().shared) is not None:
        shared.bring(f"{_FOLDER}/{run_id}.csv")
    file = plan_file(run_id)
    return file if file.is_file() else None


def share_plan_file(run_id: int) -> None:
    """Give a file just written to the other hosts."""
    if (shared := journals_here().shared) is not None:
        shared.publish([plan_file(run_id)])


def forget_shared_plan_files(now: datetime) -> None:
    """Forget the files of runs that are old on all hosts, and those that were forgotten elsewhere on this one."""
    if (shared := journals_here().shared) is None:
        return
    known = shared.known(f"{_FOLDER}/")
    lately = Run.objects.filter(created_at__gte=now - PLANS_KEPT).values_list("pk", flat=True)
    young = {f"{_FOLDER}/{pk}.csv" for pk in lately} if known else set[str]()
    for path in known:
        if path not in young:
            shared.forget(path)
    shared.drop_unknown(f"{_FOLDER}/", now=now)
