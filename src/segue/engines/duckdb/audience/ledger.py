"""The ledger's tables in DuckDB: make them readable for a plan, and fold what was acknowledged into a new ledger.

`ledger' = ledger ⊕ acknowledged chunks`, written beside the old one; the caller swaps the pointer. What was stored but
not acknowledged may have been carried out all the same: those contacts become unsure, and the next plan writes them
in full. Unsure is `l_ph` NULL for contacts that were never acknowledged, and the zero hash for those that were.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from segue.engines.duckdb.audience.chunks import CHUNK, numbered
from segue.engines.duckdb.audience.journal import StoredRun
from segue.engines.duckdb.columns import texts, whole
from segue.engines.duckdb.quoting import literal
from segue.engines.duckdb.rendering import hash_literal
from segue.sync import tables
from segue.sync.own_people import OWN_KEY_FORM
from segue.sync.ports import Reason
from segue.sync.store import SILENT, Acknowledgement, Group, Step

UNSURE = hash_literal(tables.UNSURE)
"""A hash that no fields have: the contact was acknowledged before, what it holds now is not known."""

COLUMNS = ("l_sub", "l_address", "l_key", "l_ph")


def mask_sum(prefix: str, words: int) -> list[str]:
    """Name mask columns."""
    return [f"{prefix}{word}" for word in range(words)]


def ledger_query(
    connection: duckdb.DuckDBPyConnection,
    file: Path | None,
    words: int,
    positions: Sequence[int] = (),
) -> str:
    """Return a query with a ledger file's rows, `words` mask columns and `l_v…` of merge fields; older files have fewer."""
    has = columns_of(connection, file)
    masks = [f"l_m{w}" if f"l_m{w}" in has else f"0::BIGINT AS l_m{w}" for w in range(words)]
    values = [f"l_v{p}" if f"l_v{p}" in has else f"NULL::BIGINT AS l_v{p}" for p in positions]
    if file is None:
        types = "NULL::UUID AS l_sub, NULL::VARCHAR AS l_address, NULL::VARCHAR AS l_key, NULL::UUID AS l_ph"
        return f"SELECT {', '.join([types, *masks, *values])} WHERE false"
    return (
        f"SELECT {', '.join([*COLUMNS, *masks, *values])} FROM read_parquet({literal(str(file))})"
    )


def columns_of(connection: duckdb.DuckDBPyConnection, file: Path | None) -> frozenset[str]:
    """Return the names of a ledger file's columns; of no file, none."""
    if file is None:
        return frozenset()
    query = f"DESCRIBE SELECT * FROM read_parquet({literal(str(file))})"
    return frozenset(row[0] for row in connection.execute(query).fetchall())


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """One folding: the run, where its files are, what was acknowledged. `positions` are the places of all merge fields."""

    run: StoredRun
    folder: Path
    acknowledgements: Sequence[Acknowledgement]
    words: int
    positions: Sequence[int] = ()

    @property
    def is_complete(self) -> bool:
        """Return whether everybody who was to be sent is acknowledged or rejected."""
        stored = sum(g.count for g in self.run.groups if g.step not in SILENT)
        return stored == sum(a.sent for a in self.acknowledgements) and not self.unclear

    @property
    def unclear(self) -> Sequence[str]:
        """Return hashes of who may have been written all the same.

        They are who counts as not sent, and whose refusal may hide a try of ours that was carried out: for being
        there already, or because no reply ever came.
        """
        met = [
            rejection.subscriber_hash
            for acknowledgement in self.acknowledgements
            for rejection in acknowledgement.rejections
            if rejection.reason in (Reason.ALREADY_THERE, Reason.CALL_FAILS)
        ]
        return [*met, *(sub for a in self.acknowledgements for sub in a.unsent)]

    @property
    def out(self) -> Mapping[str, Sequence[str]]:
        """Return the hashes of acknowledged chunks that are not acknowledged, by group."""
        found: dict[str, list[str]] = {}
        for acknowledgement in self.acknowledgements:
            hashes = [rejection.subscriber_hash for rejection in acknowledgement.rejections]
            found.setdefault(acknowledgement.group, []).extend([*hashes, *acknowledgement.unsent])
        return found


