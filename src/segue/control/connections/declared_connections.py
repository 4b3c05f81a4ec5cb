"""Connections that a file declares: kept by their names there, with the reference of their secret, never the secret.

An administrator still agrees to data privacy and becomes the export user before anything runs on one; until it is
shared, only administrators use it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from segue.control.audit.models import Action
from segue.control.audit.operations import record
from segue.control.connections import policy
from segue.control.connections.models import Connection, CredentialKind, Health
from segue.control.connections.operations import subject_of
from segue.control.origins import Origin
from segue.control.people.models import Person
from segue.control.people.policy import require

_ACCOUNT = frozenset({"credential_kind", "secret_reference", "base_url"})
"""What leads to an account: when it changes, nobody knows yet in which health that is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredConnection:
    """A connection as a file declares it. `reference` is `{"env": name}` or `{"file": absolute path}`."""

    name: str
    label: str
    kind: CredentialKind
    reference: Mapping[str, str]
    base_url: str
    honours_status_if_new: bool
    contact_limit: int | None

    def columns(self) -> dict[str, Any]:
        """Return what the file says of the row."""
        return {
            "display_name": self.label,
            "credential_kind": self.kind.value,
            "secret_reference": dict(self.reference),
            "base_url": self.base_url,
            "honours_status_if_new": self.honours_status_if_new,
            "contact_limit": self.contact_limit,
        }


def of_files() -> Mapping[str, Connection]:
    """Return the connections that come from files, by their names there."""
    return {one.declared_name: one for one in Connection.objects.filter(origin=Origin.FILE)}


def of_pages(labels: Collection[str]) -> Mapping[str, Connection]:
    """Return the connections of the pages that are called so, by their names in lower case."""
    wanted = {label.lower() for label in labels}
    rows = Connection.objects.filter(origin=Origin.PAGE)
    return {name: one for one in rows if (name := one.display_name.lower()) in wanted}


@transaction.atomic
def keep_connections(
    declared: Sequence[DeclaredConnection], *, actor: Person | None, now: datetime
) -> dict[str, Connection]:
    """Make and change what a file declares, and return the connection that each name means.

    One of the pages that is called so is taken as it is. `actor` None: the command line of the installation's own user.
    """
    _may(actor)
    known, others = of_files(), of_pages([one.label for one in declared])
    _free_names(declared, known)
    found: dict[str, Connection] = {}
    for one in declared:
        row = known.get(one.name)
        if row is not None:
            found[one.name] = _changed(row, one, actor, now)
        elif one.label.lower() in others:
            found[one.name] = others[one.label.lower()]
        else:
            found[one.name] = _added(one, actor, now)
    return found


@transaction.atomic
def forget_connection(connection: Connection, *, actor: Person | None, now: datetime) -> None:
    """Remove a connection that a file declares no more. Nothing may use it: `declared_exports` sees to that."""
    _may(actor)
    subject = subject_of(connection)
    connection.delete()
    record(Action.CONNECTION_REMOVED, actor=actor, now=now, subject=subject)


def _may(actor: Person | None) -> None:
    if actor is not None:
        require(actor, policy.manage_connections, see=policy.see_connections)


def _free_names(declared: Sequence[DeclaredConnection], known: Mapping[str, Connection]) -> None:
    """Take away the names that change, so that two connections can swap theirs."""
    for one in declared:
        row = known.get(one.name)
        if row is not None and row.display_name != one.label:
            Connection.objects.filter(pk=row.pk).update(display_name=f"\u2026 {row.pk}")


def _added(one: DeclaredConnection, actor: Person | None, now: datetime) -> Connection:
    row = Connection.objects.create(
        **one.columns(),
        origin=Origin.FILE,
        declared_name=one.name,
        authenticated_at=now,
        created_at=now,
    )
    record(
        Action.CONNECTION_ADDED,
        actor=actor,
        now=now,
        subject=subject_of(row),
        details={"declared": one.name},
    )
    return row


def _changed(
    row: Connection, one: DeclaredConnection, actor: Person | None, now: datetime
) -> Connection:
    changes = {key: value for key, value in one.columns().items() if getattr(row, key) != value}
    if not changes:
        return row
    if _ACCOUNT & set(changes):
        changes |= {"authenticated_at": now, "health": Health.UNKNOWN, "health_code": ""}
        changes["health_checked_at"] = None
    Connection.objects.filter(pk=row.pk).update(**changes)
    row.refresh_from_db()
    record(
        Action.CONNECTION_EDITED,
        actor=actor,
        now=now,
        subject=subject_of(row),
        details={"declared": one.name},
    )
    return row
