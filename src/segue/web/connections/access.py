"""Who comes in: administrators. For everybody else there are no connections here."""

from __future__ import annotations

from segue.control.connections import policy, queries
from segue.control.connections.models import Connection
from segue.control.people.policy import require
from segue.web.requests import PersonRequest, found


def administrators_only(request: PersonRequest) -> None:
    """Return for administrators. Raises: NotVisible for others."""
    require(request.user, policy.manage_connections, see=policy.see_connections)


def connection_for(request: PersonRequest, pk: int) -> Connection:
    """Return the connection. Raises: NotVisible when there is none, or the person is no administrator."""
    administrators_only(request)
    return found(queries.connections(), pk=pk)
