"""Pages of the system's status: how everything stands, one refresh as a whole, refresh now, cancel."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from segue.control.exports.queries import (
    waits_for_approval,
    why_not_runnable,
    with_every_refresh,
)
from segue.control.people.policy import require
from segue.control.predicates import Predicate
from segue.control.refreshes import operations, policy
from segue.control.refreshes.models import Refresh
from segue.control.refreshes.queries import refreshes
from segue.control.refreshes.workers import clock_moves
from segue.control.statuses import OPEN
from segue.service.this_installation import shown_installation
from segue.web import live
from segue.web.attendance import attendance
from segue.web.clock_words import move_words
from segue.web.lists import page_of, sorted_rows
from segue.web.requests import PersonRequest, door, found, go
from segue.web.system.refresh_view import reads_refresh, refresh_part
from segue.web.system.status_view import ROWS_OF_REFRESHES, last_rows, read_status, status_part

COLUMNS = {"started": "id", "what": "scope", "by": "trigger", "status": "status"}


@door("GET")
def system(request: PersonRequest) -> HttpResponse:
    """Show how everything stands."""
    require(request.user, policy.see_refreshes)
    rows, sort = sorted_rows(_all(), request, COLUMNS, default="-started")
    page = page_of(rows, request, size=ROWS_OF_REFRESHES)
    part = status_part(request.now)
    shown = {
        **part,
        "follows": bool(part["in_progress"]),
        "page": page,
        "sort": sort,
        "workers": attendance().standing(),
        "is_held": shown_installation().is_held,
        "clock_moves": [move_words(move) for move in clock_moves()],
        "last": last_rows(list(page), request.now),
        "may_refresh_everything": policy.refresh_everything.test(request.user),
        "may_refresh_data": policy.refresh_data.test(request.user),
    }
    return render(request, "segue/system/status.html", shown)


@door("GET")
def system_live(request: PersonRequest) -> HttpResponse:
    """Answer a page that asks how everything stands."""
    require(request.user, policy.see_refreshes)
    return live.answer(request, read_status)


@door("GET")
def system_events(request: PersonRequest) -> HttpResponseBase:
    """Tell a page how everything stands."""
    require(request.user, policy.see_refreshes)
    return live.events(request, read_status)


@door("GET")
def refresh(request: PersonRequest, pk: int) -> HttpResponse:
    """Show the entire workflow of one refresh."""
    one = _visible(request, pk)
    goes_on = one.status in OPEN and one.cancel_requested_at is None
    shown = {
        **refresh_part(one, request.now),
        "follows": one.status in OPEN,
        "may_cancel": goes_on and policy.cancel_refresh.test(request.user, one),
    }
    return render(request, "segue/system/refresh.html", shown)


@door("GET")
def refresh_live(request: PersonRequest, pk: int) -> HttpResponse:
    """Answer a page that asks how a refresh goes on."""
    return live.answer(request, reads_refresh(_visible(request, pk).pk))


@door("GET")
def refresh_events(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Tell a page how a refresh goes on."""
    return live.events(request, reads_refresh(_visible(request, pk).pk))


@door("GET", "POST")
def refresh_cancel(request: PersonRequest, pk: int) -> HttpResponse:
    """Say what canceling means, then cancel."""
    one = _visible(request, pk)
    require(request.user, policy.cancel_refresh, one, see=policy.see_refreshes)
    if request.method != "POST":
        context = {"refresh": one, "cancel_wait_s": settings.SEGUE_CANCEL_WAIT_S}
        return render(request, "segue/system/refresh_cancel.html", context)
    if operations.cancel_refresh(refresh=one, actor=request.user, now=request.now):
        messages.success(request, _("The refresh is being canceled."))
    else:
        messages.error(request, _("The refresh was over already."))
    return go(request, reverse("refresh", kwargs={"pk": pk}))


@door("GET", "POST")
def refresh_everything(request: PersonRequest) -> HttpResponse:
    """Ask whether to read everything again, then start the entire workflow."""
    return _refresh_now(
        request, policy.refresh_everything, operations.refresh_everything, "refresh_everything.html"
    )


@door("GET", "POST")
def refresh_data(request: PersonRequest) -> HttpResponse:
    """Ask whether to read everything again, then refresh data sources, profiles and segments."""
    return _refresh_now(request, policy.refresh_data, operations.refresh_data, "refresh_data.html")


def _refresh_now(
    request: PersonRequest, right: Predicate, start: Callable[..., Refresh], template: str
) -> HttpResponse:
    require(request.user, right, see=policy.see_refreshes)
    if request.method != "POST":
        return render(request, f"segue/system/{template}", _starting())
    read_again = request.POST.get("read_again") == "yes"
    one = start(actor=request.user, now=request.now, read_again=read_again)
    return go(request, reverse("refresh", kwargs={"pk": one.pk}))


def _starting() -> dict[str, object]:
    """Return the exports that the entire workflow starts, and those of them that then wait for their first approval."""
    rows = with_every_refresh().prefetch_related("segments__segment")
    starting = [one for one in rows if why_not_runnable(one) is None]
    return {"starting": starting, "first": [one for one in starting if waits_for_approval(one)]}


def _visible(request: PersonRequest, pk: int) -> Refresh:
    one = found(refreshes(), pk=pk)
    require(request.user, policy.see_refreshes, one)
    return one


def _all() -> QuerySet[Refresh]:
    return Refresh.objects.all()
