"""Read the rows and values that a refresh could not take, for reports. Personal values stay masked unless asked for."""

from __future__ import annotations

from pathlib import Path

from segue.engines.duckdb.profiles.snapshots import file_at
from segue.engines.duckdb.quoting import literal
from segue.engines.duckdb.session import engine
from segue.profiles.personal import PERSONAL_LOOK
from segue.profiles.ports import ListedProblem, Snapshot
from segue.profiles.reading import MASK


def list_problems(
    snapshot: Snapshot, limit: int, *, kind: str | None = None, personal_values: bool = False
) -> tuple[ListedProblem, ...]:
    """Return up to `limit` problems in order of source, file and row, of one kind or of all."""
    where = f"WHERE kind = {literal(kind)}" if kind is not None else ""
    value, key = "value", "key"
    if not personal_values:
        value, key = _masked("value", "personal"), _masked("key", "key_personal")
    with engine() as connection:
        rows = connection.execute(
            f"SELECT source, file, row, attribute, column_name, kind, {key}, {value}, won_file, won_row"
            f" FROM read_parquet({literal(str(_present(file_at(snapshot.problems))))}) {where}"
            f" ORDER BY source, file, row, column_name NULLS FIRST, attribute NULLS FIRST, kind LIMIT {limit:d}"
        ).fetchall()
    return tuple(
        ListedProblem(
            source=row[0],
            file=row[1],
            row=row[2],
            attribute=row[3],
            column=row[4],
            kind=row[5],
            key=row[6],
            value=row[7],
            won_file=row[8],
            won_row=row[9],
        )
        for row in rows
    )


def _masked(column: str, personal: str) -> str:
    """Return the expression of a text that is hidden where it is personal, or looks so undeclared."""
    hidden = f"{personal} OR regexp_matches({column}, {literal(PERSONAL_LOOK)})"
    return (
        f"CASE WHEN {column} IS NULL THEN NULL WHEN {hidden} THEN {literal(MASK)} ELSE {column} END"
    )


def _present(path: Path) -> Path:
    """Return the path; its folder may have been pruned since the snapshot was opened, which must not read as empty."""
    if not path.is_file():
        raise FileNotFoundError(path)
    return path
