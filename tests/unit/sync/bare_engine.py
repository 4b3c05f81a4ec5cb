"""The engine alone: a session in memory, tables made by hand, and a store that only runs expressions. No files, no plan.

Rows say what matters to a test; everything else is blank: NULL, and no bit set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import count
from typing import Any
from uuid import UUID

import duckdb

from segue.engines.duckdb.audience.bit_counts import per_bit
from segue.engines.duckdb.audience.store import VALUE_HASH
from segue.engines.duckdb.compiled import sql
from segue.engines.duckdb.quoting import literal
from segue.sync import tables
from segue.sync.tables import Table, mask_columns
from segue.sync.tags import BITS_PER_WORD, TagBit

NADIA, OMAR, PIA, QUENTIN, ROSA, EMILE = (UUID(int=n) for n in range(0x11, 0x17))
"""Addresses of the fixed cast, as the md5 that stands for them."""

NAMES = dict(
    zip((NADIA, OMAR, PIA, QUENTIN, ROSA, EMILE), ["nadia", "omar", "pia", "quentin", "rosa", "emile"], strict=True)
)  # fmt: skip

OLD, NEW = UUID(int=0xA), UUID(int=0xB)
"""Two hashes of rendered fields."""

VIP, LOCAL = 1, 2
"""The bits of the first two tags; both are in the first word."""

LATE = TagBit(name="Late", position=BITS_PER_WORD, claimed=True)
"""The 63rd tag: the first bit of the second word."""

BITS = (
    TagBit(name="Vip", position=0, claimed=True),
    TagBit(name="Local", position=1, claimed=True),
    *(TagBit(name=f"Tag {n}", position=n, claimed=True) for n in range(2, BITS_PER_WORD)),
    LATE,
)
"""Sixty-three tags in two words."""

_SQL = {
    "uuid": "UUID",
    "int64": "BIGINT",
    "string": "VARCHAR",
    "boolean": "BOOLEAN",
    "date": "DATE",
}

Row = Mapping[str, Any]


class BareEngine:
    """A session with hand-made tables. It is the part of `sync.store.Store` that counting needs."""

    def __init__(self, bits: Sequence[TagBit] = BITS[:2]) -> None:
        self.connection = duckdb.connect(config={"threads": 1})
        self.connection.execute("SET TimeZone = 'UTC'")
        self.connection.execute(VALUE_HASH)
        # For six people it takes longer than the query. It chooses ways, not rows; whole runs in other tests have it.
        self.connection.execute("PRAGMA disable_optimizer")
        self.bits = bits
        self._given: dict[str, Mapping[str, str]] = {}
        """The columns, with their types, of tables that were made by `give`, and by nobody since."""
        self._filled: set[str] = set()
        """Those of them that hold rows."""
        self._prepared: dict[str, str] = {}
        """The names of prepared queries by their text."""
        self._numbers = count()

    def give(self, table: Table, rows: Sequence[Row] = ()) -> None:
        """Let a table of the engine's hold these rows and no others."""
        name, columns = table.get_name(), _types(table)
        unknown = {column for row in rows for column in row} - set(columns)
        assert not unknown, f"{name} has no {unknown}"
        if self._given.get(name) != columns:
            made = ", ".join(f'"{column}" {_SQL[kind]}' for column, kind in columns.items())
            self.connection.execute(f"CREATE OR REPLACE TABLE {name} ({made})")
            self._given[name] = columns
        elif name in self._filled:
            self.connection.execute(f"DELETE FROM {name}")
        self._filled.discard(name)
        if rows:
            self._filled.add(name)
            values = ", ".join(_written(row, tuple(columns)) for row in rows)
            self.connection.execute(f"INSERT INTO {name} VALUES {values}")

    def fill(self, table: Table, query: str) -> int:
        """Let a table hold what a query of others gives, and return how many rows that is."""
        self.give(table)
        self._filled.add(table.get_name())
        [(rows,)] = self.run(f"INSERT INTO {table.get_name()} {query}")
        return int(rows)

    def take_over(self, name: str) -> None:
        """Take note that a table is not as it was given any more."""
        self._given.pop(name, None)

    def found(self, expression: Table) -> list[dict[str, Any]]:
        """Return the rows of an expression by column, in the order of the first column."""
        rows = [dict(zip(expression.columns, row, strict=True)) for row in self.rows(expression)]
        return sorted(rows, key=lambda row: str(row[expression.columns[0]]))

    def register(self, name: str, table: Any) -> None:
        """Let a table of Arrow's be read by this name. What was prepared would go on reading the one before."""
        self._prepared.clear()
        self.connection.register(name, table)

    def run(self, query: str) -> list[tuple[Any, ...]]:
        """Return what a query gives. It is prepared: where it is asked again over the same tables, nobody plans it anew."""
        if query not in self._prepared:
            name = f"query_{next(self._numbers)}"
            self.connection.execute(f"PREPARE {name} AS {query}")
            self._prepared[query] = name
        return self.connection.execute(f"EXECUTE {self._prepared[query]}").fetchall()

    # what counting asks of a store

    def rows(self, expression: Table) -> Sequence[tuple[Any, ...]]:
        return self.run(sql(expression))

    def tag_bits(self) -> Sequence[TagBit]:
        return self.bits

    def count_bits(self, masks: Table, prefix: str) -> Mapping[int, int]:
        return per_bit(self.connection, sql(masks), self.bits, prefix=prefix)


def nothing(engine: BareEngine, *, words: int = 1) -> None:
    """Let every table that a plan reads be empty."""
    for table in (
        tables.ledger(words),
        tables.protected(words),
        tables.held(),
        tables.known(),
        tables.pending(),
        tables.renamed(),
        tables.desired(words, "int64"),
        tables.differences(words, "int64"),
    ):
        engine.give(table)


def _types(table: Table) -> Mapping[str, str]:
    return {column: str(kind).removeprefix("!") for column, kind in table.schema().items()}


def _written(row: Row, columns: Sequence[str]) -> str:
    """Return a row as the engine's SQL."""
    values = (row[column] if column in row else _blank(column) for column in columns)
    return f"({', '.join(map(_literal, values))})"


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, bool | int) else literal(str(value))


@cache
def _blank(name: str) -> Any:
    if name in ("skip", "state"):
        return 0
    if name in ("noted", "is_known", "is_acknowledged", "is_sure", "settles"):
        return False
    prefixes = (
        *("m", "misfits", "cuts", "set", "gain", "clear", "rel"),
        *("l_m", "o_m", "f_m", "v_m", "v_f"),
    )
    return 0 if any(name in mask_columns(prefix, 2) for prefix in prefixes) else None
