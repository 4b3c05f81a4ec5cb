"""Journals in the database: who may write, what becomes of whoever was taken over from, and how a file comes into it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from segue.core.errors import BrokenOff, ConfigurationProblem, Problem, TryLater
from segue.engines.duckdb.audience.intact import IN_DATABASE, JOURNAL, Fault
from segue.engines.duckdb.audience.journal import Journal
from segue.engines.duckdb.audience.journals import BESIDE
from segue.sync.store import Acknowledgement, Group, Step
from tests.contract.stores.given_journals import Given, in_database
from tests.fakes.postgres import PostgresServer

pytestmark = pytest.mark.postgres

RUN = (Group(name="write", step=Step.WRITE, count=2),)


def acknowledged(number: int) -> Acknowledgement:
    return Acknowledgement(group="write", number=number, sent=1)


def filled(journal: Journal) -> Journal:
    journal.register_tags(["Vip"])
    journal.store_run("run1", "newsletter", RUN)
    journal.acknowledge("run1", acknowledged(0))
    return journal


def test_whoever_was_taken_over_from_writes_nothing_more(on_server: Given) -> None:
    zombie = filled(on_server.open())

    heir = on_server.open()
    refused = []
    for write in (
        lambda: zombie.acknowledge("run1", acknowledged(1)),
        lambda: zombie.register_tags(["Local"]),
        lambda: zombie.finish("run1"),
        lambda: zombie.store_run("run2", "newsletter", RUN),
        lambda: zombie.unpoint("contacts"),
    ):
        with pytest.raises(BrokenOff) as told:
            write()
        refused.append(told.value.code)

    assert refused == ["lease_lost"] * 5
    assert [a.number for a in heir.acknowledgements("run1")] == [0]
    assert heir.unfinished() == ("run1",)
    assert [bit.name for bit in heir.tags()] == ["Vip"]


def test_a_step_that_was_begun_is_waited_for_and_counts(on_server: Given) -> None:
    journal = filled(on_server.open())

    with journal.together():
        journal.point("ledger/newsletter", "ledger/newsletter/1-1.parquet")
        journal.finish("run1")

    heir = on_server.open()
    assert heir.pointer("ledger/newsletter") == "ledger/newsletter/1-1.parquet"
    assert heir.unfinished() == ()


def test_no_two_who_write_give_files_the_same_name(on_server: Given) -> None:
    names = [on_server.open().suffix for _ in range(3)]

    assert names == ["-1", "-2", "-3"]


def test_whoever_may_not_begin_leaves_the_one_who_writes_alone(
    journals_database: Mapping[str, Any], on_server: Given
) -> None:
    journal = filled(on_server.open())

    def nobody(_database: object, name: str) -> None:
        raise TryLater(name, action="", code="already_running")

    other = in_database(on_server.folder, journals_database, may_begin=nobody)
    for begin in (other.open, lambda: other.journals.forget(other.folder)):
        with pytest.raises(TryLater) as told:
            begin()

    assert told.value.message == on_server.folder.name
    journal.acknowledge("run1", acknowledged(1))
    assert len(journal.acknowledgements("run1")) == 2


def test_a_file_comes_into_the_database_once_and_is_told(
    journals_database: Mapping[str, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "audiences" / f"account-{tmp_path.name}"
    with closing(BESIDE.open(folder)) as before:
        filled(before).point("contacts", "contacts/1.parquet")
    told: list[str] = []
    given = in_database(folder, journals_database, told=told.append)

    with given.stack:
        glanced = given.glance()
        looked = given.look()
        opened = given.open()
        again = given.open()

        for found in (glanced, opened, again):
            assert [bit.name for bit in found.tags()] == ["Vip"]
            assert found.pointer("contacts") == "contacts/1.parquet"
        assert [a.number for a in looked.acknowledgements("run1")] == [0]
        assert [a.number for a in again.acknowledgements("run1")] == [0]
        assert again.unfinished() == ("run1",)
    assert told == [folder.name]
    assert sorted(path.name for path in folder.iterdir()) == [IN_DATABASE]


def test_a_crash_between_the_database_and_the_file_s_new_name_loses_nothing(
    journals_database: Mapping[str, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "audiences" / f"account-{tmp_path.name}"
    with closing(BESIDE.open(folder)) as before:
        filled(before)
    given = in_database(folder, journals_database)
    with given.stack:
        given.open().acknowledge("run1", acknowledged(1))
        (folder / IN_DATABASE).rename(folder / JOURNAL)

        glanced = given.glance()
        opened = given.open()

        assert [a.number for a in opened.acknowledgements("run1")] == [0, 1]
        assert [bit.name for bit in glanced.tags()] == ["Vip"]
    assert not (folder / JOURNAL).exists()


def test_a_file_that_somebody_put_back_counts(
    journals_database: Mapping[str, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "audiences" / f"account-{tmp_path.name}"
    given = in_database(folder, journals_database)
    with given.stack:
        filled(given.open())
        kept = tmp_path / "kept.sqlite"
        assert given.journals.copy(folder, kept)
        given.open().register_tags(["Local"])
        kept.rename(folder / JOURNAL)

        glanced, opened = given.glance(), given.open()

        assert [bit.name for bit in glanced.tags()] == ["Vip"]
        assert [bit.name for bit in opened.tags()] == ["Vip"]
        assert [a.number for a in opened.acknowledgements("run1")] == [0]


def test_a_damaged_file_does_not_replace_what_the_database_holds(
    journals_database: Mapping[str, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "audiences" / f"account-{tmp_path.name}"
    given = in_database(folder, journals_database)
    with given.stack:
        journal = filled(given.open())
        (folder / JOURNAL).write_bytes(b"nothing that SQLite ever wrote" * 100)

        with pytest.raises(ConfigurationProblem) as told:
            given.open()

        assert told.value.code == "state_file_damaged"
        assert given.journals.fault(folder) is Fault.DAMAGED
        journal.acknowledge("run1", acknowledged(1))


def test_files_that_no_journal_explains_stop_everybody(on_server: Given) -> None:
    ledger = on_server.folder / "ledger" / "newsletter" / "1.parquet"
    ledger.parent.mkdir(parents=True)
    ledger.write_bytes(b"PAR1 PAR1")

    codes = []
    for begin in (on_server.open, on_server.look, on_server.glance):
        with pytest.raises(ConfigurationProblem) as told:
            begin()
        codes.append(told.value.code)

    assert codes == ["state_file_missing"] * 3
    assert on_server.journals.fault(on_server.folder) is Fault.MISSING
    assert on_server.journals.anew(on_server.folder).tags() == ()
    assert on_server.open().tags() == ()


def test_without_the_database_nobody_takes_the_journal_for_lost(on_server: Given) -> None:
    filled(on_server.open())

    for begin in (BESIDE.open, BESIDE.look, BESIDE.glance, BESIDE.fault):
        with pytest.raises(Problem) as told:
            begin(on_server.folder)
        assert told.value.code == "journal_in_database"
        assert "DATABASE_URL" in told.value.action


def test_every_commit_is_on_disk_whatever_the_server_s_default(on_server: Given) -> None:
    journal = on_server.open()

    told = journal._rows._database.execute("SHOW synchronous_commit").fetchone()  # type: ignore[attr-defined]

    assert told == ("on",)


def test_a_server_that_was_away_between_two_writes_is_reached_again(
    frail_server: PostgresServer, on_frail_server: Given
) -> None:
    journal = filled(on_frail_server.open())
    frail_server.crash()
    frail_server.start()

    known = journal.unfinished()
    journal.acknowledge("run1", acknowledged(1))
    frail_server.crash()
    frail_server.start()
    with journal.together():
        journal.finish("run1")
    frail_server.crash()
    frail_server.start()
    journal.acknowledge("run1", acknowledged(1))

    assert [a.number for a in journal.acknowledgements("run1")] == [0, 1]
    assert (known, journal.unfinished()) == (("run1",), ())


def test_a_writer_whose_connection_broke_does_not_come_back_over_its_heir(
    frail_server: PostgresServer, on_frail_server: Given
) -> None:
    zombie = filled(on_frail_server.open())
    frail_server.crash()
    frail_server.start()

    heir = on_frail_server.open()

    with pytest.raises(BrokenOff):
        zombie.acknowledge("run1", acknowledged(1))
    with pytest.raises(BrokenOff), zombie.together():
        pass
    assert [a.number for a in heir.acknowledgements("run1")] == [0]
