"""A file that changes while it is read is read once more from the start, and refused when it does so again."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import current_thread

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segue.core.errors import ConfigurationProblem, SourceAway
from segue.core.permit import Permit
from segue.engines.duckdb.profiles.snapshots import current_snapshot
from segue.profiles.sources import (
    CsvSource,
    ExcelSource,
    JsonLinesSource,
    ParquetSource,
    Source,
    SqliteSource,
)
from tests.integration.engines.small_refresh import attribute, rows, run, schema, table

PEOPLE = schema(table(attribute("email", "email")))
MANY = [(f"{n}", f"p{n}@shop.example") for n in range(3_000)]
FEW = MANY[:7]
Rows = list[tuple[str, str]]
_WHILE_ROWS_COME = 4
"""Before that it is asked when a source is to be opened and when it is to be read, and before each of its batches."""


class Disturbing:
    """A permit under which `disturb` is done each time a refresh reads, so many `times`: when the work asks for the `nth` time."""

    def __init__(
        self, home: Path, disturb: Callable[[], object], *, times: int = 1, nth: int = 1
    ) -> None:
        self._working = home / "snapshots" / ".working"
        self._disturb, self._left, self._nth, self._asked = disturb, times, nth, 0
        self.permit = Permit(self._ask)

    def _ask(self) -> None:
        if current_thread().name != "watched work":
            return
        self._asked = self._asked + 1 if any(self._working.glob("*/staged")) else 0
        if self._asked == self._nth and self._left:
            self._left -= 1
            self._disturb()


def _csv(path: Path, people: Rows) -> Source:
    path.write_text("\n".join(map(",".join, [("id", "email"), *people])), encoding="utf-8")
    return CsvSource(name="people", path=path)


def _json(path: Path, people: Rows) -> Source:
    lines = [f'{{"id": "{key}", "email": "{email}"}}\n' for key, email in people]
    path.write_text("".join(lines), encoding="utf-8")
    return JsonLinesSource(name="people", path=path)


def _parquet(path: Path, people: Rows) -> Source:
    columns = [list(values) for values in zip(*people, strict=True)]
    pq.write_table(pa.table(columns, names=["id", "email"]), path)
    return ParquetSource(name="people", path=path)


def _excel(path: Path, people: Rows) -> Source:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in [("id", "email"), *people]:
        book.active.append(row)
    book.save(path)
    return ExcelSource(name="people", path=path)


def _sqlite(path: Path, people: Rows) -> Source:
    made = path.with_suffix(".made")
    made.unlink(missing_ok=True)
    with closing(sqlite3.connect(made)) as database:
        database.execute("CREATE TABLE people (id, email)")
        database.executemany("INSERT INTO people VALUES (?, ?)", people)
        database.commit()
    path.write_bytes(made.read_bytes())  # into the same file, as `cp` does
    return SqliteSource(name="people", path=path, table="people")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How a file is written, and how often is asked until it is being read: SQLite's is of one state from its opening on."""

    write: Callable[[Path, Rows], Source]
    ending: str = "file"
    many: Rows = field(default_factory=lambda: MANY)
    nth: int = 1

    def file(self, folder: Path, name: str = "people") -> Path:
        """Name a file of the kind."""
        return folder / f"{name}.{self.ending}"


KINDS = pytest.mark.parametrize(
    "kind",
    [
        Kind(write=_csv),
        Kind(write=_json),
        Kind(write=_parquet),
        Kind(write=_excel, ending="xlsx", many=MANY[:300]),
        Kind(write=_sqlite, many=MANY * 15, nth=_WHILE_ROWS_COME),
    ],
    ids=["csv", "json", "parquet", "excel", "sqlite"],
)


def _keys(home: Path) -> list[object]:
    snapshot = current_snapshot(home)
    return [] if snapshot is None else [row[0] for row in rows(snapshot)]


@KINDS
def test_a_file_that_is_written_anew_while_it_is_read_is_read_again(
    tmp_path: Path, kind: Kind
) -> None:
    file, home = kind.file(tmp_path), tmp_path / "home"
    source = kind.write(file, kind.many)
    anew = Disturbing(home, lambda: kind.write(file, FEW), nth=kind.nth)

    run(home, PEOPLE, source, permit=anew.permit)

    assert _keys(home) == [key for key, _ in FEW]


