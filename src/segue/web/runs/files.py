"""Files of a run that hold people: everybody of its plan, and its rejected contacts. Each download is written down."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.http import HttpResponseBase

from segue.control.people.policy import not_visible, require
from segue.control.refreshes import policy
from segue.control.refreshes.models import Run
from segue.control.refreshes.operations import subject_of
from segue.control.refreshes.queries import runs
from segue.control.sources.operations import note_personal_data_shown
from segue.service.plan_files import brought_plan_file
from segue.service.previews import rejected_contacts
from segue.shown.rejected import COLUMNS, file_row
from segue.web.downloads import csv_download
from segue.web.requests import PersonRequest, door, found
from segue.web.sayings import reads


@door("GET")
def run_plan_csv(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Download everybody of a run's plan, as the worker wrote them."""
    one = _people_of(request, pk)
    path = brought_plan_file(one.pk)
    if path is None:
        raise not_visible()
    rows = _rows(path)
    header = next(rows, [])
    note_personal_data_shown(what=subject_of(one), actor=request.user, now=request.now)
    return csv_download(request, name=f"plan-{pk}.csv", header=header, rows=rows)


@door("GET")
def run_rejected_csv(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Download the rejected contacts of a run, with reason and fix."""
    one = _people_of(request, pk)
    language = reads()
    rows = (file_row(contact, language) for contact in rejected_contacts(one))
    note_personal_data_shown(what=subject_of(one), actor=request.user, now=request.now)
    return csv_download(request, name=f"rejected-{pk}.csv", header=COLUMNS, rows=rows)


def _people_of(request: PersonRequest, pk: int) -> Run:
    one = found(runs(), pk=pk)
    require(request.user, policy.see_people_in_runs, one, see=policy.see_runs)
    return one


def _rows(path: Path) -> Iterator[Sequence[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.reader(file)
