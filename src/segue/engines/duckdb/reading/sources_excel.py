"""Stream a sheet of Excel workbooks (.xlsx) as Arrow batches of text with the row numbers that Excel shows.

A cell becomes the text that attributes read: dates in ISO 8601, numbers with the mark `.`, true and false. Formulas give
the value that was stored with them.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

import openpyxl
import pyarrow as pa

from segue.engines.duckdb.reading import sources_batches as staged
from segue.engines.duckdb.reading import sources_problems as problems
from segue.engines.duckdb.reading.sources_bounded import check_columns
from segue.engines.duckdb.reading.sources_excel_cells import Cell, own_of, text_of
from segue.engines.duckdb.reading.sources_excel_package import check_package, whole
from segue.engines.duckdb.reading.sources_file import Copy, SourceFile, path_of
from segue.engines.duckdb.reading.sources_files import files_of
from segue.engines.duckdb.reading.sources_names import clean_name, is_repeated, lacking, position
from segue.engines.duckdb.reading.sources_reports import Reports
from segue.engines.duckdb.reading.sources_told import columns_missing
from segue.engines.duckdb.reading.typed_own import Own
from segue.profiles.file_facts import FileFacts
from segue.profiles.problems import RowProblem
from segue.profiles.source_sizes import EXCEL_COLUMNS, EXCEL_ROWS, SIZES, Sizes
from segue.profiles.sources import ExcelSource

_CHUNK_ROWS = 5_000
_CHUNK_CELLS = 500_000
"""Cells that are held at the same time: the last one of a row says how many it has."""
_CHUNK_SIGNS = 8 << 20
"""Characters of their texts."""
_GUESSED_ROWS = 30
_SEEN = "visible"
_NOT_COMPUTED = re.compile(rb"<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")


class ExcelReader:
    """Read one sheet of the files of one Excel source."""

    ordered = True
    says_own = True

    def __init__(
        self, source: ExcelSource, *, sizes: Sizes = SIZES, copies: Sequence[Copy] = ()
    ) -> None:
        self._source = source
        self.files = files_of(source.name, source.path, copies)
        for file in self.files:
            check_package(source.name, file, sizes)
        self._headers = [_header(source, file) for file in self.files]
        for file, header in zip(self.files, self._headers, strict=True):
            check_columns(source.name, str(file), len(header.names), sizes)

    @property
    def facts(self) -> tuple[FileFacts, ...]:
        """Return each file's columns."""
        return tuple(
            FileFacts(file=str(file), columns=header.names)
            for file, header in zip(self.files, self._headers, strict=True)
        )

    def columns(self) -> tuple[str, ...]:
        """Return the names in the first file's header."""
        return self._headers[0].names

    def batches(self, wanted: Sequence[str], reports: Reports) -> Iterator[pa.RecordBatch]:
        """Stream the files one after the other.

        Raises: ConfigurationProblem for a column missing in a later file or standing twice, or a damaged file.
        """
        for number, (file, header) in enumerate(zip(self.files, self._headers, strict=True)):
            places = header.places(self._source.name, file, wanted)
            width = max(places, default=0) + 1
            for rows in _chunks(self._source, file, header, reports, width=width):
                numbers = pa.array([row for row, _ in rows], pa.int64())
                texts = [
                    pa.array(list(_texts(rows, at, _Place(file, name), reports)), pa.string())
                    for at, name in zip(places, wanted, strict=True)
                ]
                sorts = [pa.array([_own(row, at) for _, row in rows], pa.int8()) for at in places]
                yield staged.batch(number, numbers, texts, sorts)


def sheet_names(source: str, file: SourceFile) -> tuple[str, ...]:
    """Return the sheets with cells in them that people see.

    Raises: ConfigurationProblem when the file is no workbook, or unpacks into too much.
    """
    check_package(source, file, SIZES)
    with _opened(source, file) as book:
        return tuple(sheet.title for sheet in _filled(source, file, book))


def hidden_sheets(source: str, file: SourceFile) -> tuple[str, ...]:
    """Return the sheets with cells in them that people do not see: mostly lists to choose from.

    Raises: ConfigurationProblem when the file is no workbook.
    """
    with _opened(source, file) as book:
        hidden = (sheet for sheet in book.worksheets if sheet.sheet_state != _SEEN)
        return tuple(sheet.title for sheet in hidden if _has_cells(source, file, sheet))


def title_rows(source: str, file: SourceFile, sheet: str) -> int:
    """Guess how many rows of a title stand before the header: those with far fewer cells than the table is wide.

    Raises: ConfigurationProblem when the file is no workbook.
    """
    with _opened(source, file) as book:
        first = list(islice(_rows(source, file, book[sheet]), _GUESSED_ROWS))
    filled = [sum(cell.value is not None for cell in row) for _, row in first]
    widest = max(filled, default=0)
    header = next((at for at, count in enumerate(filled) if 2 * count > widest), 0)
    return header if any(filled[:header]) else 0


@dataclass(frozen=True, slots=True)
class _Header:
    """Names, the row they stand in (from 1) and whether formulas without a stored value were seen in the sheet."""

    sheet: str
    names: tuple[str, ...]
    row: int
    has_uncomputed: bool

    def places(self, source: str, file: SourceFile, wanted: Sequence[str]) -> list[int]:
        missing = lacking(wanted, self.names)
        if missing:
            known = [name for name in self.names if name]
            raise columns_missing(source, missing, known, place=str(file))
        for column in wanted:
            if is_repeated(column, self.names):
                raise problems.column_repeated(source, file, column)
        return [at for at in (position(column, self.names) for column in wanted) if at is not None]


