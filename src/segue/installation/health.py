"""Look after the health of connections: one look at an account, and the looks that are due. The worker's loop calls it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from segue.control.connections.models import Connection, Health
from segue.control.connections.operations import (
    put_off_check,
    record_account,
    record_health,
)
from segue.control.connections.queries import due_for_a_check
from segue.installation.mailchimp import Look, look

log = logging.getLogger("segue.installation.health")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A connection that was looked at, and what was found. `before` None: its health is what it was."""

    connection: Connection
    look: Look
    before: Health | None


def check(connection: Connection, now: datetime) -> Checked:
    """Look at a connection's account once and keep what was found. What a failed look did not see stays as it was."""
    found = look(connection)
    before = record_health(connection=connection, health=found.health, code=found.code, now=now)
    if found.account is not None:
        record_account(
            connection=connection, account=found.account, audiences=found.audiences, now=now
        )
    if before is not None:
        log.info(
            "connection.health_changed",
            extra={
                "connection": connection.pk,
                "before": before.value,
                "after": found.health.value,
                "code": found.code,
            },
        )
    return Checked(connection=connection, look=found, before=before)


class Guarded(Protocol):
    """Returns what `do` returns; whatever it raises is logged as `event`, and None comes back."""

    def __call__(
        self, event: str, do: Callable[[], Checked], *, connection: int
    ) -> Checked | None: ...


def check_due(now: datetime, *, guarded: Guarded) -> Sequence[Checked]:
    """Look, one after the other, at every account that was not looked at lately; return what was found.

    Whatever goes wrong with one of them is its own, and the connection is looked at again later.
    """
    found: list[Checked] = []
    for connection in list(due_for_a_check(now)):
        look = guarded(
            "connection.check_failed", partial(check, connection, now), connection=connection.pk
        )
        if look is None:
            put_off_check(connection=connection, now=now)
        else:
            found.append(look)
    return found
