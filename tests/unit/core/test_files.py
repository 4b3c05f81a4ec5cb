"""Files are in place whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from segue.core.files import place_named, replacing, write_durably
from tests.patience import PATIENCE_S

DYING = """
import os, sys
from pathlib import Path
from segue.core.files import replacing

with replacing(Path(sys.argv[1])) as aside:
    aside.write_bytes(b"half")
    os.kill(os.getpid(), 9)
"""


def test_a_file_appears_with_its_whole_content_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "report.json"

    write_durably(path, b"first")
    write_durably(path, b"second")

    assert path.read_bytes() == b"second"
    assert list(path.parent.iterdir()) == [path]


def test_the_old_file_stays_when_writing_the_new_one_fails(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    write_durably(path, b"old")

    with pytest.raises(RuntimeError), replacing(path) as aside:
        aside.write_bytes(b"half")
        raise RuntimeError

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_killed_process_leaves_the_old_file_and_the_next_one_is_not_disturbed(
    tmp_path: Path,
) -> None:
    path = tmp_path / "report.json"
    write_durably(path, b"old")

    died = subprocess.run([sys.executable, "-c", DYING, str(path)], check=False, timeout=PATIENCE_S)

    assert died.returncode == -9
    assert path.read_bytes() == b"old"
    write_durably(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_name_leads_to_its_file_through_links_and_to_none_where_a_pipe_is(tmp_path: Path) -> None:
    link, pipe, pipes_link = tmp_path / "link", tmp_path / "pipe", tmp_path / "to-pipe"
    link.symlink_to(tmp_path / "file")
    os.mkfifo(pipe)
    pipes_link.symlink_to(pipe)

    before = place_named(link)
    (tmp_path / "file").touch()

    assert before == place_named(link) == place_named(tmp_path / "file") == tmp_path / "file"
    assert place_named(pipe) is place_named(pipes_link) is None
