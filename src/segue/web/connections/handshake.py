"""The `state` that goes to Mailchimp's sign-in page and back: one session's, one connection's, once, for a short while.

The session keeps its hash.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase

from segue.control.connections.models import Connection
from segue.control.people.bearers import kept_of

LIFETIME = timedelta(minutes=15)
MOST = 5
"""Sign-ins that one session may have under way: older ones are forgotten."""
_KEY = "mailchimp_states"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A sign-in that came back. `state` "": this session did not send it lately. `at` is where it began, "" if unknown."""

    state: str = ""
    at: str = ""


def begin(session: SessionBase, connection: Connection, *, at: str, now: datetime) -> str:
    """Return a fresh state for a sign-in to this connection's account, which begins at this address of ours."""
    state = f"{connection.pk}.{secrets.token_urlsafe(32)}"
    under_way = dict(list(_under_way(session).items())[-(MOST - 1) :])
    until = (now + LIFETIME).isoformat()
    session[_KEY] = {**under_way, kept_of(state): {"until": until, "at": at}}
    return state


def take(session: SessionBase, state: str, *, now: datetime) -> Way:
    """Return the way when this session sent it lately; either way it counts no more, at once."""
    under_way = _under_way(session)
    noted = under_way.pop(kept_of(state), None)
    if noted is None:
        return Way()
    session[_KEY] = under_way
    session.save()
    is_lately = now < datetime.fromisoformat(noted["until"])
    return Way(state=state if is_lately else "", at=noted["at"])


def connection_key(state: str) -> int:
    """Return the key of the connection that a state names, whoever wrote it; 0, which none has, when it names none."""
    number = state.partition(".")[0]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0


def _under_way(session: SessionBase) -> dict[str, dict[str, str]]:
    """Return what is under way; what an earlier version noted in another form is forgotten."""
    noted = session.get(_KEY, {})
    return {key: one for key, one in noted.items() if isinstance(one, dict)}
