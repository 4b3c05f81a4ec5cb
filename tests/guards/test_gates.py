"""The gates of `make check` as tests, so that `make test` proves them too: style, layout, types, import contracts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.guards import tree

BESIDE_PYTHON = Path(sys.executable).parent

GATES = {
    "lint": [BESIDE_PYTHON / "ruff", "check", "."],
    "format": [BESIDE_PYTHON / "ruff", "format", "--check", "."],
    "types": [sys.executable, "-m", "mypy"],
    "imports": [BESIDE_PYTHON / "lint-imports"],
}


@pytest.mark.gate
@pytest.mark.parametrize("gate", GATES)
def test_the_gate_is_passed(gate: str) -> None:
    result = subprocess.run(
        GATES[gate], cwd=tree.ROOT, capture_output=True, encoding="utf-8", check=False
    )

    assert result.returncode == 0, f"make {gate} fails:\n{result.stdout}{result.stderr}"
