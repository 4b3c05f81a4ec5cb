"""The hashes of a chunk are those of its rows, whatever slice of a larger table they are and however Arrow keeps them."""

from __future__ import annotations

from uuid import UUID

import pyarrow as pa
import pytest

from segue.engines.duckdb.audience.chunks import HexHashes

RAW = [bytes([n, *range(15)]) for n in range(9)]


@pytest.mark.parametrize("kept", [pa.binary(16), pa.uuid()], ids=["binary", "uuid"])
@pytest.mark.parametrize(("start", "count"), [(0, 9), (3, 4), (8, 1), (9, 0)])
def test_hashes_are_read_from_where_a_slice_begins(
    kept: pa.DataType, start: int, count: int
) -> None:
    column = pa.array(RAW, pa.binary(16)).cast(kept)

    hashes = HexHashes(column.slice(start, count))

    assert list(hashes) == [UUID(bytes=raw).hex for raw in RAW[start : start + count]]
    assert (len(hashes), hashes[1:3]) == (count, list(hashes)[1:3])
