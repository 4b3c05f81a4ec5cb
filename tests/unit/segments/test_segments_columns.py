"""Columns of segments have names that every engine keeps."""

from __future__ import annotations

import pytest

from segue.segments.compile import flag_column


@pytest.mark.parametrize(("length", "is_kept"), [(56, True), (57, True), (58, False), (99, False)])
def test_a_segment_s_column_keeps_its_name_up_to_63_bytes_and_is_cut_from_64_on(
    length: int, is_kept: bool
) -> None:
    name = "a" * length

    column = flag_column(name)

    assert (column == f"flag__{name}") is is_kept
    assert len(column) == min(len("flag__") + length, 63)
    assert column != flag_column(f"{name[:-1]}b")
