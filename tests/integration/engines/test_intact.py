"""What is kept of an audience is whole, or the work on it stops: a file that is lost is never read as "nobody"."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from segue.core.emails import subscriber_hash
from segue.core.errors import ConfigurationProblem
from segue.engines.duckdb.audience.intact import open_journal
from segue.engines.duckdb.audience.store import DuckStore
from segue.engines.duckdb.quoting import literal
from segue.sync.kinds import Kind
from segue.sync.ports import Contact, ContactStatus
from segue.sync.store import Marks
from tests.acceptance.world import changes
from tests.fakes.laboratory import Someone
from tests.integration.engines.small_audience import SmallAudience, small_audience

PEOPLE = [
    Someone(id=n, email=f"a{n}@shop.example", first_name="Ana", local=True) for n in range(1, 5)
]
NOBODY = Contact(
    subscriber_hash="0" * 32,
    address="",
    status=ContactStatus.UNSUBSCRIBED,
    changed_at="2026-03-01T00:00:00+00:00",
)


def kept(audience: SmallAudience) -> Path:
    """Run once, with a contact observed and a tag that was there before us. Returns the audience's folder."""
    audience.run(PEOPLE)
    with audience.store() as store:
        store.take_contacts(ContactStatus.UNSUBSCRIBED, [NOBODY])
        store.keep_contacts(replaced=(), marks=Marks())
        store.keep_foreign(store.tag_bits()[0], [NOBODY.subscriber_hash])
    return audience.folder / "audience"


def lose(path: Path) -> None:
    """The file is gone."""
    path.unlink()


def cut(path: Path) -> None:
    """The second half of the file is gone."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    """Nothing is left in the file."""
    path.write_bytes(b"")


def flip(path: Path) -> None:
    """One bit of the file is another; it is as long as before."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def replace_by_folder(path: Path) -> None:
    """A folder has the file's name."""
    path.unlink()
    path.mkdir()


FILES = ["ledger/newsletter", "contacts", "foreign/0"]
"""Folders that hold one file each."""


def only(folder: Path) -> Path:
    """Return the one file of a folder."""
    (found,) = folder.glob("*.parquet")
    return found


@pytest.mark.crossing
@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("harm", [lose, cut, empty, flip, replace_by_folder])
def test_a_file_that_is_not_whole_stops_the_work(
    tmp_path: Path, file: str, harm: Callable[[Path], None]
) -> None:
    with small_audience(tmp_path) as audience:
        harmed = only(kept(audience) / file)
        harm(harmed)

        with pytest.raises(ConfigurationProblem) as stopped:
            audience.run(PEOPLE[1:])

    kind = "missing" if harm is lose else "damaged"
    assert stopped.value.code == f"state_file_{kind}"
    assert stopped.value.context["file"] == f"{tmp_path.name}/audience/{file}/{harmed.name}"


def test_the_message_names_the_next_step(tmp_path: Path) -> None:
    with small_audience(tmp_path) as audience:
        lose(only(kept(audience) / "contacts"))

        with pytest.raises(ConfigurationProblem) as stopped:
            audience.run(PEOPLE)

    assert stopped.value.action.endswith("segue manage repair audience")


