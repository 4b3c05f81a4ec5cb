"""Set up a connection step by step: the pane and what each of its buttons does. Everything goes on in the same pane."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from segue.control.connections import operations, queries
from segue.control.connections.models import Connection
from segue.core.errors import ConnectionLost, Problem
from segue.mailchimp.errors import problem
from segue.service import connecting
from segue.web import whence
from segue.web.connections import handshake, pane
from segue.web.connections.access import administrators_only, connection_for
from segue.web.connections.forms import (
    ApiKeyForm,
    ConnectionForm,
    NewConnectionForm,
    PasswordForm,
    filled,
)
from segue.web.connections.versions import connection_editing
from segue.web.forms import SegueForm
from segue.web.people.signing_in_again import signing_in_again
from segue.web.problems import worded
from segue.web.requests import PersonRequest, door, go
from segue.web.typed.again import asked_again, note_added

log = logging.getLogger("segue.web.connections")


@door("GET", "POST", form="connection-form")
def add(request: PersonRequest) -> HttpResponse:
    """Show the steps of a new connection; "Connect" begins it."""
    administrators_only(request)
    if request.method != "POST":
        return pane.shown(request, None)
    if (question := asked_again(request)) is not None:
        return question
    form = NewConnectionForm(request.POST)
    begun: list[Connection] = []
    if form.succeeds(
        lambda: begun.append(
            operations.begin(
                display_name=form.cleaned_data["display_name"],
                is_shared=form.cleaned_data["contributors"],
                agrees=form.cleaned_data["agrees"],
                language=request.LANGUAGE_CODE,
                actor=request.user,
                now=request.now,
            )
        )
    ):
        to = reverse("connection", args=[begun[0].pk])
        note_added(request, name=begun[0].display_name, to=to)
        return pane.after_step(request, begun[0].pk)
    return pane.shown(request, None, status=422, form=form)


@door("GET", "POST", form="connection-form")
def connection(request: PersonRequest, pk: int) -> HttpResponse:
    """Show the steps of a connection; "Save" keeps what they show and completes it."""
    found = connection_for(request, pk)
    if request.method != "POST":
        return pane.shown(request, found)
    needs_agreement = queries.needs_agreement(found)
    form = filled(found, needs_agreement=needs_agreement, sent=request.POST)
    is_only_begun = (
        needs_agreement and found.saved_at is None
    )  # "Connect" again, after the text has changed
    act = operations.edit if is_only_begun else operations.finish
    if not form.succeeds(lambda: _keep(request, found, form, act)):
        return pane.shown(request, found, status=422, form=form)
    if is_only_begun:
        return pane.after_step(request, pk)
    messages.success(request, _saved_words(pk))
    return go(request, whence.back_of(request) or reverse("connections"))


@door("POST", of="connection")
def authenticate(request: PersonRequest, pk: int) -> HttpResponse:
    """Send the person to Mailchimp's sign-in page."""
    found = connection_for(request, pk)
    at = whence.place(request, pane.address(request, found))
    state = handshake.begin(request.session, found, at=at, now=request.now)
    return go(
        request,
        connecting.sign_in_page(found, redirect_uri=pane.redirect_uri(), state=state),
    )


@door("GET")
def returned(request: PersonRequest) -> HttpResponse:
    """Take what Mailchimp sends people back with, and go on where they went there from, whatever came of it."""
    if request.method == "HEAD":
        return HttpResponse()
    said = request.GET.get("state", "")
    way = handshake.take(request.session, said, now=request.now)
    administrators_only(request)
    found = queries.connections().filter(pk=handshake.connection_key(said)).first()
    if found is None:
        _tell(
            request, problem("mailchimp_state_mismatch") if not way.state else _removed(), pk=None
        )
        return redirect("connections")
    try:
        connecting.authenticate_by_sign_in(
            found,
            query=request.GET.dict(),
            state=way.state,
            redirect_uri=pane.redirect_uri(),
            actor=request.user,
            now=request.now,
        )
    except Problem as refused:
        _tell(request, refused, pk=found.pk)
        return redirect(way.at or reverse("connection", args=[found.pk]))
    fresh = queries.connections().get(pk=found.pk)
    words = _("Authenticated with Mailchimp as “%(account)s”.") % {"account": fresh.account_name}
    messages.success(request, words)
    back = whence.back_in(way.at) if pane.is_ready(fresh) else ""
    return redirect(back or _goes_on(way.at, found))


