"""Where hosts that have no folder in common keep what lies in a state folder: a store of objects, and rows in the control database."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.profiles.allowed_objects import AllowedObjects, allowed_objects
from segue.profiles.object_stores import Objects
from segue.service.databases import Database, Server
from segue.service.identity import STATE
from segue.service.journals import Journals, RunLease, journals_in
from segue.service.shared_identity import bring_identity

if TYPE_CHECKING:
    from segue.engines.duckdb.profiles.shared import Shared


LISTED = ("kept/", "plans/", "reports/")
"""The folders of a state folder whose files the rows name one by one."""

_AT_WORK: dict[Hashable, Shared] = {}
"""One for each place, so that its connection is kept."""

_BEGINNING = Lock()
"""Held while one thread finds out what there is."""


def state_store(environment: Mapping[str, str]) -> Objects | None:
    """Return the folder that SEGUE_STATE names, such as s3://bucket/folder, an endpoint of one's own behind a blank; None: none.

    Raises: ConfigurationProblem `setting_invalid`.
    """
    written = environment.get(STATE, "").strip()
    if not written:
        return None
    try:
        return allowed_objects(written).place
    except ValueError:
        raise _wrong(
            said(
                "Write an address such as s3://bucket/segue, an endpoint of your own behind a blank: s3://bucket/segue https://minio.example:9000."
            )
        ) from None


def check_state_store(
    environment: Mapping[str, str], *, is_on_server: bool, readable: Sequence[AllowedObjects]
) -> Objects | None:
    """Return the store of an installation.

    Raises: ConfigurationProblem `setting_invalid`, also where its database is no server, or where an uploaded definition may read the store.
    """
    found = state_store(environment)
    if found is not None and not is_on_server:
        raise _wrong(
            said(
                "Set DATABASE_URL to PostgreSQL too: it says what lies in the store. Or leave it out."
            )
        )
    if found is not None and any(one.allows(found) for one in readable):
        raise _wrong(
            said("Name a folder of a bucket that SEGUE_DATA_BUCKETS does not let uploads read.")
        )
    return found


def journals_of(
    database: Database, home: Path, objects: Objects | None, *, lease: RunLease | None = None
) -> Journals:
    """Return the journals of an installation, with what its hosts share by a store; `lease` as in `journals_in`.

    Raises: as `beginning_shared.begin`.
    """
    if objects is None or not isinstance(database, Server):
        return journals_in(database, lease=lease)
    place = (home, objects, repr(sorted(database.reached_by.items())))
    with _BEGINNING:
        if place not in _AT_WORK:
            _AT_WORK[place] = _begun(home, objects, database)
    return journals_in(database, lease=lease, shared=_AT_WORK[place])


def let_go() -> None:
    """Close the connections that are kept, as before a database is removed."""
    with _BEGINNING:
        for shared in _AT_WORK.values():
            shared.close()
        _AT_WORK.clear()


def _begun(home: Path, objects: Objects, database: Server) -> Shared:
    """Return what a place shares, once everything is in the store."""
    from segue.engines.duckdb.audience.journal_postgres import connected
    from segue.engines.duckdb.profiles.shared import Shared
    from segue.engines.duckdb.reading.objects_contents import Contents
    from segue.service.beginning_shared import begin

    shared = Shared(home, Contents(objects), lambda: connected(database.reached_by))
    begin(shared, journals_in(database, shared=shared))
    return shared


def mirror_all(shared: Shared) -> None:
    """Let everything be here that hosts share, but what is kept of audiences. Raises: as `Shared`."""
    from segue.engines.duckdb.profiles.shared_snapshots import bring_newest

    bring_identity(shared)
    bring_newest(shared)
    for prefix in LISTED:
        shared.mirror(prefix)


def _wrong(action: str) -> ConfigurationProblem:
    return ConfigurationProblem(
        said("The setting %(name)s cannot be used as it is.", name=STATE),
        action=action,
        code="setting_invalid",
    )
