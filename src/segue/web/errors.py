"""Pages for what goes wrong: a problem with its next step, a form that came too late, a bug of ours."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from segue.control.people.policy import not_visible
from segue.core.errors import NotAllowed, Problem
from segue.web.context import layout
from segue.web.problems import worded


def problem_page(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return the page of a problem."""
    return render(
        request,
        "segue/problem.html",
        {"problem": worded(problem), "status": problem.http_status, "frame": _frame(request)},
        status=problem.http_status,
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose protection against forgery does not fit."""
    problem = NotAllowed(
        _("This form is too old, or did not come from this site."),
        action=_("Go back, load the page again and send the form once more."),
        code="form_not_ours",
    )
    return problem_page(request, problem)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for an address that leads nowhere."""
    return problem_page(request, not_visible())


def broken(request: HttpRequest) -> HttpResponse:
    """Answer for a bug of ours; the page is nobody's, for who reads it may be what cannot be found out just now."""
    request.user = AnonymousUser()
    problem = Problem(
        _("Something went wrong on our side. It was written to the log."),
        action=_("Try again; if it happens again, tell whoever runs this installation."),
        code="bug",
    )
    return problem_page(request, problem)


def _frame(request: HttpRequest) -> str:
    """Return the layout: in a pane when one asked, and without navigation for whoever is not signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return "segue/layouts/bare.html"
    return layout(request)
