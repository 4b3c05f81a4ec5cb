"""Keys and joins in the form in which they are compared: what people write in several ways, and what finds nobody."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from segue.engines.duckdb.profiles import keys
from segue.engines.duckdb.profiles.snapshot_problems import MASK, list_problems
from segue.engines.duckdb.quoting import literal
from segue.profiles.ports import Snapshot, TableCounts
from segue.profiles.schema import Join
from segue.profiles.sources import JsonLinesSource, ParquetSource, Source, SqliteSource
from tests.integration.engines.small_refresh import (
    attribute,
    csv_source,
    listed,
    rows,
    run,
    schema,
    table,
)

BY_ADDRESS = schema(
    table(attribute("email", "email"), key="email"),
    orders=table(attribute("total", "integer"), name="orders", source="orders", key="email"),
)


def kinds(snapshot: Snapshot) -> dict[tuple[str, str | None], int]:
    return {(one.kind, one.column): one.count for one in snapshot.problem_counts}


def matched(tmp_path: Path, people: Sequence[str], orders: Sequence[str]) -> Snapshot:
    """Refresh people and orders that are nothing but their keys."""
    declared = schema(
        table(attribute("name", column="key"), key="key"),
        orders=table(attribute("name", column="key"), name="orders", source="orders", key="key"),
    )
    sources = (
        csv_source(tmp_path, "key\n" + "".join(f'"{one}"\n' for one in people)),
        csv_source(tmp_path, "key\n" + "".join(f'"{one}"\n' for one in orders), name="orders"),
    )
    return run(tmp_path / "home", declared, *sources).snapshot


@pytest.mark.parametrize(
    "written",
    [
        "Ana@Shop.example",
        "  ana@shop.example",
        "ana@shop.example\u00a0",
        "ana@shop.example\u200e",
        "\u202aana@shop.example\u202c",
        "an\u00ada@shop.example",
        "ANA@SHOP.EXAMPLE",
    ],
)
def test_an_address_is_one_key_however_it_is_written(tmp_path: Path, written: str) -> None:
    people = csv_source(tmp_path, f"email\n{written}\n")
    orders = csv_source(
        tmp_path, "email,total\nana@shop.example,5\nANA@shop.example,6\n", name="orders"
    )

    snapshot = run(tmp_path / "home", BY_ADDRESS, people, orders).snapshot

    assert rows(snapshot, columns="profile_key") == [("ana@shop.example",)]
    assert rows(snapshot, "related_orders") == [("ana@shop.example", 5), ("ana@shop.example", 6)]
    assert snapshot.problem_counts == ()


def test_domains_in_another_script_are_one_key_with_their_ascii_form(tmp_path: Path) -> None:
    people = csv_source(tmp_path, "email\nana@café.example\nbob@shop.example\n")
    text = "email,total\nAna@xn--caf-dma.example,5\nana@cafe\u0301.example,6\n"

    snapshot = run(
        tmp_path / "home", BY_ADDRESS, people, csv_source(tmp_path, text, name="orders")
    ).snapshot

    key = "ana@xn--caf-dma.example"
    assert rows(snapshot, "related_orders") == [(key, 5), (key, 6)]


_ORDERS = (("ANA@shop.example", 1), (" X@xn--caf-dma.example", 2), ("zz", 3))


def _parquet(folder: Path, cast: str) -> Source:
    path = folder / "orders.parquet"
    values = ", ".join(f"('{email}', {total})" for email, total in _ORDERS)
    with duckdb.connect() as connection:
        query = f"SELECT email{cast} AS email, total FROM (VALUES {values}) v(email, total)"
        connection.execute(f"COPY ({query}) TO {literal(str(path))} (FORMAT parquet)")
    return ParquetSource(name="orders", path=path)


def _json(folder: Path) -> Source:
    path = folder / "orders.jsonl"
    lines = (json.dumps({"email": email, "total": total}) for email, total in _ORDERS)
    path.write_text("\n".join(lines), encoding="utf-8")
    return JsonLinesSource(name="orders", path=path)


def _sqlite(folder: Path) -> Source:
    path = folder / "orders.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE orders (email, total)")
        connection.executemany("INSERT INTO orders VALUES (?, ?)", _ORDERS)
        connection.commit()
    return SqliteSource(name="orders", path=path, table="orders")


@pytest.mark.parametrize(
    "door",
    [lambda f: _parquet(f, ""), lambda f: _parquet(f, "::BLOB"), _json, _sqlite],
    ids=["parquet", "parquet-bytes", "json", "sqlite"],
)
def test_addresses_are_keys_whatever_the_source(
    tmp_path: Path, door: Callable[[Path], Source]
) -> None:
    people = csv_source(tmp_path, "email\nAna@Shop.example\nx@café.example\n")

    snapshot = run(tmp_path / "home", BY_ADDRESS, people, door(tmp_path)).snapshot

    assert rows(snapshot, "related_orders") == [
        ("ana@shop.example", 1),
        ("x@xn--caf-dma.example", 2),
    ]
    assert kinds(snapshot) == {
        ("key_without_profile", "email"): 1,
    }


def test_rows_whose_keys_are_one_address_are_repeated(tmp_path: Path) -> None:
    people = csv_source(tmp_path, "email\nAna@Shop.example\nana@shop.example\nbob@shop.example\n")

    snapshot = run(
        tmp_path / "home",
        schema(table(attribute("email", "email"), key="email")),
        people,
    ).snapshot

    assert snapshot.counts["profiles"] == TableCounts(
        read=3, kept=2, without_key=0, repeated=1, without_profile=0
    )
    [repeat] = list_problems(snapshot, 9, personal_values=True)
    assert (repeat.row, repeat.kind, repeat.value) == (3, "key_repeated", "ana@shop.example")
    assert repeat.won_row == 2


@pytest.mark.parametrize("dotted", ["an.a@shop.example", "ana+x@shop.example"])
def test_dots_and_labels_tell_addresses_apart(tmp_path: Path, dotted: str) -> None:
    assert rows(matched(tmp_path, ["ana@shop.example"], [dotted]), "related_orders") == []


def test_keys_that_are_no_addresses_are_told_apart_by_their_capitals(tmp_path: Path) -> None:
    snapshot = matched(tmp_path, ["AB1", "José@shop.example"], ["ab1", "josé@shop.example", "XX"])

    assert rows(snapshot, "related_orders") == []
    assert kinds(snapshot) == {
        ("key_without_profile", "key"): 1,
        ("key_written_otherwise", "key"): 2,
    }
    assert [one[2:] for one in listed(snapshot)] == [
        ("key_written_otherwise", "ab1"),
        ("key_written_otherwise", "josé@shop.example"),
        ("key_without_profile", "XX"),
    ]


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("Zoé", "Zoe\u0301"),
        ("Zoe\u0301", "Zoé"),
        ("7", "7.0"),
        ("7.0", "7"),
        ("-7", "-7.00"),
        ("A 1", "A\u00a01"),
        ("A 1", "A\u202f1"),
        ("A1", "\u200eA1\u200f"),
        ("A1", "A\u00ad1"),
        ("0612345678", "'0612345678"),
        ("'42", "42"),
        ("A'1", "A'1"),
        ("文1", " 文1\u3000"),
    ],
)
def test_a_key_is_found_however_its_signs_are_stored(
    tmp_path: Path, key: str, written: str
) -> None:
    snapshot = matched(tmp_path, [key], [written])

    assert len(rows(snapshot, "related_orders")) == 1
    assert snapshot.problem_counts == ()


@pytest.mark.parametrize(("key", "written"), [("7", "007"), ("A 1", "A1"), ("A1", "a1")])
def test_what_may_be_another_key_is_left_out_and_told(
    tmp_path: Path, key: str, written: str
) -> None:
    snapshot = matched(tmp_path, [key], [written])

    assert rows(snapshot, "related_orders") == []
    assert kinds(snapshot) == {("key_written_otherwise", "key"): 1}


def test_version_numbers_keep_what_is_no_whole_number(tmp_path: Path) -> None:
    snapshot = matched(tmp_path, ["1.10", "007.0", "a.0", "1.1"], [])

    assert [key for (key,) in rows(snapshot, columns="profile_key")] == [
        "007.0",
        "1.1",
        "1.10",
        "a.0",
    ]


def test_many_rows_of_no_profile_are_counted_and_some_are_shown(tmp_path: Path) -> None:
    snapshot = matched(tmp_path, ["1"], [f"x{n}" for n in range(50)])

    assert kinds(snapshot) == {("key_without_profile", "key"): 50}
    assert [one[0] for one in listed(snapshot)] == list(range(2, 22))


# joins


def joined(tmp_path: Path, people: str, cities: str, on: str = "city") -> Snapshot:
    declared = schema(
        table(
            attribute("region", column="cities.region"),
            joins=[Join(source="cities", on=((on, on),), name="cities")],
        )
    )
    sources = csv_source(tmp_path, people), csv_source(tmp_path, cities, name="cities")
    return run(tmp_path / "home", declared, *sources).snapshot


def test_a_join_finds_accents_in_two_signs_and_numbers_with_a_point(tmp_path: Path) -> None:
    people = "id,city\n1,Orle\u0301ans\n2,Orléans\n3,45.0\n4,Saint\u00a0Malo\n"

    snapshot = joined(
        tmp_path, people, "city,region\nOrléans,Centre\n45,Loiret\nSaint Malo,Bretagne\n"
    )

    assert rows(snapshot) == [
        ("1", "Centre"),
        ("2", "Centre"),
        ("3", "Loiret"),
        ("4", "Bretagne"),
    ]
    assert snapshot.problem_counts == ()


def test_a_join_compares_addresses_in_their_canonical_form(tmp_path: Path) -> None:
    people = "id,mail\n1,Ana@Shop.example\n2,x@CAFÉ.example\n"

    snapshot = joined(
        tmp_path, people, "mail,region\nana@shop.example,A\nx@xn--caf-dma.example,B\n", on="mail"
    )

    assert rows(snapshot) == [("1", "A"), ("2", "B")]


def test_a_number_of_a_parquet_file_finds_its_text(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT 1 AS id, 7.0::DOUBLE AS shop UNION ALL SELECT 2, NULL UNION ALL"
            f" SELECT 3, 8.0::DECIMAL(9,2)) TO {literal(str(path))} (FORMAT parquet)"
        )
    declared = schema(
        table(
            attribute("name", column="shops.name"),
            joins=[Join(source="shops", on=(("shop", "id"),), name="shops")],
        )
    )
    shops = csv_source(tmp_path, "id,name\n7,North\n8.0,South\n", name="shops")

    snapshot = run(
        tmp_path / "home", declared, ParquetSource(name="people", path=path), shops
    ).snapshot

    assert rows(snapshot) == [("1", "North"), ("2", None), ("3", "South")]
    assert snapshot.problem_counts == ()


def test_a_join_that_finds_nothing_is_told_and_a_blank_is_not(tmp_path: Path) -> None:
    people = "id,city\n1,Lyon\n2,007\n3,\n4,Lille\n"

    snapshot = joined(tmp_path, people, "city,region\nLyon,Rhône\n7,Nowhere\n")

    assert kinds(snapshot) == {("join_without_match", "city"): 2}
    assert listed(snapshot) == [
        (3, "city", "join_without_match", "007"),
        (5, "city", "join_without_match", "Lille"),
    ]


@pytest.mark.parametrize(
    "nothing", ["NULL", "nan", r"\N", "N/A", " NULL ", "None", "Null", " None"]
)
def test_a_word_for_no_value_is_nobodys_key(tmp_path: Path, nothing: str) -> None:
    snapshot = matched(tmp_path, [nothing, nothing, "7"], [nothing, "7", nothing])

    assert rows(snapshot, columns="profile_key") == [("7",)]
    assert rows(snapshot, "related_orders", columns="profile_key") == [("7",)]
    assert [snapshot.counts[name].without_key for name in ("profiles", "orders")] == [2, 2]
    assert [one.count for one in snapshot.problem_counts if one.kind == "key_missing"] == [2, 2]


def test_a_word_for_no_value_joins_nothing(tmp_path: Path) -> None:
    people = "id,city\n1,Lyon\n2,NULL\n3,nan\n"

    snapshot = joined(tmp_path, people, "city,region\nLyon,Rhône\nNULL,Nowhere\nnan,Nowhere\n")

    assert rows(snapshot, columns="profile_key, region") == [
        ("1", "Rhône"),
        ("2", None),
        ("3", None),
    ]
    assert ("join_without_match", "city") not in kinds(snapshot)


def test_a_word_that_may_stand_in_a_list_joins(tmp_path: Path) -> None:
    snapshot = joined(
        tmp_path, "id,city\n1,None\n2,Null\n", "city,region\nNone,Nowhere\nNull,Eifel\n"
    )

    assert rows(snapshot, columns="profile_key, region") == [("1", "Nowhere"), ("2", "Eifel")]


def test_what_is_no_number_in_a_column_of_numbers_is_nobodys_key_and_no_text(
    tmp_path: Path,
) -> None:
    path = tmp_path / "people.parquet"
    numbers = "(VALUES (7, 'nan'::DOUBLE), ('nan'::DOUBLE, 1.5), ('inf'::DOUBLE, 2), (8, 'inf'::DOUBLE)) t(id, score)"
    duckdb.sql(f"SELECT * FROM {numbers}").write_parquet(str(path))
    declared = schema(
        table(
            attribute("score"),
            attribute("scores", "list", column="score"),
            attribute("text", column="id"),
            key="id",
        )
    )

    snapshot = run(tmp_path / "home", declared, ParquetSource(name="people", path=path)).snapshot

    assert rows(snapshot) == [("7", None, None, "7"), ("8", None, None, "8")]
    assert kinds(snapshot)["text_for_nothing", "score"] == 1
    assert kinds(snapshot)["not_a_number", "score"] == 1


def test_a_join_of_a_related_table_that_finds_nothing_is_told_too(tmp_path: Path) -> None:
    declared = schema(
        table(attribute("name")),
        lines=table(
            attribute("product"),
            name="lines",
            source="lines",
            key="orders.person",
            joins=[
                Join(source="orders", on=(("order", "number"),), name="orders"),
                Join(source="shops", on=(("orders.shop", "shop"),), name="shops"),
            ],
        ),
    )
    sources = (
        csv_source(tmp_path, "id,name\n1,Ana\n"),
        csv_source(tmp_path, "order,product\n10,tea\n11,cake\n12,milk\n", name="lines"),
        csv_source(tmp_path, "number,person,shop\n10,1,A\n11,1,Z\n", name="orders"),
        csv_source(tmp_path, "shop,town\nA,Lyon\n", name="shops"),
    )

    snapshot = run(tmp_path / "home", declared, *sources).snapshot

    assert kinds(snapshot) == {
        ("join_without_match", "order"): 1,
        ("join_without_match", "orders.shop"): 1,
        ("key_missing", "orders.person"): 1,
    }


def test_many_rows_without_a_match_are_counted_and_some_are_shown(tmp_path: Path) -> None:
    people = "id,city\n" + "".join(f"{n},x{n}\n" for n in range(50))

    snapshot = joined(tmp_path, people, "city,region\nLyon,Rhône\n")

    assert kinds(snapshot) == {("join_without_match", "city"): 50}
    assert len(listed(snapshot)) == 20


# who may see keys


def values(snapshot: Snapshot, *, shown: bool = False) -> list[tuple[str, str | None, str | None]]:
    found = list_problems(snapshot, 99, personal_values=shown)
    return [(one.kind, one.key, one.value) for one in found]


def test_addresses_as_keys_are_masked_wherever_a_problem_names_them(tmp_path: Path) -> None:
    declared = schema(
        table(attribute("email", "email"), attribute("age", "integer"), key="email"),
        orders=table(attribute("total", "integer"), name="orders", source="orders", key="mail"),
    )
    people = csv_source(tmp_path, "email,age\nana@shop.example,x\nana@shop.example,7\nbob,8\n")
    orders = csv_source(
        tmp_path, "mail,total\nana@shop.example,x\ncyd@shop.example,1\n", name="orders"
    )

    snapshot = run(tmp_path / "home", declared, people, orders).snapshot

    assert values(snapshot) == [
        ("not_an_integer", MASK, "x"),
        ("key_without_profile", MASK, MASK),
        ("not_an_integer", MASK, "x"),
        ("key_repeated", MASK, MASK),
        ("no_at_sign", MASK, MASK),
    ]
    assert ("key_without_profile", "cyd@shop.example", "cyd@shop.example") in values(
        snapshot, shown=True
    )


def test_phones_as_keys_are_masked_as_the_attribute_is(tmp_path: Path) -> None:
    declared = schema(
        table(attribute("tel", column="phone", personal=True), key="phone"),
        calls=table(attribute("minutes", "integer"), name="calls", source="calls", key="number"),
    )
    sources = (
        csv_source(tmp_path, "phone\n+33600000001\n+33600000001\n"),
        csv_source(tmp_path, "number,minutes\n+33600000009,1\n+33600000001,x\n", name="calls"),
    )

    snapshot = run(tmp_path / "home", declared, *sources).snapshot

    assert values(snapshot) == [
        ("key_without_profile", MASK, MASK),
        ("not_an_integer", MASK, "x"),
        ("key_repeated", MASK, MASK),
    ]


def test_an_address_as_key_is_masked_though_nothing_declares_it(tmp_path: Path) -> None:
    declared = schema(table(attribute("age", "integer"), key="login"))
    people = csv_source(tmp_path, "login,age\nana@shop.example,x\nbob,x\n")

    snapshot = run(tmp_path / "home", declared, people).snapshot

    assert values(snapshot) == [("not_an_integer", MASK, "x"), ("not_an_integer", "bob", "x")]


def test_what_a_personal_column_is_joined_by_is_masked_too(tmp_path: Path) -> None:
    declared = schema(
        table(
            attribute("phone", personal=True),
            attribute("town", column="book.town"),
            joins=[Join(source="book", on=(("phone", "tel"),), name="book")],
        )
    )
    sources = (
        csv_source(tmp_path, "id,phone\n1,0102\n2,0304\n"),
        csv_source(tmp_path, "tel,town\n0102,Lyon\n0102,Lille\n", name="book"),
    )

    snapshot = run(tmp_path / "home", declared, *sources).snapshot

    assert values(snapshot) == [("join_repeated", MASK, MASK), ("join_without_match", "2", MASK)]


def test_another_attribute_of_a_personal_column_is_personal(tmp_path: Path) -> None:
    declared = schema(
        table(attribute("email", "email"), attribute("number", "integer", column="email"))
    )

    snapshot = run(
        tmp_path / "home", declared, csv_source(tmp_path, "id,email\n1,secret\n")
    ).snapshot

    assert {value for _, _, value in values(snapshot)} == {MASK}


# what was kept before


def test_keys_that_were_kept_as_they_came_are_read_in_the_one_form() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE kept AS SELECT * FROM (VALUES (1, 'Ana@Shop.example'), (2, 'x@café.example'),"
            " (3, '7.0'), (4, NULL), (5, 'A-1'), (6, 'bob@shop.example')) t(n, l_key)"
        )

        query = keys.in_form(connection, "SELECT * FROM kept", "l_key")

        assert connection.execute(f"SELECT * FROM ({query}) ORDER BY n").fetchall() == [
            (1, "ana@shop.example"),
            (2, "x@xn--caf-dma.example"),
            (3, "7"),
            (4, None),
            (5, "A-1"),
            (6, "bob@shop.example"),
        ]


def test_keys_in_the_one_form_are_read_as_they_are() -> None:
    with duckdb.connect() as connection:
        query = (
            "SELECT l_key FROM (VALUES ('7'), ('A-1'), (NULL), ('ana.x+1@shop-a.example')) t(l_key)"
        )

        assert keys.in_form(connection, query, "l_key") == query
