"""Stored changes come back whole, once, in the stored order, whatever the sizes of row groups and chunks."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.engines.duckdb.chunks import read_chunks
from segue.engines.duckdb.quoting import literal
from segue.engines.duckdb.session import session
from segue.sync.store import Group, Step

WRITE = Group(name="write", step=Step.WRITE)
MOVE = Group(name="move", step=Step.MOVE)
UNTAG = Group(name="untag-0", step=Step.UNTAG)


def digest(number: int) -> bytes:
    return hashlib.md5(str(number).encode(), usedforsecurity=False).digest()


def member(number: int) -> str:
    return f',{{"email_address":"p{number}@shop.example","merge_fields":{{"FNAME":"{"é" * (number % 7)}"}}}}'


def write(path: Path, count: int, *, row_group: int, **options: Any) -> None:
    numbers = range(count)
    ids = pa.array([digest(n) for n in numbers], pa.binary(16))
    table = pa.table(
        {
            "sub": ids,
            "address": [f"p{n}@shop.example" for n in numbers],
            "old_sub": pa.array([digest(n + count) for n in numbers], pa.binary(16)),
            "member": pa.array([member(n) for n in numbers], options.get("text", pa.string())),
            "set0": pa.array([1] * count, pa.int64()),
        }
    )
    pq.write_table(table, path, row_group_size=max(1, row_group))


@given(
    count=st.integers(0, 60),
    row_group=st.integers(1, 25),
    size=st.integers(1, 30),
    large=st.booleans(),
)
def test_chunks_put_together_are_the_stored_rows(
    tmp_path_factory: pytest.TempPathFactory, count: int, row_group: int, size: int, large: bool
) -> None:
    path = tmp_path_factory.mktemp("chunks") / "write.parquet"
    write(path, count, row_group=row_group, text=pa.large_string() if large else pa.string())

    chunks = list(read_chunks(path, WRITE, size=size))

    assert [chunk.number for chunk in chunks] == list(range(-(-count // size)))
    assert [chunk.count for chunk in chunks] == [
        min(size, count - start) for start in range(0, count, size)
    ]
    assert [sub for chunk in chunks for sub in chunk.subs] == [
        digest(n).hex() for n in range(count)
    ]
    texts = [text for chunk in chunks for text in chunk.members]
    assert texts == [member(n).removeprefix(",").encode() for n in range(count)]
    for chunk in chunks:
        assert chunk.joined == b",".join(chunk.members)


def test_a_move_knows_old_and_new_and_a_removal_the_addresses(tmp_path: Path) -> None:
    path = tmp_path / "changes.parquet"
    write(path, 5, row_group=2)

    [first, second] = read_chunks(path, MOVE, size=3)
    [removal] = read_chunks(path, UNTAG, size=500)

    assert list(first.old_subs) == [digest(n + 5).hex() for n in range(3)]
    assert list(second.addresses) == ["p3@shop.example", "p4@shop.example"]
    assert [bytes(text) for text in second.members] == [
        member(n).removeprefix(",").encode() for n in (3, 4)
    ]
    assert (len(removal.addresses), removal.joined, removal.members) == (5, b"", ())


def test_parts_of_a_chunk_can_be_taken(tmp_path: Path) -> None:
    path = tmp_path / "changes.parquet"
    write(path, 10, row_group=10)

    [_, chunk] = read_chunks(path, WRITE, size=6)

    assert list(chunk.subs[1:3]) == [digest(7).hex(), digest(8).hex()]
    assert chunk.members[-2:] == [member(n).removeprefix(",").encode() for n in (8, 9)]
    assert chunk.subs[0] == digest(6).hex()


def test_files_of_the_engine_are_read_as_the_engine_numbers_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "engine.parquet"
    with session(tmp_path / "spill") as connection:
        connection.execute(
            "COPY (SELECT md5(i::VARCHAR)::UUID AS sub, ',\"' || i || '\"' AS member "
            f"FROM range(5000) t(i) ORDER BY hash(i)) TO {literal(str(path))} (FORMAT parquet, ROW_GROUP_SIZE 2048)"
        )
        numbered = connection.execute(
            f"SELECT file_row_number // 500, sub FROM read_parquet({literal(str(path))}, file_row_number = true) "
            "ORDER BY file_row_number"
        ).fetchall()

    found = [
        (chunk.number, uuid.UUID(sub))
        for chunk in read_chunks(path, WRITE, size=500)
        for sub in chunk.subs
    ]

    assert found == numbered
