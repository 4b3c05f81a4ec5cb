"""Detaching and removing: both say first what will stop and what stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from segue.control.exports import operations
from segue.control.exports.models import Export
from segue.control.refreshes.queries import open_runs
from segue.web.exports.picks import named, none_picked, picked, told
from segue.web.requests import PersonRequest, door, go


@door("GET", "POST")
def detach(request: PersonRequest) -> HttpResponse:
    """Take the connection from exports, after asking."""
    return _asked(
        request,
        "segue/exports/detach.html",
        lambda exports: operations.detach(exports=exports, actor=request.user, now=request.now),
        _("Detached: %(names)s. To revive an export, edit it and choose a connection."),
    )


@door("GET", "POST")
def remove(request: PersonRequest) -> HttpResponse:
    """Remove exports, after asking."""
    return _asked(
        request,
        "segue/exports/remove.html",
        lambda exports: operations.remove(exports=exports, actor=request.user, now=request.now),
        _("Removed: %(names)s."),
    )


def _asked(
    request: PersonRequest,
    template: str,
    operation: Callable[[Sequence[Export]], None],
    done: str,
) -> HttpResponse:
    """Show what will happen; with the confirmation do it and go back to the list."""
    exports = picked(request)
    if not exports:
        return none_picked(request)
    if request.method == "POST" and "confirmed" in request.POST:
        if told(request, lambda: operation(exports)):
            messages.success(request, done % {"names": named(exports)})
        return go(request, reverse("exports"))
    in_progress = open_runs().filter(export__in=exports)
    return render(request, template, {"exports": exports, "in_progress": in_progress})
