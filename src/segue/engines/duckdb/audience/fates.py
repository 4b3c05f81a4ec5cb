"""Count what became of the people of a run, each once: from its stored changes and what was acknowledged of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from segue.engines.duckdb.audience.chunks import CHUNK, numbered
from segue.engines.duckdb.audience.journal import StoredRun
from segue.engines.duckdb.columns import texts, whole
from segue.engines.duckdb.quoting import literal
from segue.sync.outcomes import Outcomes
from segue.sync.ports import Reason
from segue.sync.store import Acknowledgement, Group, Step

_CALLS = (Step.MOVE, Step.WRITE, Step.UNTAG)


def count_fates(
    connection: duckdb.DuckDBPyConnection,
    run: StoredRun,
    folder: Path,
    acknowledgements: Sequence[Acknowledgement],
    *,
    unsure: Collection[str] = (),
) -> Outcomes:
    """Return what became of everybody; of several outcomes of one person the worst counts.

    `unsure` are hashes of those for whom a call went out whose answer nobody heard.
    """
    groups = [group for group in run.groups if group.step in _CALLS]
    if not groups:
        return Outcomes()
    _name(connection, acknowledgements)
    _keep(connection, "fates_unsure", {"sub": texts(sorted(unsure))})
    rows = " UNION ALL ".join(_rows(group, run, folder) for group in groups)
    people = (
        "SELECT sub, bool_or(is_open) AS is_open, min(reason) AS reason, "
        "bool_or(step = 'untag' AND is_done) AS is_untagged, "
        f"bool_or(step = 'move' AND is_done) AS is_moved FROM ({rows}) GROUP BY sub"
    )
    counted = connection.execute(
        "SELECT is_open, reason, count(*), count_if(is_untagged), count_if(is_moved), "
        "count_if(is_open AND sub IN (SELECT sub::UUID FROM fates_unsure)) "
        f"FROM ({people}) GROUP BY ALL"
    ).fetchall()
    return _fates(counted)


def _fates(counted: Sequence[tuple[bool, str | None, int, int, int, int]]) -> Outcomes:
    rejected: Counter[Reason] = Counter()
    for is_open, reason, people, *_ in counted:
        if reason is not None and not is_open:
            rejected[Reason(reason)] += people
    return Outcomes(
        accepted=sum(row[2] for row in counted if not row[0] and row[1] is None),
        rejected=dict(rejected),
        not_sent=sum(row[2] - row[5] for row in counted if row[0]),
        unknown=sum(row[5] for row in counted),
        untagged=sum(row[3] for row in counted),
        moved=sum(row[4] for row in counted),
    )


def _name(
    connection: duckdb.DuckDBPyConnection, acknowledgements: Sequence[Acknowledgement]
) -> None:
    """Make chunks and people of whom something was said available as small tables."""
    done = [(a.group, a.number) for a in acknowledgements]
    said: list[tuple[str, str, str | None]] = [
        (a.group, r.subscriber_hash, r.reason.value) for a in acknowledgements for r in a.rejections
    ]
    said += [(a.group, sub, None) for a in acknowledgements for sub in a.unsent]
    chunks = {
        "name": texts(name for name, _ in done),
        "number": whole(number for _, number in done),
    }
    people = {
        key: texts(row[at] for row in said) for at, key in enumerate(("name", "sub", "reason"))
    }
    _keep(connection, "fates_chunks", chunks)
    _keep(connection, "fates_people", people)


def _keep(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, pa.Array]
) -> None:
    connection.register("arriving", pa.table(dict(columns)))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM arriving")
    connection.unregister("arriving")


def _rows(group: Group, run: StoredRun, folder: Path) -> str:
    """Select `sub, step, is_open, is_done, reason` of a group; open is who is in no acknowledged chunk, or not sent."""
    file, name = folder / f"{group.name}.parquet", literal(group.name)
    people = numbered(group, file, run)
    said = f"SELECT sub::UUID AS sub, reason FROM fates_people WHERE name = {name}"
    chunks = f"SELECT number FROM fates_chunks WHERE name = {name}"
    return (
        f"SELECT g.sub, {literal(group.step.value)} AS step, "
        "c.number IS NULL OR (s.sub IS NOT NULL AND s.reason IS NULL) AS is_open, "
        "c.number IS NOT NULL AND s.sub IS NULL AS is_done, "
        "CASE WHEN c.number IS NOT NULL THEN s.reason END AS reason "
        f"FROM (SELECT sub, {CHUNK} AS number FROM ({people})) g "
        f"LEFT JOIN ({chunks}) c ON g.number = c.number LEFT JOIN ({said}) s ON g.sub = s.sub"
    )
