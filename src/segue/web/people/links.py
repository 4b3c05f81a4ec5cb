"""One-time links: their token is taken out of the address, into a cookie of this browser, and stored nowhere here.

So it stands in no address that is logged, kept or passed on, and a stranger who follows links writes nothing.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

COOKIE = "segue_link"


def taken_out(token: str, *, to: str, within: str) -> HttpResponse:
    """Go on to a page with the token in a cookie, which the browser brings to the addresses below `within` alone."""
    response = redirect(to)
    response.set_cookie(
        COOKIE,
        token,
        path=reverse(within),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def brought(request: HttpRequest) -> str:
    """Return the token that the browser brings; "" for none."""
    return request.COOKIES.get(COOKIE, "")


def spend(response: HttpResponse, *, within: str) -> HttpResponse:
    """Let the browser forget the token: it has done its work."""
    response.delete_cookie(COOKIE, path=reverse(within), samesite="Lax")
    return response
