"""Stream delimited text files as Arrow batches with true row numbers. Values stay the text that was written.

Row numbers count records as a spreadsheet shows them: the header is row 1, blank rows count. A row with more or fewer
values than the header, or with quotes that may join it to another, is reported and left out: nobody can tell which
value belongs where.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from segue.engines.duckdb.reading import sources_problems as problems
from segue.engines.duckdb.reading.sources_csv_header import read_header
from segue.engines.duckdb.reading.sources_csv_rows import FileRows
from segue.engines.duckdb.reading.sources_encoding import examine
from segue.engines.duckdb.reading.sources_file import Copy
from segue.engines.duckdb.reading.sources_files import files_of
from segue.engines.duckdb.reading.sources_reports import Reports
from segue.profiles.file_facts import FileFacts
from segue.profiles.source_sizes import SIZES, Sizes
from segue.profiles.sources import CsvSource


class CsvReader:
    """Read the files of one CSV source."""

    ordered = True
    says_own = False

    def __init__(
        self, source: CsvSource, *, sizes: Sizes = SIZES, copies: Sequence[Copy] = ()
    ) -> None:
        self._source = source
        self._sizes = sizes
        self.files = files_of(source.name, source.path, copies)
        self._decoded = [
            examine(source.name, file, declared=source.encoding) for file in self.files
        ]
        self._headers = [
            read_header(source, file, decoded, sizes=sizes)
            for file, decoded in zip(self.files, self._decoded, strict=True)
        ]

    @property
    def facts(self) -> tuple[FileFacts, ...]:
        """Return encoding, separator and columns of each file."""
        return tuple(
            FileFacts(
                file=str(header.file),
                encoding=decoded.told,
                separator=header.separator,
                columns=header.names[: header.named],
            )
            for header, decoded in zip(self._headers, self._decoded, strict=True)
        )

    def columns(self) -> tuple[str, ...]:
        """Return the names in the first file's header."""
        return self._headers[0].names[: self._headers[0].named]

    def batches(self, wanted: Sequence[str], reports: Reports) -> Iterator[pa.RecordBatch]:
        """Stream the files one after the other.

        Raises: ConfigurationProblem for a column missing in a later file or standing twice, an unclosed quote, or
        when no row fits its header.
        """
        taken, refused = 0, None
        for number, header in enumerate(self._headers):
            positions = header.positions(wanted)
            rows = FileRows(
                self._source,
                header,
                self._decoded[number],
                reports,
                longest=self._sizes.row_bytes,
            )
            for batch in rows.batches(number, positions):
                taken += batch.num_rows
                yield batch
            refused = refused or (header.file if rows.refused else None)
        if refused and not taken:
            raise problems.no_row_fits(self._source.name, refused)