@KINDS
def test_a_file_that_is_cut_each_time_it_is_read_is_told_and_the_snapshot_stays(
    tmp_path: Path, kind: Kind
) -> None:
    file, home = kind.file(tmp_path), tmp_path / "home"
    run(home, PEOPLE, kind.write(file, FEW))

    def cut() -> None:
        kind.write(file, kind.many)
        if kind.write is not _sqlite:  # which tells by itself of a database that is cut
            os.truncate(file, file.stat().st_size * 9 // 10)

    source = kind.write(file, kind.many)
    with pytest.raises(SourceAway) as told:
        run(home, PEOPLE, source, permit=Disturbing(home, cut, times=2, nth=kind.nth).permit)

    assert (told.value.code, told.value.exit_code) == ("source_file_changed", 5)
    assert str(file) in told.value.message
    assert _keys(home) == [key for key, _ in FEW]


@KINDS
def test_a_file_that_is_replaced_while_it_is_read_counts_as_it_was_or_as_it_is(
    tmp_path: Path, kind: Kind
) -> None:
    file, aside, home = kind.file(tmp_path), kind.file(tmp_path, "aside"), tmp_path / "home"
    source = kind.write(file, kind.many)
    kind.write(aside, FEW)
    replaced = Disturbing(home, lambda: aside.replace(file), nth=kind.nth)

    run(home, PEOPLE, source, permit=replaced.permit)
    first = len(_keys(home))
    run(home, PEOPLE, source)

    assert first in (len(FEW), len(dict(kind.many)))
    assert len(_keys(home)) == len(FEW)


def test_a_file_that_is_away_while_it_is_read_is_told_as_missing(tmp_path: Path) -> None:
    file, home = tmp_path / "people.csv", tmp_path / "home"
    source = _csv(file, MANY)

    with pytest.raises(ConfigurationProblem) as told:
        run(home, PEOPLE, source, permit=Disturbing(home, file.unlink).permit)

    assert told.value.code == "source_file_missing"


def test_files_that_come_while_others_are_read_are_read_next_time(tmp_path: Path) -> None:
    home = tmp_path / "home"
    _csv(tmp_path / "people-1.csv", FEW[:3])
    source = CsvSource(name="people", path=tmp_path / "people-*.csv")
    coming = Disturbing(
        home, lambda: _csv(tmp_path / "people-2.csv", FEW[3:]), nth=_WHILE_ROWS_COME
    )
    told: list[str] = []

    run(home, PEOPLE, source, permit=coming.permit, told=lambda name, _rows: told.append(name))
    first = _keys(home)
    run(home, PEOPLE, source)

    assert told == ["people"]
    assert (len(first), len(_keys(home))) == (3, 7)


def test_what_says_nothing_of_the_bytes_is_no_change(tmp_path: Path) -> None:
    file, home = tmp_path / "people.csv", tmp_path / "home"
    source = _csv(file, FEW)
    told: list[str] = []

    def touch() -> None:
        file.chmod(0o600)
        os.link(file, tmp_path / "another.csv")

    run(
        home,
        PEOPLE,
        source,
        permit=Disturbing(home, touch, times=9).permit,
        told=lambda name, _rows: told.append(name),
    )

    assert told == ["people"]


@pytest.mark.parametrize("mode", ["WAL", "DELETE"])
def test_a_database_whose_program_goes_on_writing_is_read_all_the_same(
    tmp_path: Path, mode: str
) -> None:
    file, home = tmp_path / "people.sqlite", tmp_path / "home"
    source = _sqlite(file, FEW)
    with closing(
        sqlite3.connect(file, timeout=0, isolation_level=None, check_same_thread=False)
    ) as shop:
        shop.execute(f"PRAGMA journal_mode = {mode}")

        def go_on() -> None:
            try:
                shop.execute("DELETE FROM people WHERE id > '3'")
                shop.execute("PRAGMA wal_checkpoint")
            except sqlite3.OperationalError:
                assert mode == "DELETE"  # whoever reads keeps it away

        run(home, PEOPLE, source, permit=Disturbing(home, go_on, times=9).permit)

    assert len(_keys(home)) in (len(FEW), 4)
