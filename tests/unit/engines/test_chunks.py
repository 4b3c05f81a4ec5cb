"""Stored changes come back whole, once, in their chunks, whatever the sizes of row groups and wherever the rows stand."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.engines.duckdb.audience.chunks import divided, read_chunks
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


def write(
    path: Path, count: int, *, row_group: int, size: int, order: Sequence[int] = (), **options: Any
) -> None:
    """Write people of whom `size` are a chunk, in the order of their numbers or in another."""
    numbers = order or range(count)
    ids = pa.array([digest(n) for n in numbers], pa.binary(16))
    table = pa.table(
        {
            "sub": ids,
            "address": [f"p{n}@shop.example" for n in numbers],
            "old_sub": pa.array([digest(n + count) for n in numbers], pa.binary(16)),
            "member": pa.array([member(n) for n in numbers], options.get("text", pa.string())),
            "set0": pa.array([1] * count, pa.int64()),
            "chunk": pa.array([n // size for n in numbers], pa.int64()),
        }
    )
    pq.write_table(table, path, row_group_size=max(1, row_group))


@given(
    count=st.integers(0, 60),
    row_group=st.integers(1, 25),
    size=st.integers(1, 30),
    large=st.booleans(),
    chance=st.randoms(use_true_random=False),
)
def test_chunks_are_whole_wherever_their_rows_stand(
    tmp_path_factory: pytest.TempPathFactory,
    count: int,
    row_group: int,
    size: int,
    large: bool,
    chance: Random,
) -> None:
    path = tmp_path_factory.mktemp("chunks") / "write.parquet"
    order = chance.sample(range(count), count)
    text = pa.large_string() if large else pa.string()
    write(path, count, row_group=row_group, size=size, order=order, text=text)

    chunks = {chunk.number: chunk for chunk in read_chunks(path, replace(WRITE, size=size))}

    assert sorted(chunks) == list(range(-(-count // size)))
    for number, chunk in chunks.items():
        people = [n for n in order if n // size == number]
        assert list(chunk.subs) == [digest(n).hex() for n in people]
        assert list(chunk.members) == [member(n).removeprefix(",").encode() for n in people]
        assert (chunk.count, chunk.joined) == (len(people), b",".join(chunk.members))


def test_a_chunk_is_handed_out_as_soon_as_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "write.parquet"
    write(path, 7, row_group=2, size=2, order=[4, 0, 5, 2, 6, 3, 1])

    found = [chunk.number for chunk in read_chunks(path, replace(WRITE, size=2))]

    assert found == [2, 1, 0, 3]


def test_a_move_knows_old_and_new_and_a_removal_the_addresses(tmp_path: Path) -> None:
    path = tmp_path / "changes.parquet"
    write(path, 5, row_group=2, size=3)

    [first, second] = read_chunks(path, replace(MOVE, size=3))

    assert list(first.old_subs) == [digest(n + 5).hex() for n in range(3)]
    assert list(second.addresses) == ["p3@shop.example", "p4@shop.example"]
    assert [bytes(text) for text in second.members] == [
        member(n).removeprefix(",").encode() for n in (3, 4)
    ]
    write(path, 5, row_group=2, size=500)
    [removal] = read_chunks(path, replace(UNTAG, size=500))
    assert (len(removal.addresses), removal.joined, removal.members) == (5, b"", ())


def test_parts_of_a_chunk_can_be_taken(tmp_path: Path) -> None:
    path = tmp_path / "changes.parquet"
    write(path, 10, row_group=10, size=6)

    [_, chunk] = read_chunks(path, replace(WRITE, size=6))

    assert list(chunk.subs[1:3]) == [digest(7).hex(), digest(8).hex()]
    assert chunk.members[-2:] == [member(n).removeprefix(",").encode() for n in (8, 9)]
    assert chunk.subs[0] == digest(6).hex()


def test_what_the_engine_divides_is_read_in_whole_chunks(tmp_path: Path) -> None:
    path = tmp_path / "engine.parquet"
    rows = (
        "SELECT md5(i::VARCHAR)::UUID AS sub, ',\"' || i || '\"' AS member FROM range(20_250) t(i)"
    )
    with session(tmp_path / "spill") as connection:
        connection.execute(
            f"COPY ({divided(rows, 500)}) TO {literal(str(path))} (FORMAT parquet, ROW_GROUP_SIZE 2048)"
        )
        told = connection.execute(
            f"SELECT chunk, sub FROM read_parquet({literal(str(path))})"
        ).fetchall()

    chunks = list(read_chunks(path, replace(WRITE, size=500)))

    assert sorted((chunk.number, chunk.count) for chunk in chunks) == [
        *((number, 500) for number in range(40)),
        (40, 250),
    ]
    assert {(chunk.number, uuid.UUID(sub)) for chunk in chunks for sub in chunk.subs} == set(told)
