"""Hosts that share an installation and die at random leave every audience as it should be: the short form.

`make soak` is the long form.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.postgres import NOT_INSTALLED, find_binaries
from tests.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.postgres
def test_hosts_that_die_at_random_lose_nobody_send_nobody_twice_and_bring_nobody_back() -> None:
    if find_binaries() is None:
        if os.environ.get("CI") == "true":
            pytest.fail(NOT_INSTALLED, pytrace=False)
        pytest.skip(NOT_INSTALLED)
    command = [sys.executable, "-m", "tests.acceptance.soak", "--minutes", "0.2", "--blows", "3"]
    command += ["--people", "2500", "--hosts", "2", "--latency-ms", "500"]
    told = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))}
    told.pop("DJANGO_SETTINGS_MODULE", None)

    done = subprocess.run(
        command,
        env=told,
        capture_output=True,
        encoding="utf-8",
        timeout=4 * PATIENCE_S,
        check=False,
    )

    assert done.stdout, done.stderr
    result = json.loads(done.stdout)["result"]
    assert (done.returncode, result["wrong"]) == (0, [])
    assert result["deaths"] + result["ends"] + result["sleeps"] >= 3
    assert result["acknowledged"] > 0
    assert result["most_at_once"] <= 10
