"""Who owns a segment: let it belong to the pages instead of a file, or make a copy that does."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from segue.control.exports.segment_uses import remove_segment
from segue.control.people.policy import require
from segue.control.segments import operations, policy, queries
from segue.control.segments.models import Segment
from segue.core.errors import ConfigurationProblem
from segue.web.owning import adopted_words, ask_to_adopt
from segue.web.picks import told
from segue.web.problems import worded
from segue.web.requests import PersonRequest, door, found, go


@door("GET", "POST")
def adopt(request: PersonRequest, name: str) -> HttpResponse:
    """Say what becomes of a segment from a file that is adopted, and adopt it."""
    row = _segment(request, name)
    require(request.user, policy.adopt_segments, row, see=policy.see_segments)
    href = reverse("segment", args=[row.name])
    if request.method != "POST":
        return ask_to_adopt(request, name=row.label, section="segments", back=href)
    operations.adopt(segment=row, actor=request.user, now=request.now)
    messages.success(request, adopted_words(row.label))
    return go(request, href)


@door("POST")
def duplicate(request: PersonRequest, name: str) -> HttpResponse:
    """Copy a segment; the copy belongs to the pages and is shown."""
    row = _segment(request, name)
    require(request.user, policy.edit_segments, row, see=policy.see_segments)
    made: list[Segment] = []
    if not told(
        request,
        lambda: made.append(operations.duplicate(segment=row, actor=request.user, now=request.now)),
    ):
        return go(request, reverse("segment", args=[row.name]))
    copy = made[0]
    messages.success(
        request,
        _("Created: “%(name)s”. Its members are counted with the next refresh.")
        % {"name": copy.label},
    )
    return go(request, reverse("segment", args=[copy.name]))


@door("GET", "POST")
def remove(request: PersonRequest, name: str) -> HttpResponse:
    """Say what removing a segment of the pages means, and remove it."""
    row = _segment(request, name)
    require(request.user, policy.edit_segments, row, see=policy.see_segments)
    refused = None
    if request.method == "POST":
        try:
            remove_segment(segment=row, actor=request.user, now=request.now)
        except ConfigurationProblem as problem:
            refused = worded(problem)
        else:
            messages.success(request, _("“%(name)s” was removed.") % {"name": row.label})
            return go(request, reverse("segments"))
    context = {"segment": row, "refused": refused}
    status = 422 if refused else 200
    return render(request, "segue/segments/remove.html", context, status=status)


def _segment(request: PersonRequest, name: str) -> Segment:
    require(request.user, policy.see_segments)
    return found(queries.segments(), name=name)
