"""Read the members of a backup one after the other, believing nothing: bounded, plain files only, names past the gate.

The file may be cut, changed or made by somebody else. What tar can say besides plain files (links, devices, headers of
any length) is refused before it is looked at: only the two kinds of header that `archive` writes are known here.
"""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from gzip import BadGzipFile, GzipFile
from pathlib import Path
from typing import BinaryIO

import msgspec

from segue.backups import problems
from segue.backups.manifest import FORMAT, HEAD, Head
from segue.core.bounds import Bound
from segue.core.documents import DamagedDocument, decoded
from segue.core.names import is_path_name
from segue.core.sentences import said
from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import OF_FILES

MOST_MEMBERS = 2_000_000
LONGEST_NAME_BYTES = 4_096
LARGEST_DOCUMENT_BYTES = 512_000_000
"""Bytes of a member that is read into memory."""
LARGEST_HEAD_BYTES = 10_000
DEFLATE_AT_MOST = 1_032
"""How many bytes one byte of gzip can stand for. Source: zlib's technical details, "Maximum Compression Factor"."""

_REFUSED = "the backup is refused, and nothing was changed (`backup_unsafe`)"

BOUNDS = (
    Bound(name="files in a backup", value=MOST_MEMBERS, unit="files", beyond=_REFUSED),
    Bound(
        name="path of a file in a backup", value=LONGEST_NAME_BYTES, unit="bytes", beyond=_REFUSED
    ),
    Bound(
        name="list of files in a backup",
        value=LARGEST_DOCUMENT_BYTES,
        unit="bytes",
        beyond=_REFUSED,
    ),
    Bound(
        name="what a backup unpacks to",
        value=DEFLATE_AT_MOST,
        unit="times its size, and never more than it says of itself",
        beyond=_REFUSED,
    ),
)

_BLOCK = tarfile.BLOCKSIZE
_PIECE = 1 << 20


class Member:
    """One member, to be read once, before the next one is asked for."""

    def __init__(self, name: str, size: int, source: _Bytes) -> None:
        self.name, self.size, self.left = name, size, size
        self._source = source

    def pieces(self) -> Iterator[bytes]:
        """Yield what it holds, a piece at a time."""
        while self.left:
            piece = self._source.exactly(min(_PIECE, self.left))
            self.left -= len(piece)
            yield piece

    def whole(self, *, at_most: int = LARGEST_DOCUMENT_BYTES) -> bytes:
        """Return what a small member holds. Raises: ConfigurationProblem when it is too large."""
        if self.size > at_most:
            raise problems.unsafe(
                self._source.file,
                said("%(count)d {count:byte|bytes} where few are", count=self.size),
            )
        return b"".join(self.pieces())


@contextmanager
def opened(file: Path) -> Iterator[tuple[Head, Iterator[Member]]]:
    """Open a backup: what it says of itself, and its members after that.

    Raises: ConfigurationProblem when it is not there, no backup or of a later version, and while members are read when
    it is cut, changed or unsafe; OSError when it cannot be read.
    """
    with _found(file) as raw, GzipFile(fileobj=raw, mode="rb") as packed:
        source = _Bytes(file, packed, most=LARGEST_HEAD_BYTES + 4 * _BLOCK)
        members = _members(source)
        head = _head(file, members)
        source.is_begun = True
        packed_size = file.stat().st_size
        source.most = _PIECE + min(max(0, head.bytes), packed_size * DEFLATE_AT_MOST)
        yield head, members


def _found(file: Path) -> BinaryIO:
    try:
        return file.open("rb")
    except OSError as error:
        raise_trouble(error, but=OF_FILES)
        raise problems.not_readable(file, str(error.strerror)) from None


