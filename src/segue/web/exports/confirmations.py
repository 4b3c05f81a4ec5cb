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
from segue.web.exports.picks import named, none_picked, picked
from segue.web.exports.versions import ending_editing
from segue.web.picks import told
from segue.web.requests import PersonRequest, door, go
from segue.web.typed.keeping import is_shown_again


@door("GET", "POST", form="detach-form")
def detach(request: PersonRequest) -> HttpResponse:
    """Take the connection from exports, after asking."""
    return _asked(
        request,
        "segue/exports/detach.html",
        lambda exports: operations.detach(exports=exports, actor=request.user, now=request.now),
        _("Detached: %(names)s. To revive an export, edit it and choose a connection."),
        at="exports-detach",
    )


@door("GET", "POST", form="remove-form")
def remove(request: PersonRequest) -> HttpResponse:
    """Remove exports, after asking."""
    return _asked(
        request,
        "segue/exports/remove.html",
        lambda exports: operations.remove(exports=exports, actor=request.user, now=request.now),
        _("Removed: %(names)s."),
        at="exports-remove",
    )


def _asked(
    request: PersonRequest,
    template: str,
    operation: Callable[[Sequence[Export]], None],
    done: str,
    *,
    at: str,
) -> HttpResponse:
    """Show what will happen; with the confirmation do it and go back to the list."""
    exports = picked(request)
    if not exports:
        return none_picked(request)
    editing = ending_editing(request, exports, at=at)
    if request.method == "POST" and "confirmed" in request.POST and not is_shown_again():
        if told(request, lambda: editing.do(lambda: operation(exports))):
            messages.success(request, done % {"names": named(exports)})
        return go(request, reverse("exports"))
    in_progress = open_runs().filter(export__in=exports)
    context = {
        "exports": exports,
        "in_progress": in_progress,
        "opened_on": editing.opened_on(),
    }
    return render(request, template, context)
