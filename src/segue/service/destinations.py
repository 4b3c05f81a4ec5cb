"""What a file says of connections and exports, in an installation: rows that the file owns.

Only a file that lies on the server says so: whoever uploads a text in the pages need not be trusted with the secrets that
a reference of the server leads to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from segue.configuration import Configuration, SecretReference
from segue.configuration import Connection as Declared
from segue.control.connections.declared_connections import (
    DeclaredConnection,
    keep_connections,
    of_pages,
)
from segue.control.connections.models import Connection, CredentialKind
from segue.control.exports.declared_exports import (
    DeclaredExport,
    forget_connections,
    keep_exports,
)
from segue.control.exports.draft import engine_export
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.core.texts import line
from segue.sync import export as engine


def keep_destinations(declared: Configuration, *, actor: Person | None, now: datetime) -> None:
    """Make the connections and exports of a file those that come from files.

    Raises: ConfigurationProblem when exports of the pages use a connection that is declared no more.
    """
    wanted = declared_connections(declared)
    found = keep_connections(wanted, actor=actor, now=now)
    keep_exports(_exports(declared, found), actor=actor, now=now)
    forget_connections(declared.connections, actor=actor, now=now)


def declared_connections(declared: Configuration) -> Sequence[DeclaredConnection]:
    """Return the connections that a file declares, as they are kept."""
    return [_connection(one) for one in declared.connections.values()]


def label_of(export: engine.Export) -> str:
    """Return what people read of a declared export: its label, or its name."""
    return export.label or export.name


def as_declared(export: Export) -> engine.Export:
    """Return a kept export as a file would declare it, to be compared with one that does."""
    connection = export.connection
    named = replace(
        engine_export(export),
        name=export.declared_name,
        label=export.name,
        connection=connection.display_name if connection else "",
    )
    return _comparable(named)


def as_kept(export: engine.Export, connections: Mapping[str, Declared]) -> engine.Export:
    """Return a declared export as it would be kept, on a connection of the pages where one is called so."""
    meant = line(connections[export.connection].label)
    mine = of_pages([meant]).get(meant.lower())
    called = mine.display_name if mine else meant
    return _comparable(replace(export, label=label_of(export), connection=called))


def reference_as_json(reference: SecretReference) -> dict[str, str]:
    """Return the reference of a secret as plain data."""
    return {"env": reference.env} if reference.env else {"file": str(reference.file)}


def _comparable(export: engine.Export) -> engine.Export:
    """Return an export without what tells no difference: the limit is the connection's, an earlier name is the past."""
    return replace(export, was="", contact_limit=None)


def _connection(one: Declared) -> DeclaredConnection:
    assert one.credential is not None, "a file names where each secret is"
    return DeclaredConnection(
        name=one.name,
        label=line(one.label),
        kind=CredentialKind(one.kind.value),
        reference=reference_as_json(one.credential),
        base_url=one.base_url or "",
        honours_status_if_new=one.honours_status_if_new,
        contact_limit=one.contact_limit,
    )


def _exports(
    declared: Configuration, connections: Mapping[str, Connection]
) -> Sequence[DeclaredExport]:
    return [
        DeclaredExport(
            name=one.name,
            label=label_of(one),
            connection=connections[one.connection],
            export=one,
        )
        for one in declared.exports.values()
    ]
