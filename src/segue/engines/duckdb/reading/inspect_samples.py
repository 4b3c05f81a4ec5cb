"""Take the first rows of a file for `segue init`, and find the settings by which it is read. Guesses no types."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import duckdb

from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.engines.duckdb.reading.inspect_guesses import Values
from segue.engines.duckdb.reading.sources_batches import StreamedSource
from segue.engines.duckdb.reading.sources_csv import CsvReader
from segue.engines.duckdb.reading.sources_csv_header import read_header, title_lines
from segue.engines.duckdb.reading.sources_encoding import Decoded, examine
from segue.engines.duckdb.reading.sources_json import JsonLinesReader
from segue.engines.duckdb.reading.sources_json_documents import lists_in
from segue.engines.duckdb.reading.sources_names import is_repeated
from segue.engines.duckdb.reading.sources_parquet import ParquetReader
from segue.engines.duckdb.reading.sources_parquet_failures import naming_file
from segue.engines.duckdb.reading.sources_reports import Reports
from segue.engines.duckdb.reading.sources_told import begin_with_a_person
from segue.engines.duckdb.session import engine
from segue.profiles.file_facts import ASCII
from segue.profiles.found import Note, Setting
from segue.profiles.sources import CsvSource, ExcelSource, JsonLinesSource, ParquetSource

SAMPLE_ROWS = 1_000
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


NULL_VALUES = "null_values"
_NO_VALUES = (
    *("NULL", "null", "(null)", "<null>", "[NULL]", "<NULL>", "\\N", "<NA>", "NaN", "nan", "NaT"),
    *("#N/A", "#N/A!", "#NV", "#NULL!", "N/A", "n/a", "--", "0/0/00", "00/00/0000"),
    *("0000-00-00", "0000-00-00 00:00:00"),
)
"""What programs write where there is no value, and nobody writes who means one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The first rows of one table; `part` names a sheet or list where a file has several, '' where it is all."""

    columns: Mapping[str, Values]
    part: str = ""
    settings: tuple[Setting, ...] = ()
    notes: tuple[Note, ...] = ()


def samples_of(file: Path, kind: str) -> Iterator[Sample]:
    """Yield the tables of a file.

    Raises: ConfigurationProblem when it cannot be read.
    """
    match kind:
        case "csv":
            yield _csv(file)
        case "excel":
            yield from _excel(file)
        case "json":
            yield from _json(file)
        case _:
            with engine() as connection:
                yield _parquet(file, connection)


def sampled(reader: StreamedSource, columns: Sequence[str]) -> Mapping[str, Values]:
    """Return the first rows of a reader, column by column."""
    taken: dict[str, list[str | None]] = {column: [] for column in columns}
    if not columns:
        return taken
    for batch in islice(reader.batches(columns, Reports(source="")), 1):
        for at, column in enumerate(columns):
            taken[column] = batch.column(at + 2).slice(0, SAMPLE_ROWS).to_pylist()
    return taken


def is_delimited(file: Path) -> bool:
    """Tell whether a text file is a table: at least two columns that the next rows have too, or a list of addresses."""
    try:
        decoded, encoding = _decoded(file)
        skipped = title_lines(file, decoded, '"')
        source = CsvSource(name=file.stem, path=file, skip_rows=skipped, encoding=encoding)
        header = read_header(source, file, decoded)
    except ConfigurationProblem:
        return False
    rows = [row for row in header.sample if any(row)]
    if header.named == 1:
        return bool(rows) and all(_ADDRESS.fullmatch(row[0].strip()) for row in rows)
    return sum(header.fits(row) for row in rows) > len(rows) / 2


def _csv(file: Path) -> Sample:
    decoded, encoding = _decoded(file)
    skipped = title_lines(file, decoded, '"')
    source = CsvSource(name=file.stem, path=file, skip_rows=skipped, encoding=encoding)
    header = read_header(source, file, decoded)
    quote = "'" if all(re.fullmatch("'.+'", name) for name in header.names if name) else ""
    if quote:
        source = replace(source, quote=quote)
        header = read_header(source, file, decoded)
    _refuse_without_header(file, header.names)
    unique, notes = _columns(file, header.names[: header.named])
    if decoded.told not in (ASCII, "utf-8"):
        notes = (Note("init_note_read_as", {"file": file.name, "encoding": decoded.told}), *notes)
    written = sampled(CsvReader(source), unique)
    empty = _no_values(written)
    if empty:
        signs = ", ".join(empty)
        notes = (*notes, Note("init_note_null_values", {"file": file.name, "signs": signs}))
    return Sample(
        columns={column: [None if v in empty else v for v in values] for column, values in written.items()},
        settings=_said(encoding=encoding, quote=quote, skip_rows=skipped, null_values=empty),
        notes=notes,
    )  # fmt: skip


def _no_values(columns: Mapping[str, Values]) -> list[str]:
    """Return the signs by which a program says that there is no value, in a fixed order."""
    found = {value for values in columns.values() for value in values}
    return [sign for sign in _NO_VALUES if sign in found]


def _said(**settings: str | int | list[str]) -> tuple[Setting, ...]:
    """Return the settings that say something."""
    return tuple((key, value) for key, value in settings.items() if value)


def _decoded(file: Path) -> tuple[Decoded, str]:
    """Return how a file is read, and the encoding to declare where it is only likely, else ''."""
    try:
        return examine(file.stem, file, declared=""), ""
    except ConfigurationProblem as problem:
        likeliest = str(problem.context.get("likeliest", ""))
        if not likeliest:
            raise
        return examine(file.stem, file, declared=likeliest), likeliest


def _excel(file: Path) -> Iterator[Sample]:
    from segue.engines.duckdb.reading.sources_excel import (
        ExcelReader,
        hidden_sheets,
        sheet_names,
        title_rows,
    )

    sheets = sheet_names(file.stem, file)
    if not sheets:
        ExcelReader(ExcelSource(name=file.stem, path=file))  # says that it is empty
    hidden = ", ".join(hidden_sheets(file.stem, file))
    unseen = [Note("init_note_sheets_hidden", {"file": file.name, "sheets": hidden})]
    for title in sheets:
        skipped = title_rows(file.stem, file, title)
        reader = ExcelReader(ExcelSource(name=file.stem, path=file, sheet=title, skip_rows=skipped))
        _refuse_without_header(file, reader.columns())
        unique, notes = _columns(file, reader.columns())
        part = title if len(sheets) > 1 else ""
        yield Sample(
            part=part,
            columns=sampled(reader, unique),
            settings=_said(sheet=part, skip_rows=skipped),
            notes=(*notes, *(unseen if hidden else ())),
        )


def _json(file: Path) -> Iterator[Sample]:
    reader = JsonLinesReader(JsonLinesSource(name=file.stem, path=file))
    lists = lists_in(file) if reader.is_one_object() else ()
    if not lists:
        yield Sample(columns=sampled(reader, reader.sampled_columns()))
    for records in lists:
        inner = JsonLinesReader(JsonLinesSource(name=file.stem, path=file, records=records))
        yield Sample(
            part=records.rpartition(".")[2] if len(lists) > 1 else "",
            columns=sampled(inner, inner.sampled_columns()),
            settings=(("records", records),),
        )


def _parquet(file: Path, connection: duckdb.DuckDBPyConnection) -> Sample:
    reader = ParquetReader(ParquetSource(name=file.stem, path=file), connection)
    unique, notes = _columns(file, reader.columns())
    listed = ", ".join(f"c{at}::VARCHAR" for at in range(len(unique)))
    with naming_file(file.stem, file):
        rows = connection.execute(
            f"SELECT {listed} FROM ({reader.query(unique)}) LIMIT {SAMPLE_ROWS}"
        ).fetchall()
    return Sample(
        columns={column: [row[at] for row in rows] for at, column in enumerate(unique)},
        notes=notes,
    )


def _columns(file: Path, names: Sequence[str]) -> tuple[tuple[str, ...], tuple[Note, ...]]:
    """Return the columns that can be named, and say which cannot."""
    notes = []
    blank = [str(at) for at, name in enumerate(names, start=1) if not name]
    if blank:
        notes.append(
            Note("init_note_columns_nameless", {"file": file.name, "columns": ", ".join(blank)})
        )
    repeated = dict.fromkeys(name for name in names if name and is_repeated(name, names))
    alike = [name for name in repeated if names.count(name) > 1]
    if alike:
        notes.append(
            Note("init_note_columns_alike", {"file": file.name, "columns": ", ".join(alike)})
        )
    return tuple(name for name in names if name and name not in alike), tuple(notes)


def _refuse_without_header(file: Path, names: Sequence[str]) -> None:
    """Refuse a first row that is a person's: its values must not become names in a definition."""
    if begin_with_a_person(names):
        raise ConfigurationProblem(
            said("%(name)s seems to have no header: its first row holds values.", name=file.name),
            action="Write the names of the columns into the first row.",
            code="file_without_header",
        )
