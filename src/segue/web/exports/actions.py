"""What is done at once to exports: run, plan, duplicate."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from segue.control.exports import operations, policy, queries
from segue.control.exports.models import Export
from segue.control.exports.queries import waits_for_approval
from segue.control.people.policy import require
from segue.control.refreshes import operations as refreshes
from segue.control.refreshes.models import Refresh, RunKind
from segue.control.refreshes.standstill import Rest
from segue.web import formats
from segue.web.exports.picks import named, none_picked, picked
from segue.web.exports.standstill import marks
from segue.web.picks import told
from segue.web.requests import PersonRequest, door, found, go


@door("POST")
def run(request: PersonRequest) -> HttpResponse:
    """Run the chosen exports on demand; a single one is followed on its run's page."""
    exports = picked(request)
    if not exports:
        return none_picked(request)
    return _started(request, exports, RunKind.EXPORT)


@door("GET", "POST")
def run_all(request: PersonRequest) -> HttpResponse:
    """Name what would start, and run exactly that once the person has said yes to it."""
    require(request.user, policy.add_exports, see=policy.see_exports)
    starting = queries.run_by_all(request.user)
    seen = sorted(request.POST.getlist("seen"))
    is_confirmed = request.method == "POST" and "confirmed" in request.POST
    if starting and (not is_confirmed or seen != sorted(str(one.pk) for one in starting)):
        return _ask_for_all(request, starting, came_late=is_confirmed)
    started: list[Refresh] = []
    if told(
        request,
        lambda: started.append(refreshes.run_all(actor=request.user, now=request.now)),
    ):
        count = started[0].runs.count()
        messages.success(
            request,
            ngettext("%(count)s export is queued.", "%(count)s exports are queued.", count)
            % {"count": formats.number(count)},
        )
    return go(request, reverse("exports"))


def _ask_for_all(
    request: PersonRequest, starting: Sequence[Export], *, came_late: bool
) -> HttpResponse:
    """Show what *Run all* starts, and what it leaves out and why."""
    chosen = {one.pk for one in starting}
    others = [one for one in queries.exports() if one.pk not in chosen]
    found = marks(request.user, others)
    reasons = {pk: one for pk, one in found.items() if one.code != Rest.SYSTEM_REFRESH_OFF}
    context = {
        "starting": starting,
        "first": [one for one in starting if waits_for_approval(one)],
        "left_out": [(one, reasons.get(one.pk)) for one in others],
        "came_late": came_late,
    }
    status = 409 if came_late else 200
    return render(request, "segue/exports/run_all.html", context, status=status)


@door("POST")
def plan(request: PersonRequest, pk: int) -> HttpResponse:
    """Plan an export now: everything but the writing."""
    export = found(queries.exports(), pk=pk)
    require(request.user, policy.run_export, export, see=policy.see_exports, refusal=policy.refusal)
    return _started(request, [export], RunKind.PLAN)


@door("POST")
def duplicate(request: PersonRequest) -> HttpResponse:
    """Copy the chosen exports; a single copy is shown."""
    exports = picked(request)
    if not exports:
        return none_picked(request)
    copies: list[Export] = []
    if not told(
        request,
        lambda: copies.extend(
            operations.duplicate(exports=exports, actor=request.user, now=request.now)
        ),
    ):
        return go(request, reverse("exports"))
    messages.success(
        request,
        _("Created: %(names)s. The schedule of a copy is off until you switch it on.")
        % {"names": named(copies)},
    )
    return go(request, _place_of(copies))


def _started(request: PersonRequest, exports: Sequence[Export], kind: RunKind) -> HttpResponse:
    started: list[Refresh] = []
    if not told(
        request,
        lambda: started.append(
            refreshes.run_exports(exports=exports, actor=request.user, now=request.now, kind=kind)
        ),
    ):
        return go(request, _place_of(exports))
    runs = list(started[0].runs.select_related("export").order_by("id"))
    if len(exports) == 1:
        return go(request, reverse("run", args=[runs[0].pk]))
    messages.success(request, _("Queued: %(names)s.") % {"names": named([r.export for r in runs])})
    return go(request, reverse("exports"))


def _place_of(exports: Sequence[Export]) -> str:
    if len(exports) == 1:
        return reverse("export", args=[exports[0].pk])
    return reverse("exports")
