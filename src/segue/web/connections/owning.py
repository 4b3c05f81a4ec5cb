"""Let a connection from a file belong to the pages."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse

from segue.control.connections import operations
from segue.web.connections.access import connection_for
from segue.web.owning import adopted_words, ask_to_adopt
from segue.web.requests import PersonRequest, door, go


@door("GET", "POST")
def adopt(request: PersonRequest, pk: int) -> HttpResponse:
    """Say what becomes of a connection that is adopted, and adopt it."""
    row = connection_for(request, pk)
    href = reverse("connections")
    if request.method != "POST":
        return ask_to_adopt(request, name=row.display_name, section="connections", back=href)
    operations.adopt(connection=row, actor=request.user, now=request.now)
    messages.success(request, adopted_words(row.display_name))
    return go(request, href)
