"""A source that never answers: canceled at once, ended after its longest time, and refused when it is no file at all."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event

import pytest

from segue.core.errors import BrokenOff, ConfigurationProblem
from segue.core.hanging import anything_hangs
from segue.core.permit import Permit
from segue.engines.duckdb.reading.inspect import inspect_folder, inspect_sqlite
from segue.engines.duckdb.reading.sources_check import check_kinds
from segue.engines.duckdb.watch import Watch, watched
from segue.profiles.sources import (
    CsvSource,
    ExcelSource,
    JsonLinesSource,
    ParquetSource,
    Source,
    SqliteSource,
)
from tests.integration.engines.hanging import ENDLESS, Refreshing, endless_source, endless_view
from tests.integration.engines.small_refresh import attribute, csv_source, run, schema, table
from tests.patience import PATIENCE_S

PEOPLE = schema(table(attribute("email", "email")))
SOUND = "id,email\n1,nadia@shop.example\n"


@pytest.mark.parametrize("kind", ENDLESS)
def test_a_view_without_end_is_canceled_and_leaves_nothing_behind(
    tmp_path: Path, kind: str
) -> None:
    refreshing = Refreshing(PEOPLE, endless_source(tmp_path, kind), home=tmp_path / "home")

    with refreshing.under_way():
        refreshing.cancel()

    assert isinstance(refreshing.problem, BrokenOff)
    assert refreshing.problem.code == "canceled"
    gone_on()
    assert not (tmp_path / "home" / "snapshots" / "current").exists()


@pytest.mark.parametrize("kind", ENDLESS)
def test_a_view_without_end_ends_after_its_longest_time_and_is_named(
    tmp_path: Path, kind: str
) -> None:
    with pytest.raises(ConfigurationProblem) as told:
        run(tmp_path / "home", PEOPLE, endless_source(tmp_path, kind, longest_s=0.6))

    assert told.value.code == "source_too_slow"
    assert told.value.message == (
        "Source 'people' was not read within 0.01 minutes, the longest time that it may take."
    )
    assert [one.path for one in told.value.mistakes] == ["sources.people"]
    gone_on()


def test_after_a_source_without_end_the_next_refresh_goes_on(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationProblem):
        run(tmp_path / "home", PEOPLE, endless_source(tmp_path, longest_s=0.2))

    refreshed = run(tmp_path / "home", PEOPLE, csv_source(tmp_path, SOUND))

    assert refreshed.snapshot.counts["profiles"].kept == 1


@contextmanager
def no_file(folder: Path, kind: str) -> Iterator[Path]:
    """Put something that is no file into a folder, or name what the system has."""
    path = folder / "people.data"
    if kind == "a folder":
        path.mkdir()
    elif kind == "a named pipe":
        os.mkfifo(path)
    elif kind == "a device":
        path.symlink_to("/dev/zero")
    with closing(socket.socket(socket.AF_UNIX)) as listening:
        if kind == "a socket":
            os.chdir(folder)  # a socket's name must be short
            listening.bind(path.name)
        yield path


KINDS = ("a folder", "a named pipe", "a socket", "a device")
FILE_SOURCES: dict[str, Callable[[Path], Source]] = {
    "csv": lambda path: CsvSource(name="people", path=path),
    "excel": lambda path: ExcelSource(name="people", path=path),
    "json": lambda path: JsonLinesSource(name="people", path=path),
    "parquet": lambda path: ParquetSource(name="people", path=path),
    "sqlite": lambda path: SqliteSource(name="people", path=path, table="people"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("type_", FILE_SOURCES)
def test_what_is_no_file_is_refused_by_name_when_it_is_read_and_when_it_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, type_: str
) -> None:
    monkeypatch.chdir(tmp_path)  # and back
    with no_file(tmp_path, kind) as path:
        source = FILE_SOURCES[type_](path)

        with pytest.raises(ConfigurationProblem) as read:
            run(tmp_path / "home", PEOPLE, source)
        with pytest.raises(ConfigurationProblem) as checked:
            check_kinds({"people": source})

    said = f"Source 'people' reads {path}, which is {kind}, not a file."
    assert (read.value.code, read.value.message) == ("source_not_a_file", said)
    assert (checked.value.code, checked.value.message) == ("source_not_a_file", said)


def test_a_pipe_among_files_of_a_pattern_is_refused_and_a_folder_is_passed_over(
    tmp_path: Path,
) -> None:
    csv_source(tmp_path, SOUND, name="people-1")
    (tmp_path / "people-2.csv").mkdir()
    source = CsvSource(name="people", path=tmp_path / "people-*.csv")
    kept = run(tmp_path / "home", PEOPLE, source).snapshot.counts["profiles"].kept
    os.mkfifo(tmp_path / "people-3.csv")

    with pytest.raises(ConfigurationProblem, match=r"people-3\.csv, which is a named pipe"):
        run(tmp_path / "home", PEOPLE, source)

    assert kept == 1


@pytest.mark.parametrize("ending", ["-journal", "-wal", "-shm"])
def test_a_pipe_beside_an_sqlite_file_is_refused(tmp_path: Path, ending: str) -> None:
    source = SqliteSource(name="people", path=tmp_path / "shop.sqlite", table="sound")
    endless_view(source.path)
    os.mkfifo(tmp_path / f"shop.sqlite{ending}")

    with pytest.raises(ConfigurationProblem, match=f"sqlite{ending}, which is a named pipe"):
        run(tmp_path / "home", PEOPLE, source)
    with pytest.raises(ConfigurationProblem, match=f"sqlite{ending}, which is a named pipe"):
        check_kinds({"people": source})


def test_files_that_are_there_or_not_yet_there_pass_the_check(tmp_path: Path) -> None:
    missing = CsvSource(name="later", path=tmp_path / "later.csv")
    check_kinds({"people": csv_source(tmp_path, SOUND), "later": missing})


@contextmanager
def pipe_that_nobody_writes(folder: Path) -> Iterator[Path]:
    """Make a pipe; at the end whoever waits for it goes on."""
    path = folder / "pipe"
    os.mkfifo(path)
    try:
        yield path
    finally:
        os.close(os.open(path, os.O_RDWR | os.O_NONBLOCK))
        with path.open("r+b", buffering=0):
            gone_on()


def gone_on() -> None:
    """Wait until nothing hangs any more."""
    until = time.monotonic() + PATIENCE_S
    while anything_hangs():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_what_hears_nothing_is_left_behind_and_does_nothing_more(tmp_path: Path) -> None:
    permit, told = Permit(), Event()

    def work(watch: Watch) -> None:
        watch.tell(lambda: permit.revoke(BrokenOff("No.", action="", code="canceled")))
        with path.open("rb"):
            watch.tell(told.set)

    with pipe_that_nobody_writes(tmp_path) as path:
        with pytest.raises(BrokenOff):
            watched(work, permit=permit)
        was_left = anything_hangs()

    assert was_left
    assert not told.is_set()


def test_what_hears_nothing_ends_after_its_longest_time_for_whoever_waits(tmp_path: Path) -> None:
    def work(watch: Watch) -> None:
        with (
            watch.at_most(0.05, lambda: BrokenOff("Late.", action="", code="late")),
            path.open("rb"),
        ):
            pass

    with pipe_that_nobody_writes(tmp_path) as path, pytest.raises(BrokenOff, match="Late"):
        watched(work)


def test_work_that_ends_gives_its_result_or_its_own_error() -> None:
    def broken(_watch: Watch) -> None:
        raise ValueError("its own")

    assert watched(lambda _: 7) == 7
    with pytest.raises(ValueError, match="its own"):
        watched(broken)


def test_work_does_not_begin_without_a_permit() -> None:
    permit, is_done = Permit(), Event()
    permit.revoke(BrokenOff("No.", action="", code="canceled"))

    def work(watch: Watch) -> None:
        watch.permit.check()
        is_done.set()

    with pytest.raises(BrokenOff):
        watched(work, permit=permit)
    assert not is_done.is_set()


def test_a_look_at_a_database_tells_of_a_view_without_end_and_goes_on(tmp_path: Path) -> None:
    path = endless_view(tmp_path / "shop.sqlite")

    people, sound = inspect_sqlite(path, longest_s=1.0)

    assert people.problem is not None
    assert (people.problem.code, people.columns) == ("source_silent", ())
    assert [column.name for column in sound.columns] == ["id", "email"]


def test_a_look_at_a_folder_passes_pipes_over(tmp_path: Path) -> None:
    csv_source(tmp_path, SOUND)
    for name in ("pipe.csv", "pipe.txt", "pipe.json", "pipe.xlsx", "pipe.parquet", "pipe.sqlite"):
        os.mkfifo(tmp_path / name)

    found = {one.name: one.problem and one.problem.code for one in inspect_folder(tmp_path)}

    assert found == {"people": None, "pipe": "source_not_a_file"}