@dataclass(frozen=True, slots=True)
class _Place:
    file: SourceFile
    column: str


@contextmanager
def _opened(source: str, file: SourceFile, *, formulas: bool = False) -> Iterator[Any]:
    with whole(source, file), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that say nothing of values
        book = openpyxl.load_workbook(path_of(file), read_only=True, data_only=not formulas)
    try:
        yield book
    finally:
        book.close()


def _header(source: ExcelSource, file: SourceFile) -> _Header:
    with _opened(source.name, file) as book:
        sheet = _sheet(source, file, book)
        for number, row in _rows(source.name, file, sheet):
            if number <= source.skip_rows:
                continue
            names = [clean_name(text_of(cell)[0] or "") for cell in row]
            if any(names):
                width = max(at for at, name in enumerate(names, start=1) if name)
                with whole(source.name, file):
                    has_uncomputed = _has_uncomputed(file, sheet)
                return _Header(sheet.title, tuple(names[:width]), number, has_uncomputed)
    raise problems.empty_file(source.name, file)


def _sheet(source: ExcelSource, file: SourceFile, book: Any) -> Any:
    sheets = book.worksheets
    if source.sheet:
        wanted = clean_name(source.sheet).casefold()
        found = [sheet for sheet in sheets if clean_name(sheet.title).casefold() == wanted]
        if not found:
            titles = [sheet.title for sheet in sheets]
            raise problems.sheet_missing(source.name, file, source.sheet, titles)
        return found[0]
    filled = _filled(source.name, file, book)
    if len(filled) > 1:
        raise problems.sheet_unsaid(source.name, file, [sheet.title for sheet in filled])
    if not filled:
        raise problems.empty_file(source.name, file)
    return filled[0]


def _filled(source: str, file: SourceFile, book: Any) -> list[Any]:
    seen = (sheet for sheet in book.worksheets if sheet.sheet_state == _SEEN)
    return [sheet for sheet in seen if _has_cells(source, file, sheet)]


def _has_cells(source: str, file: SourceFile, sheet: Any) -> bool:
    rows = _rows(source, file, sheet)
    return any(cell.value is not None for _, row in rows for cell in row)


def _rows(source: str, file: SourceFile, sheet: Any) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Yield every row with its number; what a file says about its own size is not believed.

    Raises: ConfigurationProblem for a damaged file, or one with more rows or columns than a sheet has.
    """
    with whole(source, file), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(), start=1):
            if number > EXCEL_ROWS or len(row) > EXCEL_COLUMNS:
                raise problems.not_excel(source, file)
            yield number, row


def _chunks(
    source: ExcelSource, file: SourceFile, header: _Header, reports: Reports, *, width: int
) -> Iterator[list[tuple[int, Sequence[Cell]]]]:
    """Yield rows of their first `width` cells; blank ones are reported where others follow."""
    rows: list[tuple[int, Sequence[Cell]]] = []
    blank: list[int] = []
    held = 0
    most = max(1, min(_CHUNK_ROWS, _CHUNK_CELLS // width))
    with _opened(source.name, file) as book:
        for number, row in _all_rows(source, file, book, header):
            if number <= header.row:
                continue
            if all(cell.value is None for cell in row):
                blank.append(number)
                continue
            reports.add_all(RowProblem.ROW_BLANK, file=str(file), rows=blank)
            blank.clear()
            rows.append((number, row[:width]))
            held += sum(len(cell.value) for cell in row[:width] if type(cell.value) is str)
            if len(rows) == most or held > _CHUNK_SIGNS:
                yield rows
                rows, held = [], 0
    yield rows


def _all_rows(
    source: ExcelSource, file: SourceFile, book: Any, header: _Header
) -> Iterator[tuple[int, Sequence[Cell]]]:
    rows = _rows(source.name, file, book[header.sheet])
    if not header.has_uncomputed:
        yield from rows
        return
    with _opened(source.name, file, formulas=True) as written:
        for (number, row), (_, said) in zip(
            rows, _rows(source.name, file, written[header.sheet]), strict=True
        ):
            yield (
                number,
                [_uncomputed(cell, formula) for cell, formula in zip(row, said, strict=False)],
            )


def _uncomputed(cell: Cell, formula: Cell) -> Cell:
    return formula if cell.value is None and formula.data_type == "f" else cell


def _has_uncomputed(file: SourceFile, sheet: Any) -> bool:
    """Tell whether a sheet holds formulas that no program has computed yet: openpyxl gives these as blank."""
    with zipfile.ZipFile(path_of(file)) as package, package.open(sheet._worksheet_path) as opened:
        rest = b""
        while chunk := opened.read(1 << 20):
            block = rest + chunk
            if _NOT_COMPUTED.search(block):
                return True
            rest = block[-10_000:]
    return False


def _own(row: Sequence[Cell], at: int) -> Own:
    return own_of(row[at]) if at < len(row) else Own.TEXT


def _texts(
    rows: Sequence[tuple[int, Sequence[Cell]]], at: int, place: _Place, reports: Reports
) -> Iterator[str | None]:
    for number, row in rows:
        if at >= len(row):
            yield None
            continue
        text, problem = text_of(row[at])
        if problem is not None:
            written = str(row[at].value)
            reports.add(
                problem, file=str(place.file), row=number, column=place.column, value=written
            )
        yield text
