"""Make columns of Arrow from values of Python, for tables that are handed to a session.

`pyarrow.array` and `pyarrow.scalar` import pandas wherever it is installed (it is for Spark): 50 MB and 0.2 s of every run
that no table of ours needs. Source: `pandas-shim.pxi` and `helpers.cc` of pyarrow 26.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate

import pyarrow as pa


def texts(values: Iterable[str | None]) -> pa.Array:
    """Return a column of texts. Raises: OverflowError beyond two gigabytes of UTF-8."""
    given = list(values)
    written = ["" if one is None else one for one in given]
    joined = "".join(written)
    content = joined.encode()
    encoded = written if len(content) == len(joined) else map(str.encode, written)
    ends = array("i", list(accumulate(map(len, encoded), initial=0)))
    return _made(pa.string(), given, [pa.py_buffer(ends), pa.py_buffer(content)])


def whole(values: Iterable[int | None]) -> pa.Array:
    """Return a column of whole numbers of 64 bits. Raises: OverflowError for a greater one."""
    given = list(values)
    return _made(pa.int64(), given, [pa.py_buffer(array("q", [one or 0 for one in given]))])


def truths(values: Iterable[bool | None]) -> pa.Array:
    """Return a column of yes or no."""
    given = list(values)
    return _made(pa.bool_(), given, [_bits(given)])


def _made(kind: pa.DataType, given: Sequence[object], buffers: Sequence[pa.Buffer]) -> pa.Array:
    has_values = None if None not in given else _bits([one is not None for one in given])
    return pa.Array.from_buffers(kind, len(given), [has_values, *buffers])


def _bits(flags: Sequence[bool | None]) -> pa.Buffer:
    packed = bytearray(-(-len(flags) // 8))
    for place, is_set in enumerate(flags):
        if is_set:
            packed[place >> 3] |= 1 << (place & 7)
    return pa.py_buffer(bytes(packed))
