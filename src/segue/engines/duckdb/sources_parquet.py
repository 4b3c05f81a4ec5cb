"""Let DuckDB read Parquet files itself, with their own types and true row numbers (from 1 in each file)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from segue.engines.duckdb import sources_problems as problems
from segue.engines.duckdb.quoting import literal, name
from segue.engines.duckdb.sources_batches import FILE_NUMBER, ROW
from segue.engines.duckdb.sources_files import matching_files
from segue.engines.duckdb.typed import Column
from segue.profiles.file_facts import FileFacts
from segue.profiles.sources import ParquetSource


class ParquetReader:
    """Describe the files of one Parquet source as a query."""

    ordered = True

    def __init__(self, source: ParquetSource, connection: duckdb.DuckDBPyConnection) -> None:
        self._source = source
        self.files = matching_files(source.name, source.path)
        self._types = [self._described(connection, file) for file in self.files]

    @property
    def facts(self) -> tuple[FileFacts, ...]:
        """Return each file's columns."""
        return tuple(
            FileFacts(file=str(file), columns=tuple(types))
            for file, types in zip(self.files, self._types, strict=True)
        )

    def columns(self) -> tuple[str, ...]:
        """Return the columns of the first file."""
        return tuple(self._types[0])

    def typed_columns(self, wanted: Sequence[str]) -> list[Column]:
        """Return the wanted columns with their types; of several files with several types, as text.

        Raises: ConfigurationProblem for a column missing in any file.
        """
        for file, types in zip(self.files, self._types, strict=True):
            missing = [column for column in wanted if column not in types]
            if missing:
                raise problems.columns_missing(
                    self._source.name, missing, tuple(types), place=str(file)
                )
        return [Column(sql=f"c{at}", native=self._type(column)) for at, column in enumerate(wanted)]

    def query(self, wanted: Sequence[str]) -> str:
        """Return a SELECT of `file_no`, `row_no` and the wanted columns as c0, c1, …"""
        listed = ", ".join(
            f"{name(column)}{'::VARCHAR' if self._differs(column) else ''} AS c{at}"
            for at, column in enumerate(wanted)
        )
        files = "[" + ", ".join(literal(str(file)) for file in self.files) + "]"
        number = "0" if len(self.files) == 1 else f"list_position({files}, filename) - 1"
        return (
            f"SELECT ({number})::INTEGER AS {FILE_NUMBER}, file_row_number + 1 AS {ROW}, {listed}"
            f" FROM read_parquet({files}, file_row_number = true, filename = true,"
            " union_by_name = true, hive_partitioning = false)"
        )

    def _type(self, column: str) -> str:
        return "VARCHAR" if self._differs(column) else self._types[0][column]

    def _differs(self, column: str) -> bool:
        return len({types[column] for types in self._types}) > 1

    def _described(self, connection: duckdb.DuckDBPyConnection, file: Path) -> dict[str, str]:
        try:
            rows = connection.execute(
                f"DESCRIBE SELECT * FROM read_parquet({literal(str(file))}, hive_partitioning = false)"
            ).fetchall()
        except duckdb.InterruptException:  # broken off from outside: that says nothing of the file
            raise
        except duckdb.Error as error:
            raise problems.not_parquet(self._source.name, file) from error
        return {row[0]: row[1] for row in rows}
