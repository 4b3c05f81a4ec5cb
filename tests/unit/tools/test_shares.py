"""What is left out of one share of the tests is in another."""

from __future__ import annotations

from pathlib import Path, PurePath

import pytest

from tests.fixtures.shares import asked_share, is_in

ROOT = Path(__file__).resolve().parents[3]
PARTS = 4


def test_every_file_is_in_one_share_and_every_share_has_about_as_many() -> None:
    """But the unit tests, which are in all."""
    files = [path.relative_to(ROOT) for path in (ROOT / "tests").rglob("test_*.py")]
    unit = [path for path in files if path.is_relative_to("tests/unit")]
    others = [path for path in files if path not in set(unit)]
    shares = [{path for path in files if is_in(path, one + 1, PARTS)} for one in range(PARTS)]

    assert all(share >= set(unit) for share in shares)
    assert sum(len(share) - len(unit) for share in shares) == len(others)
    assert set.union(*shares) == set(files)
    assert min(len(share) - len(unit) for share in shares) > len(others) / 6


def test_a_share_is_the_same_on_every_machine() -> None:
    """Or a part of the tests would never run."""
    path = PurePath("tests", "cli", "test_demo.py")

    assert [one for one in range(1, 9) if is_in(path, one, 8)] == [3]


@pytest.mark.parametrize("words", ["0/4", "5/4", "1", "1/", "a/4", "-1/4"])
def test_a_share_that_is_none_is_refused(words: str) -> None:
    """Instead of no test passing."""
    with pytest.raises(pytest.UsageError, match="1/4 to 4/4"):
        asked_share(words)
