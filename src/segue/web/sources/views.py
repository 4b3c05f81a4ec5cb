"""Pages of data sources: the list with the profiles that come of them, one source, and the button that refreshes them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from segue.control.folding import holds
from segue.control.people.policy import require
from segue.control.refreshes import operations as refreshes
from segue.control.refreshes import policy as refreshes_policy
from segue.control.refreshes.queries import open_refreshes
from segue.control.sources import policy, queries
from segue.control.statuses import Status
from segue.web.lists import search_of, sorted_rows
from segue.web.live import watched
from segue.web.requests import PersonRequest, door, found, go
from segue.web.sources.cards import profiles_card, read_last, source_card
from segue.web.sources.rows import source_rows

COLUMNS = {
    "position": "position",
    "name": "name",
    "place": "place",
    "used": "feeds_profiles",
    "rows": "rows",
    "problems": "problems",
    "status": "status",
    "refreshed": "refreshed_at",
}


@door("GET")
@watched
def sources(request: PersonRequest) -> HttpResponse:
    """Show the data sources and the profiles."""
    require(request.user, policy.see_sources)
    search = search_of(request)
    named = holds(search, "name") | holds(search.replace(" ", "_"), "name")
    chosen = queries.sources().filter(named)
    rows, sort = sorted_rows(chosen, request, COLUMNS, default="position")
    snapshot, problem = read_last()
    context = {
        "sources": source_rows(list(rows), snapshot),
        "sort": sort,
        "search": search,
        "definition": queries.current_definition(),
        "profiles": profiles_card(snapshot, problem),
        **refresh_button(request),
    }
    return render(request, "segue/sources/sources.html", context)


@door("GET")
@watched
def source(request: PersonRequest, name: str) -> HttpResponse:
    """Show one source: what was read of it, what was wrong, and what depends on it."""
    require(request.user, policy.see_sources)
    row = found(queries.sources(), name=name)
    context = {"source": row, "card": source_card(row), **refresh_button(request)}
    return render(request, "segue/sources/source.html", context)


@door("POST")
def refresh(request: PersonRequest) -> HttpResponse:
    """Read data sources, profiles and segments again; one refresh that has not begun yet is enough."""
    require(request.user, refreshes_policy.refresh_data, see=refreshes_policy.see_refreshes)
    if open_refreshes().filter(status=Status.QUEUED).exists():
        messages.info(request, _("A refresh is queued already and will begin soon."))
    else:
        refreshes.refresh_data(actor=request.user, now=request.now)
        messages.success(request, _("The refresh is queued and will begin soon."))
    return go(request, reverse("segments" if request.POST.get("from") == "segments" else "sources"))


def refresh_button(request: PersonRequest) -> dict[str, object]:
    """Return what the refresh button and the note about a refresh under way need."""
    return {
        "may_refresh": refreshes_policy.refresh_data.test(request.user),
        "may_define": policy.apply_definition.test(request.user),
        "refreshing": open_refreshes().filter(data_ready_at=None).order_by("id").first(),
    }