def fold_into(
    connection: duckdb.DuckDBPyConnection, fold: Fold, *, ledger: str, target: Path
) -> int:
    """Write the new ledger to `target`. Returns how many contacts it holds. `ledger` is a query for the old one."""
    _name_acknowledged(connection, fold)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE before AS {ledger}")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE written AS {_written(connection, fold)}")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE cleared AS {_cleared(connection, fold)}")
    after = _after(fold) if fold.is_complete else _with_unsure(connection, fold, _after(fold))
    result = connection.execute(
        f"COPY ({after}) TO {literal(str(target))} (FORMAT parquet)"
    ).fetchall()
    connection.execute("CREATE OR REPLACE TEMP TABLE lately_written AS SELECT sub FROM written")
    for name in ("before", "written", "cleared"):
        connection.execute(f"DROP TABLE {name}")
    return int(result[0][0])


def _name_acknowledged(connection: duckdb.DuckDBPyConnection, fold: Fold) -> None:
    groups = [a.group for a in fold.acknowledgements]
    numbers = [a.number for a in fold.acknowledgements]
    pairs = [(group, sub) for group, subs in fold.out.items() for sub in subs]
    _keep(connection, "chunks_done", {"name": texts(groups), "number": whole(numbers)})
    refused = {
        "name": texts(g for g, _ in pairs),
        "sub": texts(s for _, s in pairs),
    }
    _keep(connection, "refused", refused)
    _keep(connection, "unclear", {"sub": texts(fold.unclear)})


def _keep(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: Mapping[str, pa.Array],
) -> None:
    connection.register("arriving", pa.table(dict(columns)))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM arriving")
    connection.unregister("arriving")


def _rows(fold: Fold, group: Group, columns: str) -> str:
    """Select a group's acknowledged rows: those of acknowledged chunks, less the rejected and the unsent."""
    file, name = fold.folder / f"{group.name}.parquet", literal(group.name)
    if group.step in SILENT:
        return f"SELECT {columns} FROM read_parquet({literal(str(file))})"
    return (
        f"SELECT {columns} FROM ({numbered(group, file, fold.run)}) "
        f"WHERE {CHUNK} IN (SELECT number FROM chunks_done WHERE name = {name}) "
        f"AND sub NOT IN (SELECT sub::UUID FROM refused WHERE name = {name})"
    )


def _groups(fold: Fold, *steps: Step) -> list[Group]:
    return [group for group in fold.run.groups if group.step in steps]


def _written(connection: duckdb.DuckDBPyConnection, fold: Fold) -> str:
    """Select `sub, address, l_key, ph, old_sub, set…, v…` of everybody written, moved or settled."""
    masks = mask_sum("set", fold.words)
    parts = [
        _rows(fold, group, ", ".join([*names, *masks, *_values(connection, fold, group)]))
        for group in _groups(fold, Step.WRITE, Step.MOVE)
        for names in [["sub", "address", "l_key", "ph", "old_sub"]]
    ]
    # Nothing is sent for who settles: tags stay as they are.
    kept = ["sub", "address", "l_key", "ph", "NULL::UUID AS old_sub"]
    kept += [f"0::BIGINT AS set{word}" for word in range(fold.words)]
    parts += [
        _rows(fold, group, ", ".join([*kept, *_values(connection, fold, group)]))
        for group in _groups(fold, Step.SETTLE)
    ]
    none = [f"0::BIGINT AS {name}" for name in masks]
    none += [f"NULL::BIGINT AS v{position}" for position in fold.positions]
    types = (
        "NULL::UUID AS sub, NULL::VARCHAR AS address, NULL::VARCHAR AS l_key, NULL::UUID AS ph, "
        "NULL::UUID AS old_sub"
    )
    return " UNION ALL ".join([f"SELECT {', '.join([types, *none])} WHERE false", *parts])


