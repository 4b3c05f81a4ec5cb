"""The part of a store that evaluates expressions in its session. Nothing about what they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from segue.engines.duckdb.audience.audience_files import AudienceFiles
from segue.engines.duckdb.audience.bit_counts import per_bit
from segue.engines.duckdb.audience.fingerprints import fingerprint
from segue.engines.duckdb.compiled import sql
from segue.engines.duckdb.quoting import quoted
from segue.sync.tables import Table


class Expressions(AudienceFiles):
    """Evaluates table expressions; what was broken off stays so."""

    _is_broken_off = False

    def materialise(self, name: str, expression: Table) -> int:
        """Evaluate a table expression and keep its rows under a name.

        One statement, which may read what the name stood for before; broken off, the name stands for that still.
        """
        self._go_on()
        made = f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS {sql(expression)}"
        return int(self._connection.execute(made).fetchall()[0][0])

    def rows(self, expression: Table) -> Sequence[tuple[Any, ...]]:
        """Return the rows of a small result."""
        self._go_on()
        return self._connection.execute(sql(expression)).fetchall()

    def count_bits(self, masks: Table, prefix: str) -> Mapping[int, int]:
        """Count rows per registered tag."""
        self._go_on()
        return per_bit(self._connection, sql(masks), self.tag_bits(), prefix=prefix)

    def fingerprint(self, name: str) -> str:
        """Return a digest of a table's rows, whatever their order."""
        return fingerprint(self._connection, name)

    def has_evaluated(self, name: str) -> bool:
        """Return whether a table of this name was materialised in this session."""
        query = "SELECT count(*) FROM duckdb_tables() WHERE table_name = ?"
        return bool(self._connection.execute(query, [name]).fetchall()[0][0])

    def interrupt(self) -> None:
        """Break off the query that runs just now, from any thread, and refuse the next ones."""
        self._is_broken_off = True
        self._connection.interrupt()

    def _go_on(self) -> None:
        if self._is_broken_off:  # the interruption fell between two queries
            raise duckdb.InterruptException("The evaluation was broken off.")
