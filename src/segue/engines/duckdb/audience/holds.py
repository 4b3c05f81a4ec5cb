"""Whom refusals hold back: what a run brings, what still holds, and who was left out of a run for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from segue.engines.duckdb.audience.journal import Journal
from segue.engines.duckdb.audience.journal_holds import KeptHold
from segue.engines.duckdb.columns import texts, whole
from segue.engines.duckdb.quoting import literal
from segue.sync.kinds import Skip
from segue.sync.ports import Rejection
from segue.sync.store import Acknowledgement
from segue.sync.suppression import hold_for, may_be_lifted

RULES = "rules"
"""Under which name the journal notes the rules of the audience that were observed last."""

HELD = "held"
"""The file, in a run's folder, with who was left out of it because of an earlier refusal."""


def new_holds(
    connection: duckdb.DuckDBPyConnection,
    journal: Journal,
    folder: Path,
    acknowledgements: Sequence[Acknowledgement],
    *,
    now: datetime,
) -> Sequence[KeptHold]:
    """Return the holds that a run brings; `folder` is the run's own."""
    rules = journal.fact(RULES) or ""
    hashes: dict[str, str] = {}
    for acknowledgement in acknowledgements:
        if acknowledgement.rejections:
            file = folder / f"{acknowledgement.group}.parquet"
            hashes |= _fields_hashes(connection, file, acknowledgement.rejections)
    found = []
    for rejection in (r for a in acknowledgements for r in (*a.rejections, *a.also_held)):
        fields_hash = hashes.get(rejection.subscriber_hash)
        tries = journal.tries(rejection)
        hold = hold_for(rejection, now=now, tries=tries, has_fields=fields_hash is not None)
        if hold is not None:
            kept = KeptHold(
                hold=hold, fields_hash=fields_hash, since=now, rules=rules, rejection=rejection
            )
            found.append(kept)
    return found


def refuted_holds(
    connection: duckdb.DuckDBPyConnection, journal: Journal, export: str
) -> Sequence[str]:
    """Return held contacts whom the run that was just folded wrote all the same: what was refused is taken now.

    Reads `lately_written`, which folding leaves behind.
    """
    held = journal.held_for(export)
    if not held:
        return []
    query = "SELECT DISTINCT sub FROM lately_written WHERE sub IN (SELECT unnest(?::UUID[]))"
    return [row[0].hex for row in connection.execute(query, [held]).fetchall()]


def holding(
    journal: Journal, export: str, *, now: datetime, retry_held: bool, was: str = ""
) -> Sequence[KeptHold]:
    """Return the holds that are in force, but for people who came back: those the observed contacts tell.

    What was refused while the fields stay, and under other rules of the audience, is tried again.
    """
    rules = journal.fact(RULES) or ""
    return [
        kept
        for kept in journal.holds(export=export, now=now, was=was)
        if not (retry_held and may_be_lifted(kept.hold.skip))
        and (kept.fields_hash is None or kept.rules == rules)
    ]


def as_table(holds: Sequence[KeptHold]) -> pa.Table:
    """Return holds as rows `sub, skip, ph, since, until, reason, field, words`; hashes and times are texts."""
    whys = [kept.rejection for kept in holds]
    columns: Mapping[str, Sequence[str | None]] = {
        "sub": [kept.hold.subscriber_hash for kept in holds],
        "ph": [kept.fields_hash for kept in holds],
        "since": [kept.since.isoformat() if kept.since else None for kept in holds],
        "until": [kept.hold.until.isoformat() if kept.hold.until else None for kept in holds],
        "reason": [why.reason.value if why else None for why in whys],
        "field": [why.field if why else None for why in whys],
        "words": [why.words if why else None for why in whys],
    }
    written = {name: texts(values) for name, values in columns.items()}
    return pa.table({"skip": whole(int(k.hold.skip) for k in holds), **written})


def write_held(
    connection: duckdb.DuckDBPyConnection, people: str, holds: Sequence[KeptHold], target: Path
) -> int:
    """Write who of `people` (a query of `sub, address, l_key, skip`) is left out for one of the holds, or is gone.

    Returns how many.
    """
    connection.register("arriving", as_table(holds))
    gone = f"skip = {int(Skip.GONE)}"
    if not holds:  # nobody else can be meant: the engine need not look for the others' addresses
        people = f"SELECT * FROM ({people}) WHERE {gone}"
    rows = (
        "SELECT p.sub, p.address, p.l_key, coalesce(a.skip, p.skip) AS skip, a.reason, a.field, a.words, "
        f"a.since, a.until FROM ({people}) p LEFT JOIN arriving a ON p.sub = a.sub::UUID "
        f"WHERE a.sub IS NOT NULL OR p.{gone} ORDER BY a.since, p.l_key"
    )
    done = connection.execute(f"COPY ({rows}) TO {literal(str(target))} (FORMAT parquet)")
    count = int(done.fetchall()[0][0])
    connection.unregister("arriving")
    return count


def _fields_hashes(
    connection: duckdb.DuckDBPyConnection, file: Path, rejections: Sequence[Rejection]
) -> Mapping[str, str]:
    """Return the hash of the fields that each was sent with; nobody's for a removal of tags, which sends none."""
    source = f"read_parquet({literal(str(file))})"
    names = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    if "ph" not in names:
        return {}
    subs = [rejection.subscriber_hash for rejection in rejections]
    query = f"SELECT sub, ph FROM {source} WHERE sub IN (SELECT unnest(?::UUID[]))"
    return {sub.hex: ph.hex for sub, ph in connection.execute(query, [subs]).fetchall()}
