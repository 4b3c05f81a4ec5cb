"""The list of connections: its columns to sort by, what a search looks through, and a row in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Case, IntegerField, QuerySet, Value, When

from segue.control.connections import queries
from segue.control.connections.models import Connection, Health
from segue.control.folding import holds
from segue.web.connections.marks import Mark, health_mark, set_up_mark

COLUMNS: Mapping[str, str] = {
    "name": "name_key",
    "account": "account_name",
    "created": "created_at",
    "access": "is_shared",
    "exports": "export_count",
    "health": "severity",
    "set-up": "is_finished",
}
"""Names in the address and what they sort by."""

_SEVERITY = (
    Health.SECRET_MISSING,
    Health.UNREADABLE,
    Health.CLOSED,
    Health.REVOKED,
    Health.ROLE_TOO_LOW,
    Health.UNREACHABLE,
    Health.UNKNOWN,
    Health.HEALTHY,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One connection as the list shows it."""

    connection: Connection
    export_count: int
    health: Mark
    set_up: Mark


def listed(search: str) -> QuerySet[Connection]:
    """Return the connections that fit a search, ready to be sorted by any column."""
    rows = queries.with_uses().annotate(
        severity=Case(
            *(When(health=health, then=Value(place)) for place, health in enumerate(_SEVERITY)),
            default=Value(len(_SEVERITY)),
            output_field=IntegerField(),
        ),
        is_finished=Case(
            When(saved_at=None, then=Value(0)), default=Value(1), output_field=IntegerField()
        ),
    )
    if not search:
        return rows
    return rows.filter(
        holds(search, "display_name", "account_name", "created_by__name", "export_user__name")
    )


def row_of(connection: Connection) -> Row:
    """Return a listed connection as a row."""
    counted: int = vars(connection)["export_count"]
    return Row(
        connection=connection,
        export_count=counted,
        health=health_mark(connection),
        set_up=set_up_mark(connection),
    )