def _values(connection: duckdb.DuckDBPyConnection, fold: Fold, group: Group) -> list[str]:
    """Select the hashes of merge fields that a group's file has; NULL: nothing was sent for the field."""
    has = columns_of(connection, fold.folder / f"{group.name}.parquet")
    return [f"v{p}" if f"v{p}" in has else f"NULL::BIGINT AS v{p}" for p in fold.positions]


def _owner(connection: duckdb.DuckDBPyConnection, fold: Fold, group: Group) -> str:
    """Name the column of a group of removals with the hash under which the ledger knows people; older files have but one."""
    has = columns_of(connection, fold.folder / f"{group.name}.parquet")
    return "l_sub" if "l_sub" in has else "sub"


def _cleared(connection: duckdb.DuckDBPyConnection, fold: Fold) -> str:
    """Select `sub, clear…`: per contact the bits that were taken away or given up."""
    parts = []
    for group in _groups(fold, Step.UNTAG):
        if group.bit is not None:
            own = group.bit
            masks = ", ".join(
                f"{own.value if w == own.word else 0}::BIGINT AS clear{w}"
                for w in range(fold.words)
            )
            parts.append(_rows(fold, group, f"{_owner(connection, fold, group)} AS sub, {masks}"))
    for group in _groups(fold, Step.RELEASE):
        masks = ", ".join(f"rel{w} AS clear{w}" for w in range(fold.words))
        parts.append(_rows(fold, group, f"sub, {masks}"))
    empty_masks = ", ".join(f"0::BIGINT AS clear{word}" for word in range(fold.words))
    union = " UNION ALL ".join([f"SELECT NULL::UUID AS sub, {empty_masks} WHERE false", *parts])
    sums = ", ".join(f"bit_or(clear{w}) AS clear{w}" for w in range(fold.words))
    return f"SELECT sub, {sums} FROM ({union}) GROUP BY sub"


def _after(fold: Fold) -> str:
    # Added first, taken away last: what a run cleared is gone, whatever set it. A renamed contact (`old_sub`) brings its
    # tags and fields (`m`) along, and its old row goes: with both, a later plan would speak of an address that is nobody's.
    masks = ", ".join(
        f"((coalesce(b.l_m{w}, 0) | coalesce(m.l_m{w}, 0) | coalesce(u.set{w}, 0)) & ~coalesce(c.clear{w}, 0)) AS l_m{w}"
        for w in range(fold.words)
    )
    notes = [_rows(fold, group, "sub, address, l_key") for group in _groups(fold, Step.NOTE)]
    noted = " UNION ALL ".join(
        [
            "SELECT NULL::UUID AS sub, NULL::VARCHAR AS address, NULL::VARCHAR AS l_key WHERE false",
            *notes,
        ]
    )
    # Over what is known only where nothing but a list knew the person: what they said is their profile's from then on.
    told = f"CASE WHEN regexp_full_match(b.l_key, {literal(OWN_KEY_FORM)}) THEN n.l_key END"
    kept = (
        "SELECT coalesce(u.sub, b.l_sub) AS l_sub, coalesce(u.address, b.l_address) AS l_address, "
        f"coalesce(u.l_key, {told}, b.l_key) AS l_key, coalesce(u.ph, b.l_ph) AS l_ph, {masks}{_values_after(fold)} "
        "FROM (SELECT * FROM before WHERE l_sub NOT IN (SELECT old_sub FROM written WHERE old_sub IS NOT NULL)) b "
        "FULL JOIN written u ON b.l_sub = u.sub "
        "LEFT JOIN before m ON u.old_sub = m.l_sub "
        "LEFT JOIN cleared c ON c.sub = coalesce(u.sub, b.l_sub) "
        f"LEFT JOIN ({noted}) n ON n.sub = b.l_sub"
    )
    empty = ", ".join(["0"] * fold.words + ["NULL"] * len(fold.positions))
    new = (
        f"SELECT sub, address, l_key, NULL::UUID, {empty} FROM ({noted}) "
        "WHERE sub NOT IN (SELECT l_sub FROM before) AND sub NOT IN (SELECT sub FROM written)"
    )
    return f"{kept} UNION ALL {new}" if notes else kept


