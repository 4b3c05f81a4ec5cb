"""What is written beside its place is held while somebody is at it, and swept once nobody is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from segue.backups.places import sweep_restores
from segue.core.asides import making, sweep
from segue.service.databases import Embedded
from segue.shown.spreadsheets import csv_file

KILLED = """
import os, signal, sys
from pathlib import Path
from segue.core.asides import making

folder = Path(sys.argv[1]) / ".segue-killed"

def make():
    folder.mkdir()
    (folder / "addresses").write_text("nadia@shop.example")
    return folder

with making(folder.parent, make):
    os.kill(os.getpid(), signal.SIGKILL)
"""


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def made(path: Path) -> Path:
    path.write_text("nadia@shop.example", encoding="utf-8")
    return path


def test_what_a_killed_process_has_left_is_swept_and_what_is_held_is_not(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    with making(tmp_path, lambda: made(tmp_path / ".segue-held")) as held:
        swept = sweep(tmp_path, ".segue-")
        names = names_in(tmp_path)

    assert (done.returncode, swept, names) == (-9, 1, [held.name])
    assert sweep(tmp_path, ".segue-") == 1
    assert names_in(tmp_path) == []


def test_nothing_else_is_swept(tmp_path: Path) -> None:
    others, outside = tmp_path / "there", tmp_path / "outside"
    others.mkdir()
    outside.mkdir()
    made(outside / "kept")
    made(others / ".segue.csv")
    (others / ".segue-link").symlink_to(outside)
    os.mkfifo(others / ".segue-pipe")

    assert sweep(others, ".segue-") == 1  # the pipe is not waited for
    assert sweep(tmp_path / "nowhere", ".segue-") == 0
    assert names_in(others) == [".segue-link", ".segue.csv"]
    assert names_in(outside) == ["kept"]


def test_nothing_is_swept_while_something_is_just_being_made(tmp_path: Path) -> None:
    left = made(tmp_path / ".segue-left")

    def make() -> Path:
        assert sweep(tmp_path, ".segue-") == 0
        return made(tmp_path / ".segue-new")

    with making(tmp_path, make):
        assert left.exists()
        assert sweep(tmp_path, ".segue-") == 1


def test_a_csv_file_removes_what_one_that_was_killed_has_left(tmp_path: Path) -> None:
    made(tmp_path / ".plan.csv.segue-99.part")
    others = made(tmp_path / ".plan.csv.swp")

    with csv_file(tmp_path / "plan.csv", ["email"]) as write:
        write(["nadia@shop.example"])

    assert names_in(tmp_path) == [others.name, "plan.csv"]


def test_what_a_killed_restore_has_left_is_swept_at_the_next_start(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (tmp_path / ".home.restoring-a1").mkdir()
    (tmp_path / ".other.restoring-a1").mkdir()
    (home / ".restoring-b2").mkdir(parents=True)
    made(home / ".segue.sqlite3.restoring")
    database = made(home / "segue.sqlite3")

    sweep_restores(home, Embedded(database))

    assert names_in(tmp_path) == [".other.restoring-a1", "home"]
    assert names_in(home) == [database.name]
