"""The schedule of one export, or of several together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from segue.control.exports import operations
from segue.control.exports.models import Export
from segue.control.recurrence import checked, upcoming
from segue.control.refreshes.queries import system_schedule
from segue.control.refreshes.requests import recurrence_of
from segue.core.errors import ConfigurationProblem
from segue.web.exports.picks import named, none_picked, picked
from segue.web.exports.schedule_form import ScheduleForm
from segue.web.exports.versions import schedule_editing
from segue.web.requests import PersonRequest, door, go
from segue.web.schedule_words import schedule_words
from segue.web.typed.editing import Editing

LOOKS = ("add_time", "look")
"""Buttons that show the form again and save nothing: they work without JavaScript."""

SHOWN = 3
"""Next runs that a schedule shows."""


@door("GET", "POST", form="schedule-form")
def schedule(request: PersonRequest) -> HttpResponse:
    """Show and keep the schedule of the chosen exports."""
    exports = picked(request)
    if not exports:
        return none_picked(request)
    is_sent = request.method == "POST" and "is_on" in request.POST
    form = _form(request, exports, is_sent=is_sent)
    if not is_sent or any(name in request.POST for name in LOOKS):
        return _page(request, form, exports)
    if not form.succeeds(lambda: _keep(request, form, exports)):
        return _page(request, form, exports, status=422)
    messages.success(request, _("The schedule is saved: %(names)s.") % {"names": named(exports)})
    return go(request, reverse("exports"))


@door("POST", once=False)
def next_runs(request: PersonRequest) -> HttpResponse:
    """Tell when the exports would run next by the schedule as it stands in the form."""
    exports = picked(request)
    form = _form(request, exports, is_sent=True)
    return render(
        request, "segue/exports/next_runs.html", {"form": form, **_next_runs(form, request.now)}
    )


def _form(request: PersonRequest, exports: Sequence[Export], *, is_sent: bool) -> ScheduleForm:
    return ScheduleForm(
        request.POST if is_sent else None, exports=exports, time_zone=request.user.time_zone
    )


def _keep(request: PersonRequest, form: ScheduleForm, exports: Sequence[Export]) -> None:
    is_on, actor, now = form.switches_on, request.user, request.now
    editing = _editing(request, form, exports)
    if form.keeps_individual:
        editing.do(
            lambda: operations.switch_schedules(exports=exports, is_on=is_on, actor=actor, now=now)
        )
        return
    recurrence = form.recurrence()
    editing.do(
        lambda: operations.define_schedules(
            exports=exports, is_on=is_on, recurrence=recurrence, actor=actor, now=now
        )
    )


def _editing(request: PersonRequest, form: ScheduleForm, exports: Sequence[Export]) -> Editing:
    return schedule_editing(
        request, exports, lambda one: (form.recurrence_for(one), form.switches_on)
    )


def _page(
    request: PersonRequest, form: ScheduleForm, exports: Sequence[Export], *, status: int = 200
) -> HttpResponse:
    shown = [(export, schedule_words(export)) for export in exports]
    context = {
        "form": form,
        "exports": shown,
        "opened_on": _editing(request, form, exports).opened_on(),
        **_next_runs(form, request.now),
    }
    return render(request, "segue/exports/schedule.html", context, status=status)


def _next_runs(form: ScheduleForm, now: datetime) -> dict[str, object]:
    """Return the next runs; where there are none to show, `next_runs_are` says why."""
    if not form.is_bound:
        return {"next_runs_are": "unasked"}
    if not form.is_valid() and set(form.errors) != {"often"}:
        return {"next_runs_are": "unreadable"}
    if not form.switches_on:
        return {"next_runs_are": "off"}
    if form.keeps_individual:
        return {"next_runs_are": "individual"}
    return _upcoming(form, now)


def _upcoming(form: ScheduleForm, now: datetime) -> dict[str, object]:
    wanted, system = form.recurrence(), system_schedule()
    if wanted is None and (not system.is_on or system.recurrence is None):
        return {"next_runs_are": "system_off"}
    try:
        found = checked(wanted) if wanted is not None else recurrence_of(system)
    except ConfigurationProblem as problem:
        return {"next_runs_are": "unreadable", "wrong": problem, "wrong_of": form.input_of(problem)}
    return {"next_runs_are": "known", "next_runs": upcoming(found, now, count=SHOWN)}
