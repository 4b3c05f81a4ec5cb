"""The fields of a schedule: how often, on which days, at which times, in which time zone; and a schedule in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from babel.dates import format_time, get_day_names
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from segue.control.recurrence import Every, Recurrence
from segue.web import formats
from segue.web.often import OftenForm
from segue.web.schedule_words import zone_words
from segue.web.time_zones import offer_time_zones

MOST_TIMES = 24


class TimesWidget(forms.Widget):
    """So many inputs for a time of the day under one name; `extra` of them are empty."""

    template_name = "segue/parts/times.html"
    extra = 0

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Sequence[str]:
        """Return all times that were sent."""
        return data.getlist(name) if isinstance(data, QueryDict) else data.get(name, [])

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Return what the template reads."""
        context = super().get_context(name, value, attrs)
        written = [_time_text(one) for one in value or []]
        empty = max(self.extra, 0 if written else 1)
        tying = ("aria-describedby", "aria-invalid")
        given = context["widget"]["attrs"]
        context["widget"]["ties"] = {name: given[name] for name in tying if name in given}
        context["widget"]["times"] = (written + [""] * empty)[:MOST_TIMES]
        return context

    def format_value(self, value: Any) -> None:
        """Leave the values to the context."""

    def id_for_label(self, id_: str) -> str:
        """Return the id of the first input."""
        return f"{id_}_1"


class TimesField(forms.Field):
    """Several times of the day; empty inputs count for nothing."""

    widget = TimesWidget

    def clean(self, value: Any) -> tuple[time, ...]:
        """Return the times. None at all is left to the operation, which says so."""
        found = []
        for text in value or ():
            try:
                found += [time.fromisoformat(text)] if text.strip() else []
            except ValueError:
                raise forms.ValidationError(
                    _("%(text)s is no time of the day; write it like 06:30."),
                    params={"text": text[:20]},
                ) from None
        return tuple(found)


class RecurrenceForm(OftenForm):
    """A form with a daily or weekly recurrence. `add_time` in what was sent asks for one more time, not for saving."""

    fields_by_code = {  # noqa: RUF012
        "schedule_kind": "every",
        "schedule_days": "weekdays",
        "schedule_times": "times",
        "schedule_zone": "time_zone",
    }

    every = forms.ChoiceField(
        label=gettext_lazy("Recurrence"),
        choices=[
            (Every.DAY.value, gettext_lazy("Daily")),
            (Every.WEEK.value, gettext_lazy("Weekly")),
        ],
        widget=forms.RadioSelect,
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days"),
        choices=lambda: list(weekday_names().items()),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    times = TimesField(label=gettext_lazy("Time"), required=False)
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the time zones in the reader's language."""
        super().__init__(*args, **kwargs)
        offer_time_zones(self)

    def recurrence(self) -> Recurrence:
        """Return the recurrence that was entered."""
        entered = self.cleaned_data
        every = Every(entered["every"])
        return Recurrence(
            every=every,
            time_zone=entered["time_zone"],
            times=entered["times"],
            weekdays=tuple(entered["weekdays"]) if every is Every.WEEK else (),
        )

    def with_another_time(self) -> None:
        """Show one more input for a time."""
        widget = self.fields["times"].widget
        assert isinstance(widget, TimesWidget)
        widget.extra = 1


def initial_recurrence(recurrence: Recurrence | None, *, time_zone: str) -> dict[str, Any]:
    """Return the first values of the fields; without a recurrence: daily at six in the given time zone."""
    if recurrence is None:
        return {"every": Every.DAY.value, "times": [time(6)], "time_zone": time_zone}
    return {
        "every": recurrence.every.value,
        "weekdays": list(recurrence.weekdays),
        "times": list(recurrence.times),
        "time_zone": recurrence.time_zone,
    }


def weekday_names() -> Mapping[int, str]:
    """Return the days of the week, Monday (0) first, in the reader's language."""
    names = get_day_names(context="stand-alone", locale=formats.locale())
    return {day: str(names[day]) for day in range(7)}


def recurrence_words(recurrence: Recurrence) -> str:
    """Return a daily or weekly recurrence in words."""
    at = ", ".join(
        str(format_time(one, "HH:mm", locale=formats.locale())) for one in recurrence.times
    )
    values = {"times": at, "zone": zone_words(recurrence.time_zone)}
    if recurrence.every is Every.WEEK:
        names = weekday_names()
        days = ", ".join(names[day] for day in recurrence.weekdays)
        return _("Weekly on %(days)s at %(times)s (%(zone)s)") % {**values, "days": days}
    return _("Daily at %(times)s (%(zone)s)") % values


def _time_text(value: time | datetime | str) -> str:
    return value if isinstance(value, str) else value.strftime("%H:%M")
