"""Stream JSON as Arrow batches of text, one object a row. Numbers keep the digits written.

The row number is the line number where each line is an object, else the object's number (an array, objects over lines).
Nested values are named by dots (`address.city`); a key that holds the dots itself comes first. A nested object or
list that is read as a whole stays JSON text, its numbers with a point in quotes.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
import pyarrow as pa

from segue.engines.duckdb.reading import sources_batches as staged
from segue.engines.duckdb.reading import sources_problems as problems
from segue.engines.duckdb.reading.sources_file import Copy, SourceFile, path_of
from segue.engines.duckdb.reading.sources_files import files_of
from segue.engines.duckdb.reading.sources_json_documents import document_path
from segue.engines.duckdb.reading.sources_json_documents import objects as objects_in
from segue.engines.duckdb.reading.sources_json_lines import Beginning, is_too_deep, lines_of
from segue.engines.duckdb.reading.sources_json_twice import TWICE, Object, Written, with_twice
from segue.engines.duckdb.reading.sources_not_text import refuse_no_text
from segue.engines.duckdb.reading.sources_reports import Reports
from segue.engines.duckdb.reading.sources_told import columns_missing
from segue.engines.duckdb.reading.typed_own import Own
from segue.profiles.file_facts import FileFacts
from segue.profiles.problems import RowProblem
from segue.profiles.source_sizes import SIZES, Sizes
from segue.profiles.sources import JsonLinesSource

_CHUNK_LINES = 20_000
_CHUNK_BYTES = 4 << 20
"""Lines that are held as values at the same time, which take up to forty times their bytes."""
_SAMPLE_LINES = 1_000
_SHOWN_BYTES = 1_000
_UTF8_MARK = b"\xef\xbb\xbf"


_SORTS: Mapping[type, Own] = {
    int: Own.NUMBER,
    Written: Own.NUMBER,
    bool: Own.BOOLEAN,
    dict: Own.WHOLE,
    Object: Own.WHOLE,
}
"""The sorts of values."""


class JsonLinesReader:
    """Read the files of one JSON source."""

    ordered = True
    says_own = True

    def __init__(
        self, source: JsonLinesSource, *, sizes: Sizes = SIZES, copies: Sequence[Copy] = ()
    ) -> None:
        self._source = source
        self._sizes = sizes
        self.files = files_of(source.name, source.path, copies)
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(float_hook=Written)
        for file in self.files:
            _check_start(source.name, file)
        self._paths = [document_path(file, source.records) for file in self.files]
        self._is_read_again = False
        """Whether a key that stands twice was looked for in any object: only then can one have been found."""
        self._refused: SourceFile | None = None
        """The first file in which something is no JSON object; None while there is none."""

    @property
    def facts(self) -> tuple[FileFacts, ...]:
        """Return each file without columns: only its lines tell them."""
        return tuple(FileFacts(file=str(file)) for file in self.files)

    def columns(self) -> None:
        """Return None: only reading to the end tells which keys there are."""
        return

    def is_one_object(self) -> bool:
        """Tell whether the first file holds one object and nothing else."""
        first = list(itertools.islice(self._values(0), 2))
        return len(first) == 1 and isinstance(first[0][2], dict)

    def sampled_columns(self) -> tuple[str, ...]:
        """Return the dotted keys of the first lines, in order of first appearance."""
        found: dict[str, None] = {}
        for _, _, value in itertools.islice(self._values(0), _SAMPLE_LINES):
            if isinstance(value, dict) and len(found) <= self._sizes.columns:
                found.update(dict.fromkeys(_keys(value)))
        return tuple(itertools.islice(found, self._sizes.columns))

    def batches(self, wanted: Sequence[str], reports: Reports) -> Iterator[pa.RecordBatch]:
        """Stream the files one after the other.

        Raises: ConfigurationProblem for a column that no line of any file has, or when nothing is a JSON object.
        """
        unseen = set(wanted)
        rows_read = 0
        for number, file in enumerate(self.files):
            for lines, objects in self._objects(number, file, reports):
                rows_read += len(objects)
                values = [_values_of(objects, column, unseen) for column in wanted]
                if self._is_read_again:
                    for column, found in zip(wanted, values, strict=True):
                        _report_twice(reports, file, lines, column, found)
                texts = [pa.array(map(_text, found), pa.string()) for found in values]
                sorts = [pa.array(map(_own, found), pa.int8()) for found in values]
                yield staged.batch(number, pa.array(lines, pa.int64()), texts, sorts)
        if rows_read and unseen:
            missing = [column for column in wanted if column in unseen]
            raise columns_missing(self._source.name, missing, self.sampled_columns())
        if self._refused and not rows_read:
            raise problems.json_without_objects(self._source.name, self._refused)

    def _objects(
        self, at: int, file: SourceFile, reports: Reports
    ) -> Iterator[tuple[list[int], list[dict[str, Any]]]]:
        lines: list[int] = []
        objects: list[dict[str, Any]] = []
        held = 0
        for number, line, value in self._values(at):
            if isinstance(value, dict):
                lines.append(number)
                objects.append(value)
                held += len(line)
            else:
                self._refuse(reports, file, number, line, value)
            if len(objects) == _CHUNK_LINES or held > _CHUNK_BYTES:
                yield lines, objects
                lines, objects, held = [], [], 0
        yield lines, objects

    def _refuse(
        self, reports: Reports, file: SourceFile, number: int, line: bytes, value: Any
    ) -> None:
        is_blank = value is RowProblem.JSON_INVALID and not line.strip()
        self._refused = self._refused or (None if is_blank else file)
        _report(reports, file, number, line, value)

    def _values(self, at: int) -> Iterator[tuple[int, bytes, Any]]:
        """Yield the values of a file with their numbers and what is written; of those that cannot be taken, why."""
        file, path, longest = self.files[at], self._paths[at], self._sizes.row_bytes
        if path is not None:
            found = objects_in(self._source.name, file, path, longest=longest)
            for number, written in enumerate(found, start=1):
                yield (number, *self._element(file, number, written))
            return
        with path_of(file).open("rb") as opened:
            for number, line in enumerate(lines_of(opened, longest=longest), start=1):
                yield number, line, self._decoded(line)

    def _element(
        self, file: SourceFile, number: int, written: bytes | RowProblem
    ) -> tuple[bytes, Any]:
        """Return what is written of an element, and its value.

        Raises: ConfigurationProblem for one that is no JSON: nobody can tell where it ends, and how many it holds.
        """
        if isinstance(written, RowProblem):
            return b"", written
        value = self._decoded(written)
        if value is RowProblem.JSON_INVALID and not _is_sound(written):
            raise problems.json_damaged(self._source.name, file, number)
        return written if isinstance(value, dict | RowProblem) else b"", value

    def _decoded(self, line: bytes) -> Any:
        """Return the value of a line; why there is none when it is too large, too deep or no JSON."""
        if type(line) is Beginning:
            return RowProblem.ROW_TOO_LARGE
        if is_too_deep(line):
            return RowProblem.JSON_TOO_DEEP
        try:
            value = self._decoder.decode(line.removeprefix(_UTF8_MARK))
            found = with_twice(line.removeprefix(_UTF8_MARK), value)
        except (msgspec.DecodeError, ValueError):  # the latter of numbers without end
            return RowProblem.JSON_INVALID
        self._is_read_again = self._is_read_again or found is not value
        return found


def _check_start(source: str, file: SourceFile) -> None:
    refuse_no_text(source, file)
    with path_of(file).open("rb") as opened:
        start = opened.read(4_096).removeprefix(_UTF8_MARK).lstrip()
    is_wide = 4 * start.count(b"\x00") > len(start)  # one alone is damage in one line
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or is_wide:
        raise problems.undecodable(source, file, encoding="UTF-8", line=1)
    if not start:
        raise problems.empty_file(source, file)


def _is_sound(written: bytes) -> bool:
    """Tell whether only signs inside of its texts keep an element from being read: it ends where it seems to end."""
    try:
        json.loads(written.decode("utf-8", errors="replace"))
    except ValueError:
        return False
    return True


def _report(reports: Reports, file: SourceFile, number: int, line: bytes, value: Any) -> None:
    if value is RowProblem.JSON_INVALID and not line.strip():
        reports.add(RowProblem.ROW_BLANK, file=str(file), row=number)
        return
    kind = value if isinstance(value, RowProblem) else RowProblem.JSON_NOT_AN_OBJECT
    shown = None if isinstance(value, RowProblem) else _text(value)
    written = line[:_SHOWN_BYTES].decode("utf-8", errors="replace").strip() or shown
    reports.add(kind, file=str(file), row=number, value=written)


def _values_of(objects: Sequence[dict[str, Any]], column: str, unseen: set[str]) -> list[Any]:
    if "." in column:
        found = [_nested(value, column) for value in objects]
    else:
        found = [(column in value, value.get(column)) for value in objects]
    if column in unseen and any(present for present, _ in found):
        unseen.discard(column)
    return [value for _, value in found]


def _nested(value: dict[str, Any], path: str) -> tuple[bool, Any]:
    """Return whether the dotted path is there, and its value: the whole path as one key first."""
    if path in value:
        return True, value[path]
    first, dot, rest = path.partition(".")
    inner = value.get(first)
    if inner is TWICE:
        return True, TWICE
    if not dot or not isinstance(inner, dict):
        return False, None
    return _nested(inner, rest)


def _report_twice(
    reports: Reports, file: SourceFile, lines: Sequence[int], column: str, values: Sequence[Any]
) -> None:
    for number, value in zip(lines, values, strict=True):
        if _is_torn(value):
            reports.add(RowProblem.JSON_KEY_REPEATED, file=str(file), row=number, column=column)


def _is_torn(value: Any) -> bool:
    """Return whether a value, or one in it, stands under a key that has several."""
    if isinstance(value, dict):
        return any(map(_is_torn, value.values()))
    return any(map(_is_torn, value)) if isinstance(value, list) else value is TWICE


def _own(value: Any) -> Own:
    """Return the sort of a value; a list is read as a text is, which is JSON of its own."""
    return _SORTS.get(type(value), Own.TEXT)


def _text(value: Any) -> str | None:
    if type(value) is str:
        return value
    if value is None or _is_torn(value):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return msgspec.json.encode(value, enc_hook=str).decode()
    return str(value)


def _keys(value: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for key, inner in value.items():
        if isinstance(inner, dict) and inner:
            yield from _keys(inner, f"{prefix}{key}.")
        else:
            yield prefix + key
