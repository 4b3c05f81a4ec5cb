"""Read stored changes back as chunks: slices of Arrow buffers in the file's own order. Knows files, not the network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, overload

import pyarrow as pa
import pyarrow.parquet as pq

from segue.sync.store import Chunk, Group, Step

_HASH_BYTES = 16


class HexHashes(Sequence[str]):
    """128-bit hashes of a chunk as 32 hex digits, all computed at once when the first is read."""

    def __init__(self, column: Any) -> None:
        self._column = column

    def __len__(self) -> int:
        return len(self._column)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        return self._texts[index]

    @cached_property
    def _texts(self) -> list[str]:
        column = self._column
        stored = column.storage if isinstance(column, pa.ExtensionArray) else column
        content = stored.buffers()[1]
        first = stored.offset * _HASH_BYTES
        digits = memoryview(content)[first : first + len(stored) * _HASH_BYTES].hex()
        return [digits[at : at + 2 * _HASH_BYTES] for at in range(0, len(digits), 2 * _HASH_BYTES)]


class Texts(Sequence[bytes]):
    """Texts of a chunk as UTF-8, sliced from one buffer when read; each is stored with a leading comma."""

    def __init__(self, content: memoryview, offsets: memoryview) -> None:
        self._content = content
        self._offsets = offsets

    def __len__(self) -> int:
        return len(self._offsets) - 1

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[bytes]: ...
    def __getitem__(self, index: int | slice) -> bytes | Sequence[bytes]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        return bytes(self._content[self._offsets[index] + 1 : self._offsets[index + 1]])

    def joined(self) -> bytes:
        """Return all texts joined by commas: one copy of one slice."""
        return bytes(self._content[self._offsets[0] + 1 : self._offsets[-1]])


def read_chunks(path: Path, group: Group, *, size: int) -> Iterator[Chunk]:
    """Read a group's file, `size` people at a time; chunk `n` holds the rows from `n * size` on."""
    wanted = {
        Step.WRITE: ["sub", "member"],
        Step.MOVE: ["sub", "old_sub", "address", "member"],
        Step.UNTAG: ["sub", "address", "again"],
    }[group.step]
    number = 0
    for table in _tables(path, wanted, size):
        batch = table.combine_chunks()
        for start in range(0, len(batch), size):
            yield _chunk(batch.slice(start, size), group, number)
            number += 1


def _tables(path: Path, columns: list[str], size: int) -> Iterator[Any]:
    """Yield row groups, each but the last cut to a multiple of `size`."""
    with pq.ParquetFile(path) as file:
        carried = None
        columns = [name for name in columns if name in file.schema_arrow.names]
        for index in range(file.num_row_groups):
            table = file.read_row_group(index, columns=columns, use_threads=False)
            table = table if carried is None else pa.concat_tables([carried, table])
            whole = len(table) - len(table) % size
            carried = table.slice(whole)
            if whole:
                yield table.slice(0, whole)
        if carried is not None and len(carried):
            yield carried


def _chunk(rows: Any, group: Group, number: int) -> Chunk:
    columns = {name: rows.column(name).chunk(0) for name in rows.column_names}
    again = rows.column("again").to_pylist() if "again" in columns else ()
    texts = _texts(columns["member"]) if "member" in columns else None
    return Chunk(
        group=group,
        number=number,
        count=len(rows),
        subs=HexHashes(columns["sub"]),
        joined=texts.joined() if texts else b"",
        members=texts if texts is not None else (),
        addresses=columns["address"].to_pylist() if "address" in columns else (),
        old_subs=HexHashes(columns["old_sub"]) if "old_sub" in columns else (),
        counted_elsewhere=[
            sub for sub, is_so in zip(HexHashes(columns["sub"]), again, strict=True) if is_so
        ]
        if again
        else (),
    )


def _texts(column: Any) -> Texts:
    width: Literal["q", "i"] = "q" if pa.types.is_large_string(column.type) else "i"
    _, offsets, content = column.buffers()
    first = column.offset
    places = memoryview(offsets).cast("B").cast(width)[first : first + len(column) + 1]
    return Texts(memoryview(content).cast("B"), places)
