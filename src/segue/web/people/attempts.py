"""How failed sign-ins are counted: by whose address and from which place. No address is kept, only its keyed hash."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from segue.control.people.models import Person
from segue.core.emails import canonical
from segue.web.limits import FAILURES_PER_PLACE, as_set
from segue.web.server.places import place

_SALT = "segue.web.people.attempts"
COOKIE = "segue_browser"
"""Holds the keyed hashes of the addresses that signed in in this browser: it has tries of its own, wherever it is."""

_KNOWN = ".known"
_MOST_KNOWN = 5
_KNOWN_FOR_S = 365 * 24 * 60 * 60


def counted_name(request: HttpRequest, credentials: Mapping[str, str] | None = None) -> str | None:
    """Return what stands for the address that was tried, however it was typed; None without one.

    In a browser in which the address signed in before, it is counted apart: a stranger at the same place, who uses up
    the tries, does not lock out whom they pretend to be.
    """
    typed = credentials.get("username") if credentials else request.POST.get("username")
    if not typed:
        return None
    return _hash_of(typed) + (_KNOWN if is_known_browser(request, typed) else "")


def is_known_browser(request: HttpRequest, typed: str) -> bool:
    """Tell whether this address signed in in this browser before."""
    return _mark_of(typed) in _marks(request)


def is_browser_of_ours(remembered: str) -> bool:
    """Tell whether anybody who may sign in did so before in the browser whose cookie this is."""
    marks = {mark for mark in remembered.split(".")[:_MOST_KNOWN] if mark}
    people = Person.objects.filter(is_active=True).values_list("email", flat=True) if marks else ()
    return any(_mark_of(address) in marks for address in people)


def is_place_paused(request: HttpRequest) -> bool:
    """Tell whether so many sign-ins failed at the place, for whatever addresses, that strangers there wait."""
    where, typed = place_of(request), request.POST.get("username", "")
    if where is None or is_known_browser(request, typed):
        return False
    since = timezone.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    failed = AccessAttempt.objects.filter(ip_address=where, attempt_time__gte=since)
    count = failed.aggregate(count=Sum("failures_since_start"))["count"] or 0
    return bool(count >= as_set(FAILURES_PER_PLACE))


def remember_browser(request: HttpRequest, response: HttpResponse, person: Person) -> None:
    """Let the browser show from now on that the person signed in in it."""
    own = _mark_of(person.email)
    marks = [own, *(mark for mark in _marks(request) if mark != own)][:_MOST_KNOWN]
    response.set_cookie(
        COOKIE,
        ".".join(marks),
        max_age=_KNOWN_FOR_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def place_of(request: HttpRequest) -> str | None:
    """Return where a request comes from; behind a proxy the server has put the proxy's word there already."""
    return place(request.META.get("REMOTE_ADDR", ""))


def was_judged(request: HttpRequest) -> bool:
    """Tell whether a failed sign-in was looked at and counted: during a pause it is not."""
    return getattr(request, "axes_failures_since_start", None) is not None


def is_paused(request: HttpRequest) -> bool:
    """Tell whether further tries are refused for a while."""
    return bool(getattr(request, "axes_locked_out", False))


def forget(person: Person) -> None:
    """Let somebody who has proven otherwise who they are try again at once, from everywhere."""
    for name in (_hash_of(person.email), _hash_of(person.email) + _KNOWN):
        AxesProxyHandler.reset_attempts(username=name)


def _hash_of(typed: str, *, salt: str = _SALT) -> str:
    address = canonical(typed).address or typed
    return salted_hmac(salt, address, algorithm="sha256").hexdigest()


def _mark_of(typed: str) -> str:
    return _hash_of(typed, salt=f"{_SALT}.browser")


def _marks(request: HttpRequest) -> list[str]:
    return request.COOKIES.get(COOKIE, "").split(".")[:_MOST_KNOWN]
