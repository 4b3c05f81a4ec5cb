"""Two runs of pytest side by side are told as one: what each found, added up, and a failure of either."""

from __future__ import annotations

import pytest

from tests.halves import FIRST, ROOT, exit_code, total


def test_what_the_runs_found_is_added_up() -> None:
    first = (
        "..F.\n===\nFAILED tests/a.py::test_5 passed\n1 failed, 3 passed, 2 deselected in 7.10s\n"
    )
    second = "....\n4 passed, 1 skipped in 8.05s\n"

    assert total([first, second]) == "1 failed, 7 passed, 2 deselected, 1 skipped"


def test_a_run_that_broke_off_adds_nothing() -> None:
    assert total(["INTERNALERROR> no such file\n", ""]) == "no tests"


@pytest.mark.parametrize(
    ("codes", "code"),
    [([0, 0], 0), ([0, 1], 1), ([2, 0], 2), ([5, 0], 0), ([5, 1], 1), ([5, 5], 5), ([-9, 5], -9)],
)
def test_either_may_fail_and_one_may_be_empty(codes: list[int], code: int) -> None:
    assert exit_code(codes) == code


def test_the_first_half_are_folders_of_the_unit_tests() -> None:
    assert all((ROOT / folder).parent == ROOT / "tests" / "unit" for folder in FIRST)
    assert all(any((ROOT / folder).glob("test_*.py")) for folder in FIRST)
