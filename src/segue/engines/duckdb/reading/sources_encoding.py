"""Find out in which encoding a text file is, by reading it once from end to end, and read it as UTF-8. No parsing."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TextIO

from segue.core.encodings import text_encoding
from segue.engines.duckdb.reading import sources_problems as problems
from segue.engines.duckdb.reading.sources_encoding_evidence import Evidence, without_doubled
from segue.engines.duckdb.reading.sources_file import SourceFile, path_of
from segue.engines.duckdb.reading.sources_not_text import refuse_no_text
from segue.profiles.file_facts import ASCII

UNDECODABLE = "\ufdd0"
"""Stands for bytes that the encoding does not explain: a sign that Unicode reserves for no text at all."""

_CHUNK_BYTES = 1 << 22
_WEIGHED_LINES = 50_000
_WEIGHED_BYTES = 1 << 16
"""Of a line that is longer, each part counts as a line."""
_TOLD = {"utf-8-sig": "utf-8", "cp1252": "windows-1252"}
_MARKING = "segue.undecodable"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UTF8 = ("utf-8", "utf-8-sig")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A file's encoding (a Python codec name) and what people are told of it.

    `told` is a name that `encoding:` takes, or ASCII where nothing but signs common to all encodings was found.
    `is_damaged`: some bytes may not be in that encoding; they are read as UNDECODABLE.
    """

    encoding: str
    told: str
    is_damaged: bool = False

    def open(self, path: SourceFile) -> TextIO:
        """Open the file as text with its line breaks as they are."""
        return path_of(path).open(encoding=self.encoding, errors=_MARKING, newline="")

    def utf8(self, path: SourceFile) -> Iterator[bytes]:
        """Read the file in chunks of UTF-8 of some megabytes."""
        if self.encoding in _UTF8 and not self.is_damaged:
            yield from _chunks(path)
            return
        decoder = codecs.getincrementaldecoder(self.encoding)(_MARKING)
        is_mixed = self.encoding == "cp1252" and self.is_damaged
        for chunk in _parted(path) if is_mixed else _chunks(path):
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()


class _BadBytes(Exception):
    """Carry the line at which a file stops being in an encoding."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return UNDECODABLE, error.end


codecs.register_error(_MARKING, _mark)


def examine(source: str, path: SourceFile, *, declared: str) -> Decoded:
    """Return the declared encoding, or detect: by byte order mark, else UTF-8, else Windows-1252.

    A file that is UTF-8 but for some bytes stays UTF-8. One whose bytes speak against Windows-1252 is not guessed.

    Raises: ConfigurationProblem when it is no text, the bytes do not fit, or the codec does not exist.
    """
    refuse_no_text(source, path)
    if declared:
        return _declared(source, path, declared)
    marked = _by_mark(path)
    try:
        is_ascii = _read_through(path, marked or "utf-8")
    except _BadBytes as bad:
        if marked not in (None, "utf-8-sig"):
            raise problems.undecodable(source, path, encoding=marked, line=bad.line) from bad
        return _weighed(source, path, marked, line=bad.line)
    encoding = marked or "utf-8"
    told = ASCII if is_ascii and not marked else _TOLD.get(encoding, encoding)
    return Decoded(encoding=encoding, told=told)


def _weighed(source: str, path: SourceFile, marked: str | None, *, line: int) -> Decoded:
    """Decide by what the bytes beyond ASCII look like; `line` is the first that is not UTF-8."""
    if marked:
        return Decoded(encoding=marked, told="utf-8", is_damaged=True)
    evidence = Evidence()
    with path_of(path).open("rb") as file:
        lines = iter(lambda: file.readline(_WEIGHED_BYTES), b"")
        for text in islice((text for text in lines if not text.isascii()), _WEIGHED_LINES):
            evidence.add(text)
    if evidence.is_utf8:
        return Decoded(encoding="utf-8", told="utf-8", is_damaged=True)
    found = evidence.likeliest()
    if found != "cp1252":
        raise problems.encoding_unsure(source, path, line=line, likeliest=found or "")
    return Decoded(encoding="cp1252", told="windows-1252", is_damaged=True)


def _declared(source: str, path: SourceFile, declared: str) -> Decoded:
    name = text_encoding(declared)
    if name is None:
        raise problems.encoding_unknown(source, declared)
    encoding = "utf-8-sig" if name == "utf-8" and _by_mark(path) == "utf-8-sig" else name
    try:
        _read_through(path, encoding)
    except _BadBytes as bad:
        raise problems.undecodable(source, path, encoding=declared, line=bad.line) from bad
    return Decoded(encoding=encoding, told=_TOLD.get(encoding, encoding))


def _by_mark(path: SourceFile) -> str | None:
    with path_of(path).open("rb") as file:
        start = file.read(4)
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), None)
    if marked is None and len(start) >= 2 and (start[0] == 0) != (start[1] == 0):
        return (
            "utf-16-be" if start[0] == 0 else "utf-16-le"
        )  # no mark, but every second byte of ASCII is zero
    return marked


def _read_through(path: SourceFile, encoding: str) -> bool:
    """Return whether all of the file is ASCII.

    Raises: _BadBytes when it is not in the encoding.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    lines, is_ascii = 1, True
    for chunk in _and_end(path):
        if chunk and encoding in _UTF8 and chunk.isascii() and not decoder.getstate()[0]:
            lines += chunk.count(b"\n")
            continue
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            raise _BadBytes(lines + error.object[: error.start].count(b"\n")) from error
        except UnicodeError as error:  # what an encoding must begin with is not there
            raise _BadBytes(lines) from error
        lines += text.count("\n")
        is_ascii = is_ascii and text.isascii()
    return is_ascii


def _and_end(path: SourceFile) -> Iterator[bytes]:
    yield from _chunks(path)
    yield b""


def _chunks(path: SourceFile) -> Iterator[bytes]:
    with path_of(path).open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk


def _parted(path: SourceFile) -> Iterator[bytes]:
    """Read a Windows-1252 file with what is UTF-8 in it marked, no such pair torn."""
    rest = b""
    for chunk in _chunks(path):
        block = rest + chunk
        at = len(block) - (block[-1] in b"\xc2\xc3")
        rest = block[at:]
        yield without_doubled(block[:at])
    yield rest
