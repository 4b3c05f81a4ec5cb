"""The part of a journal that tells which runs it knows, and how old they are."""

from __future__ import annotations

from datetime import datetime

from segue.core.names import path_name
from segue.engines.duckdb.audience.journal_holds import Held

RUN = "name of a run in the journal"


class Known(Held):
    """Tells a journal's runs; writing them is the journal's."""

    def runs(self) -> frozenset[str]:
        """Return all runs whose changes are, or were, wholly on disk."""
        return frozenset(row[0] for row in self._database.execute("SELECT id FROM run").fetchall())

    def folded_runs(self, export: str) -> tuple[str, ...]:
        """Return an export's folded runs, oldest first."""
        rows = self._database.execute(
            "SELECT id FROM run WHERE state = 'folded' AND export = ? ORDER BY rowid", (export,)
        ).fetchall()
        return tuple(path_name(row[0], what=RUN) for row in rows)

    def folded_before(self, instant: datetime, *, now: datetime) -> tuple[str, ...]:
        """Return the folded runs of all exports that ended before an instant; where that is not known it is now."""
        self._database.execute(
            "UPDATE run SET folded_at = ? WHERE state = 'folded' AND folded_at IS NULL",
            (now.isoformat(),),
        )
        rows = self._database.execute(
            "SELECT id FROM run WHERE state = 'folded' AND folded_at < ? ORDER BY rowid",
            (instant.isoformat(),),
        ).fetchall()
        return tuple(path_name(row[0], what=RUN) for row in rows)
