"""Files in a store of objects: the same rows and reports as on this machine, read again only when they changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from segue.core.errors import ConfigurationProblem
from segue.engines.duckdb.profiles.snapshot_problems import list_problems
from segue.profiles.object_stores import Store
from segue.profiles.ports import Refreshed, Snapshot
from segue.profiles.sources import CsvSource, Source
from tests.fakes.object_stores import azure
from tests.fakes.object_stores.laid import FakeStore
from tests.integration.engines.objects import BUCKET, ENDINGS, lay_people, objects
from tests.integration.engines.small_refresh import attribute, csv_source, rows, run, schema, table

PEOPLE = schema(
    table(attribute("email", "email"), attribute("spent", "decimal"), attribute("born", "date"))
)
SOUND = b"id,email,spent,born\n1,nadia@shop.example,1,2000-01-01\n"


def told(snapshot: Snapshot) -> list[tuple[Any, ...]]:
    """Return all problems, with the names of their files without folders."""
    found = list_problems(snapshot, 100, personal_values=True)
    return sorted(
        (Path(one.file or "").name, one.row, one.column or "", one.kind, one.value or "")
        for one in found
    )


def refreshed(home: Path, source: Source) -> Refreshed:
    return run(home, PEOPLE, source)


@pytest.mark.parametrize("kind", Store)
@pytest.mark.parametrize("ending", ENDINGS)
def test_every_type_of_file_gives_the_same_rows_and_reports_as_on_this_machine(
    tmp_path: Path, store: FakeStore, ending: str, kind: Store
) -> None:
    source = lay_people(store, tmp_path, ending)
    here = source(name="people", path=tmp_path / "people" / f"part-*{ending}")
    there = source(name="people", path=objects(store, f"people/part-*{ending}", kind=kind))

    of_this_machine = refreshed(tmp_path / "here", here).snapshot
    of_the_store = refreshed(tmp_path / "there", there).snapshot

    assert rows(of_the_store) == rows(of_this_machine)
    assert len(rows(of_the_store)) == 4
    assert told(of_the_store) == told(of_this_machine)
    assert of_the_store.counts == of_this_machine.counts


def test_one_object_a_folder_and_a_pattern_name_what_they_say(
    tmp_path: Path, store: FakeStore
) -> None:
    for at, name in enumerate(("a.csv", "x/b.csv", "x/c.csv", "x/_SUCCESS", "x/y/d.csv")):
        store.lay(BUCKET, name, b"id,email\n%d,p%d@shop.example\n" % (at, at))
    plain = schema(table(attribute("email", "email")))

    def ids(key: str) -> list[str]:
        source = CsvSource(name="people", path=objects(store, key))
        home = tmp_path / f"home-{sum(map(ord, key))}"
        return [row[0] for row in rows(run(home, plain, source).snapshot)]

    assert ids("a.csv") == ["0"]
    assert ids("x/") == ["1", "2"]
    assert ids("") == ["0"]
    assert ids("x/*.csv") == ["1", "2"]
    assert ids("*/[bc].csv") == ["1", "2"]
    assert ids("**/*.csv") == ["0", "1", "2", "4"]


def test_a_report_names_the_address_of_the_object(tmp_path: Path, store: FakeStore) -> None:
    store.lay(BUCKET, "people.csv", SOUND + b"2,omar@shop.example\n")
    source = CsvSource(name="people", path=objects(store, "people.csv"))

    snapshot = refreshed(tmp_path / "home", source).snapshot

    [problem] = list_problems(snapshot, 10)
    assert problem.file == f"s3://{BUCKET}/people.csv"
    assert [one.file for one in snapshot.source_files["people"]] == [f"s3://{BUCKET}/people.csv"]


def test_the_time_of_the_newest_object_is_that_of_the_source(
    tmp_path: Path, store: FakeStore
) -> None:
    store.lay(BUCKET, "people.csv", SOUND)
    source = CsvSource(name="people", path=objects(store, "people.csv"))

    changed_at = refreshed(tmp_path / "home", source).snapshot.source_changed_at["people"]

    assert changed_at is not None
    assert f"{changed_at:%Y-%m-%d %H}" == "2026-11-01 10"


@pytest.mark.parametrize("kind", Store)
def test_what_is_unchanged_is_not_read_again(tmp_path: Path, store: FakeStore, kind: Store) -> None:
    store.lay(BUCKET, "people.csv", SOUND)
    source = CsvSource(name="people", path=objects(store, "people.csv", kind=kind))
    refreshed(tmp_path / "home", source)
    store.requests()

    again = refreshed(tmp_path / "home", source)

    assert not again.read_again
    reads = [one for one in store.requests() if one == f"GET {BUCKET}/people.csv"]
    assert kind is Store.GCS or reads == []  # there a GET gives the state of an object, too


@pytest.mark.parametrize("kind", Store)
def test_an_object_of_the_same_size_with_other_contents_is_read_again(
    tmp_path: Path, store: FakeStore, kind: Store
) -> None:
    store.lay(BUCKET, "people.csv", SOUND)
    source = CsvSource(name="people", path=objects(store, "people.csv", kind=kind))
    refreshed(tmp_path / "home", source)
    store.lay(BUCKET, "people.csv", SOUND.replace(b"nadia", b"pauli"))

    again = refreshed(tmp_path / "home", source)

    assert again.read_again
    assert rows(again.snapshot)[0][1] == "pauli@shop.example"


def test_an_object_more_is_read(tmp_path: Path, store: FakeStore) -> None:
    store.lay(BUCKET, "p/1.csv", SOUND)
    source = CsvSource(name="people", path=objects(store, "p/*.csv"))
    refreshed(tmp_path / "home", source)
    store.lay(BUCKET, "p/2.csv", SOUND.replace(b"1,nadia", b"2,pauli"))

    assert len(rows(refreshed(tmp_path / "home", source).snapshot)) == 2


def test_other_secrets_alone_call_for_no_new_reading(tmp_path: Path, store: FakeStore) -> None:
    store.lay(BUCKET, "people.csv", SOUND)
    place = objects(store, "people.csv", kind=Store.AZURE)
    refreshed(tmp_path / "home", CsvSource(name="people", path=place))
    signed = objects(
        store, "people.csv", kind=Store.AZURE, credentials=(("sas_token", azure.SAS_TOKEN),)
    )

    assert not refreshed(tmp_path / "home", CsvSource(name="people", path=signed)).read_again


def test_objects_and_files_are_read_together(tmp_path: Path, store: FakeStore) -> None:
    store.lay(BUCKET, "orders.csv", b"id,person\n7,1\n")
    declared = schema(
        table(attribute("email", "email")),
        orders=table(attribute("order", column="id"), name="orders", source="orders", key="person"),
    )
    here = csv_source(tmp_path, "id,email\n1,nadia@shop.example\n")
    there = CsvSource(name="orders", path=objects(store, "orders.csv"))

    snapshot = run(tmp_path / "home", declared, here, there).snapshot

    assert snapshot.counts["orders"].kept == 1


def test_a_refresh_leaves_no_copy_behind(tmp_path: Path, store: FakeStore) -> None:
    source = lay_people(store, tmp_path / "here", ".parquet")
    there = source(name="people", path=objects(store, "people/"))

    refreshed(tmp_path / "home", there)

    assert not list((tmp_path / "home").glob("**/objects-*"))


def test_a_token_in_an_address_of_azure_is_taken(tmp_path: Path, store: FakeStore) -> None:
    store.lay(BUCKET, "people.csv", SOUND)
    signed = (("sas_token", azure.SAS_TOKEN),)
    place = objects(store, "people.csv", kind=Store.AZURE, credentials=signed)

    assert (
        len(rows(refreshed(tmp_path / "home", CsvSource(name="people", path=place)).snapshot)) == 1
    )


def test_credentials_stand_in_no_words_of_a_source(store: FakeStore) -> None:
    place = objects(store, "people.csv", credentials=(("secret_key", "hidden"),))

    assert "hidden" not in f"{place} {place!r} {CsvSource(name='people', path=place)!r}"


def test_a_missing_object_is_told_before_anything_is_read(tmp_path: Path, store: FakeStore) -> None:
    store.make_bucket(BUCKET)
    source = CsvSource(name="people", path=objects(store, "people.csv"))

    with pytest.raises(ConfigurationProblem) as told:
        refreshed(tmp_path / "home", source)

    assert told.value.code == "source_file_missing"
    assert str(told.value.message) == (
        f"Source 'people' reads s3://{BUCKET}/people.csv, and there is no such file."
    )
