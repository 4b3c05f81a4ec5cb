"""Where a person decides about an installation by the command line: its state folder, and its database where one is at work."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from segue.cli.invocation import Invocation, find_file
from segue.core.errors import ConfigurationProblem
from segue.sync.identity import ID_BYTES, Identity, Place
from segue.workspace.deciding import Decision, Shown, decide, shown
from segue.workspace.identity import place_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One state folder where it stands."""

    home: Path
    here: Place

    def shown(self) -> Shown:
        """Return the installation as it is now."""
        return shown(self.home, self.here)

    def decide(self, decision: Decision) -> Identity:
        """Keep what the person says."""
        fresh_id = secrets.token_hex(ID_BYTES)
        return decide(self.home, self.here, decision, now=datetime.now(UTC), fresh_id=fresh_id)


def desk_of(invocation: Invocation) -> Desk:
    """Return the desk of the state folder that is named, that of the configuration file, or the usual one.

    Raises: ConfigurationProblem when the file cannot be read.
    """
    home = _home(invocation)
    return Desk(home=home, here=place_of(home, invocation.environment))


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
