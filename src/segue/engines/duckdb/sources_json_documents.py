"""Read objects out of JSON that is not one object a line: one array, an array inside an object, objects over lines.

The file is streamed; nothing but one object is held. Numbers with a point become text with the digits written.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import ijson

from segue.engines.duckdb import sources_problems as problems
from segue.engines.duckdb.sources_json_twice import Object

_UTF8_MARK = b"\xef\xbb\xbf"
_GOES_ON = (b"{", b"[", b",", b":")


def document_prefix(file: Path, records: str) -> str | None:
    """Return where the objects of a file are, as ijson names it; None when the file holds one object a line.

    `records` is the dotted name of the list that the source declares, '' for none.
    """
    if records:
        return f"{records}.item"
    with file.open("rb") as opened:
        first = next((line for line in opened if line.removeprefix(_UTF8_MARK).strip()), b"")
    start = first.removeprefix(_UTF8_MARK).strip()
    if start.startswith(b"["):
        return "item"
    return "" if start.startswith(b"{") and start.endswith(_GOES_ON) else None


def objects(source: str, file: Path, prefix: str) -> Iterator[Any]:
    """Yield the values in their order.

    Raises: ConfigurationProblem when the file is not whole JSON in UTF-8.
    """
    taken = 0
    with file.open("rb") as opened:
        try:
            for value in ijson.items(
                _without_mark(opened), prefix, multiple_values=not prefix, map_type=Object
            ):
                taken += 1
                yield value
        except (ijson.JSONError, UnicodeDecodeError) as error:
            raise problems.json_damaged(source, file, taken + 1) from error


def lists_in(file: Path) -> tuple[str, ...]:
    """Return the dotted names of the lists of objects in a file that is one object, as services answer."""
    found: dict[str, None] = {}
    try:
        with file.open("rb") as opened:
            for prefix, event, _ in ijson.parse(_without_mark(opened)):
                if event == "start_map" and prefix.endswith(".item") and prefix.count(".item") == 1:
                    found[prefix.removesuffix(".item")] = None
    except (ijson.JSONError, UnicodeDecodeError):
        return ()
    return tuple(found)


def _without_mark(opened: BinaryIO) -> BinaryIO:
    if opened.read(len(_UTF8_MARK)) != _UTF8_MARK:
        opened.seek(0)
    return opened
