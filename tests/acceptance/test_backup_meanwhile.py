"""Backups while a run or a refresh is under way: what is restored is a state from which the next run goes on."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from hashlib import md5, sha256
from pathlib import Path
from threading import Thread

import pytest

from segue.core.errors import TryLater
from segue.core.files import write_durably
from segue.engines.duckdb.audience.copying import copy_audience
from segue.engines.duckdb.audience.intact import Intact, open_journal
from segue.engines.duckdb.profiles.snapshots import refreshing
from tests.acceptance.by_hand import by_hand
from tests.acceptance.world import Between, audience, crowd, person, second_run_is_empty
from tests.fakes.laboratory import Laboratory, laboratory
from tests.unit.backups.homes import backed_up, everything_in, full_home, members, put_back

LEAVERS = [person(1, "Nadia"), person(2, "Pia")]


def in_the_middle(lab: Laboratory, file: Path, method: str) -> None:
    """Back up just before the first call of a method, while the run goes on."""
    done: list[object] = []

    def make() -> None:
        made = backed_up(lab.home.parent, file)
        assert made.damaged == ()
        done.append(made)

    lab.around = lambda destination: Between(destination, (method,), make)
    lab.approve()
    lab.around = None
    assert len(done) == 1


def restored(lab: Laboratory, file: Path) -> None:
    shutil.rmtree(lab.home.parent)
    put_back(file, lab.home.parent)


@pytest.mark.parametrize("method", ["observe", "upsert", "untag"])
def test_a_backup_in_the_middle_of_a_run_is_a_state_to_go_on_from(
    tmp_path: Path, method: str
) -> None:
    with laboratory(tmp_path / "home" / "audiences", *LEAVERS, *crowd(30)) as lab:
        lab.batch_size = 10
        lab.run()
        lab.people = crowd(60)
        name = {"observe": "account"}.get(method, method)
        in_the_middle(lab, tmp_path / "kept.tar.gz", name)
        expected = audience(lab)

        restored(lab, tmp_path / "kept.tar.gz")
        lab.approve()

        assert audience(lab) == expected
        second_run_is_empty(lab)


def test_a_backup_in_the_middle_of_a_run_resubscribes_nobody_who_leaves_after_it(
    tmp_path: Path,
) -> None:
    with laboratory(tmp_path / "home" / "audiences", *LEAVERS, *crowd(30)) as lab:
        lab.batch_size = 10
        in_the_middle(lab, tmp_path / "kept.tar.gz", "upsert")
        for name in ("nadia", "p0003", "p0017"):
            subscriber = md5(f"{name}@shop.example".encode()).hexdigest()
            by_hand(lab, "PATCH", f"/members/{subscriber}", {"status": "unsubscribed"})

        restored(lab, tmp_path / "kept.tar.gz")
        lab.approve()

        after = audience(lab)
        assert {after[name][0] for name in ("nadia", "p0003", "p0017")} == {"unsubscribed"}


def test_files_that_are_replaced_while_they_are_copied_are_never_missing(tmp_path: Path) -> None:
    """Whatever moment a copy hits: its journal and its files belong together."""
    folder = tmp_path / "account-a1b2c3d4e5"
    with closing(open_journal(folder)) as journal:
        _swap(folder, journal, 0)
    writer = Thread(target=_swap_again_and_again, args=(folder,))
    writer.start()
    copies = 0
    while writer.is_alive() or not copies:
        copy = tmp_path / f"copy{copies}"
        copies += 1
        try:
            lost = copy_audience(folder, copy)
        except TryLater:
            continue
        assert lost == ()
        with closing(sqlite3.connect(copy / "journal.sqlite")) as found:
            kept = dict(found.execute("SELECT file, sha256 FROM kept_file").fetchall())
            pointed = [file for (file,) in found.execute("SELECT file FROM pointer")]
        for file in pointed:
            assert sha256((copy / file).read_bytes()).hexdigest() == kept[file]
        assert {path.relative_to(copy).as_posix() for path in copy.rglob("*.parquet")} == {*pointed}
        shutil.rmtree(copy)
    writer.join()


def _swap_again_and_again(folder: Path) -> None:
    with closing(open_journal(folder)) as journal:
        for number in range(1, 60):
            _swap(folder, journal, number)


def _swap(folder: Path, journal: object, number: int) -> None:
    """Write new files, point to them, and remove the old ones, as the end of a run does."""
    from segue.engines.duckdb.audience.journal import Journal

    assert isinstance(journal, Journal)
    intact = Intact(folder, journal)
    names = {f"ledger/e{n}": f"ledger/e{n}/{number}.parquet" for n in range(4)}
    for file in names.values():
        write_durably(folder / file, b"PAR1" + f"{file} ".encode() * 500 + b"PAR1")
    old = dict(journal.pointers(""))
    with journal.together():
        for name, file in names.items():
            intact.note(folder / file)
            journal.point(name, file)
    for file in old.values():
        (folder / file).unlink()


def test_a_backup_while_data_are_refreshed_holds_the_newest_snapshot_that_is_whole(
    tmp_path: Path,
) -> None:
    home = full_home(tmp_path / "home")
    with refreshing(home) as working:
        (working / "profiles.parquet").write_bytes(b"half of it")

        made = backed_up(home, tmp_path / "kept.tar.gz")

    names = {name for name in members(made.file) if name.startswith("home/snapshots/")}
    assert names == {
        "home/snapshots/current",
        "home/snapshots/20260302T090000.000000Z-1/manifest.json",
        "home/snapshots/20260302T090000.000000Z-1/profiles.parquet",
    }


def test_a_backup_writes_nothing_into_the_state_folder(tmp_path: Path) -> None:
    home = full_home(tmp_path / "home")
    before = everything_in(home)

    backed_up(home, tmp_path / "kept.tar.gz")

    after = everything_in(home)
    assert {name: content for name, content in after.items() if "sqlite" not in name} == {
        name: content for name, content in before.items() if "sqlite" not in name
    }
