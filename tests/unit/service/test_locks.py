"""One process at a time: a second one is told who is there, and a dead one holds nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from segue.core.errors import TryLater
from segue.service.locks import only_one
from tests.patience import PATIENCE_S

HOLDING = """
import sys, time
from pathlib import Path
from segue.service.locks import only_one

with only_one(Path(sys.argv[1]), what="the audience"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_holder_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "locks" / "account.lock"

    with (
        only_one(path, what="the audience"),
        pytest.raises(TryLater) as refused,
        only_one(path, what="the audience"),
    ):
        pass

    assert refused.value.code == "already_running"
    assert "the audience" in refused.value.message
    assert refused.value.context == {"process": str(os.getpid())}


def test_a_lock_ends_with_its_block_also_after_an_error(tmp_path: Path) -> None:
    path = tmp_path / "account.lock"

    with pytest.raises(RuntimeError), only_one(path, what="the audience"):
        raise RuntimeError

    with only_one(path, what="the audience"):
        assert path.read_text(encoding="utf-8") == str(os.getpid())


def test_locks_of_two_things_do_not_meet(tmp_path: Path) -> None:
    with (
        only_one(tmp_path / "a.lock", what="a"),
        only_one(tmp_path / "b.lock", what="b"),
    ):
        assert (tmp_path / "b.lock").exists()


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "account.lock"
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(path)], stdout=subprocess.PIPE, encoding="utf-8"
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"

    with pytest.raises(TryLater) as refused, only_one(path, what="the audience"):
        pass
    other.send_signal(signal.SIGKILL)
    other.wait(timeout=PATIENCE_S)
    other.stdout.close()

    assert refused.value.context == {"process": str(other.pid)}
    with only_one(path, what="the audience"):
        pass
