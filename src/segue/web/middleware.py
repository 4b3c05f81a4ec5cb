"""Around every page: the reader's language and time zone, the time of the request, and problems as pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone, translation
from django.utils.decorators import sync_and_async_middleware

from segue.control.audit.meanwhile import ChangedMeanwhile
from segue.control.clock import clock
from segue.control.people.models import Person
from segue.core.errors import Problem
from segue.web.errors import browser_language, buttons_page, problem_page, trouble_page
from segue.web.live import asks_by_itself
from segue.web.server.gatehouse import PERSON
from segue.web.typed.changed import changed_page
from segue.web.typed.keeping import give_cookie

DEVICES = "camera=(), microphone=(), geolocation=()"
"""No page of ours uses a device of the reader's."""

_Get = Callable[[HttpRequest], HttpResponse]


@sync_and_async_middleware
def headers_middleware(get_response: Any) -> Any:
    """Give every answer the headers that no other part sets: pages are never kept, and use no device.

    It stands outermost, so that answers that never reach the pages (a foreign host, a redirect) carry them too.
    """
    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponse:
            return _with_headers(request, await get_response(request))

        return answer_later

    def answer(request: HttpRequest) -> HttpResponse:
        return _with_headers(request, get_response(request))

    return answer


class ReaderMiddleware:
    """Read the page in the person's language and zone; before signing in, in the browser's or the chosen language."""

    def __init__(self, get_response: _Get) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the reader's language and zone."""
        request.now = clock().now()  # type: ignore[attr-defined]
        language, zone = _reading(request)
        request.LANGUAGE_CODE = language
        with translation.override(language), timezone.override(ZoneInfo(zone)):
            response = self._get_response(request)
        if isinstance(request.user, Person) and not asks_by_itself(request):
            request.session.note_use(request.now)  # type: ignore[attr-defined]
        _remember_reader(request, response)
        _note_person(request)
        give_cookie(request, response)
        response.headers.setdefault("Content-Language", language)
        return response


class ProblemMiddleware:
    """Show a problem that an operation raised as a page, with its next step and its status; and an answer without one."""

    def __init__(self, get_response: _Get) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; whoever opens the address of a button gets a page, and not an empty one."""
        response = self._get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and request.method == "GET":
            return buttons_page(request, allowed=response.headers["Allow"])
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the page of a problem or of the machine's trouble; any other error is a bug, goes on and is logged."""
        if isinstance(error, ChangedMeanwhile):
            return changed_page(request, error)
        if isinstance(error, Problem):
            return problem_page(request, error)
        return trouble_page(request, error)


def remember_language(response: HttpResponse, language: str) -> None:
    """Let the browser ask for a language from now on, also when nobody is signed in."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


def _remember_reader(request: HttpRequest, response: HttpResponse) -> None:
    """Let who is signed in be asked in their own language when the session has ended."""
    name, person = settings.LANGUAGE_COOKIE_NAME, request.user
    if not isinstance(person, Person) or name in response.cookies:
        return
    if request.COOKIES.get(name) != person.language:
        remember_language(response, person.language)


def _note_person(request: HttpRequest) -> None:
    """Tell the server whether somebody is signed in; tests that need none have no scope to note it in."""
    scope = getattr(request, "scope", None)
    if scope is not None:
        scope[PERSON] = isinstance(request.user, Person)


def _with_headers(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if not request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
        response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("Permissions-Policy", DEVICES)
    return response


def _reading(request: HttpRequest) -> tuple[str, str]:
    person = request.user
    if isinstance(person, Person):
        return person.language, person.time_zone
    return browser_language(request), "UTC"
