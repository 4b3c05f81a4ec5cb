"""Segments that may be cleaned up, each with the reason: unused for long, empty, or with the members of another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from segue.control.exports.segment_uses import with_uses
from segue.control.people.policy import require
from segue.control.segments import policy, queries
from segue.control.segments.models import Segment
from segue.core.errors import ConfigurationProblem
from segue.service.membership import alike
from segue.web import formats
from segue.web.requests import PersonRequest, door

UNUSED_DAYS = 45
"""So long no export and no other segment uses it. Source: PRODUCT.md §3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A segment, and why it may be cleaned up."""

    segment: Segment
    reasons: Sequence[str]


@door("GET")
def clean_up(request: PersonRequest) -> HttpResponse:
    """Suggest what may be cleaned up; nothing is done by itself."""
    require(request.user, policy.see_segments)
    rows = list(with_uses(queries.segments()))
    try:
        pairs, are_compared = alike(rows), True
    except ConfigurationProblem:
        pairs, are_compared = (), False
    context = {
        "suggestions": _suggestions(rows, pairs, now=request.now),
        "are_compared": are_compared,
        "may_edit": policy.edit_segments.test(request.user),
        "days": UNUSED_DAYS,
    }
    return render(request, "segue/segments/clean_up.html", context)


def _suggestions(
    rows: Sequence[Segment], pairs: Sequence[tuple[Segment, Segment]], *, now: datetime
) -> Sequence[Suggestion]:
    found = [
        Suggestion(segment=one, reasons=[*_own_reasons(one, now), *_same_as(one, pairs)])
        for one in rows
    ]
    return [one for one in found if one.reasons]


def _own_reasons(segment: Segment, now: datetime) -> Sequence[str]:
    found = []
    unused = segment.unused_since
    if unused is not None and now - unused >= timedelta(days=UNUSED_DAYS):
        days = (now - unused).days
        words = ngettext(
            "No export and no other segment has used it for %(days)s day.",
            "No export and no other segment has used it for %(days)s days.",
            days,
        )
        found.append(words % {"days": formats.number(days)})
    # Whoever is left out may be exported later: such a list is not empty.
    if segment.members == 0 and not segment.left_out:
        found.append(_("It has no members."))
    return found


def _same_as(segment: Segment, pairs: Sequence[tuple[Segment, Segment]]) -> Sequence[str]:
    others = [(set(pair) - {segment}).pop() for pair in pairs if segment in pair]
    text = _("It has the very same members as “%(name)s”.")
    return [text % {"name": other.label} for other in others]
