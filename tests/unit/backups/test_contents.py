"""Every file of a state folder is in a backup, or stands in the list of what is not, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from segue.backups.contents import ROWS, Part, found_in
from tests.guards import tree
from tests.unit.backups.homes import AUDIENCE, RUN, backed_up, full_home, members, put_back


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return full_home(tmp_path / "home")


def test_a_backup_holds_what_it_should_and_nothing_else(home: Path, tmp_path: Path) -> None:
    made = backed_up(home, tmp_path / "kept.tar.gz")

    assert made.damaged == ()
    assert set(members(made.file)) == {
        "backup.json",
        "manifest.json",
        "database/segue.sqlite3",
        f"home/{AUDIENCE}/journal.sqlite",
        f"home/{AUDIENCE}/ledger/news/2.parquet",
        f"home/{AUDIENCE}/contacts/3.parquet",
        f"home/{AUDIENCE}/foreign/0/1.parquet",
        f"home/{AUDIENCE}/runs/{RUN}/update.parquet",
        "home/snapshots/current",
        "home/snapshots/20260302T090000.000000Z-1/manifest.json",
        "home/snapshots/20260302T090000.000000Z-1/profiles.parquet",
        "home/reports/20260302T090000000-news.json",
        "home/plans/17.csv",
        "home/installation.json",
        "home/segue.yaml",
        "home/data/customers.csv",
    }


def test_whatever_is_not_in_it_is_left_out_by_a_row_or_by_its_journal(
    home: Path, tmp_path: Path
) -> None:
    made = backed_up(home, tmp_path / "kept.tar.gz")

    there = {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()}
    found = {one.name: one for one in found_in(home)}
    kept = {name.removeprefix("home/") for name in members(made.file)}
    assert set(found) == there
    assert {name for name, one in found.items() if one.part is Part.COPIED} <= kept
    assert all(one.why for one in found.values())
    assert {name for name in there - kept if found[name].part is Part.COPIED} == set()


def test_the_page_names_every_row() -> None:
    page = tree.text_of("docs/howto/back-up-and-restore.md") or ""

    missing = [row.pattern for row in ROWS if f"`{row.pattern}`" not in page]

    assert missing == []


def test_what_is_restored_is_what_was_there(home: Path, tmp_path: Path) -> None:
    made = backed_up(home, tmp_path / "kept.tar.gz")

    back = put_back(made.file, tmp_path / "new")

    kept = members(made.file)
    there = {
        f"home/{path.relative_to(tmp_path / 'new').as_posix()}": path.read_bytes()
        for path in (tmp_path / "new").rglob("*")
        if path.is_file()
    }
    assert back.files == len(kept) - 1
    assert {name: content for name, content in kept.items() if name.startswith("home/")} == {
        name: content
        for name, content in there.items()
        if name not in {"home/restored.json", "home/segue.sqlite3"}
    }
    assert (tmp_path / "new" / "segue.sqlite3").is_file()
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_links_pipes_and_hidden_files_are_told_and_links_are_followed_once(
    home: Path, tmp_path: Path
) -> None:
    import os

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "more.csv").write_text("id\n", encoding="utf-8")
    (home / "linked").symlink_to(elsewhere)
    (home / "round").symlink_to(home)
    (home / "nowhere").symlink_to(tmp_path / "gone")
    (home / ".hidden").write_text("x", encoding="utf-8")
    os.mkfifo(home / "pipe")

    made = backed_up(home, tmp_path / "kept.tar.gz")

    names = set(members(made.file))
    assert "home/linked/more.csv" in names
    assert not [name for name in names if name.startswith("home/round/")]
    assert sum(made.left_out.values()) == len(names & set()) + sum(
        1 for one in found_in(home) if one.part is Part.LEFT_OUT
    )
    assert {"home/nowhere", "home/pipe", "home/.hidden"} & names == set()
