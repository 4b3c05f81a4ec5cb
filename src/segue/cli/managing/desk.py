"""Where a person decides about an installation by the command line: its state folder, and its database where one is at work."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from segue.cli.invocation import Invocation, find_file
from segue.core.errors import ConfigurationProblem
from segue.service.deciding import Decision, Shown, decide, shown
from segue.service.identity import place_of
from segue.sync.identity import ID_BYTES, Identity, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One state folder where it stands."""

    home: Path
    here: Place
    has_database: bool = False

    def shown(self) -> Shown:
        """Return the installation as it is now."""
        if self.has_database:
            from segue.service.this_installation import shown_installation

            return shown_installation()
        return shown(self.home, self.here)

    def decide(self, decision: Decision) -> Identity:
        """Keep what the person says, and write it down where there is an audit log."""
        if self.has_database:
            from segue.service.this_installation import decided

            return decided(decision, actor=None, now=datetime.now(UTC))
        fresh_id = secrets.token_hex(ID_BYTES)
        return decide(self.home, self.here, decision, now=datetime.now(UTC), fresh_id=fresh_id)


def desk_of(invocation: Invocation) -> Desk:
    """Return the desk of the state folder that is named, that of the configuration file, or the usual one.

    Raises: ConfigurationProblem when the file cannot be read, or the database of the folder cannot be opened.
    """
    home = _home(invocation)
    if not _has_database(home, invocation):
        return Desk(home=home, here=place_of(home, invocation.environment))
    from segue.cli.managing.opened import open_installation

    invocation.home = home
    open_installation(invocation)
    from segue.service.this_installation import here

    return Desk(home=home, here=here(), has_database=True)


def _has_database(home: Path, invocation: Invocation) -> bool:
    """Return whether pages work with this state folder, so that its database has a say in where it belongs."""
    from segue.service.databases import Embedded, database_of
    from segue.service.keys import keys_file

    environment = invocation.environment
    database = database_of(environment, home)
    if isinstance(database, Embedded):
        return database.path.is_file()
    return bool(environment.get("SEGUE_KEYS", "").strip()) or keys_file(environment, home).is_file()


def _home(invocation: Invocation) -> Path:
    from segue.cli.serving.home import DEFAULT

    if invocation.home is not None:
        return invocation.home
    try:
        find_file(Path.cwd())
    except ConfigurationProblem:
        if invocation.config is None:
            return DEFAULT.absolute()
    return invocation.configuration().home
