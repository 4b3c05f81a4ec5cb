"""Prove who somebody is, sign them in, and send them only to pages of ours."""

from __future__ import annotations

from django.contrib.auth import authenticate, login
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from segue.control.people import failures, own_account
from segue.control.people.models import Person
from segue.control.people.sessions import BEGAN_AT, BROWSER
from segue.web.people import attempts, browsers
from segue.web.requests import PageRequest

BACKEND = "django.contrib.auth.backends.ModelBackend"


def proven(request: PageRequest, username: str, password: str) -> Person | None:
    """Return whose address and password these are; a failure is counted, and after too many the reader must wait."""
    found = authenticate(request, username=username, password=password)
    return found if isinstance(found, Person) else None


def begin_session(request: PageRequest, person: Person) -> None:
    """Sign the person in: a session with a new key that names browser and time, and an entry in the audit log."""
    login(request, person, backend=BACKEND)
    browser = browsers.named(request.headers.get("User-Agent", ""))
    request.session[BROWSER] = browser
    request.session[BEGAN_AT] = request.now.isoformat()
    own_account.record_sign_in(actor=person, browser=browser, now=request.now)


def record_refusal(request: PageRequest, email: str) -> None:
    """Write a failed sign-in to the audit log. What is tried during a pause was not even looked at, so it is no entry."""
    if attempts.was_judged(request):
        failures.record_failed_sign_in(
            email=email, pauses=attempts.is_paused(request), now=request.now
        )


def onward(request: PageRequest) -> str:
    """Return the page that `next` asks for when it is one of ours, else the home page."""
    asked = request.GET.get("next") or request.POST.get("next") or ""
    return _readable(asked) if _is_ours(asked) else reverse("home")


def _readable(address: str) -> str:
    """Return the address, or the one above it where it only takes what a form sends."""
    path, mark, query = address.partition("?")
    methods = getattr(resolve(path).func, "methods", {"GET"})
    if "GET" in methods:
        return path + mark + query
    above = path.rstrip("/").rpartition("/")[0] + "/"
    return _readable(above) if _is_ours(above) else reverse("home")


def _is_ours(address: str) -> bool:
    """Tell whether an address is a path on this site that leads to a page."""
    is_path = address.startswith("/")
    if not is_path or not url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return False
    try:
        resolve(address.partition("?")[0].partition("#")[0])
    except Resolver404:
        return False
    return True
