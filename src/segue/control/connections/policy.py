"""Who may see, use and change connections."""

from __future__ import annotations

from segue.control.connections.models import Connection
from segue.control.people.models import Person
from segue.control.people.policy import is_administrator, is_contributor
from segue.control.predicates import predicate


@predicate
def is_shared(actor: Person | None, connection: Connection | None) -> bool:
    """Tell whether contributors may use the connection."""
    return connection is not None and connection.is_shared


see_connections = is_administrator
manage_connections = is_administrator
adopt_connections = is_administrator
use_connection = is_administrator | (is_contributor & is_shared)