def _head(file: Path, members: Iterator[Member]) -> Head:
    try:
        first = next(members, None)
        if first is None or first.name != HEAD:
            raise problems.not_a_backup(file)
        written = first.whole(at_most=LARGEST_HEAD_BYTES)
        said = decoded(written, msgspec.json.decode)
        number = said.get("format") if isinstance(said, dict) else None
        if isinstance(number, int) and number > FORMAT:
            raise problems.newer(file)
        return msgspec.convert(said, Head)
    except (DamagedDocument, msgspec.ValidationError, _Unreadable):
        raise problems.not_a_backup(file) from None


class _Unreadable(Exception):
    """The bytes are no gzip, or no tar."""


class _Bytes:
    """The unpacked bytes of a file, `most` of them at the most. `is_begun`: something was understood of it already."""

    def __init__(self, file: Path, packed: GzipFile, *, most: int) -> None:
        self.file, self.most, self.is_begun = file, most, False
        self._packed, self._read = packed, 0

    def exactly(self, size: int) -> bytes:
        """Return the next bytes. Raises: ConfigurationProblem when there are fewer, or more than there may be."""
        found = self.at_most(size)
        if len(found) < size:
            raise self.broken(said("it ends too early"))
        return found

    def at_most(self, size: int) -> bytes:
        """Return the next bytes, fewer at the end."""
        self._read += size
        if self._read > self.most:
            raise problems.unsafe(self.file, said("more than it says that it holds"))
        pieces, left = [], size
        try:
            while left and (piece := self._packed.read(min(left, _PIECE))):
                pieces.append(piece)
                left -= len(piece)
        except (EOFError, BadGzipFile, zlib.error) as error:
            why = (
                said("it ends too early")
                if isinstance(error, EOFError)
                else said("its bytes were changed")
            )
            raise self.broken(why) from None
        return b"".join(pieces)

    def broken(self, why: str) -> Exception:
        """Return what is raised when the bytes make no sense."""
        return problems.damaged(self.file, why) if self.is_begun else _Unreadable(why)


def _members(source: _Bytes) -> Iterator[Member]:
    for _ in range(MOST_MEMBERS):
        header = _header(source)
        if header is None:
            _check_end(source)
            return
        name, size = header
        member = Member(name, size, source)
        yield member
        for _unread in member.pieces():
            pass
        source.exactly(-size % _BLOCK)
    raise problems.unsafe(source.file, said("too many files"))


def _header(source: _Bytes) -> tuple[str, int] | None:
    """Return the name and size of the next file, None at the end of the archive."""
    described = _block(source)
    if described is None:
        return None
    name = described.name
    if described.type == tarfile.GNUTYPE_LONGNAME:
        name = _long_name(source, described.size)
        described = _block(source)
        if described is None:
            raise source.broken(said("it ends too early"))
    if described.type not in (tarfile.REGTYPE, tarfile.AREGTYPE):
        raise problems.unsafe(source.file, said("a link, a folder or a device"))
    if described.size < 0 or not all(map(is_path_name, name.split("/"))):
        raise problems.unsafe(
            source.file, said("a name that leads elsewhere, or a size that is none")
        )
    return name, described.size


def _block(source: _Bytes) -> tarfile.TarInfo | None:
    block = source.exactly(_BLOCK)
    if not any(block):
        return None
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        raise source.broken(said("its bytes were changed")) from None


def _long_name(source: _Bytes, size: int) -> str:
    if not 0 < size <= LONGEST_NAME_BYTES:
        raise problems.unsafe(source.file, said("a name that is too long"))
    written = source.exactly(size)
    source.exactly(-size % _BLOCK)
    return written.rstrip(b"\0").decode("utf-8", "surrogateescape")


def _check_end(source: _Bytes) -> None:
    """Read to the end of the file, which is when its checksum is compared: nothing but zeros may follow."""
    rest = source.at_most(2 * tarfile.RECORDSIZE)
    if any(rest) or len(rest) == 2 * tarfile.RECORDSIZE:
        raise problems.unsafe(source.file, said("something after its end"))
