"""Read objects out of JSON that is not one object a line: one array, an array inside an object, objects over lines.

The file is streamed; nothing but one object is held.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from segue.engines.duckdb.reading import sources_problems as problems
from segue.engines.duckdb.reading.sources_file import SourceFile, path_of
from segue.engines.duckdb.reading.sources_json_cut import DamagedError, Document
from segue.profiles.problems import RowProblem
from segue.profiles.source_sizes import SIZES

_UTF8_MARK = b"\xef\xbb\xbf"
_GOES_ON = (b"{", b"[", b",", b":")
_PART_BYTES = 1 << 16


def document_path(file: SourceFile, records: str) -> str | None:
    """Return where the objects of a file are: the dotted name of a list, '' for the file itself, which is a list or not.

    None when the file holds one object a line. `records` is the name that the source declares, '' for none.
    """
    if records:
        return records
    with path_of(file).open("rb") as opened:
        _without_mark(opened)
        first, last = _ends_of_first_line(opened)
    return "" if first == b"[" or (first == b"{" and last in _GOES_ON) else None


def objects(
    source: str, file: SourceFile, path: str, *, longest: int
) -> Iterator[bytes | RowProblem]:
    """Yield the values in their order, as they are written; of one that cannot be taken, why.

    Raises: ConfigurationProblem when the file is not whole JSON.
    """
    taken = 0
    with path_of(file).open("rb") as opened:
        document = Document(_without_mark(opened), longest=longest)
        is_list = path or _first_sign(file) == b"["
        try:
            for value in document.values_of(path) if is_list else document.values():
                taken += 1
                yield value
        except DamagedError as error:
            raise problems.json_damaged(source, file, taken + 1) from error


def lists_in(file: SourceFile) -> tuple[str, ...]:
    """Return the dotted names of the lists of objects in a file that is one object, as services answer."""
    found: dict[str, None] = {}
    try:
        with path_of(file).open("rb") as opened:
            found.update(
                dict.fromkeys(Document(_without_mark(opened), longest=SIZES.row_bytes).lists())
            )
    except DamagedError:
        return ()
    return tuple(found)


def _first_sign(file: SourceFile) -> bytes:
    with path_of(file).open("rb") as opened:
        _without_mark(opened)
        return _ends_of_first_line(opened)[0]


def _ends_of_first_line(opened: BinaryIO) -> tuple[bytes, bytes]:
    """Return the first and the last sign of the first line that is not blank, however long it is."""
    first = last = b""
    while part := opened.readline(_PART_BYTES):
        text = part.strip()
        first, last = first or text[:1], text[-1:] or last
        if first and part.endswith(b"\n"):
            break
    return first, last


def _without_mark(opened: BinaryIO) -> BinaryIO:
    if opened.read(len(_UTF8_MARK)) != _UTF8_MARK:
        opened.seek(0)
    return opened
