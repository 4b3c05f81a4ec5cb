"""Name the content of a table, whatever the order of its rows and whichever version of the engine asks.

Made of halves of md5s and of whole numbers only, never of the engine's own `hash()`: an approval must not die with a version.
Each column is bound to its row by a product with the row's pivot (the address's md5), and the products are added up. The
md5 of every row's text would say the same for ten times the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

import duckdb

from segue.engines.duckdb.quoting import quoted

_HALF = 2**31 - 1
"""31 bits: the product of two is a whole number of 62 bits on every engine."""

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")


def fingerprint(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """Return a digest of a table's rows: their number and the sums of their bound columns."""
    found = connection.execute(f"DESCRIBE {quoted(table)}").fetchall()
    types = {name: kind for name, kind, *_ in found}
    pivot = next((name for name, kind in types.items() if kind == "UUID"), next(iter(types)))
    halves = _halves(pivot, types[pivot] if types[pivot] == "UUID" else "VARCHAR")
    # Never 0, which would bind nothing: a pivot's halves count from 2.
    parts = [f"coalesce(2 + {half}, 1) AS {name}" for half, name in zip(halves, "pq", strict=True)]
    sums = ["count(*)", "sum(p)", "sum(q)"]
    for place, (first, second) in enumerate(_halves(*one) for one in types.items()):
        parts += [f"coalesce(1 + {first}, 0) AS a{place}", f"coalesce(1 + {second}, 0) AS b{place}"]
        sums += [f"sum(p * a{place})", f"sum(q * b{place})"]
    rows = f"SELECT {', '.join(parts)} FROM {quoted(table)}"
    row = connection.execute(f"SELECT {', '.join(sums)} FROM ({rows})").fetchall()[0]
    return sha256("-".join(_texts(row)).encode()).hexdigest()[:32]


def _halves(name: str, kind: str) -> tuple[str, str]:
    """Return two expressions of 31 bits of a column's value, NULL where it is NULL."""
    value = quoted(name)
    if kind in _WHOLE:
        return f"({value} & {_HALF})::BIGINT", f"(({value} >> 31) & {_HALF})::BIGINT"
    if kind == "BOOLEAN":
        return f"{value}::BIGINT", f"{value}::BIGINT"
    number = f"{value}::UHUGEINT" if kind == "UUID" else f"md5_number({value}::VARCHAR)"
    return f"({number} & {_HALF})::BIGINT", f"(({number} >> 64) & {_HALF})::BIGINT"


def _texts(row: tuple[object, ...]) -> Iterator[str]:
    yield from (str(value or 0) for value in row)
