"""The `state` that goes to Mailchimp's sign-in page and back: one session's, one connection's, once, for a short while.

The session keeps its hash.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase

from segue.control.connections.models import Connection
from segue.control.people.bearers import kept_of

LIFETIME = timedelta(minutes=15)
MOST = 5
"""Sign-ins that one session may have under way: older ones are forgotten."""
_KEY = "mailchimp_states"


def begin(session: SessionBase, connection: Connection, *, now: datetime) -> str:
    """Return a fresh state for a sign-in to this connection's account."""
    state = f"{connection.pk}.{secrets.token_urlsafe(32)}"
    under_way = dict(list(_under_way(session).items())[-(MOST - 1) :])
    session[_KEY] = {**under_way, kept_of(state): (now + LIFETIME).isoformat()}
    return state


def take(session: SessionBase, state: str, *, now: datetime) -> str:
    """Return the state when this session sent it lately, "" otherwise; either way it counts no more, at once."""
    under_way = _under_way(session)
    until = under_way.pop(kept_of(state), None)
    if until is None:
        return ""
    session[_KEY] = under_way
    session.save()
    return state if now < datetime.fromisoformat(until) else ""


def connection_key(state: str) -> int:
    """Return the key of the connection that a state names, whoever wrote it; 0, which none has, when it names none."""
    number = state.partition(".")[0]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0


def _under_way(session: SessionBase) -> dict[str, str]:
    return dict(session.get(_KEY, {}))
