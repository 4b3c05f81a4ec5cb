"""Who owns a measure: let it belong to the pages instead of a file, or remove it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext

from segue.control.exports.measure_uses import remove_measure, users_of
from segue.control.people.policy import require
from segue.control.segments import measuring, policy
from segue.control.segments.models import Measure
from segue.core.errors import ConfigurationProblem
from segue.web.owning import adopted_words, ask_to_adopt
from segue.web.problems import worded
from segue.web.requests import PersonRequest, door, found, go


@door("GET", "POST")
def adopt(request: PersonRequest, name: str) -> HttpResponse:
    """Say what becomes of a measure from a file that is adopted, and adopt it."""
    row = _measure(request, name)
    require(request.user, policy.adopt_segments, row, see=policy.see_segments)
    href = reverse("measure", args=[row.name])
    if request.method != "POST":
        return ask_to_adopt(request, name=row.label, section="measures", back=href)
    measuring.adopt(measure=row, actor=request.user, now=request.now)
    messages.success(request, adopted_words(row.label))
    return go(request, href)


@door("GET", "POST")
def remove(request: PersonRequest, name: str) -> HttpResponse:
    """Say what removing a measure of the pages means and what stands in its way, and remove it."""
    row = _measure(request, name)
    require(request.user, policy.edit_measures, row, see=policy.see_segments)
    refused = None
    if request.method == "POST":
        try:
            remove_measure(measure=row, actor=request.user, now=request.now)
        except ConfigurationProblem as problem:
            refused = worded(problem)
        else:
            messages.success(
                request, pgettext("a measure", "“%(name)s” was removed.") % {"name": row.label}
            )
            return go(request, reverse("measures"))
    context = {"measure": row, "refused": refused, "users": users_of(row.name)}
    status = 422 if refused else 200
    return render(request, "segue/measures/remove.html", context, status=status)


def _measure(request: PersonRequest, name: str) -> Measure:
    require(request.user, policy.see_segments)
    return found(Measure.objects.all(), name=name)
