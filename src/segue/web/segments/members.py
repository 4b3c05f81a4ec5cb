"""The first members of a segment: chosen columns, a search through all members, and CSV files of what is shown or of all.

What is searched for is personal data, so that it is posted and never stands in an address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain

from babel.numbers import format_decimal
from django.http import HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from segue.control.people.policy import require
from segue.control.segments import policy, queries
from segue.control.segments.models import Segment
from segue.control.segments.operations import subject_of
from segue.control.sources.operations import note_personal_data_shown
from segue.core.errors import ConfigurationProblem
from segue.profiles.schema import Attribute, AttributeType
from segue.service.lists import own_rows
from segue.service.membership import all_members
from segue.service.previews import SHOWN, Members, first_members
from segue.service.words import name_of
from segue.shown.spreadsheets import cell_of
from segue.web import formats
from segue.web.customers.references import address_of
from segue.web.downloads import csv_download
from segue.web.problems import worded
from segue.web.requests import PersonRequest, door, found

FIRST_COLUMNS = 6
"""So many columns are shown until somebody chooses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants to see: attributes by name, none for the first ones, and whom to search for."""

    columns: Sequence[str]
    search: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value under its attribute's name."""

    label: str
    text: str
    is_number: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One attribute that can be shown."""

    name: str
    label: str
    is_shown: bool


@door("GET", "POST", once=False)
def members(request: PersonRequest, name: str) -> HttpResponseBase:
    """Show the first members, or send them as a file, and write down who looked at them."""
    require(request.user, policy.see_segments)
    segment = found(queries.segments(), name=name)
    require(request.user, policy.see_members, segment, see=policy.see_segments)
    asked = _asked(request.POST)
    try:
        shown = first_members(segment, matching=asked.search, columns=asked.columns)
    except ConfigurationProblem as problem:
        context = {"segment": segment, "problem": worded(problem)}
        return render(request, "segue/segments/members.html", context)
    note_personal_data_shown(what=subject_of(segment), actor=request.user, now=request.now)
    if request.POST.get("as") == "csv":
        chosen = _chosen(shown.attributes, asked)
        header = ["profile_key", *(one.name for one in chosen)]
        rows = _file_rows(shown, chosen)
        return csv_download(request, name=f"{segment.name}-members.csv", header=header, rows=rows)
    if request.POST.get("as") == "all":
        chosen = _chosen(shown.attributes, asked)
        return _every_member(request, segment, asked, chosen)
    page = _page(segment, shown, asked)
    return render(request, "segue/segments/members.html", page)


def _every_member(
    request: PersonRequest, segment: Segment, asked: Asked, chosen: Sequence[Attribute]
) -> HttpResponseBase:
    """Send all members, or all that hold what is searched for, as a file that is read while it is sent."""
    columns = [one.name for one in chosen]
    profiles = all_members(segment, columns=columns, matching=asked.search)
    rows = chain(profiles, own_rows(segment, columns=chosen, matching=asked.search))
    cells = ([cell_of(value) for value in row] for row in rows)
    header = ["profile_key", *columns]
    return csv_download(request, name=f"{segment.name}-all-members.csv", header=header, rows=cells)


def value_text(value: object) -> str:
    """Return one value. Whole numbers are not grouped: they may be numbers of something, not amounts."""
    match value:
        case None | "":
            return "–"
        case bool():
            return _("Yes") if value else _("No")
        case Decimal():
            return _decimal(value)
        case datetime():  # a birthday is the same day for every reader: in the attribute's zone, not in theirs
            return formats.as_it_stands(value)
        case date():
            return formats.day(value, "d MMM y")
        case _:
            return str(value)


def _asked(posted: QueryDict) -> Asked:
    search = posted.get("search", "").strip()[:100]
    return Asked(columns=posted.getlist("columns"), search=search)


def _page(segment: Segment, shown: Members, asked: Asked) -> Mapping[str, object]:
    chosen = _chosen(shown.attributes, asked)
    return {
        "segment": segment,
        "members": shown,
        "search": asked.search,
        "columns": [
            Column(name=one.name, label=_label(one), is_shown=one in chosen)
            for one in dict.fromkeys((*shown.attributes, *shown.measures))
        ],
        "heads": [_label(one) for one in chosen],
        "rows": _rows(shown, chosen),
        "is_cut": len(shown.keys) == SHOWN,
        "found": len(shown.keys),
    }


def _chosen(attributes: Sequence[Attribute], asked: Asked) -> Sequence[Attribute]:
    """Return the attributes to show, as they are declared: the asked ones, else addresses and the first others."""
    wanted = {one.name for one in attributes} & set(asked.columns)
    if not wanted:
        first = sorted(attributes, key=lambda one: one.type is not AttributeType.EMAIL)
        wanted = {one.name for one in first[:FIRST_COLUMNS]}
    return [one for one in attributes if one.name in wanted]


def _label(attribute: Attribute) -> str:
    label = name_of(attribute)
    return label[:1].upper() + label[1:]


def _rows(shown: Members, chosen: Sequence[Attribute]) -> Iterator[tuple[str, str, list[Cell]]]:
    """Yield of each member the key, the address of the card, and the chosen values."""
    for own, (key, values) in zip(shown.keys, _values(shown, chosen), strict=True):
        yield (
            key,
            address_of(own),
            [
                Cell(
                    label=_label(one), text=value_text(value), is_number=isinstance(value, Decimal)
                )
                for one, value in zip(chosen, values, strict=True)
            ],
        )


def _file_rows(shown: Members, chosen: Sequence[Attribute]) -> Iterator[Sequence[str]]:
    for key, values in _values(shown, chosen):
        yield [key, *(cell_of(value) for value in values)]


def _values(shown: Members, chosen: Sequence[Attribute]) -> Iterator[tuple[str, Sequence[object]]]:
    places = [shown.attributes.index(one) for one in chosen]
    for key, row in zip(shown.keys, shown.rows, strict=True):
        yield str(key), [row[place] for place in places]


def _decimal(value: Decimal) -> str:
    """Write a number with as many decimals as it was kept with."""
    digits = f"{value:f}".partition(".")[2]
    pattern = "#,##0." + "0" * len(digits) if digits else "#,##0"
    return str(format_decimal(value, pattern, locale=formats.locale()))
