"""The list of exports, and the status of those on it that are at work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from segue.control.exports import policy, queries
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.people.policy import not_visible, require
from segue.control.refreshes.lately import unread_runs
from segue.control.refreshes.standstill import Rest
from segue.control.segments.models import Segment
from segue.control.statuses import OPEN
from segue.web.exports.standstill import STOPPED, Mark, marks, stopped_keys
from segue.web.lists import page_of, search_of, sorted_rows
from segue.web.requests import PersonRequest, door, found
from segue.web.schedule_words import schedule_words

COLUMNS = {
    "name": "name_folded",
    "connection": "connection_name",
    "audience": "audience_folded",
    "contacts": "contacts",
    "status": "status_rank",
    "refreshed": "refreshed_or_never",
    "schedule": "schedule_rank",
    "permission": "permission_rank",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedExport:
    """One row of the list.

    `contacts` are those of its audience as they are known, None: never counted. `is_unread`: its last run stood on data
    of which something could not be read.

    `mark` says why the export will not run; None: it will.
    """

    export: Export
    schedule: str
    contacts: int | None
    can_edit: bool
    is_unread: bool
    mark: Mark | None


@door("GET")
def exports(request: PersonRequest) -> HttpResponse:
    """Show all exports to everybody, each with what the person may do with it."""
    require(request.user, policy.see_exports, see=policy.see_exports)
    segment, search = _segment(request), search_of(request)
    is_stopped = request.GET.get("only") == STOPPED
    shown = _shown(request.user, segment, search)
    if is_stopped:
        shown = shown.filter(pk__in=stopped_keys())
    ordered, sort = sorted_rows(shown, request, COLUMNS, default="name")
    page = page_of(ordered, request)
    rows = listed(page, request.user)
    resting = [one.mark for one in rows if one.mark and one.mark.code == Rest.SYSTEM_REFRESH_OFF]
    context = {
        "page": page,
        "rows": rows,
        "resting": resting[0] if resting else None,
        "sort": sort,
        "search": search,
        "segment": segment,
        "tells_permissions": not request.user.is_administrator,
        "is_stopped": is_stopped,
        "is_going_on": any(export.last_status in OPEN for export in page),
        "can_add": policy.add_exports.test(request.user),
        "missing": _missing(request.user, page),
    }
    return render(request, "segue/exports/list.html", context)


@door("GET")
def statuses(request: PersonRequest) -> HttpResponse:
    """Tell how the named exports stand now, for a list that is open."""
    require(request.user, policy.see_exports, see=policy.see_exports)
    keys = request.GET.getlist("pick")
    if not all(key.isdecimal() and len(key) < 19 for key in keys):
        raise not_visible()
    rows = list(queries.chosen([int(key) for key in keys[:100]]))
    context = {
        "rows": listed(rows, request.user),
        "is_going_on": any(export.last_status in OPEN for export in rows),
    }
    return render(request, "segue/exports/statuses.html", context)


def listed(page: Iterable[Export], person: Person) -> Sequence[ListedExport]:
    """Return the rows of a page."""
    page = list(page)
    found = marks(person, page)
    contacts = queries.contacts_by_export(page)
    unread = unread_runs([export.last_run_id for export in page if export.last_run_id])
    return [
        ListedExport(
            export=export,
            schedule=schedule_words(export),
            contacts=contacts[export.pk],
            can_edit=policy.edit_export.test(person, export),
            is_unread=export.last_run_id in unread,
            mark=found.get(export.pk),
        )
        for export in page
    ]


def _shown(person: Person, segment: Segment | None, search: str) -> QuerySet[Export]:
    rows = queries.ranked(queries.exports(), person)
    if segment is not None:
        rows = rows.filter(segments__segment=segment)
    return queries.searched(rows, search) if search else rows


def _segment(request: PersonRequest) -> Segment | None:
    name = request.GET.get("segment", "")
    return found(Segment.objects.all(), name=name) if name else None


def _missing(person: Person, page: Page[Export]) -> Sequence[queries.Prerequisite]:
    """Return what is missing before the first export, for the empty list."""
    return () if page.paginator.count else queries.missing_prerequisites(person)
