"""How many a draft selects, for the page that asks by itself once it is shown: a part of many profiles first, then everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from segue.core.errors import BrokenOff, ConfigurationProblem
from segue.service.building import built
from segue.service.counting import Counted, count
from segue.service.words import name_of
from segue.web import formats
from segue.web.problems import worded
from segue.web.requests import PersonRequest, door
from segue.web.segments.builder.views import own_draft

EXACTLY = "exactly"
"""In addresses: everybody is counted, not a part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeCount:
    """How many one rule selects, in words; `id` is its node's."""

    id: str
    words: str


@door("GET")
def counted(request: PersonRequest, pk: int) -> HttpResponse:
    """Count a draft; a script gets the part of the page that tells it."""
    build = built(own_draft(request, pk))
    context: dict[str, object] = {"draft": build.draft, "label": build.label}
    context["unfinished"] = build.checked.unfinished
    if build.checked.rule is not None:
        try:
            found = count(
                build.draft.pk,
                build.checked,
                list(build.known),
                exactly=EXACTLY in request.GET or not request.htmx,
                now=request.now,
            )
            context |= _told(found)
        except BrokenOff:
            return HttpResponse(status=204)
        except ConfigurationProblem as problem:
            context["problem"] = worded(problem)
    part = "part" if request.htmx else "counted"
    return render(request, f"segue/segments/builder/{part}.html", context)


def _told(found: Counted) -> Mapping[str, object]:
    return {
        "counted": found,
        "people": _number(found.people, is_rough=found.is_rough),
        "reachable": None
        if found.reachable is None
        else _number(found.reachable, is_rough=found.is_rough),
        "nodes": [
            NodeCount(id=id, words=_members(number, is_rough=found.is_rough))
            for id, number in found.by_node.items()
        ],
        "heads": [_named(name_of(one)) for one in found.examples.attributes]
        if found.examples
        else (),
        "rows": found.examples.rows if found.examples else (),
    }


def _number(number: int, *, is_rough: bool) -> str:
    """Return a number; of a part, about how many that is."""
    if not is_rough:
        return formats.number(number)
    return _("about %(number)s") % {"number": formats.number(_rounded(number))}


def _members(number: int, *, is_rough: bool) -> str:
    words = _("%(number)s {number:member|members}")
    if is_rough:
        number = _rounded(number)
        words = _("about %(number)s {number:member|members}")
    return formats.filled(words, number=formats.number(number))


def _rounded(number: int) -> int:
    """Return a number to two digits: more of them are not known from a part."""
    digits = len(str(number)) - 2
    return round(number, -digits) if digits > 0 else number


def _named(name: str) -> str:
    return name[:1].upper() + name[1:]
