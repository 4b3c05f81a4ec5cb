"""A process of unit tests ends at once, with what pytest found, and leaves nothing undone that was asked for its end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

TEST = """
import atexit
from importlib.util import find_spec
from pathlib import Path

import pytest

def test_it():
    atexit.register(Path(__file__).with_name("ended").touch)
    for name in ("numpy", "pandas"):
        with pytest.raises(ModuleNotFoundError):
            find_spec(name)
    assert {holds}
"""


@pytest.mark.any_day
@pytest.mark.parametrize(("holds", "code"), [(True, 0), (False, 1)])
def test_it_ends_with_what_was_found(tmp_path: Path, holds: bool, code: int) -> None:
    test = tmp_path / "test_one.py"
    test.write_text(TEST.format(holds=holds), encoding="utf-8")

    # By its name alone: pytest takes what stands in brackets in a path for parameters of a test.
    ended = subprocess.run(
        [sys.executable, "-m", "tests.half", "-c", str(ROOT / "pyproject.toml"), test.name],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )

    assert (ended.returncode, (tmp_path / "ended").exists()) == (code, True)
    assert (b"1 passed" if holds else b"1 failed") in ended.stdout


def test_what_it_cannot_run_is_a_failure() -> None:
    wrong = [sys.executable, "-m", "tests.half", "--no-such-option"]

    assert subprocess.run(wrong, cwd=ROOT, capture_output=True, check=False).returncode == 4
