"""What `make test` leaves to `make test-long`: never all rows of a test, and never a value that no other row has."""

from __future__ import annotations

from itertools import product

import pytest

from tests.fixtures.forms import FORMS, covering, forms, without_short


def test_every_long_test_has_a_short_form(pytestconfig: pytest.Config) -> None:
    """Of all tests that were found together with this one."""
    assert without_short(pytestconfig.stash[FORMS]) == []


def test_a_test_without_a_short_form_is_found() -> None:
    found = [("a", False), ("a", True), ("b", True), ("b", True), ("c", False)]

    assert without_short(forms(found)) == ["b"]


def test_the_short_form_of_a_crossing_holds_every_value_and_mixes_them() -> None:
    sizes, ends = ("s", "m", "l", "xl"), ("\n", "\r\n")
    rows = [{"size": size, "end": end} for size, end in product(sizes, ends)]

    kept = [rows[at] for at in sorted(covering(rows))]

    assert len(kept) == len(sizes)
    assert sorted(row["size"] for row in kept) == sorted(sizes)
    assert sorted(row["end"] for row in kept) == [end for end in ends for _ in range(2)]


def test_rows_with_values_of_their_own_are_all_short() -> None:
    rows = [{"given": [number], "wanted": number} for number in range(5)]

    assert covering(rows) == frozenset(range(5))
