"""A snapshot says what could not be read, once, with samples, and what it cost at each place that rules can ask for."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segue.engines.duckdb.profiles.snapshots import current_snapshot, file_at
from segue.profiles.ports import Snapshot
from segue.profiles.problems import RowProblem
from segue.profiles.reading import MASK, Fact, Loss, Part
from segue.profiles.schema import Join
from segue.profiles.sources import JsonLinesSource, ParquetSource, Source, SqliteSource
from tests.integration.engines.small_refresh import attribute, csv_source, rows, run, schema, table

PEOPLE = schema(
    table(
        attribute("email", "email"),
        attribute("out", "boolean"),
        attribute("born", "date", personal=True),
        attribute("spent", "decimal"),
    )
)


def read(folder: Path, *sources: Source, declared: object = PEOPLE) -> Snapshot:
    run(folder / "home", declared, *sources)  # type: ignore[arg-type]
    current = current_snapshot(folder / "home")
    assert current is not None
    return current


def losses(snapshot: Snapshot) -> dict[str, Loss]:
    return {loss.label: loss for loss in snapshot.reading.losses}


def test_written_values_and_lost_ones_are_counted_with_three_samples(tmp_path: Path) -> None:
    people = csv_source(
        tmp_path,
        "id,email,out,born,spent\n"
        "1,a1@shop.example,Yx,1.2.1990,1.5\n2,a2@shop.example,-7,1990-02-01,2\n"
        "3,a3@shop.example,-7,,\n4,a4@shop.example,9.9,,3\n5,a5@shop.example,zz,,\n"
        "6,a6@shop.example,true,,\n7,a7@shop.example,  ,,\n",
    )

    found = losses(read(tmp_path, people))

    assert set(found) == {"out", "born"}
    out, born = found["out"], found["born"]
    assert (out.written, out.lost, round(out.share, 2)) == (6, 5, 0.83)
    assert (out.source, out.column, dict(out.kinds)) == ("people", "out", {"not_a_boolean": 5})
    assert out.samples == ("Yx", "-7", "9.9")
    assert (born.written, born.lost, born.samples) == (2, 1, (MASK,))


def test_every_problem_is_counted_once_and_its_samples_stand_beside_it(tmp_path: Path) -> None:
    people = csv_source(
        tmp_path, "id,email,out,born,spent\n1,a b@shop.example,Yx,never,1.005\n2,c\n"
    )

    problems = read(tmp_path, people).reading.problems

    assert [(one.attribute, one.kind, one.count, one.samples) for one in problems] == [
        ("born", "not_a_date", 1, (MASK,)),
        ("email", "contains_spaces", 1, (MASK,)),
        ("out", "not_a_boolean", 1, ("Yx",)),
        ("spent", "rounded", 1, ()),
        (None, "row_ragged", 1, (MASK,)),
    ]


def test_what_looks_like_an_address_is_masked_whatever_was_declared(tmp_path: Path) -> None:
    people = csv_source(tmp_path, "id,email,out,born,spent\n1,,nadia@shop.example,,\n")

    snapshot = read(tmp_path, people)

    assert losses(snapshot)["out"].samples == (MASK,)
    manifest = (file_at(snapshot.profiles).with_name("manifest.json")).read_bytes()
    assert b"nadia@" not in manifest and orjson.loads(manifest)["reading"]["losses"]


def test_profiles_say_where_a_value_could_not_be_read(tmp_path: Path) -> None:
    people = csv_source(
        tmp_path, "id,email,out,born,spent\n1,,Yx,,\n2,,,1990-01-01,1\n3,,no,31.2.1990,1..2\n"
    )

    flags = rows(
        read(tmp_path, people), columns="profile_key, out__unread, born__unread, spent__unread"
    )

    assert flags == [
        ("1", True, False, False),
        ("2", False, False, False),
        ("3", False, True, True),
    ]


def test_what_the_reader_itself_cannot_take_is_flagged_in_its_row(tmp_path: Path) -> None:
    people = csv_source(
        tmp_path,
        b"id,name,out\n1,Zo\xc3\xab \xc3\xa9\xc3\xa8\xc3\xa0\xc3\xb4,no\n2,Zo\xeb,no\n3,,\n4,Nadia,y\xe9s\n",
    )
    declared = schema(table(attribute("name"), attribute("out", "boolean")))

    snapshot = read(tmp_path, people, declared=declared)

    assert rows(snapshot, columns="profile_key, name__unread, out__unread") == [
        ("1", False, False),
        ("2", True, False),
        ("3", False, False),
        ("4", False, True),
    ]
    found = losses(snapshot)
    assert {label: (loss.written, loss.lost) for label, loss in found.items()} == {
        "name": (3, 1),
        "out": (3, 1),
    }


def test_bytes_that_are_no_text_are_flagged_in_a_database_too(tmp_path: Path) -> None:
    path = tmp_path / "people.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE people (id TEXT, name TEXT)")
        database.execute("INSERT INTO people VALUES ('1', 'Nadia'), ('2', CAST(x'ff' AS TEXT))")
        database.commit()
    source = SqliteSource(name="people", path=path, table="people")

    snapshot = read(tmp_path, source, declared=schema(table(attribute("name"))))

    assert rows(snapshot, columns="profile_key, name__unread") == [("1", False), ("2", True)]


@pytest.mark.parametrize("kind", ["parquet", "jsonl"])
def test_every_kind_of_source_tells_its_losses(tmp_path: Path, kind: str) -> None:
    source: Source
    if kind == "parquet":
        columns = {
            name: pa.array(["1", "x1", "maybe"][:1] * 2) for name in ("email", "born", "spent")
        }
        written = pa.table({"id": ["1", "2"], "out": ["maybe", "true"], **columns})
        pq.write_table(written, tmp_path / "people.parquet")
        source = ParquetSource(name="people", path=tmp_path / "people.parquet")
    else:
        lines = b'{"id": 1, "out": "maybe", "spent": 1}\n{"id": 2, "out": true, "spent": 2}\n'
        (tmp_path / "people.jsonl").write_bytes(lines)
        source = JsonLinesSource(name="people", path=tmp_path / "people.jsonl")
    declared = schema(table(attribute("out", "boolean")))

    found = losses(read(tmp_path, source, declared=declared))

    assert (found["out"].written, found["out"].lost, found["out"].samples) == (2, 1, ("maybe",))


def test_rows_that_were_left_out_count_at_the_key_whose_they_are(tmp_path: Path) -> None:
    people = csv_source(
        tmp_path, "id,email,out,born,spent\n1,,,,\nx,,,,\n,,,,1\n1,,,,\n2,too,many,values,in,it\n"
    )
    declared = schema(table(attribute("out", "boolean"), key_type="integer"))

    loss = losses(read(tmp_path, people, declared=declared))["people.id"]

    assert (loss.place.part, loss.written, loss.lost, loss.left_out) == (Part.KEY, 4, 2, 4)
    assert dict(loss.kinds) == {
        RowProblem.KEY_INVALID: 1,
        RowProblem.KEY_MISSING: 1,
        RowProblem.KEY_REPEATED: 1,
        RowProblem.ROW_RAGGED: 1,
    }


def test_related_tables_and_joined_sources_have_places_of_their_own(tmp_path: Path) -> None:
    joins = (Join(source="cities", on=(("city", "name"),), name="town"),)
    declared = schema(
        table(attribute("size", "integer", column="town.size"), joins=joins),
        orders=table(attribute("total", "decimal"), name="orders", source="orders", key="customer"),
    )
    found = losses(
        read(
            tmp_path,
            csv_source(tmp_path, "id,city\n1,Nice\n"),
            csv_source(tmp_path, "name,size\nNice,big\nNice,3\nLyon,4\n", name="cities"),
            csv_source(tmp_path, "customer,total\n1,ten\n1,10\n9,1\n", name="orders"),
            declared=declared,
        )
    )

    assert {label: (loss.written, loss.lost, loss.left_out) for label, loss in found.items()} == {
        "cities.name": (3, 0, 1),
        "size": (3, 1, 1),
        "orders.customer": (3, 0, 1),
        "orders.total": (3, 1, 1),
    }
    assert found["cities.name"].place.part is Part.JOIN


def test_the_form_of_a_file_is_compared_with_the_refresh_before(tmp_path: Path) -> None:
    declared = schema(table(attribute("name")))
    first = read(tmp_path, csv_source(tmp_path, "id,name\n1,Zoë\n"), declared=declared)
    second = read(
        tmp_path,
        csv_source(tmp_path, "id;name;city\n1;Zoë;Nice\n".encode("cp1252")),
        declared=declared,
    )

    assert first.reading.changes == ()
    assert [(one.fact, one.before, one.after) for one in second.reading.changes] == [
        (Fact.ENCODING, ("utf-8",), ("windows-1252",)),
        (Fact.SEPARATOR, (",",), (";",)),
        (Fact.COLUMNS, (), ("city",)),
    ]


def test_a_manifest_of_before_still_tells_its_counts(tmp_path: Path) -> None:
    snapshot = read(tmp_path, csv_source(tmp_path, "id,email,out,born,spent\n1,,Yx,,\n"))
    file = file_at(snapshot.profiles).with_name("manifest.json")
    document = orjson.loads(file.read_bytes())
    del document["reading"]
    old = {
        "source": "people",
        "attribute": "out",
        "column": "out",
        "kind": "not_a_boolean",
        "count": 1,
    }
    file.write_bytes(orjson.dumps(document | {"problem_counts": [old]}))

    current = current_snapshot(tmp_path / "home")

    assert current is not None
    assert [(one.attribute, one.count) for one in current.problem_counts] == [("out", 1)]
    assert current.reading.losses == ()


def test_what_names_something_that_is_not_there_is_lost_and_who_has_no_more_is_not(
    tmp_path: Path,
) -> None:
    joins = (
        Join(source="cities", on=(("city", "name"),), name="cities"),
        Join(source="cards", on=(("id", "owner"),), name="cards"),
        Join(source="mails", on=(("mail", "address"),), name="mails"),
    )
    declared = schema(
        table(
            attribute("email", "email", column="mail"),
            attribute("region", column="cities.region"),
            attribute("points", column="cards.points"),
            attribute("kind", column="mails.kind"),
            joins=joins,
        )
    )
    snapshot = read(
        tmp_path,
        csv_source(
            tmp_path,
            "id,mail,city\n1,a@shop.example,Nice\n2,b@shop.example,Nise\n3,c@shop.example,\n4,,Nyce\n",
        ),
        csv_source(tmp_path, "name,region\nNice,South\n", name="cities"),
        csv_source(tmp_path, "owner,points\n1,5\n", name="cards"),
        csv_source(tmp_path, "address,kind\na@shop.example,weekly\n", name="mails"),
        declared=declared,
    )

    counted = {
        (one.column, one.kind): (one.count, one.is_loss) for one in snapshot.reading.problems
    }
    assert counted["city", "join_without_match"] == (2, True)
    assert counted["id", "join_without_match"] == (3, False)
    assert counted["mail", "join_without_match"] == (2, False)
    found = losses(snapshot)
    assert set(found) == {"people.city"}
    loss = found["people.city"]
    assert (loss.place.part, loss.place.name) == (Part.JOIN, "cities")
    assert (loss.written, loss.lost, loss.samples) == (3, 2, ("Nise", "Nyce"))


@pytest.mark.parametrize(
    ("second", "refused"), [("no", True), ("perhaps", True), ("yes", False), ("", False)]
)
def test_a_row_that_lost_and_cannot_be_read_says_no(
    tmp_path: Path, second: str, refused: bool
) -> None:
    people = csv_source(tmp_path, f"id,out\n1,yes\n1,{second}\n")

    snapshot = read(tmp_path, people, declared=schema(table(attribute("out", "boolean"))))

    assert rows(snapshot, columns="out, out__refused") == [(True, refused)]
