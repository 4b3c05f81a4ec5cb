"""Versions of a connection for the forms that change it: what counts as a change, and what each version says."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from segue.control.audit.meanwhile import Watched
from segue.control.audit.models import Action
from segue.control.connections import queries
from segue.control.connections.models import Connection
from segue.web.connections.forms import ConnectionForm, filled
from segue.web.typed.editing import Editing, lines_of

_CHANGES = (
    Action.CONNECTION_EDITED,
    Action.CONNECTION_SHARED,
    Action.CONNECTION_UNSHARED,
    Action.CONNECTION_SAVED,
    Action.CONNECTION_AUTHENTICATED,
    Action.EXPORT_USER_SET,
    Action.CONNECTION_REMOVED,
)


def connection_editing(
    request: HttpRequest, connection: Connection, *, mine: ConnectionForm | None = None
) -> Editing:
    """Return one of a connection's forms; `mine` is the one with its settings, None another."""
    watched = Watched(kind="connection", ids=(str(connection.pk),), actions=_CHANGES)
    back = reverse("connection", args=[connection.pk])
    name = connection.display_name
    if mine is None:
        return Editing(request=request, watched=watched, name=name, back=back)
    return Editing(
        request=request,
        watched=watched,
        name=name,
        mine=lambda: lines_of(mine),
        theirs=lambda: lines_of(_kept(connection)),
        back=back,
    )


def _kept(connection: Connection) -> ConnectionForm:
    fresh = queries.connections().get(pk=connection.pk)
    return filled(fresh, needs_agreement=queries.needs_agreement(fresh))
