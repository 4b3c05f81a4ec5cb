"""The part of a journal that tells which runs it knows, and how old they are."""

from __future__ import annotations

from datetime import datetime

from segue.core.names import path_name
from segue.engines.duckdb.audience.journal_holds import Held
from segue.engines.duckdb.audience.journal_rows import ARRIVAL, Before

RUN = "name of a run in the journal"


class Known(Held):
    """Tells a journal's runs; writing them is the journal's."""

    def runs(self) -> frozenset[str]:
        """Return all runs whose changes are, or were, wholly on disk."""
        return frozenset(row[0] for row in self._rows.found("run", ("id",)))

    def folded_runs(self, export: str) -> tuple[str, ...]:
        """Return an export's folded runs, oldest first."""
        folded = {"state": "folded", "export": export}
        rows = self._rows.found("run", ("id",), folded, order=(ARRIVAL,))
        return tuple(path_name(row[0], what=RUN) for row in rows)

    def folded_before(self, instant: datetime, *, now: datetime) -> tuple[str, ...]:
        """Return the folded runs of all exports that ended before an instant; where that is not known it is now."""
        self._rows.change(
            "run", {"folded_at": now.isoformat()}, {"state": "folded", "folded_at": None}
        )
        old = {"state": "folded", "folded_at": Before(instant.isoformat())}
        rows = self._rows.found("run", ("id",), old, order=(ARRIVAL,))
        return tuple(path_name(row[0], what=RUN) for row in rows)
