"""Name the tables that a plan reads: `ledger`, `ledger_values`, `held`, `known`, `pending`, `renamed`, `protected`. SQL text of our own only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from segue.engines.duckdb.audience.holds import as_table
from segue.engines.duckdb.audience.journal_holds import KeptHold
from segue.engines.duckdb.audience.ledger import UNSURE, columns_of, ledger_query
from segue.engines.duckdb.audience.seen import Seen
from segue.engines.duckdb.profiles.keys import in_form
from segue.engines.duckdb.quoting import literal
from segue.engines.duckdb.rendering import hash_literal
from segue.sync.ports import ContactStatus
from segue.sync.suppression import BACK, SUPPRESSED
from segue.sync.tables import STALE, mask_columns
from segue.sync.tags import TagBit

_STALE = hash_literal(STALE)


def name_ledger(
    connection: duckdb.DuckDBPyConnection,
    file: Path | None,
    words: int,
    positions: Sequence[int],
    seen: Seen | None,
) -> None:
    """Name the ledger and, of these merge fields, its values, as they are by what was `seen` (None: nothing was).

    A contact for which a field was never acknowledged (it was made again in the audience) is `STALE`. Files that are
    older than fields' own hashes tell nothing of the kind.
    """
    # Keys that an older version wrote as they came: whose they are must be known, or an opt-out is forgotten.
    query = in_form(connection, ledger_query(connection, file, words, positions), "l_key")
    masks = ", ".join(mask_columns("l_m", words))
    tells = any(name.startswith("l_v") for name in columns_of(connection, file))
    missing = " OR ".join(f"l_v{p} IS NULL" for p in positions) if tells else ""
    kept = f"CASE WHEN l_ph <> {UNSURE} AND ({missing}) THEN {_STALE} ELSE l_ph END"
    state = kept if missing else "l_ph"
    values = "".join(f", l_v{p}" for p in positions)
    none = "".join(f", 0::BIGINT AS l_x{w}" for w in range(words))
    whole = f"SELECT l_sub, l_address, l_key, {state} AS l_ph, {masks}{none}{values} FROM ({query})"
    if seen is not None and seen.has_drift:
        _table(connection, "ledger_now", seen.overlay(query, state))
        whole = "SELECT * FROM ledger_now"
    lost = ", ".join(mask_columns("l_x", words))
    _view(
        connection,
        "ledger",
        f"SELECT l_sub, l_address, l_key, l_ph, {masks}, {lost} FROM ({whole})",
    )
    named = "".join(f", l_v{p} AS v{p}" for p in positions)
    tagged = " OR ".join(f"{mask} <> 0" for mask in mask_columns("l_m", words))
    carries = f"l_ph IS NOT NULL AND ({tagged}) AS v_carries"
    _view(connection, "ledger_values", f"SELECT l_sub AS v_sub, {carries}{named} FROM ({whole})")


def name_contacts(
    connection: duckdb.DuckDBPyConnection,
    contacts: str,
    holds: Sequence[KeptHold],
) -> None:
    """Name who is known, who is pending and who is held, from the observed `contacts` (a query) and our own holds.

    A hold that came from the person's own state ends once the person is observed to have come back after it began.
    """
    pending = _listed(ContactStatus.PENDING, ContactStatus.TRANSACTIONAL)
    _view(connection, "known", f"SELECT sub AS k_sub FROM ({contacts})")
    _view(
        connection, "pending", f"SELECT sub AS p_sub FROM ({contacts}) WHERE status IN ({pending})"
    )
    codes = " ".join(
        f"WHEN {literal(status.value)} THEN {int(skip)}" for status, skip in SUPPRESSED.items()
    )
    observed = (
        f"SELECT sub AS h_sub, (CASE status {codes} END)::BIGINT AS h_skip, NULL::UUID AS h_ph "
        f"FROM ({contacts}) WHERE status IN ({_listed(*SUPPRESSED)})"
    )
    _table(connection, "observed_holds", observed)
    connection.register("arriving", as_table(holds))
    back = (
        f"SELECT 1 FROM ({contacts}) c WHERE c.sub = a.sub::UUID AND a.ph IS NULL "
        f"AND c.status IN ({_listed(*BACK)}) "
        "AND TRY_CAST(c.changed_at AS TIMESTAMPTZ) > TRY_CAST(a.since AS TIMESTAMPTZ)"
    )
    own = (
        "SELECT sub::UUID, skip, ph::UUID FROM arriving a "
        f"WHERE sub::UUID NOT IN (SELECT h_sub FROM observed_holds) AND NOT EXISTS ({back})"
    )
    _table(connection, "held", f"SELECT * FROM observed_holds UNION ALL {own}")
    connection.unregister("arriving")


def name_renamed(connection: duckdb.DuckDBPyConnection, renamed: str) -> None:
    """Name whose contact got another address, from a query of `r_old, r_new`."""
    _table(connection, "renamed", f"SELECT r_old, r_new FROM ({renamed})")


def name_protected(
    connection: duckdb.DuckDBPyConnection,
    claims: Sequence[str],
    foreign: Mapping[TagBit, Path],
    words: int,
) -> bool:
    """Add up by contact what other exports claim (`o_m…`) and what was there before us (`f_m…`).

    Returns whether there is any of it.
    """
    parts = [_masked("l_sub", query, "o", words) for query in claims]
    for bit, file in foreign.items():
        masks = ", ".join(
            f"{bit.value if w == bit.word else 0}::BIGINT AS l_m{w}" for w in range(words)
        )
        query = f"SELECT sub, {masks} FROM read_parquet({literal(str(file))})"
        parts.append(_masked("sub", query, "f", words))
    names = [*mask_columns("o_m", words), *mask_columns("f_m", words)]
    empty = ", ".join(f"0::BIGINT AS {name}" for name in names)
    union = " UNION ALL ".join([f"SELECT NULL::UUID AS o_sub, {empty} WHERE false", *parts])
    sums = ", ".join(f"bit_or({name}) AS {name}" for name in names)
    _table(connection, "protected", f"SELECT o_sub, {sums} FROM ({union}) GROUP BY o_sub")
    return bool(parts)


def _masked(key: str, query: str, prefix: str, words: int) -> str:
    """Select a query's masks `l_m…` as masks of one prefix, the others empty."""
    masks = [
        f"l_m{word} AS {name}_m{word}" if name == prefix else f"0::BIGINT AS {name}_m{word}"
        for name in ("o", "f")
        for word in range(words)
    ]
    return f"SELECT {key} AS o_sub, {', '.join(masks)} FROM ({query})"


def _listed(*statuses: ContactStatus) -> str:
    return ", ".join(literal(status.value) for status in statuses)


def _view(connection: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {query}")


def _table(connection: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")
