"""A store on the bare engine for the planner: the ledger is made by hand, plans are remembered, nothing is written to files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import ibis

from segue.engines.duckdb.compiled import sql
from segue.sync.plan import Leftover
from segue.sync.store import Placement
from segue.sync.tables import Table
from segue.sync.tags import TagBit
from tests.fakes.laboratory import Someone, people_table
from tests.unit.sync.bare_engine import BareEngine


class BareStore(BareEngine):
    """The part of `sync.store.Store` that planning needs. `ledger` names what the ledger holds, as files would."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = "first"
        self.remembered: dict[str, bytes] = {}
        self.kept = ""
        self.carried: Mapping[int, int] = {}
        """How many people carry a tag by the ledger, by its position."""
        self.found_before: Mapping[int, int] = {}
        """How many carried it before us."""

    def give_people(self, people: Sequence[Someone]) -> None:
        """Let these people be the profiles, in the table that they always are in."""
        self.connection.register("given", people_table(people))
        self.connection.execute("CREATE TABLE IF NOT EXISTS profiles AS FROM given LIMIT 0")
        self.connection.execute("DELETE FROM profiles")
        self.connection.execute("INSERT INTO profiles FROM given")
        self.connection.unregister("given")

    def register_tags(self, names: Sequence[str]) -> Mapping[str, TagBit]:
        known = {bit.name: bit for bit in self.bits}
        return {name: known[name] for name in names}

    def place_fields(
        self, fields: Sequence[tuple[str, int | None]], *, observed: Mapping[str, int]
    ) -> Sequence[Placement]:
        return [Placement(position=at, is_empty=False) for at, _ in enumerate(fields)]

    def state(self, *, now: datetime) -> str:
        return self.ledger

    def recall(self, key: str) -> bytes | None:
        return self.remembered.get(key)

    def remember(self, key: str, plan: bytes) -> None:
        self.remembered = {key: plan}

    def load(
        self, *, words: int, positions: Sequence[int], now: datetime, retry_held: bool = False
    ) -> bool:
        return False

    def kept_reading(self) -> str:
        return self.kept

    def leftovers(self, present: Sequence[int]) -> Sequence[Leftover]:
        return ()

    def foreign_counts(self) -> Mapping[int, int]:
        return self.found_before

    def carriers(self) -> Mapping[int, int]:
        return self.carried

    def materialise(self, name: str, expression: Table) -> int:
        query = sql(expression)
        if f'"{name}"' not in query:
            return self.fill(ibis.table(expression.schema(), name=name), query)
        self.take_over(name)  # it is made from what it was
        made = f"CREATE OR REPLACE TABLE {name} AS {query}"
        return int(self.connection.execute(made).fetchall()[0][0])

    def fingerprint(self, name: str) -> str:
        rows = self.connection.execute(f"SELECT * FROM {name} ORDER BY ALL").fetchall()
        return repr(rows)
