"""Look whether a workbook can be unpacked at all, before the library that reads it holds anything of it.

A workbook is a packed folder of XML: a small file may unfold into gigabytes, and the library builds every text whole.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from xml.etree.ElementTree import ParseError

from openpyxl.utils.exceptions import InvalidFileException

from segue.engines.duckdb.reading import sources_problems as problems
from segue.engines.duckdb.reading import sources_refusals as refusals
from segue.engines.duckdb.reading.sources_file import SourceFile, path_of
from segue.profiles.source_sizes import PARTS_HELD_MB, Sizes

_MB = 1 << 20
_SHEETS = "xl/worksheets/"
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    InvalidFileException,
    ParseError,
    LookupError,
    ArithmeticError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    EOFError,
    OSError,
    RuntimeError,
)
"""What openpyxl and zipfile raise at damaged files: anything, for they check little. MemoryError is not among them."""


@contextmanager
def whole(source: str, file: SourceFile) -> Iterator[None]:
    """Say that a file is no whole workbook in the place of whatever the library raises inside.

    Raises: ConfigurationProblem.
    """
    try:
        yield
    except _DAMAGED as error:
        raise problems.not_excel(source, file) from error


def check_package(source: str, file: SourceFile, sizes: Sizes) -> None:
    """Raise a ConfigurationProblem for what unpacks into too much, or holds a text that is longer than a row may be."""
    with whole(source, file), zipfile.ZipFile(path_of(file)) as package:
        parts = package.infolist()
        is_small = _fits(parts, sizes)
        long = is_small and any(
            _is_xml(part)
            and part.file_size > sizes.row_bytes
            and _has_long_text(package, part, sizes)
            for part in parts
        )
    if not is_small:
        raise refusals.unpacks_too_large(source, file, sizes.workbook_mb)
    if long:
        raise refusals.values_too_large(source, str(file))


def _fits(parts: list[zipfile.ZipInfo], sizes: Sizes) -> bool:
    held = sum(part.file_size for part in parts if _is_xml(part) and _SHEETS not in part.filename)
    held_most = min(PARTS_HELD_MB, sizes.workbook_mb)
    return held <= held_most * _MB and sum(p.file_size for p in parts) <= sizes.workbook_mb * _MB


def _is_xml(part: zipfile.ZipInfo) -> bool:
    return not part.filename.startswith("xl/media/")


def _has_long_text(package: zipfile.ZipFile, part: zipfile.ZipInfo, sizes: Sizes) -> bool:
    with package.open(part) as opened:
        return longest_text(opened, until=sizes.row_bytes) > sizes.row_bytes


def longest_text(opened: IO[bytes], *, until: int) -> int:
    """Return about how many bytes the longest stretch without a tag has; no more is read once it has more than `until`."""
    longest = since = 0
    step = max(1, min(1 << 20, until // 2))
    while chunk := opened.read(step):
        at = chunk.find(b"<")
        longest = max(longest, since + (len(chunk) if at < 0 else at))
        since = since + len(chunk) if at < 0 else len(chunk) - chunk.rfind(b"<") - 1
        if longest > until:
            break
    return longest
