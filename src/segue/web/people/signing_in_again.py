"""Signing in again in the middle of a page: a wrong password counts like a failed sign-in, and locks like one."""

from __future__ import annotations

from collections.abc import Callable

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.signals import user_login_failed
from django.utils.translation import gettext as _

from segue.core.errors import NotAllowed
from segue.web.requests import PersonRequest


def signing_in_again(request: PersonRequest, operation: Callable[[], object]) -> None:
    """Call an operation that checks the person's own password.

    Raises: NotAllowed after too many wrong ones, without calling it; whatever the operation raises.
    """
    credentials = {"username": request.user.email}
    if not AxesProxyHandler.is_allowed(request, credentials):
        raise NotAllowed(
            _("The password was wrong too often."),
            action=_("Wait half an hour, then try again."),
            code="sign_in_locked",
        )
    try:
        operation()
    except NotAllowed as refused:
        if refused.code == "password_wrong":
            user_login_failed.send(sender=__name__, credentials=credentials, request=request)
            # The pane itself says what is wrong; the answer of the sign-in page does not take its place.
            request.axes_locked_out = False  # type: ignore[attr-defined]
        raise
