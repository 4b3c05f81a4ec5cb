"""When a segment is counted by itself, and when it becomes active or inactive."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from segue.control.audit.meanwhile import Watched
from segue.control.audit.models import Action
from segue.control.exports.segment_uses import exports_using
from segue.control.people.policy import require
from segue.control.recurrence import Recurrence, upcoming
from segue.control.segments import policy, queries
from segue.control.segments.models import Segment
from segue.control.segments.scheduling import Wanted, schedule, schedule_of
from segue.web.forms import DayInput, TimeOfDayInput
from segue.web.requests import PersonRequest, door, found, go
from segue.web.schedule_fields import RecurrenceForm, initial_recurrence
from segue.web.typed.editing import Editing, lines_of
from segue.web.typed.keeping import is_shown_again

NEXT_SHOWN = 3
_CHANGES = (Action.SEGMENT_SCHEDULED, Action.SEGMENT_REMOVED)


class SegmentScheduleForm(RecurrenceForm):
    """Whether a segment is counted by times of its own, and whether it is switched at a later date."""

    fields_by_code = {  # noqa: RUF012
        **RecurrenceForm.fields_by_code,
        "segment_not_scheduled": "is_on",
        "segment_switch_over": "switch_day",
    }

    is_on = forms.ChoiceField(
        label=gettext_lazy("Count at times of its own"),
        choices=[
            ("on", pgettext_lazy("schedule", "On")),
            ("off", pgettext_lazy("schedule", "Off")),
        ],
        widget=forms.RadioSelect,
    )
    switch = forms.ChoiceField(
        label=gettext_lazy("At a later date"),
        choices=[
            ("none", gettext_lazy("Stay as it is")),
            ("on", gettext_lazy("Activate")),
            ("off", gettext_lazy("Deactivate")),
        ],
        widget=forms.RadioSelect,
    )
    switch_day = forms.DateField(label=gettext_lazy("Day"), required=False, widget=DayInput())
    switch_time = forms.TimeField(
        label=gettext_lazy("Time of the day"),
        required=False,
        widget=TimeOfDayInput(),
    )
    field_order = (
        *("is_on", "every", "weekdays", "times", "often"),
        *("switch", "switch_day", "switch_time", "time_zone"),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for day and time where something is to happen then."""
        cleaned = super().clean() or {}
        if cleaned.get("switch") in ("on", "off"):
            for name in ("switch_day", "switch_time"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("Say when."))
        return cleaned

    def recurrence(self) -> Recurrence:
        """Return the recurrence that was entered, whether it is on or not."""
        return super().recurrence()

    def wanted(self) -> Wanted:
        """Return the schedule. For a valid form only."""
        entered = self.cleaned_data
        recurrence = self.recurrence() if entered["is_on"] == "on" else None
        if entered["switch"] == "none":
            return Wanted(recurrence=recurrence)
        local = datetime.combine(entered["switch_day"], entered["switch_time"])
        at = local.replace(tzinfo=ZoneInfo(entered["time_zone"])).astimezone(UTC)
        return Wanted(recurrence=recurrence, switch_at=at, switch_to=entered["switch"] == "on")


@door("GET", "POST", form="schedule-form")
def segment_schedule(request: PersonRequest, name: str) -> HttpResponse:
    """Show and keep what happens to a segment by itself."""
    require(request.user, policy.see_segments)
    row = found(queries.segments(), name=name)
    require(request.user, policy.edit_segments, row, see=policy.see_segments)
    if request.method == "POST" and "add_time" in request.POST:
        sent = SegmentScheduleForm(request.POST)
        form = SegmentScheduleForm(initial={one: sent[one].data for one in sent.fields})
        form.with_another_time()
        return _page(request, row, form)
    form = _form(request, row, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.succeeds(
        lambda: _editing(request, row, form).do(
            lambda: schedule(segment=row, wanted=form.wanted(), actor=request.user, now=request.now)
        )
    ):
        messages.success(request, _("The schedule is saved."))
        return go(request, reverse("segment", args=[row.name]))
    return _page(request, row, form)


def _page(request: PersonRequest, row: Segment, form: SegmentScheduleForm) -> HttpResponse:
    recurrence = schedule_of(row).recurrence
    context = {
        "segment": row,
        "form": form,
        "exports": exports_using(row),
        "opened_on": _editing(request, row, form).opened_on(),
        "upcoming": upcoming(recurrence, request.now, count=NEXT_SHOWN) if recurrence else [],
    }
    status = 422 if form.is_bound and not is_shown_again() else 200
    return render(request, "segue/segments/schedule.html", context, status=status)


def _form(
    request: PersonRequest, row: Segment, sent: Mapping[str, Any] | None
) -> SegmentScheduleForm:
    kept, zone = schedule_of(row), request.user.time_zone
    initial = initial_recurrence(kept.recurrence, time_zone=zone)
    initial |= {"is_on": "on" if kept.recurrence else "off", "switch": "none"}
    if kept.switch_at is not None:
        at = kept.switch_at.astimezone(ZoneInfo(initial["time_zone"]))
        switch = "on" if kept.switch_to else "off"
        initial |= {"switch": switch, "switch_day": at.date(), "switch_time": f"{at:%H:%M}"}
    return SegmentScheduleForm(sent, initial=initial)


def _editing(request: PersonRequest, row: Segment, form: SegmentScheduleForm) -> Editing:
    return Editing(
        request=request,
        watched=Watched(kind="segment", ids=(str(row.pk),), actions=_CHANGES),
        name=row.label,
        mine=lambda: lines_of(form),
        theirs=lambda: lines_of(_form(request, row, None)),
    )
