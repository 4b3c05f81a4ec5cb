"""The home page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from segue.web.home import overview
from segue.web.home.first_steps import first_steps
from segue.web.live import watched
from segue.web.requests import PersonRequest, door


@door("GET")
@watched
def home(request: PersonRequest) -> HttpResponse:
    """Show what needs attention, what ran and what comes; the first steps while there are any."""
    worries, total = overview.worries(request.user, now=request.now)
    results, has_more_results = overview.results()
    audiences, has_more_audiences = overview.audience_cards(today=request.now.date())
    stopped, resting = overview.standing_still(request.user)
    context = {
        "stopped": stopped,
        "resting": resting,
        "steps": first_steps(request.user),
        "worries": worries,
        "more_worries": total - len(worries),
        "pulse": overview.pulse(),
        "results": results,
        "has_more_results": has_more_results,
        "has_run": any(one.run for one in results),
        "audiences": audiences,
        "has_more_audiences": has_more_audiences,
    }
    return render(request, "segue/home/home.html", context)
