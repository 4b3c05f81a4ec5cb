"""Where somebody came from to a page that is only a step of what they do, and the way back: to a page, or to a pane over it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from segue.web.requests import place_of
from segue.web.typed.keeping import KEPT, form_of

BACK = "back"
"""Names in an address, or in a form, where the page leads back to."""

PANE = "pane"
"""Names in an address what is opened in the pane over the page."""

LONGEST = 2_000
"""Characters of an address that is gone back to."""


def back_of(request: HttpRequest) -> str:
    """Return the address that the page leads back to; "" for none, and for any that is not ours."""
    told = request.POST.get(BACK) or request.GET.get(BACK, "")
    return told if _is_ours(told) else ""


def back_in(address: str) -> str:
    """Return where a page at this address leads back to, also in a pane; "" where something typed waits there."""
    query = dict(parse_qsl(urlsplit(address).query))
    if PANE in query:
        return back_in(query[PANE])
    told = "" if KEPT in query else query.get(BACK, "")
    return told if _is_ours(told) else ""


def with_back(path: str, back: str) -> str:
    """Return the address of a page that leads back."""
    return f"{path}?{urlencode({BACK: back})}" if back else path


def place(request: HttpRequest, path: str) -> str:
    """Return the address at which a page is found again as it is seen now: in the pane over another page, or by itself."""
    under = place_of(request) if getattr(request, "htmx", None) else ""
    if not under:
        return path
    parts = urlsplit(under)
    query = [(n, v) for n, v in parse_qsl(parts.query, keep_blank_values=True) if n != PANE]
    return f"{parts.path}?{urlencode([*query, (PANE, path)])}"


def in_pane(request: HttpRequest) -> str:
    """Return what is to be opened in the pane over the page; "" for nothing, and for what is no form of ours."""
    path = request.GET.get(PANE, "")
    return path if _is_ours(path) and form_of(resolve(urlsplit(path).path).func) else ""


def _is_ours(address: str) -> bool:
    if not address.startswith("/") or len(address) > LONGEST:
        return False
    if not url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return False
    try:
        resolve(urlsplit(address).path)
    except Resolver404:
        return False
    return True