@pytest.mark.parametrize("harm", [lose, cut, empty, replace_by_folder])
def test_a_journal_that_is_not_whole_stops_the_work(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    with small_audience(tmp_path) as audience:
        folder = kept(audience)
        harm(folder / "journal.sqlite")

        for _ in range(2):  # looking does not make an empty one that would do the next time
            with pytest.raises(ConfigurationProblem) as stopped:
                audience.run(PEOPLE[1:])

    assert stopped.value.code == f"state_file_{'missing' if harm is lose else 'damaged'}"
    assert stopped.value.context["file"] == f"{tmp_path.name}/audience/journal.sqlite"


def test_a_journal_of_text_and_one_without_our_tables_stop_the_work(tmp_path: Path) -> None:
    with small_audience(tmp_path) as audience:
        journal = kept(audience) / "journal.sqlite"
        journal.write_bytes(b"not a database at all, whatever its name says" * 100)
        with pytest.raises(ConfigurationProblem):
            audience.run(PEOPLE)

        journal.unlink()
        with closing(sqlite3.connect(journal)) as other:
            other.execute("CREATE TABLE something (else_ TEXT)")
        with pytest.raises(ConfigurationProblem) as stopped:
            audience.run(PEOPLE)

    assert stopped.value.code == "state_file_damaged"


def test_an_older_journal_put_back_alone_stops_the_work(tmp_path: Path) -> None:
    with small_audience(tmp_path) as audience:
        folder = kept(audience)
        older = tmp_path / "older.sqlite"
        shutil.copy(folder / "journal.sqlite", older)
        audience.run(PEOPLE[1:])
        shutil.copy(older, folder / "journal.sqlite")

        with pytest.raises(ConfigurationProblem) as stopped:
            audience.run(PEOPLE[1:])

    assert stopped.value.code == "state_file_missing"
    assert str(stopped.value.context["file"]).endswith(".parquet")


def test_where_nothing_of_the_audience_lies_the_disk_is_looked_at_first(tmp_path: Path) -> None:
    with small_audience(tmp_path) as audience:
        folder, told = kept(audience), []
        for parts in (("contacts",), ("ledger", "foreign")):
            for part in parts:
                shutil.rmtree(folder / part, ignore_errors=True)
            with pytest.raises(ConfigurationProblem) as stopped:
                audience.run(PEOPLE)
            told.append((stopped.value.code, "is mounted" in str(stopped.value.action)))

    assert told == [("state_file_missing", False), ("state_file_missing", True)]
    assert str(folder) in str(stopped.value.action)


def test_a_folder_put_back_whole_from_a_copy_goes_on(tmp_path: Path) -> None:
    with small_audience(tmp_path) as audience:
        folder = kept(audience)
        shutil.copytree(folder, tmp_path / "copy")
        shutil.rmtree(folder)
        shutil.copytree(tmp_path / "copy", folder)

        assert changes(audience.run(PEOPLE)) == {}


def test_changes_of_an_unfinished_run_that_are_lost_stop_the_work(tmp_path: Path) -> None:
    with small_audience(tmp_path) as audience:
        audience.run(PEOPLE, fold=False)
        min((tmp_path / "audience/runs/run0001").glob("*.parquet")).unlink()

        with pytest.raises(ConfigurationProblem) as stopped:
            audience.run(PEOPLE)

    assert stopped.value.code == "state_file_missing"
    assert "run0001" in stopped.value.message


def test_files_of_a_folded_run_may_go(tmp_path: Path) -> None:
    with small_audience(tmp_path) as audience:
        audience.run(PEOPLE)
        shutil.rmtree(tmp_path / "audience" / "runs")

        assert changes(audience.run(PEOPLE)) == {}


def test_the_ledger_of_another_export_stops_the_work_too(tmp_path: Path) -> None:
    with small_audience(tmp_path) as audience:
        lose(kept(audience) / "ledger/newsletter/1.parquet")

        with (
            pytest.raises(ConfigurationProblem),
            closing(DuckStore(tmp_path / "audience", "magazine", audience.connection)),
        ):
            pass


def test_a_state_from_before_files_were_noted_is_taken_over_as_it_is(tmp_path: Path) -> None:
    with small_audience(tmp_path) as audience:
        folder = kept(audience)
        (folder / "foreign/0/1.parquet").rename(folder / "foreign/0.parquet")
        with closing(sqlite3.connect(folder / "journal.sqlite", isolation_level=None)) as journal:
            journal.execute("DROP TABLE kept_file")
            journal.execute("DELETE FROM pointer WHERE name LIKE 'foreign/%'")

        assert changes(audience.run(PEOPLE)) == {}

        with closing(open_journal(folder)) as known:
            assert known.pointers("foreign/") == {"foreign/0": "foreign/0.parquet"}
        lose(folder / "foreign/0.parquet")
        with pytest.raises(ConfigurationProblem):
            audience.run(PEOPLE)


def test_who_moved_keeps_a_foreign_tag_in_a_file_of_its_own(tmp_path: Path) -> None:
    with small_audience(tmp_path) as audience:
        audience.run(PEOPLE)
        with audience.store() as store:
            old = store.journal.tags()[0]
            store.keep_foreign(old, [subscriber_hash("a1@shop.example")])
        moved = [Someone(id=1, email="b1@shop.example", first_name="Ana", local=True), *PEOPLE[1:]]

        plan = audience.run(moved)

        assert plan.counts[Kind.MOVE] == 1
        with audience.store() as store:
            (file,) = store.journal.pointers("foreign/").values()
            found = audience.connection.execute(
                f"SELECT sub FROM read_parquet({literal(str(tmp_path / 'audience' / file))})"
            ).fetchall()
        assert file == "foreign/0/2.parquet"
        assert {sub.hex for (sub,) in found} == {
            subscriber_hash("a1@shop.example"),
            subscriber_hash("b1@shop.example"),
        }