def _goes_on(at: str, connection: Connection) -> str:
    """Return where the set-up goes on: in the pane or on the page that it was left from."""
    return (
        at if whence.PANE in at else (at or reverse("connection", args=[connection.pk])) + "#next"
    )


@door("POST", of="connection")
def api_key(request: PersonRequest, pk: int) -> HttpResponse:
    """Take an API key instead of the sign-in page."""
    found = connection_for(request, pk)
    form = ApiKeyForm(request.POST, auto_id="key_%s")
    if form.succeeds(lambda: _authenticate_by_key(request, found, form.cleaned_data["api_key"])):
        return pane.after_step(request, pk)
    return _refused(request, found, key_form=form)


@door("POST", of="connection")
def export_user(request: PersonRequest, pk: int) -> HttpResponse:
    """Make the person the export user, once they have signed in again."""
    found = connection_for(request, pk)
    form = PasswordForm(request.POST, auto_id="password_%s")
    if form.succeeds(lambda: _add_export_user(request, found, form.cleaned_data["password"])):
        return pane.after_step(request, pk)
    return _refused(request, found, password_form=form)


def _refused(request: PersonRequest, found: Connection, **wrong: SegueForm) -> HttpResponse:
    """Show what is wrong with a step, with what was typed in the others."""
    brought = pane.brought(request, found)
    forms = {"form": brought} if brought is not None else {}
    return pane.shown(request, found, status=422, **forms, **wrong)


def _keep(
    request: PersonRequest, found: Connection, form: ConnectionForm, act: Callable[..., None]
) -> None:
    act_now = partial(
        act,
        connection=found,
        settings=form.settings(request.LANGUAGE_CODE),
        actor=request.user,
        now=request.now,
    )
    keep = partial(connection_editing(request, found, mine=form).do, act_now)
    if form.takes_proof:
        signing_in_again(request, keep)
    else:
        keep()


def _authenticate_by_key(request: PersonRequest, found: Connection, key: str) -> None:
    """Ask Mailchimp and keep the key: long, so that no transaction holds the check of the version."""
    connection_editing(request, found).check()
    connecting.authenticate_by_key(found, key, actor=request.user, now=request.now)


def _add_export_user(request: PersonRequest, found: Connection, password: str) -> None:
    connection_editing(request, found).check()
    signing_in_again(
        request,
        lambda: operations.add_export_user(
            connection=found, password=password, actor=request.user, now=request.now
        ),
    )


def _saved_words(pk: int) -> str:
    """Say that it was saved, and what contributors can do now."""
    saved = queries.connections().get(pk=pk)
    values = {"name": saved.display_name}
    if saved.is_shared:
        return (
            _(
                "“%(name)s” is saved. Contributors and administrators can now choose it under Data › Exports, and "
                "manage every export on it."
            )
            % values
        )
    return (
        _("“%(name)s” is saved. Only administrators can use it; contributors do not see it.")
        % values
    )


def _removed() -> Problem:
    return ConnectionLost(
        _("The connection was removed while you were at Mailchimp; nothing was kept."),
        action=_("Add a new connection."),
        code="connection_removed_meanwhile",
    )


def _tell(request: PersonRequest, refused: Problem, *, pk: int | None) -> None:
    log.info("connection.not_authenticated", extra={"connection": pk, "code": refused.code})
    words = worded(refused)
    messages.error(request, f"{words.message} {words.action}")
