"""Files of tests lie in memory where there is room for them, and nothing of them stays there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.in_memory import fits

TOLD = "from tests.in_memory import put_files_into_memory as put; import os, tempfile; put(); print(tempfile.mkdtemp())"
KILLED = f"{TOLD}; os.abort()"


def _folder(code: str, **changes: str) -> Path:
    rest = {name: value for name, value in os.environ.items() if name != "TMPDIR"}
    told = rest | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUNBUFFERED": "1", **changes}
    done = subprocess.run(
        [sys.executable, "-c", code], env=told, capture_output=True, encoding="utf-8", check=False
    )
    return Path(done.stdout.strip())


def test_a_folder_that_somebody_names_is_taken_and_stays(tmp_path: Path) -> None:
    made = _folder(TOLD, TMPDIR=str(tmp_path))

    assert (made.parent, made.is_dir()) == (tmp_path, True)


@pytest.mark.skipif(not fits(), reason="too little memory is free for the files of tests")
def test_nothing_stays_in_memory_not_even_of_tests_that_were_killed() -> None:
    killed = _folder(KILLED)
    assert (killed.parts[:3], killed.is_dir()) == (("/", "dev", "shm"), True)

    ended = _folder(TOLD)

    assert (ended.parent.exists(), killed.parent.exists()) == (False, False)
