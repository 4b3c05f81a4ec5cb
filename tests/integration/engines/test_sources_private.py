"""What Segue itself keeps is no source: by whatever path, pattern, link or name, and neither is a copy of it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from segue.core.errors import ConfigurationProblem
from segue.engines.duckdb.audience.journal import Journal
from segue.engines.duckdb.reading.inspect import inspect_folder
from segue.engines.duckdb.reading.sources_check import check_kinds
from segue.engines.duckdb.reading.sources_private import Private, is_state_folder
from segue.profiles.sources import CsvSource, JsonLinesSource, ParquetSource, Source, SqliteSource
from tests.integration.engines.poison import csv_file, refreshed
from tests.integration.engines.small_refresh import rows

CONTROL = ("people_person", "connections_connection", "exports_export", "audit_entry")


def control_database(path: Path) -> Path:
    """Make a file with the tables by which the control database is known."""
    with closing(sqlite3.connect(path)) as connection:
        for name in (*CONTROL, "django_migrations"):
            connection.execute(f"CREATE TABLE {name} (id TEXT, name TEXT)")
        connection.commit()
    return path


def state_folder(folder: Path) -> Path:
    """Make a state folder: a snapshot, a database, keys, a mail and an audience."""
    home = folder / ".segue"
    refreshed(home, csv_file(folder, [("1", "Nadia")]))
    control_database(home / "segue.sqlite3")
    (home / "segue.keys").write_bytes(Fernet.generate_key() + b"\n")
    (home / "outbox").mkdir()
    (home / "outbox" / "mail.log").write_text("id,name\n1,secret\n", encoding="utf-8")
    (home / "audiences" / "us1-list").mkdir(parents=True)
    Journal(home / "audiences" / "us1-list" / "journal.sqlite").close()
    return home


OWN: dict[str, Callable[[Path], Source]] = {
    "a mail in the state folder": lambda home: CsvSource(name="people", path=home / "outbox" / "mail.log"),
    "a pattern": lambda home: CsvSource(name="people", path=home / "outbox" / "*.log"),
    "a pattern for folders": lambda home: CsvSource(name="people", path=home.parent / ".s*" / "**" / "*.log"),
    "two points": lambda home: CsvSource(name="people", path=home / "snapshots" / ".." / "outbox" / "mail.log"),
    "a snapshot": lambda home: ParquetSource(name="people", path=home / "snapshots" / "*" / "profiles.parquet"),
    "the database": lambda home: SqliteSource(name="people", path=home / "segue.sqlite3", table="people_person"),
    "the database as text": lambda home: CsvSource(name="people", path=home / "segue.sqlite3", encoding="latin-1"),
    "the keys": lambda home: CsvSource(name="people", path=home / "segue.keys"),
    "the keys as JSON": lambda home: JsonLinesSource(name="people", path=home / "segue.keys"),
    "a journal": lambda home: SqliteSource(
        name="people", path=home / "audiences" / "us1-list" / "journal.sqlite", table="tag"
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", OWN)
def test_nothing_of_the_state_folder_is_a_source(tmp_path: Path, what: str) -> None:
    source = OWN[what](state_folder(tmp_path))

    with pytest.raises(ConfigurationProblem) as told:
        refreshed(tmp_path / "home", source)
    with pytest.raises(ConfigurationProblem) as checked:
        check_kinds({"people": source})

    assert (told.value.code, checked.value.code) == ("source_private", "source_private")
    assert told.value.context == {"source": "people"}


@pytest.mark.parametrize("what", OWN)
def test_nor_is_a_copy_of_it_in_a_backup_of_another_name(tmp_path: Path, what: str) -> None:
    copy = tmp_path / "Backup"
    shutil.copytree(state_folder(tmp_path), copy / ".segue")

    with pytest.raises(ConfigurationProblem) as told:
        refreshed(tmp_path / "home", OWN[what](copy / ".segue"))

    assert told.value.code == "source_private"


def test_a_link_leads_to_what_it_names(tmp_path: Path) -> None:
    home = state_folder(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").symlink_to(home / "outbox" / "mail.log")
    (tmp_path / "links").symlink_to(home / "outbox")
    (tmp_path / "hard.db").hardlink_to(home / "segue.sqlite3")

    for source in (
        CsvSource(name="people", path=tmp_path / "data" / "*.csv"),
        CsvSource(name="people", path=tmp_path / "data" / "a.csv"),
        CsvSource(name="people", path=tmp_path / "links" / "mail.log"),
        SqliteSource(name="people", path=tmp_path / "hard.db", table="people_person"),
    ):
        with pytest.raises(ConfigurationProblem) as told:
            refreshed(tmp_path / "home", source)
        assert told.value.code == "source_private"


@pytest.mark.parametrize("note", ["installation.json", "restored.json"])
def test_notes_of_an_installation_are_its_own_in_a_folder_that_is_not_hidden(
    tmp_path: Path, note: str
) -> None:
    home = state_folder(tmp_path).rename(tmp_path / "home")
    (home / note).write_text('{"id": "1", "name": "Nadia"}\n', encoding="utf-8")

    with pytest.raises(ConfigurationProblem) as told:
        refreshed(tmp_path / "other", JsonLinesSource(name="people", path=home / note))
    assert told.value.code == "source_private"


def test_a_copy_of_the_database_or_of_keys_is_known_by_what_it_holds(tmp_path: Path) -> None:
    backup = control_database(tmp_path / "Monday.db")
    keys = tmp_path / "notes.csv"
    keys.write_bytes(Fernet.generate_key() + b"\r\n" + Fernet.generate_key())

    for source in (
        SqliteSource(name="people", path=backup, table="people_person"),
        CsvSource(name="people", path=keys),
    ):
        with pytest.raises(ConfigurationProblem) as told:
            refreshed(tmp_path / "home", source)
        assert told.value.code == "source_private"
    found = {one.name: one.problem for one in inspect_folder(tmp_path)}
    assert {name: problem.code for name, problem in found.items() if problem} == {
        "Monday": "source_private",
        "notes": "source_private",
    }


def test_what_is_beside_the_state_folder_is_read_as_ever(tmp_path: Path) -> None:
    home = state_folder(tmp_path)
    folder = tmp_path / "snapshots"
    folder.mkdir()
    shop = folder / "segue.sqlite"
    with closing(sqlite3.connect(shop)) as connection:
        connection.execute("CREATE TABLE people_person (id TEXT, name TEXT)")
        connection.execute("INSERT INTO people_person VALUES ('1', 'Nadia')")
        connection.commit()
    tokens = CsvSource(name="people", path=tmp_path / "tokens.csv")
    tokens.path.write_bytes(b"id,name\n1," + Fernet.generate_key() + b"\n")

    assert rows(refreshed(home, SqliteSource(name="people", path=shop, table="people_person"))) == [
        ("1", "Nadia")
    ]
    assert refreshed(home, csv_file(tmp_path, [("1", "Nadia")])).counts["profiles"].kept == 1
    assert refreshed(home, tokens).counts["profiles"].kept == 1
    assert [is_state_folder(one) for one in (tmp_path, folder, home)] == [False, False, True]


def test_a_file_that_looks_like_a_database_and_is_none_is_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "people.db"
    path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5_000)

    assert not Private().holds(path)
    with pytest.raises(ConfigurationProblem) as told:
        refreshed(tmp_path / "home", SqliteSource(name="people", path=path, table="person"))
    assert told.value.code == "source_not_sqlite"
