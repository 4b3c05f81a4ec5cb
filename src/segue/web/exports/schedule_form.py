"""The form of a schedule, for one export or several together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy, pgettext_lazy

from segue.control.exports.models import Export
from segue.control.exports.schedules import own_recurrence
from segue.control.recurrence import Every, Recurrence
from segue.core.errors import Problem
from segue.web.often import OftenForm
from segue.web.schedule_words import WEEKDAYS
from segue.web.time_zones import offer_time_zones

EVERY_REFRESH = "every_refresh"
KEEP, DEFINE = "keep", "define"
ON, OFF = "on", "off"


class TimesField(forms.Field):
    """Several times of the day; empty inputs do not count."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> tuple[time, ...]:
        """Return the times. Raises: ValidationError for what is none."""
        try:
            return tuple(time.fromisoformat(one.strip()) for one in value or () if one.strip())
        except ValueError:
            raise forms.ValidationError(
                gettext_lazy("Write each time as hours and minutes, for example 06:30.")
            ) from None


class DaysField(forms.CharField):
    """Days of a month, written with commas."""

    def clean(self, value: Any) -> tuple[int, ...]:
        """Return the days. Raises: ValidationError for what is none."""
        words = [word for word in re.split(r"[\s,;]+", str(value or "")) if word]
        if not all(word.isdecimal() and len(word) <= 2 and 1 <= int(word) <= 31 for word in words):
            raise forms.ValidationError(
                gettext_lazy("Write days from 1 to 31 with commas, for example 1, 15.")
            )
        return tuple(int(word) for word in words)


class ScheduleForm(OftenForm):
    """A schedule: on or off, and when. For several exports: whether each keeps its own."""

    fields_by_code = {  # noqa: RUF012
        "schedule_zone": "time_zone",
        "schedule_times": "times",
        "schedule_cron": "cron",
    }

    is_on = forms.ChoiceField(
        label=gettext_lazy("Schedule of this export"),
        choices=[(ON, pgettext_lazy("schedule", "On")), (OFF, pgettext_lazy("schedule", "Off"))],
        widget=forms.RadioSelect,
    )
    scope = forms.ChoiceField(
        label=gettext_lazy("Schedules of the selected exports"),
        choices=[
            (KEEP, gettext_lazy("Keep individual schedules")),
            (DEFINE, gettext_lazy("Define new schedule for all selected exports")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    every = forms.ChoiceField(
        label=gettext_lazy("Recurrence"),
        choices=[
            (EVERY_REFRESH, gettext_lazy("With every scheduled refresh")),
            (Every.DAY.value, gettext_lazy("Daily")),
            (Every.WEEK.value, gettext_lazy("Weekly")),
            (Every.MONTH.value, gettext_lazy("Monthly")),
            (Every.CRON.value, gettext_lazy("By cron text")),
        ],
        required=False,
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days of the week"),
        choices=[(str(number), name) for number, name in enumerate(WEEKDAYS)],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    month_days = DaysField(
        label=gettext_lazy("Days of the month"),
        help_text=gettext_lazy("For example 1, 15. A day that a month lacks is its last."),
        required=False,
    )
    times = TimesField(label=gettext_lazy("Time"), required=False)
    cron = forms.CharField(
        label=gettext_lazy("Cron text"),
        help_text=gettext_lazy("Minute, hour, day, month, weekday; for example 0 6 * * 1-5."),
        required=False,
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), required=False)

    def __init__(
        self, sent: QueryDict | None, *, exports: Sequence[Export], time_zone: str
    ) -> None:
        """Show what was sent, else the schedule of the only export, else a daily one in this time zone."""
        super().__init__(sent, initial=_initial(exports, time_zone))
        self.are_several = len(exports) > 1
        if self.are_several:
            self.fields["is_on"].label = gettext_lazy("Schedule of these exports")
        offer_time_zones(self)

    @property
    def keeps_individual(self) -> bool:
        """Whether each of several exports keeps the schedule it has."""
        return self.are_several and self.cleaned_data["scope"] != DEFINE

    @property
    def switches_on(self) -> bool:
        """Whether schedules are on from now on."""
        return bool(self.cleaned_data["is_on"] == ON)

    def recurrence(self) -> Recurrence | None:
        """Return when the exports are to run; None: with every scheduled refresh. For a valid form only."""
        wanted = self.cleaned_data
        if self.keeps_individual or wanted["every"] in ("", EVERY_REFRESH):
            return None
        return Recurrence(
            every=Every(wanted["every"]),
            time_zone=wanted["time_zone"],
            times=wanted["times"],
            weekdays=tuple(wanted["weekdays"]),
            month_days=wanted["month_days"],
            cron=wanted["cron"],
        )

    def recurrence_for(self, export: Export) -> Recurrence | None:
        """Return the recurrence that one of the exports would get, None: every refresh. For a valid form only."""
        return own_recurrence(export) if self.keeps_individual else self.recurrence()

    def shown_times(self) -> list[str]:
        """Return the inputs for times: those filled in, and an empty one where there is none or one more is wanted."""
        shown = [str(one) for one in self["times"].value() or () if str(one).strip()]
        more = isinstance(self.data, MultiValueDict) and "add_time" in self.data
        return [*shown, ""] if more or not shown else shown

    def adopt(self, problem: Problem) -> None:
        """Show a refusal beside its field."""
        if problem.code == "schedule_days":
            self.add_error(self._days(), str(problem))
        else:
            super().adopt(problem)

    def input_of(self, problem: Problem) -> str:
        """Return the id of the input that a refusal belongs to, for who is told of it while typing."""
        field = self._days() if problem.code == "schedule_days" else ""
        field = field or self.fields_by_code.get(problem.code, "every")
        return {"times": "id_times_1", "weekdays": "id_weekdays_0"}.get(field, f"id_{field}")

    def _days(self) -> str:
        """Return the field of the days of the chosen recurrence."""
        monthly = self.cleaned_data["every"] == Every.MONTH.value
        return "month_days" if monthly else "weekdays"


def _initial(exports: Sequence[Export], time_zone: str) -> dict[str, Any]:
    only = exports[0] if len(exports) == 1 else None
    recurrence = own_recurrence(only) if only else None
    initial: dict[str, Any] = {
        "is_on": OFF if only is not None and not only.schedule_is_on else ON,
        "scope": KEEP,
        "every": EVERY_REFRESH,
        "times": ["06:00"],
        "time_zone": time_zone,
    }
    if recurrence is None:
        return initial
    return initial | {
        "every": recurrence.every.value,
        "weekdays": [str(day) for day in recurrence.weekdays],
        "month_days": ", ".join(str(day) for day in recurrence.month_days),
        "times": [f"{at:%H:%M}" for at in recurrence.times] or ["06:00"],
        "cron": recurrence.cron,
        "time_zone": recurrence.time_zone,
    }
