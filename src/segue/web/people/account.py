"""The account page: name, language, time zone, and the browsers in which somebody is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from segue.control.audit.meanwhile import Watched
from segue.control.audit.models import Action
from segue.control.people import own_account, queries
from segue.control.people.bearers import kept_of
from segue.control.people.models import Person
from segue.control.people.policy import not_visible
from segue.web import formats
from segue.web.people import browsers
from segue.web.people.forms import AccountForm
from segue.web.requests import PersonRequest, door, go
from segue.web.typed.editing import Editing, lines_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSession:
    """A browser in which the reader is signed in. `began_at` None: not known."""

    handle: str
    browser: str
    began_at: datetime | None
    is_this: bool


@door("GET", "POST", form="account-form")
def account(request: PersonRequest) -> HttpResponse:
    """Show and change one's own account."""
    person = request.user
    form = AccountForm(request.POST if request.method == "POST" else None, initial=_so_far(person))
    editing = _editing(request, form)
    if form.is_bound and form.succeeds(lambda: editing.do(lambda: _edit(request, form))):
        with translation.override(person.language):
            messages.success(request, _("Your account was saved."))
        return go(request, reverse("account"))
    opened_on = editing.opened_on()
    context = {"form": form, "sessions": _sessions(request), "opened_on": opened_on}
    return render(
        request, "segue/people/account.html", context, status=422 if form.is_bound else 200
    )


@door("POST")
def session_end(request: PersonRequest, handle: str) -> HttpResponse:
    """Sign one of one's own browsers out."""
    if not own_account.end_session(handle=handle, actor=request.user, now=request.now):
        raise not_visible()
    messages.success(request, _("The browser was signed out."))
    return go(request, reverse("account"))


@door("POST")
def sessions_end(request: PersonRequest) -> HttpResponse:
    """Sign all of one's own browsers out but this one."""
    key = request.session.session_key or ""
    ended = own_account.end_other_sessions(keep=key, actor=request.user, now=request.now)
    words = ngettext(
        "%(count)s other browser was signed out.",
        "%(count)s other browsers were signed out.",
        ended,
    )
    messages.success(request, words % {"count": formats.number(ended)})
    return go(request, reverse("account"))


def _so_far(person: Person) -> dict[str, str]:
    return {"name": person.name, "language": person.language, "time_zone": person.time_zone}


def _editing(request: PersonRequest, form: AccountForm) -> Editing:
    key = request.user.pk
    return Editing(
        request=request,
        watched=Watched(kind="person", ids=(str(key),), actions=(Action.ACCOUNT_EDITED,)),
        name=_("Your account"),
        mine=lambda: lines_of(form),
        theirs=lambda: lines_of(AccountForm(initial=_so_far(Person.objects.get(pk=key)))),
    )


def _edit(request: PersonRequest, form: AccountForm) -> None:
    own_account.edit(
        name=form.cleaned_data["name"],
        language=form.cleaned_data["language"],
        time_zone=form.cleaned_data["time_zone"],
        actor=request.user,
        now=request.now,
    )


def _sessions(request: PersonRequest) -> Sequence[OwnSession]:
    this = kept_of(request.session.session_key or "")
    return [
        OwnSession(
            handle=session.handle,
            browser=browsers.worded(session.browser),
            began_at=session.began_at,
            is_this=session.session_key == this,
        )
        for session in queries.sessions_of(request.user, request.now)
    ]
