"""How many a draft selects, for the page that asks by itself once it is shown: a part of many profiles first, then everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from segue.control.exports.segment_uses import consents_of
from segue.core.errors import BrokenOff, ConfigurationProblem, NotVisible
from segue.service.building import Build, built
from segue.service.counting import Counted, Examples, count, examples_of
from segue.service.words import name_of
from segue.web import formats
from segue.web.problems import worded
from segue.web.requests import PersonRequest, door
from segue.web.segments.builder.views import own_draft

EXACTLY, EXAMPLES = "exactly", "examples"
"""In addresses: everybody is counted, not a part; members are shown and nobody is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeCount:
    """How many one rule selects, in words; `id` is its node's."""

    id: str
    words: str


@door("GET")
def counted(request: PersonRequest, pk: int) -> HttpResponse:
    """Count a draft; a script gets the part of the page that tells it."""
    try:
        build = built(own_draft(request, pk))
    except NotVisible:
        if not request.htmx:
            raise
        return HttpResponse(status=204)  # saved or discarded while its page asks
    if EXAMPLES in request.GET and build.checked.rule is not None:
        return _shown(request, build)
    context: dict[str, object] = {"draft": build.draft, "label": build.label}
    context["unfinished"] = build.checked.unfinished
    if build.checked.rule is not None:
        try:
            found = count(
                build.draft.pk,
                build.checked,
                list(build.known),
                consents=consents_of(build.draft.segment),
                exactly=EXACTLY in request.GET or not request.htmx,
                now=request.now,
            )
            if not request.htmx and found.examples is None:
                shown = examples_of(
                    build.draft.pk, build.checked, list(build.known), now=request.now
                )
                found = replace(found, examples=shown)
            context |= _told(found)
        except BrokenOff:
            return HttpResponse(status=204)
        except ConfigurationProblem as problem:
            context["problem"] = worded(problem)
    part = "part" if request.htmx else "counted"
    return render(request, f"segue/segments/builder/{part}.html", context)


def _shown(request: PersonRequest, build: Build) -> HttpResponse:
    """Answer a page that asks for members alone; it has told already where there are none to show."""
    try:
        found = examples_of(build.draft.pk, build.checked, list(build.known), now=request.now)
    except (BrokenOff, ConfigurationProblem):
        return HttpResponse(status=204)
    return render(request, "segue/segments/builder/examples.html", _members_shown(found))


def _members_shown(found: Examples) -> Mapping[str, object]:
    return {"heads": [_named(name_of(one)) for one in found.attributes], "rows": found.rows}


def _told(found: Counted) -> Mapping[str, object]:
    return {
        "counted": found,
        "people": _number(found.people, is_rough=found.is_rough),
        "reachable": None
        if found.reachable is None
        else _number(found.reachable, is_rough=found.is_rough),
        "consented": [
            (_named(name_of(one)), _number(number, is_rough=found.is_rough))
            for one, number in found.consented
        ],
        "nodes": [
            NodeCount(id=id, words=_members(number, is_rough=found.is_rough))
            for id, number in found.by_node.items()
        ],
        **(_members_shown(found.examples) if found.examples is not None else {}),
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
