"""Time zones to choose from: those where people live, by continent, with their distance from UTC now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import get_timezone_location
from django import forms
from django.utils.translation import gettext as _

from segue.control.clock import clock
from segue.core.folding import folded
from segue.web import formats

Choices = Sequence[tuple[str, str | Sequence[tuple[str, str]]]]


def choices(now: datetime, *, known: str = "UTC") -> Choices:
    """Return UTC and the zones of each continent by city, in the reader's language; `known` is always among them."""
    return _choices(str(formats.locale()), now.date(), known)


def offer_time_zones(form: forms.Form) -> None:
    """Let the form's time zone be chosen by its city; the one that was sent or kept is always among the choices."""
    field, sent = form.fields["time_zone"], str(form.data.get("time_zone", ""))
    assert isinstance(field, forms.ChoiceField)
    known = sent if sent in _zones() else str(form.initial.get("time_zone") or "UTC")
    field.choices = choices(clock().now(), known=known)


@cache
def _zones() -> frozenset[str]:
    """Return all time zones; they are listed from files, so once is enough."""
    return frozenset(available_timezones())


@lru_cache(maxsize=32)
def _choices(locale: str, today: date, known: str) -> Choices:
    """Return the choices; a day's are kept, for they are many. The reader's language is that of `locale`."""
    midnight, continents = datetime.combine(today, time(), UTC), _continents()
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in {*_inhabited(), known} - {"UTC"}:
        city = str(get_timezone_location(name, locale=locale, return_city=True))
        group = continents.get(name.partition("/")[0], _("Other"))
        groups[group].append((name, f"{city} ({_offset(name, midnight)})"))
    listed = [
        (label, sorted(zones, key=lambda zone: folded(zone[1])))
        for label, zones in sorted(groups.items())
    ]
    return [("UTC", "UTC"), *listed]


@cache
def _inhabited() -> tuple[str, ...]:
    """Return the zones of the table of countries, which leaves out aliases and what is only kept for old programs."""
    table = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return tuple(row[2] for row in rows)


def _continents() -> dict[str, str]:
    return {
        "Africa": _("Africa"),
        "America": _("America"),
        "Antarctica": _("Antarctica"),
        "Arctic": _("Arctic"),
        "Asia": _("Asia"),
        "Atlantic": _("Atlantic"),
        "Australia": _("Australia"),
        "Europe": _("Europe"),
        "Indian": _("Indian Ocean"),
        "Pacific": _("Pacific"),
    }


def _offset(name: str, now: datetime) -> str:
    distance = now.astimezone(ZoneInfo(name)).utcoffset() or timedelta(0)
    minutes = round(abs(distance).total_seconds() / 60)
    sign = "−" if distance < timedelta(0) else "+"
    return f"UTC{sign}{minutes // 60:02}:{minutes % 60:02}"
