"""Pages for what goes wrong: a problem with its next step, a form that came too late, a bug of ours."""

from __future__ import annotations

import logging
import sys
from math import ceil
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.base import BaseStorage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from segue.control.people.policy import not_visible
from segue.core.errors import NotAllowed, Problem, TryLater
from segue.core.trouble import trouble_of
from segue.web.context import layout
from segue.web.problems import worded
from segue.web.requests import go, place_of
from segue.web.typed.keeping import ANEW, PROBLEM, keep, kept_by_chance
from segue.words.catalogue import ENGLISH, languages

RETRY_AFTER_S = 30
"""After how long a page is worth another try that the machine stood in the way of, or another program."""

_LATER = 503


def problem_page(
    request: HttpRequest, problem: Problem, *, status: int | None = None
) -> HttpResponse:
    """Return the page of a problem, by its own status unless another one is given."""
    status = status or problem.http_status
    back = kept_by_chance(request, PROBLEM)
    request.typed_form = ""  # type: ignore[attr-defined] # the form is not on this page
    response = render(
        request,
        "segue/problem.html",
        {
            "problem": worded(problem),
            "status": status,
            "frame": _frame(request),
            "back": back,
        },
        status=status,
    )
    if isinstance(problem, TryLater) and problem.not_before_s:
        response.headers["Retry-After"] = str(ceil(problem.not_before_s))
    elif problem.http_status == _LATER:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def buttons_page(request: HttpRequest, *, allowed: str) -> HttpResponse:
    """Return the page for an address at which only buttons lead: somebody typed, kept or reloaded it."""
    problem = NotAllowed(
        _("This address only takes what a button of a page sends. Nothing was done."),
        action=_("Go to the page with the button, and press it there."),
        code="button_only",
    )
    response = problem_page(request, problem, status=405)
    response.headers["Allow"] = allowed
    return response


def trouble_page(request: HttpRequest, error: BaseException) -> HttpResponse | None:
    """Return the page of what the machine lacks or refuses, None when the error is none of its troubles.

    The page is nobody's, for who reads it may be what cannot be found out just now; no path of the machine is on it.
    """
    trouble = trouble_of(error, tells_place=False)
    if trouble is None:
        return None
    known = {"code": trouble.code, "cause": trouble.context.get("cause")}
    logging.getLogger("segue.web").error("page.trouble", extra={**known, "route": _route(request)})
    request.user = AnonymousUser()
    request._messages = _NoMessages(request)  # type: ignore[attr-defined]
    with translation.override(getattr(request, "LANGUAGE_CODE", None) or browser_language(request)):
        return problem_page(request, trouble)


def browser_language(request: HttpRequest) -> str:
    """Return the language that was chosen in this browser, or that it asks for."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    known = languages()
    language = chosen if chosen in known else translation.get_language_from_request(request)
    return language if language in known else ENGLISH


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose protection against forgery does not fit.

    One that comes from a page of ours was opened before somebody signed in anew: it is shown again, to be sent once more.
    """
    if is_from_here(request) and (back := keep(request, ANEW) or _pressed_at(request)):
        return go(request, back)
    problem = NotAllowed(
        _("This form is too old, or did not come from this site."),
        action=_("Go back, load the page again and send the form once more."),
        code="form_not_ours",
    )
    return problem_page(request, problem)


def is_from_here(request: HttpRequest) -> bool:
    """Tell whether the browser vouches that a page of ours sent the form."""
    return request.headers.get("Origin", "") == f"{request.scheme}://{request.get_host()}"


def _pressed_at(request: HttpRequest) -> str:
    """Return the page to press again on, where nothing was typed; it says why. "" where the browser does not tell it."""
    user = getattr(request, "user", None)
    place = place_of(request) if user is not None and user.is_authenticated else ""
    if place:
        words = _("Nothing was done: you signed in anew since this page was opened. Try again.")
        messages.error(request, words)
    return place


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for an address that leads nowhere."""
    return problem_page(request, not_visible())


def broken(request: HttpRequest) -> HttpResponse:
    """Answer for what no page could handle: the machine's trouble, or a bug of ours. The page is nobody's, as there."""
    error = sys.exception()
    if error is not None and (page := trouble_page(request, error)) is not None:
        return page
    request.user = AnonymousUser()
    problem = Problem(
        _("Something went wrong on our side. It was written to the log."),
        action=_("Try again; if it happens again, tell whoever runs this installation."),
        code="bug",
    )
    return problem_page(request, problem)


class _NoMessages(BaseStorage):
    """Keeps nothing: where messages are kept is perhaps what cannot be read."""

    def _get(self, *args: Any, **kwargs: Any) -> tuple[list[Any], bool]:
        return [], True

    def _store(self, messages: Any, response: HttpResponse, *args: Any, **kwargs: Any) -> list[Any]:
        return []


def _route(request: HttpRequest) -> str | None:
    """Return the page's route; its path may hold a one-time link."""
    match = request.resolver_match
    return match.route if match is not None else None


def _frame(request: HttpRequest) -> str:
    """Return the layout: in a pane when one asked, and without navigation for whoever is not signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return "segue/layouts/bare.html"
    return layout(request)
