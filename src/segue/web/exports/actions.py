"""What is done at once to exports: run, plan, duplicate."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from segue.control.exports import operations, policy, queries
from segue.control.exports.models import Export
from segue.control.people.policy import require
from segue.control.refreshes import operations as refreshes
from segue.control.refreshes.models import Refresh, RunKind
from segue.web import formats
from segue.web.exports.picks import named, none_picked, picked, told
from segue.web.requests import PersonRequest, door, found, go


@door("POST")
def run(request: PersonRequest) -> HttpResponse:
    """Run the chosen exports on demand; a single one is followed on its run's page."""
    exports = picked(request)
    if not exports:
        return none_picked(request)
    return _started(request, exports, RunKind.EXPORT)


@door("POST")
def run_all(request: PersonRequest) -> HttpResponse:
    """Run every export with an active schedule that the person may run."""
    require(request.user, policy.add_exports, see=policy.see_exports)
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


@door("POST")
def plan(request: PersonRequest, pk: int) -> HttpResponse:
    """Plan an export now: everything but the writing."""
    export = found(queries.exports(), pk=pk)
    require(request.user, policy.run_export, export, see=policy.see_exports)
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
