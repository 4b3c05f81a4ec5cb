"""What every page's frame needs: navigation, layout, notices, language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from segue.control.notices.queries import open_notices
from segue.control.people.models import Person
from segue.control.segments.policy import see_members
from segue.web import whence
from segue.web.attendance import attendance
from segue.web.requests import is_watching
from segue.words.catalogue import languages
from segue.words.languages import own_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One line of the navigation."""

    label: str
    icon: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A part of the navigation under one heading; the first has none."""

    label: str
    links: Sequence[Link]


def page(request: HttpRequest) -> dict[str, Any]:
    """Return what the layouts read."""
    # There is no user where a request is refused before anybody looks who asks.
    user = getattr(request, "user", None)
    person = user if isinstance(user, Person) else None
    in_pane = is_in_pane(request)
    opens = whence.in_pane(request) if person and not in_pane else ""
    return {
        "layout": layout(request),
        "in_pane": in_pane,
        "person": person,
        "now": getattr(request, "now", None),
        "navigation": navigation(request, person) if person and not in_pane else (),
        "open_notices": open_notices(person).count() if person and not in_pane else 0,
        "is_nobody_at_work": person is not None and attendance().is_nobody_there,
        "environment_name": settings.SEGUE_ENVIRONMENT_NAME,
        "languages": [(code, own_name(code)) for code in languages()],
        "work": getattr(request, "work", None),
        # What a page that asks by itself does not show is kept for the page that a person opens next.
        # So is what the pane that opens with the page is to show.
        **({"messages": ()} if is_watching(request) or opens else {}),
        "opens": opens,
        "typed_form": getattr(request, "typed_form", ""),
        "typed_note": getattr(request, "typed_note", ""),
    }


def is_in_pane(request: HttpRequest) -> bool:
    """Tell whether the answer goes into the side pane."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and htmx.target == "pane"


def layout(request: HttpRequest) -> str:
    """Return the layout of the answer: the side pane where one asked, else the page."""
    return f"segue/layouts/{'pane' if is_in_pane(request) else 'page'}.html"


def navigation(request: HttpRequest, person: Person) -> list[Group]:
    """Return the navigation as far as the person's role reaches."""
    first = [_link(request, _("Home"), "home", "home")]
    if see_members.test(person):
        first.append(_link(request, _("Customers"), "people", "customers"))
    groups = [
        Group(label="", links=first),
        Group(
            label=_("Data"),
            links=[
                _link(request, _("Data sources"), "database", "sources"),
                _link(request, _("Exports"), "export", "exports"),
            ],
        ),
        Group(
            label=_("Insights"),
            links=[
                _link(request, _("Segments"), "segment", "segments"),
                _link(request, _("Measures"), "measure", "measures"),
            ],
        ),
    ]
    administrator = [_link(request, _("System"), "gear", "system")]
    if person.is_administrator:
        administrator = [
            _link(request, _("Connections"), "plug", "connections"),
            _link(request, _("Permissions"), "lock", "permissions"),
            *administrator,
        ]
    label = _("Administrator") if person.is_administrator else _("System")
    return [*groups, Group(label=label, links=administrator)]


def _link(request: HttpRequest, label: str, icon: str, name: str) -> Link:
    href = reverse(name)
    here = request.path == href if name == "home" else request.path.startswith(href)
    return Link(label=label, icon=icon, href=href, is_current=here)
