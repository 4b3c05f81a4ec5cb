"""Remember what was written on the cluster, so that nothing of people stays there that nobody needs: killed refreshes too.

`home/snapshots/on_cluster.json` lists URIs. One is entered before anything is written to it, and leaves the list once its
files are gone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path

import orjson

from segue.core.errors import Problem
from segue.core.files import replacing
from segue.core.permit import Permit
from segue.engines.duckdb.profiles.snapshots import snapshots_folder
from segue.engines.duckdb.watch import Watch, watched
from segue.engines.spark.failures import unreachable
from segue.engines.spark.sessions import session
from segue.engines.spark.written import Place, emptied

REMOVING_S = 120.0
"""For how long a refresh waits while files are removed that nobody needs any more."""


class LeftThere:
    """The places of one state folder."""

    def __init__(self, home: Path) -> None:
        self._file = snapshots_folder(home) / "on_cluster.json"

    def places(self) -> Sequence[Place]:
        """Return every place to which something was written and not removed again."""
        if not self._file.exists():
            return ()
        return [Place(uri) for uri in orjson.loads(self._file.read_bytes())]

    def enter(self, place: Place) -> Place:
        """Enter a place before it is written to, and return it."""
        self._keep([*self.places(), place])
        return place

    def remove_others(self, needed: Collection[str], remote: str, *, permit: Permit) -> None:
        """Remove what lies elsewhere than at the `needed` URIs.

        What the cluster refuses now, or does not get done for a while, is tried again at the next refresh.
        """
        others = [place for place in self.places() if place.uri not in needed]
        if not others:
            return

        def remove(watch: Watch) -> None:
            with (
                watch.at_most(REMOVING_S, unreachable),
                session(remote, permit=watch.permit) as cluster,
                cluster.failing(),
            ):
                for place in others:
                    emptied(cluster, place)
                    self._keep([one for one in self.places() if one != place])

        with suppress(Problem):
            watched(remove, permit=permit)

    def _keep(self, places: Sequence[Place]) -> None:
        with replacing(self._file) as aside:
            aside.write_bytes(orjson.dumps([place.uri for place in places]))
