"""Let an export from a file belong to the pages."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse

from segue.control.exports import operations, policy, queries
from segue.control.exports.models import Export
from segue.control.origins import owned_by_file
from segue.control.people.policy import require
from segue.web.owning import adopted_words, ask_to_adopt
from segue.web.problems import worded
from segue.web.requests import PersonRequest, door, found, go


@door("GET", "POST")
def adopt(request: PersonRequest, pk: int) -> HttpResponse:
    """Say what becomes of an export that is adopted, and adopt it."""
    row = found(queries.exports(), pk=pk)
    require(request.user, policy.adopt_exports, row, see=policy.see_exports)
    href = reverse("export", args=[row.pk])
    if request.method != "POST":
        return ask_to_adopt(request, name=row.name, section="exports", back=href)
    operations.adopt(export=row, actor=request.user, now=request.now)
    messages.success(request, adopted_words(row.name))
    return go(request, href)


def to_its_page(request: PersonRequest, export: Export) -> HttpResponse:
    """Go from the form of an export that a file owns to its page, and say where it is changed."""
    words = worded(owned_by_file(export.name))
    messages.error(request, f"{words.message} {words.action}")
    return go(request, reverse("export", args=[export.pk]))
