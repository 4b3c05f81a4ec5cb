"""Divide stored changes into chunks, and read these back as slices of Arrow buffers. Knows files, not the network.

A chunk is a column of the file, so that nothing hangs on the order of its rows: the engine writes it with several threads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, overload

import pyarrow as pa

from segue.engines.duckdb.audience.journal import StoredRun
from segue.engines.duckdb.quoting import literal
from segue.sync.store import Chunk, Group, Step

CHUNK = "chunk"
"""The column that says in which chunk a row is."""

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


def divided(query: str, size: int) -> str:
    """Return a query's rows with the number of the chunk that each is in, `size` to a chunk."""
    return f"SELECT *, (row_number() OVER () - 1) // {size} AS {CHUNK} FROM ({query})"


def numbered(group: Group, file: Path, run: StoredRun) -> str:
    """Return a query of a group's file in which `chunk` is the chunk's number.

    Groups of earlier versions say no size: there the journal kept how many people in the file's own order were a chunk.
    """
    source = literal(str(file))
    if group.size:
        return f"SELECT * FROM read_parquet({source})"
    size = run.chunk_sizes.get(group.name, 1)
    place = f"file_row_number // {size} AS {CHUNK}"
    return f"SELECT *, {place} FROM read_parquet({source}, file_row_number = true)"


def read_chunks(path: Path, group: Group) -> Iterator[Chunk]:
    """Read a group's file chunk by chunk, as soon as each is whole; what is still in parts at the end of the file is then."""
    wanted = {
        Step.WRITE: ["sub", "member"],
        Step.MOVE: ["sub", "old_sub", "address", "member"],
        Step.UNTAG: ["sub", "address", "again"],
    }[group.step]
    parts: dict[int, list[Any]] = {}
    for table in _row_groups(path, [CHUNK, *wanted]):
        for number, rows in _runs(table):
            found = parts.setdefault(number, [])
            found.append(rows)
            if sum(map(len, found)) == group.size:
                yield _chunk(_together(parts.pop(number)), group, number)
    for number, found in sorted(parts.items()):
        yield _chunk(_together(found), group, number)


def _row_groups(path: Path, columns: list[str]) -> Iterator[Any]:
    import pyarrow.parquet as pq  # with what else is imported late here 15 MB, which plans do not need

    with pq.ParquetFile(path) as file:
        columns = [name for name in columns if name in file.schema_arrow.names]
        for index in range(file.num_row_groups):
            table = file.read_row_group(index, columns=columns, use_threads=False)
            yield table.combine_chunks()


def _runs(table: Any) -> Iterator[tuple[int, Any]]:
    """Yield what stands together of one chunk, with the chunk's number."""
    import pyarrow.compute as pc

    if not len(table):
        return
    encoded = pc.run_end_encode(table.column(CHUNK).chunk(0))
    start = 0
    for end, number in zip(encoded.run_ends.to_pylist(), encoded.values.to_pylist(), strict=True):
        yield number, table.slice(start, end - start)
        start = end


def _together(parts: Sequence[Any]) -> Any:
    return parts[0] if len(parts) == 1 else pa.concat_tables(parts).combine_chunks()


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
