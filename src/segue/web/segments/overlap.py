"""Two segments beside each other: how many people are in both, how many in one only, and a few of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from segue.control.people.policy import require
from segue.control.segments import policy, queries
from segue.control.segments.models import Segment
from segue.control.segments.operations import subject_of
from segue.control.sources.operations import note_personal_data_shown
from segue.core.errors import ConfigurationProblem
from segue.segments.overlaps import BOTH, FIRST, SECOND
from segue.service.membership import Compared, compared
from segue.service.words import name_of
from segue.web.problems import worded
from segue.web.requests import PersonRequest, door, found
from segue.web.segments.members import FIRST_COLUMNS, value_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part: what it is called, how many people that are, its share of all in either, and some of them."""

    name: str
    words: str
    people: int
    share: float
    rows: Sequence[tuple[str, Sequence[tuple[str, str]]]]


@door("GET")
def overlap(request: PersonRequest) -> HttpResponse:
    """Choose two segments, and see how they lie to each other; whoever may see members sees some, which is written down."""
    require(request.user, policy.see_segments)
    every = list(queries.segments())
    first, second = (_named(request, which) for which in ("first", "second"))
    context: dict[str, object] = {"every": every, "first": first, "second": second}
    if first is not None and second is not None:
        context |= _told(request, first, second)
    return render(request, "segue/segments/overlap.html", context)


def _named(request: PersonRequest, which: str) -> Segment | None:
    name = request.GET.get(which, "")
    return found(queries.segments(), name=name) if name else None


def _told(request: PersonRequest, first: Segment, second: Segment) -> Mapping[str, object]:
    if first == second:
        return {"is_same": True}
    sees = policy.see_members.test(request.user, first)
    try:
        answer = compared(first, second, with_people=sees)
    except ConfigurationProblem as problem:
        return {"problem": worded(problem)}
    if sees:
        for segment in (first, second):
            note_personal_data_shown(what=subject_of(segment), actor=request.user, now=request.now)
    labels = [name_of(one) for one in answer.attributes][:FIRST_COLUMNS]
    heads = [label[:1].upper() + label[1:] for label in labels]
    return {
        "taken_at": answer.taken_at,
        "sees": sees,
        "heads": heads,
        "parts": _parts(answer, first, second, heads),
        "beyond": (first.own or 0) + (second.own or 0),
        "every_one": sum(answer.overlap.counts.values()) or 1,
    }


def _parts(
    answer: Compared, first: Segment, second: Segment, heads: Sequence[str]
) -> Sequence[Part]:
    only = _("Only in “%(name)s”")
    words = {
        FIRST: only % {"name": first.label},
        BOTH: _("In both"),
        SECOND: only % {"name": second.label},
    }
    counts, rows = answer.overlap.counts, answer.overlap.rows
    every = sum(counts.values()) or 1
    return [
        Part(
            name=part,
            words=text,
            people=counts[part],
            share=counts[part] / every,
            rows=[
                (value_text(row[0]), [*zip(heads, map(value_text, row[1:]), strict=False)])
                for row in rows[part]
            ],
        )
        for part, text in words.items()
    ]
