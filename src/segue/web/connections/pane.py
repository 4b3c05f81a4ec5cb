"""The set-up pane: which step is done, which is possible, and why another is not possible yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from segue.control.audit.meanwhile import version_of
from segue.control.connections import privacy_text, queries
from segue.control.connections.models import Connection
from segue.control.connections.queries import Step
from segue.control.exports.queries import of_connection
from segue.control.people.models import Person
from segue.service.accounts import is_registered
from segue.web import whence
from segue.web.connections import marks
from segue.web.connections.forms import (
    FORM_ID,
    ApiKeyForm,
    ConnectionForm,
    NewConnectionForm,
    PasswordForm,
    filled,
)
from segue.web.connections.versions import connection_editing
from segue.web.requests import PersonRequest, go
from segue.web.typed.keeping import AWAY, keep
from segue.web.typed.marks import OPENED_ON

DONE = 200
"""The status of a pane in which what was asked for is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepState:
    """One step of the column. `why` is "" when it can be done now, else what comes first; `is_next`: do this one now."""

    is_done: bool
    why: str = ""
    is_next: bool = False

    @property
    def css(self) -> str:
        """Return the classes of the step's element."""
        if self.is_done:
            return "step step-done"
        return "step step-waits" if self.why else "step"


def redirect_uri() -> str:
    """Return the address that Mailchimp sends people back to: exactly the registered one."""
    return settings.SEGUE_URL + reverse("connection-returned")


def shown(
    request: PersonRequest, connection: Connection | None, *, status: int = 200, **forms: Any
) -> HttpResponse:
    """Show the pane; `forms` are those that were refused, in place of fresh ones."""
    facts = {"paragraphs": privacy_text.paragraphs(request.LANGUAGE_CODE), **_facts(connection)}
    context = {**facts, **_steps(connection, request.user), **forms}
    context["back"] = whence.back_of(request)
    request.typed_form = FORM_ID
    if connection is not None:
        editing = connection_editing(request, connection)
        # After a step that was done the pane shows the connection as it is now; else as it was when it was opened.
        is_done = request.method == "POST" and status == DONE
        context["opened_on"] = version_of(editing.watched) if is_done else editing.opened_on()
    response = render(request, "segue/connections/connection.html", context, status=status)
    if request.method == "POST" and request.htmx:
        response.headers["HX-Trigger"] = "connections-changed"
    return response


def after_step(request: PersonRequest, pk: int) -> HttpResponse:
    """Go on at the next step, where the last one was done, with what was typed in the others.

    Whoever came from somewhere else goes back there once the connection can be used.
    """
    fresh = queries.connections().get(pk=pk)
    form = brought(request, fresh)
    if back := way_back(request, fresh, form):
        return go(request, back)
    if not request.htmx:
        return redirect(address(request, fresh) + "#next")
    return shown(request, fresh) if form is None else shown(request, fresh, form=form)


def on_the_page(request: PersonRequest, pk: int) -> str:
    """Return where somebody goes on who is on the connection's own page: there, or back where they came from."""
    fresh = queries.connections().get(pk=pk)
    return way_back(request, fresh, brought(request, fresh)) or address(request, fresh)


def way_back(request: HttpRequest, connection: Connection, form: ConnectionForm | None) -> str:
    """Return where to go back to now, "" while something is to be done or saved here."""
    is_open = form is not None and form.has_changed()
    return "" if is_open or not is_ready(connection) else whence.back_of(request)


def is_ready(connection: Connection) -> bool:
    """Tell whether nothing is left to do at the connection before exports can run on it."""
    return connection.saved_at is not None and queries.why_unusable(connection) is None


def brought(request: HttpRequest, connection: Connection) -> ConnectionForm | None:
    """Return the settings as they were sent along with another step, which takes none of them; None where they were not."""
    if request.method != "POST" or "display_name" not in request.POST:
        return None
    needs_agreement = queries.needs_agreement(connection)
    form = filled(connection, needs_agreement=needs_agreement, sent=request.POST)
    form.hush()
    return form


def address(request: HttpRequest, connection: Connection) -> str:
    """Return the address of the connection's page, with what was typed in it and not saved."""
    path = whence.with_back(reverse("connection", args=[connection.pk]), whence.back_of(request))
    form = brought(request, connection)
    if form is None or not form.has_changed():
        return path
    return keep(request, AWAY, path=path, instead={OPENED_ON: ""}) or path


def _facts(connection: Connection | None) -> dict[str, Any]:
    """Return what the pane tells, and its fresh forms."""
    facts: dict[str, Any] = {
        "connection": connection,
        "form_id": FORM_ID,
        "version": privacy_text.VERSION,
        "key_form": ApiKeyForm(auto_id="key_%s"),
        "password_form": PasswordForm(auto_id="password_%s"),
        "is_registered": is_registered(),
    }
    if connection is None:
        return {**facts, "form": NewConnectionForm(), "needs_agreement": True}
    needs_agreement = queries.needs_agreement(connection)
    return {
        **facts,
        "form": filled(connection, needs_agreement=needs_agreement),
        "needs_agreement": needs_agreement,
        "agreement": queries.agreement(connection),
        "health": marks.health_mark(connection),
        "advice": marks.advice(connection),
        "unusable": queries.why_unusable(connection),
        "audience_count": connection.audiences.count(),
        "others": queries.others_on_account(connection),
        "export_count": of_connection(connection).count(),
    }


def _steps(connection: Connection | None, person: Person) -> dict[str, Any]:
    """Return the states of the steps, and what can be done with the main form."""
    missing = set(Step) if connection is None else set(queries.missing_steps(connection))
    is_begun, is_saved = connection is not None, Step.SAVE not in missing
    is_agreed, is_linked = Step.AGREE not in missing, Step.AUTHENTICATE not in missing
    is_broken = connection is not None and queries.is_broken(connection)
    can_save = is_saved or missing == {Step.SAVE}
    begin_first = "" if is_begun else _("Connect first.")
    agree_first = "" if is_agreed else _("Agree to data privacy and compliance first.")
    link_first = "" if is_linked else _("Authenticate with Mailchimp first.")
    user = connection.export_user if connection is not None else None
    steps = {
        "step_agree": StepState(is_done=is_agreed),
        "step_connect": StepState(is_done=is_begun and is_agreed),
        "step_authenticate": StepState(
            is_done=is_linked and not is_broken, why=begin_first or agree_first
        ),
        "step_export_user": StepState(
            is_done=Step.EXPORT_USER not in missing, why=begin_first or link_first
        ),
        "step_save": StepState(
            is_done=is_saved, why="" if can_save else _("Every step above comes first.")
        ),
    }
    return {
        **_with_next(steps),
        "step_begun": StepState(is_done=is_begun),
        "is_editable": can_save or not is_agreed,
        "can_connect": not is_saved and not is_agreed,
        "is_own": user is not None and user.pk == person.pk,
    }


def _with_next(steps: dict[str, StepState]) -> dict[str, StepState]:
    """Mark the first step that can be done now and is not."""
    possible = [name for name, step in steps.items() if not (step.is_done or step.why)]
    return {name: replace(step, is_next=name in possible[:1]) for name, step in steps.items()}
