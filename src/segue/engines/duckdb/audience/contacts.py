"""What was observed of an audience's contacts: hash, status, time of change. No addresses are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from segue.engines.duckdb.columns import texts
from segue.engines.duckdb.quoting import literal
from segue.sync.listed import listed
from segue.sync.ports import Contact, ContactStatus

_CAUTION = {
    ContactStatus.UNSUBSCRIBED: 5,
    ContactStatus.CLEANED: 4,
    ContactStatus.ARCHIVED: 3,
    ContactStatus.PENDING: 2,
    ContactStatus.TRANSACTIONAL: 1,
    ContactStatus.SUBSCRIBED: 0,
}
"""Which of two statuses read for one second counts: the one that forbids more."""

EMPTY = "SELECT NULL::UUID AS sub, NULL::VARCHAR AS status, NULL::VARCHAR AS changed_at WHERE false"


def contacts_query(file: Path | None) -> str:
    """Return a query with the observed contacts: `sub, status, changed_at`."""
    return (
        EMPTY
        if file is None
        else f"SELECT sub, status, changed_at FROM read_parquet({literal(str(file))})"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """Contacts as they are read, in a table of the session until they are kept: a million of them fill no memory of ours.

    `asked` is the status whose reading named the contact. Most readings name nobody, and then the engine is asked nothing.
    """

    connection: duckdb.DuckDBPyConnection
    _naming: set[ContactStatus] = field(default_factory=set)
    """The statuses whose reading named somebody."""

    def __post_init__(self) -> None:
        """Make the table."""
        self._empty()

    def forget(self, asked: ContactStatus | None = None) -> None:
        """Forget whom a reading named, None: whom any did."""
        forgotten = self._naming & ({asked} if asked else set(ContactStatus))
        self._naming.difference_update(forgotten)
        if forgotten and not self._naming:
            self._empty()
        elif forgotten:
            where = f"asked IN ({_texts_of(sorted(forgotten))})"
            self.connection.execute(f"DELETE FROM arrivals WHERE {where}")

    def _empty(self) -> None:
        """Make the table anew: rows that are deleted keep their memory for a while, 70 MB of a million contacts."""
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE arrivals"
            " (asked VARCHAR, sub UUID, status VARCHAR, changed_at VARCHAR, id UUID)"
        )

    def take(self, asked: ContactStatus, contacts: Sequence[Contact]) -> None:
        """Take contacts of a reading."""
        if not contacts:
            return
        self._naming.add(asked)
        self.connection.register("arriving", _arriving(contacts))
        self.connection.execute(
            f"INSERT INTO arrivals SELECT {literal(asked.value)}, sub::UUID, status, changed_at, id::UUID FROM arriving"
        )
        self.connection.unregister("arriving")

    def count(self, asked: ContactStatus) -> int:
        """Count whom a reading named, each once."""
        if asked not in self._naming:
            return 0
        return self._number(
            f"SELECT count(DISTINCT sub) FROM arrivals WHERE asked = {literal(asked.value)}"
        )

    def identified(self) -> str | None:
        """Return a query of `sub, id` of whom readings named with the id that stays, None where they named nobody."""
        return "SELECT sub, id FROM arrivals WHERE id IS NOT NULL" if self._naming else None

    def has_news(self, before: str, replaced: Sequence[ContactStatus]) -> bool:
        """Return whether somebody was named who is not among those observed before, just as they are, or is missing.

        Of the `replaced` statuses everybody was to be named.
        """
        named = "SELECT sub, status, changed_at FROM arrivals"
        kept = f"SELECT * FROM ({before}) WHERE status IN ({_texts_of(replaced)})"
        is_new = bool(self._naming) and self._has_others(named, before)
        return is_new or (bool(replaced) and self._has_others(kept, named))

    def _has_others(self, named: str, known: str) -> bool:
        """Return whether a query has a row that another has not; nothing is counted beyond the first."""
        query = f"FROM ({named}) ANTI JOIN ({known}) AS o USING (sub, status, changed_at)"
        return bool(self.connection.execute(f"SELECT 1 {query} LIMIT 1").fetchall())

    def merge(
        self,
        *,
        before: str,
        replaced: Sequence[ContactStatus],
        target: Path,
        latest: datetime | None = None,
    ) -> None:
        """Write observed contacts to `target`: the later change wins; `replaced` statuses keep only what was just read.

        `latest` is when a change can have been at most: beyond it a time is none, and what was just read counts. So it
        does where it tells no time.
        """
        gone = _texts_of(replaced)
        caution = " ".join(
            f"WHEN {literal(status.value)} THEN {value}" for status, value in _CAUTION.items()
        )
        end = literal(latest.astimezone(UTC).isoformat(timespec="seconds") if latest else "9")
        at = f"CASE WHEN changed_at = '' AND fresh = 1 THEN {end} ELSE least(changed_at, {end}) END"
        self.connection.execute(
            f"COPY (SELECT sub, status, changed_at FROM ("
            f"  SELECT sub, status, changed_at, 1 AS fresh FROM arrivals"
            f"  UNION ALL SELECT sub, status, changed_at, 0 FROM ({before}) WHERE status NOT IN ({gone})"
            f") QUALIFY row_number() OVER (PARTITION BY sub ORDER BY {at} DESC, fresh DESC,"
            f" CASE status {caution} END DESC) = 1) TO {literal(str(target))} (FORMAT parquet)"
        )

    def _number(self, query: str) -> int:
        return int(self.connection.execute(query).fetchall()[0][0])


def _texts_of(statuses: Sequence[ContactStatus]) -> str:
    return ", ".join(literal(status.value) for status in statuses) or "''"


def _arriving(contacts: Sequence[Contact]) -> Any:
    named = listed(contacts)
    return pa.table(
        {
            "sub": texts(named.hashes),
            "status": texts(named.statuses),
            "changed_at": texts(named.changes),
            "id": texts(one or None for one in named.ids),
        }
    )


def count_by_status(
    connection: duckdb.DuckDBPyConnection, query: str
) -> Mapping[ContactStatus, int]:
    """Return how many observed contacts have each status."""
    rows = connection.execute(f"SELECT status, count(*) FROM ({query}) GROUP BY status").fetchall()
    return {ContactStatus(status): count for status, count in rows}
