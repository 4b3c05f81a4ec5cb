"""What is broken off from outside is never taken for a mistake of a declaration or of a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import duckdb
import pytest

from segue.engines.duckdb.reading.declared_types import check_declared_types
from segue.engines.duckdb.reading.sources_parquet import ParquetReader
from segue.profiles.sources import ParquetSource
from tests.integration.engines.small_refresh import attribute, schema, table


class BrokenOff:
    """A connection whose every query is broken off."""

    def execute(self, *_: Any) -> None:
        """Raise what DuckDB raises for an interruption."""
        raise duckdb.InterruptException("INTERRUPT Error: Interrupted!")


BROKEN_OFF = cast(duckdb.DuckDBPyConnection, BrokenOff())


def test_a_format_is_not_refused_because_its_check_was_broken_off() -> None:
    declared = schema(table(attribute("joined", "date", formats=("%d/%m/%Y",))))

    with pytest.raises(duckdb.InterruptException):
        check_declared_types(BROKEN_OFF, declared)


def test_a_file_is_not_called_unreadable_because_reading_it_was_broken_off(tmp_path: Path) -> None:
    file = tmp_path / "people.parquet"
    file.write_bytes(b"PAR1")

    with pytest.raises(duckdb.InterruptException):
        ParquetReader(ParquetSource(name="people", path=file), BROKEN_OFF)