def _values_after(fold: Fold) -> str:
    """Select what each field holds: what was sent, else what was there before, else nothing of ours."""
    return "".join(
        f", CASE WHEN u.sub IS NULL THEN b.l_v{p} "
        f"ELSE coalesce(u.v{p}, b.l_v{p}, m.l_v{p}, {tables.NO_VALUE}) END AS l_v{p}"
        for p in fold.positions
    )


def _unacknowledged(fold: Fold, group: Group, columns: str) -> str:
    """Select a group's rows whose chunk is not acknowledged, and those of whom it is unclear."""
    people = numbered(group, fold.folder / f"{group.name}.parquet", fold.run)
    return (
        f"SELECT {columns} FROM ({people}) WHERE {CHUNK} "
        f"NOT IN (SELECT number FROM chunks_done WHERE name = {literal(group.name)}) "
        "OR sub IN (SELECT sub::UUID FROM unclear)"
    )


def _with_unsure(connection: duckdb.DuckDBPyConnection, fold: Fold, after: str) -> str:
    """Mark contacts of unacknowledged chunks as unsure, with every tag that they may carry.

    Fields of theirs are taken to hold what was to be sent: whoever goes on with that changes nothing that was not let
    through already, and whoever sends anything else does.
    """
    masks = ", ".join(
        f"coalesce(a.l_m{w}, 0) | coalesce(m.l_m{w}, 0) | coalesce(w.set{w}, 0) AS l_m{w}"
        for w in range(fold.words)
    )
    values = "".join(
        f", CASE WHEN a.l_ph IS NULL THEN a.l_v{p} ELSE coalesce(w.v{p}, a.l_v{p}) END AS l_v{p}"
        for p in fold.positions
    )
    written = _maybe_written(connection, fold)
    return (
        f"WITH a AS ({after}), w AS ({written}), t AS ({_maybe_changed(connection, fold)}) "
        "SELECT coalesce(a.l_sub, w.sub) AS l_sub, coalesce(a.l_address, w.address) AS l_address, "
        "coalesce(a.l_key, w.l_key) AS l_key, CASE WHEN a.l_ph IS NULL THEN NULL "
        f"WHEN w.sub IS NULL AND t.sub IS NULL THEN a.l_ph ELSE {UNSURE} END AS l_ph, {masks}{values} "
        "FROM a FULL JOIN w ON a.l_sub = w.sub LEFT JOIN before m ON w.old_sub = m.l_sub "
        "LEFT JOIN t ON t.sub = a.l_sub"
    )


def _maybe_written(connection: duckdb.DuckDBPyConnection, fold: Fold) -> str:
    """Select `sub, address, l_key, old_sub, set…, v…` of everybody who may have been written or moved."""
    names = ["sub", "address", "l_key", "old_sub", *mask_sum("set", fold.words)]
    none = [f"0::BIGINT AS set{word}" for word in range(fold.words)]
    none += [f"NULL::BIGINT AS v{position}" for position in fold.positions]
    empty = (
        "SELECT NULL::UUID AS sub, NULL::VARCHAR AS address, NULL::VARCHAR AS l_key, NULL::UUID AS old_sub, "
        f"{', '.join(none)} WHERE false"
    )
    parts = [
        _unacknowledged(fold, group, ", ".join([*names, *_values(connection, fold, group)]))
        for group in _groups(fold, Step.WRITE, Step.MOVE)
    ]
    return " UNION ALL ".join([empty, *parts])


def _maybe_changed(connection: duckdb.DuckDBPyConnection, fold: Fold) -> str:
    """Select `sub` of everybody who may have lost a tag, or whose contact may have been renamed."""
    parts = [
        _unacknowledged(fold, group, f"{_owner(connection, fold, group)} AS sub")
        for group in _groups(fold, Step.UNTAG)
    ]
    parts += [_unacknowledged(fold, group, "old_sub AS sub") for group in _groups(fold, Step.MOVE)]
    return " UNION ".join(["SELECT NULL::UUID AS sub WHERE false", *parts])
