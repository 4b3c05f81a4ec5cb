"""Find out in which encoding a text file is, by reading it once from end to end. No parsing."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from segue.engines.duckdb import sources_problems as problems
from segue.profiles.file_facts import ASCII

_CHUNK_BYTES = 1 << 20
_TOLD = {"utf-8-sig": "utf-8", "cp1252": "windows-1252"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A file's encoding (a Python codec name), what people are told of it, and how often the quote stands in it.

    `told` is a name that `encoding:` takes, or ASCII where nothing but signs common to all encodings was found.
    """

    encoding: str
    told: str
    quotes: int


class _BadBytes(Exception):
    """Carry the line at which a file stops being in an encoding."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


def examine(source: str, path: Path, *, declared: str, quote: str) -> Decoded:
    """Return the declared encoding, or detect: by byte order mark, else UTF-8, else Windows-1252.

    Raises: ConfigurationProblem when the bytes do not fit, or the codec does not exist.
    """
    if declared:
        return _declared(source, path, declared, quote)
    marked = _by_mark(path)
    candidates = (marked,) if marked else ("utf-8", "cp1252")
    line = 1
    for encoding in candidates:
        try:
            quotes, is_ascii = _read_through(path, encoding, quote)
        except _BadBytes as bad:
            line = bad.line
        else:
            told = ASCII if is_ascii and not marked else _TOLD.get(encoding, encoding)
            return Decoded(encoding=encoding, told=told, quotes=quotes)
    words = marked or "UTF-8 or Windows-1252"
    raise problems.undecodable(source, path, encoding=words, line=line)


def _declared(source: str, path: Path, declared: str, quote: str) -> Decoded:
    try:
        name = codecs.lookup(declared).name
        "".encode(name)
    except (LookupError, TypeError) as error:
        raise problems.encoding_unknown(source, declared) from error
    encoding = "utf-8-sig" if name == "utf-8" and _by_mark(path) == "utf-8-sig" else name
    try:
        quotes, _ = _read_through(path, encoding, quote)
        return Decoded(encoding=encoding, told=_TOLD.get(encoding, encoding), quotes=quotes)
    except _BadBytes as bad:
        raise problems.undecodable(source, path, encoding=declared, line=bad.line) from bad


def _by_mark(path: Path) -> str | None:
    with path.open("rb") as file:
        start = file.read(4)
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), None)
    if marked is None and len(start) >= 2 and (start[0] == 0) != (start[1] == 0):
        return (
            "utf-16-be" if start[0] == 0 else "utf-16-le"
        )  # no mark, but every second byte of ASCII is zero
    return marked


def _read_through(path: Path, encoding: str, quote: str) -> tuple[int, bool]:
    """Return how often the quote stands in the file, and whether all of it is ASCII."""
    decoder = codecs.getincrementaldecoder(encoding)()
    quotes, lines, is_ascii = 0, 1, True
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK_BYTES)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                raise _BadBytes(lines + error.object[: error.start].count(b"\n")) from error
            quotes += text.count(quote) if quote else 0
            lines += text.count("\n")
            is_ascii = is_ascii and text.isascii()
            if not chunk:
                return quotes, is_ascii
