"""The file of everybody in a run's plan, in the home folder: for its owner alone, and forgotten after a while."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from segue.core.retention import PLANS_KEPT
from segue.service.plan_files import forget_shared_plan_files, plans_folder, share_plan_file
from segue.service.plan_files import plan_file as plan_file_of
from segue.shown.people import COLUMNS, file_row
from segue.shown.spreadsheets import kept_csv_file
from segue.sync.people import PersonChange


@contextmanager
def plan_file(run_id: int) -> Iterator[Callable[[PersonChange], None]]:
    """Write people one by one; the file has its name only once it is complete."""
    folder = plans_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with kept_csv_file(plan_file_of(run_id), COLUMNS) as write:
        yield lambda person: write(file_row(person))
    share_plan_file(run_id)


def write_plan(run_id: int, people: Iterable[PersonChange]) -> None:
    """Write everybody of a plan, in place of what an earlier attempt of the run planned."""
    with plan_file(run_id) as write:
        for person in people:
            write(person)


def forget_plan_files(now: datetime) -> int:
    """Remove files that are old, half-written ones too. Returns how many."""
    oldest = (now - PLANS_KEPT).timestamp()
    old = [path for path in plans_folder().glob("*") if path.stat().st_mtime < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    forget_shared_plan_files(now)
    return len(old)
