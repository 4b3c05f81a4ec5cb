"""Ledgers of exports that are declared no more: who still carries their tags, and how another export takes them over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from segue.engines.duckdb.audience.ledger import columns_of, ledger_query
from segue.engines.duckdb.quoting import literal
from segue.sync.plan import Leftover
from segue.sync.tables import mask_columns
from segue.sync.tags import TagBit, names_of


def count_leftovers(
    connection: duckdb.DuckDBPyConnection,
    ledgers: Mapping[str, Path],
    *,
    bits: Sequence[TagBit],
    present: Sequence[int],
) -> Sequence[Leftover]:
    """Count who still carries tags of these ledgers (file by export) that nobody else wants and that may be taken.

    Reads `ledger`, `protected`, `held` and the materialised `desired`; `present` are the tags that the audience holds.
    """
    found = []
    for export, file in ledgers.items():
        query = _left(ledger_query(connection, file, len(present)), present)
        words = mask_columns("x", len(present))
        has_any = " OR ".join(f"{name} <> 0" for name in words)
        sums = ", ".join(f"coalesce(bit_or({name}), 0)" for name in words)
        row = connection.execute(
            f"SELECT count(*) FILTER (WHERE {has_any}), {sums} FROM ({query})"
        ).fetchall()[0]
        if row[0]:
            tags = names_of(bits, [int(mask) for mask in row[1:]])
            found.append(Leftover(export=export, tags=tags, people=row[0]))
    return found


def _left(query: str, present: Sequence[int]) -> str:
    """Select `x0, …`: per contact of a ledger the tags that are left over, where it may be written to."""
    masks = ", ".join(
        f"q.l_m{w} & {mask} & ~coalesce(p.o_m{w}, 0) & ~coalesce(p.f_m{w}, 0) & ~coalesce(o.l_m{w}, 0) "
        f"& ~coalesce(d.m{w}, 0) AS x{w}"
        for w, mask in enumerate(present)
    )
    return (
        f"SELECT {masks} FROM ({query}) q LEFT JOIN protected p ON p.o_sub = q.l_sub "
        "LEFT JOIN ledger o ON o.l_sub = q.l_sub "
        "LEFT JOIN (SELECT * FROM desired WHERE state = 0) d ON d.sub = q.l_sub "
        "LEFT JOIN held h ON h.h_sub = q.l_sub WHERE h.h_sub IS NULL"
    )


def merge_ledgers(
    connection: duckdb.DuckDBPyConnection, files: Sequence[Path], target: Path
) -> None:
    """Write one ledger of several: everybody once, as the first file that knows them says, with the tags of all."""
    names = sorted({name for file in files for name in columns_of(connection, file)})
    masks = [name for name in names if name.startswith("l_m")]
    parts = [
        f"SELECT *, {place} AS place FROM read_parquet({literal(str(file))})"
        for place, file in enumerate(files)
    ]
    sums = ", ".join(
        f"bit_or(coalesce({name}, 0)) OVER (PARTITION BY l_sub) AS {name}" for name in masks
    )
    rest = [name for name in names if name not in masks]
    first = "QUALIFY row_number() OVER (PARTITION BY l_sub ORDER BY place) = 1"
    query = f"SELECT {', '.join(rest)}, {sums} FROM ({' UNION ALL BY NAME '.join(parts)}) {first}"
    connection.execute(f"COPY ({query}) TO {literal(str(target))} (FORMAT parquet)")
