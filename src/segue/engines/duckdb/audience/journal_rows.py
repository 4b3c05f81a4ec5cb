"""Where a journal keeps its rows: the port, its tables and conditions. A file beside the audience, or the control database.

A journal says what it keeps in terms of these few operations, so that it means the same wherever its rows are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

KEYS: Mapping[str, tuple[str, ...]] = {
    "pointer": ("name",),
    "mark": ("status",),
    "tag": ("position",),
    "fact": ("name",),
    "field": ("position",),
    "run": ("id",),
    "chunk_size": ("run", "name"),
    "acknowledgement": ("run", "name", "number"),
    "hold": ("export", "sub"),
    "idle_plan": ("export",),
    "kept_file": ("file",),
}
"""The tables of a journal, and what of a row no other row of the table has."""

READ_BY_PLANS = ("pointer", "mark", "tag", "field", "fact", "hold", "kept_file")
"""The tables that a plan looks at."""

_AT_ONCE = 500
"""Values in one condition: databases allow for some thousands."""

ARRIVAL = "arrival"
"""In the order in which rows were added, where rows of a table are asked for in an order."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Before:
    """Smaller than a value; what is not known is not."""

    value: str


@dataclass(frozen=True, slots=True)
class Beginning:
    """A text that begins so."""

    value: str


Where = Mapping[str, Any]
"""Conditions that all hold: a column is a value, is not known (None), is one of a tuple, or is as `Before` or `Beginning` say."""

EVERY: Where = {}


class Rows(Protocol):
    """The rows of one audience's journal. Whatever is written is durable when the call returns, or when `together` ends."""

    @property
    def suffix(self) -> str:
        """Return what is added to the names of files written for this journal, so that no other writer's have the same."""
        ...

    def found(
        self, table: str, columns: Sequence[str], where: Where = EVERY, *, order: Sequence[str] = ()
    ) -> list[tuple[Any, ...]]:
        """Return columns of the rows of which the conditions hold; `order` are columns, or `ARRIVAL`."""
        ...

    def every(self, table: str) -> list[dict[str, Any]]:
        """Return all rows of a table by the names of their columns, in the order of their arrival."""
        ...

    def add(self, table: str, row: Row) -> None:
        """Add a row. Raises: the database's error when its key is there."""
        ...

    def put(self, table: str, rows: Sequence[Row]) -> None:
        """Add whole rows, each in the place of the one that has its key."""
        ...

    def change(self, table: str, changes: Row, where: Where) -> None:
        """Change the rows of which the conditions hold."""
        ...

    def remove(self, table: str, where: Where) -> None:
        """Remove the rows of which the conditions hold."""
        ...

    def together(self) -> AbstractContextManager[None]:
        """Make everything inside durable in one step, or nothing of it."""
        ...

    def close(self) -> None:
        """Give back what is held open."""
        ...


def condition(where: Where, mark: str) -> tuple[str, list[Any]]:
    """Return conditions as SQL with a `mark` for each value, and the values."""
    parts, values = ["TRUE"], list[Any]()
    for column, wanted in where.items():
        name = quoted(column)
        match wanted:
            case None:
                parts.append(f"{name} IS NULL")
            case Before(value):
                parts.append(f"{name} < {mark}")
                values.append(value)
            case Beginning(value):
                parts.append(f"substr({name}, 1, {len(value)}) = {mark}")
                values.append(value)
            case tuple():
                parts.append(f"{name} IN ({', '.join([mark] * len(wanted)) or 'NULL'})")
                values += wanted
            case _:
                parts.append(f"{name} = {mark}")
                values.append(wanted)
    return " AND ".join(parts), values


def batched(values: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield values in parts that fit into one statement."""
    for start in range(0, len(values), _AT_ONCE):
        yield tuple(values[start : start + _AT_ONCE])


def quoted(name: str) -> str:
    """Return a name of ours as SQL writes it: some are words of the language."""
    return f'"{name}"'
