"""A form that is sent twice does once what it does: a double click, a browser that sends again, a page that is reloaded.

The form's own number and what it says name it. Whoever brings it again gets the answer of the first time; what was
refused may be sent again. It holds over a restart, for it stands in the database.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from segue.control.people import sent_forms
from segue.core.errors import Problem, UnsafePlan
from segue.web.typed.keeping import text_in
from segue.web.typed.marks import CSRF, ONCE

WAITS_S: Sequence[float] = (*(0.1,) * 50, *(0.5,) * 50)
"""How long the second of two waits for what the first is still at: half a minute, for Mailchimp may be slow."""

LARGEST_ANSWER = 200_000
"""Bytes of an answer that is kept; a longer one is given once."""

FIRST_REFUSAL = 400
"""The first status of an answer that says that nothing was done."""

_HEADERS = ("Location", "HX-Redirect", "HX-Trigger", "Content-Type")


def once(
    request: HttpRequest,
    act: Callable[[], HttpResponseBase],
    *,
    waits_s: Iterable[float] = WAITS_S,
) -> HttpResponseBase:
    """Act, unless the same form was sent already: then answer as it was answered.

    Raises: UnsafePlan when it was, and nobody knows what came of it; whatever acting raises.
    """
    secret = _secret(request)
    if not secret:
        return act()
    now = request.now  # type: ignore[attr-defined]
    for wait_s in chain((0.0,), waits_s):
        time.sleep(wait_s)
        answer = sent_forms.answer_of(secret)
        if answer:
            return _answer(answer)
        if answer is None and sent_forms.claim(secret, now=now):
            return _acted(secret, act)
    raise _unknown()


def _acted(secret: str, act: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Act, and remember the answer. Whoever waits for one that refused, or failed, tries it again by themselves."""
    try:
        response = act()
    except BaseException:
        sent_forms.release(secret)
        raise
    _note(secret, response)
    return response


def _note(secret: str, response: HttpResponseBase) -> None:
    if response.status_code >= FIRST_REFUSAL or not isinstance(response, HttpResponse):
        return sent_forms.release(secret)
    if len(response.content) > LARGEST_ANSWER:
        return sent_forms.release(secret)
    headers = {name: response.headers[name] for name in _HEADERS if name in response.headers}
    text = json.dumps([response.status_code, headers, response.content.decode()])
    return sent_forms.note_answer(secret, text)


def _answer(text: str) -> HttpResponse:
    status, headers, content = json.loads(text)
    return HttpResponse(content, status=status, headers=headers)


def _secret(request: HttpRequest) -> str:
    """Return what names the form and what it says; "" for one without a number."""
    number = request.POST.get(ONCE, "")
    if not number:
        return ""
    said = [(name, values) for name, values in request.POST.lists() if name not in (CSRF, ONCE)]
    files = [(name, text_in(request.FILES.get(name))) for name in sorted(request.FILES)]
    text = json.dumps([request.get_full_path(), sorted(said), files])
    return f"{number}.{hashlib.sha256(text.encode()).hexdigest()}"


def _unknown() -> Problem:
    return UnsafePlan(
        _("This form was sent already, and its answer is not known yet."),
        action=_("Look whether it was done before you send it again."),
        code="sent_already",
    )
