"""The page of the system refresh: on or off, daily or weekly, at which times, in which time zone, and when it is next."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from segue.control.audit.meanwhile import Watched
from segue.control.audit.models import Action
from segue.control.exports.schedules import recurrence_from_json
from segue.control.people.policy import require
from segue.control.recurrence import Recurrence, upcoming
from segue.control.refreshes import operations, policy
from segue.control.refreshes.models import SystemSchedule
from segue.control.refreshes.queries import system_schedule as kept_schedule
from segue.web.requests import PersonRequest, door, go
from segue.web.schedule_fields import RecurrenceForm, initial_recurrence, recurrence_words
from segue.web.typed.editing import Editing, lines_of

NEXT_SHOWN = 3

_WATCHED = Watched(kind="refresh", ids=("system",), actions=(Action.REFRESH_SCHEDULED,))


class SystemScheduleForm(RecurrenceForm):
    """The system refresh."""

    is_on = forms.ChoiceField(
        label=gettext_lazy("Refresh schedule"),
        choices=[
            ("on", pgettext_lazy("schedule", "On")),
            ("off", pgettext_lazy("schedule", "Off")),
        ],
        widget=forms.RadioSelect,
    )


@door("GET", "POST", form="schedule-form")
def system_schedule(request: PersonRequest) -> HttpResponse:
    """Show when the system refresh runs; administrators change it."""
    require(request.user, policy.see_refreshes)
    kept = kept_schedule()
    if not policy.schedule_refresh.test(request.user):
        request.typed_form = ""
    if request.method == "POST":
        return _change(request, kept)
    return render(
        request, "segue/system/schedule.html", _shown(request, kept, _form_of(request, kept))
    )


def _change(request: PersonRequest, kept: SystemSchedule) -> HttpResponse:
    require(request.user, policy.schedule_refresh, see=policy.see_refreshes)
    form = SystemScheduleForm(request.POST)
    if "add_time" in request.POST:
        form = SystemScheduleForm(initial=_sent(form))
        form.with_another_time()
        return render(request, "segue/system/schedule.html", _shown(request, kept, form))
    if form.succeeds(lambda: _editing(request, form).do(lambda: _set(request, form))):
        messages.success(request, _("The schedule is saved."))
        return go(request, reverse("system-schedule"))
    return render(request, "segue/system/schedule.html", _shown(request, kept, form), status=422)


def _set(request: PersonRequest, form: SystemScheduleForm) -> None:
    operations.set_system_schedule(
        is_on=form.cleaned_data["is_on"] == "on",
        recurrence=form.recurrence(),
        actor=request.user,
        now=request.now,
    )


def _editing(request: PersonRequest, form: SystemScheduleForm) -> Editing:
    return Editing(
        request=request,
        watched=_WATCHED,
        name=_("System refresh"),
        mine=lambda: lines_of(form),
        theirs=lambda: lines_of(_form_of(request, kept_schedule())),
    )


def _form_of(request: PersonRequest, kept: SystemSchedule) -> SystemScheduleForm:
    initial = initial_recurrence(_recurrence(kept), time_zone=request.user.time_zone)
    return SystemScheduleForm(initial={**initial, "is_on": "on" if kept.is_on else "off"})


def _sent(form: SystemScheduleForm) -> dict[str, Any]:
    """Return what was sent, unchecked, as first values of another form."""
    return {name: form[name].data for name in form.fields}


def _shown(
    request: PersonRequest, kept: SystemSchedule, form: SystemScheduleForm
) -> dict[str, Any]:
    recurrence = _recurrence(kept)
    is_on = kept.is_on and recurrence is not None
    return {
        "schedule": kept,
        "form": form,
        "opened_on": _editing(request, form).opened_on(),
        "may_change": policy.schedule_refresh.test(request.user),
        "words": recurrence_words(recurrence) if recurrence else "",
        "upcoming": upcoming(recurrence, request.now, count=NEXT_SHOWN)
        if is_on and recurrence
        else [],
    }


def _recurrence(kept: SystemSchedule) -> Recurrence | None:
    return recurrence_from_json(kept.recurrence) if kept.recurrence else None
