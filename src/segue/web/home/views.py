"""The home page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from segue.control.refreshes.lately import last_ended_runs
from segue.web.home import overview
from segue.web.home.first_steps import first_steps
from segue.web.requests import PersonRequest, door

LAST_RUNS = 10


@door("GET")
def home(request: PersonRequest) -> HttpResponse:
    """Show what needs attention, what ran and what comes; the first steps while there are any."""
    worries, total = overview.worries(request.user, now=request.now)
    context = {
        "steps": first_steps(request.user),
        "worries": worries,
        "more_worries": total - len(worries),
        "pulse": overview.pulse(),
        "runs": last_ended_runs(LAST_RUNS),
        "audiences": overview.audience_cards(today=request.now.date()),
    }
    return render(request, "segue/home/home.html", context)
