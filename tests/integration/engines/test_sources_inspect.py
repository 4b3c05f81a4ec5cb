"""What `segue init` finds in folders and databases."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segue.core.errors import ConfigurationProblem
from segue.engines.duckdb.reading.inspect import inspect_folder, inspect_sqlite
from segue.engines.duckdb.reading.inspect_guesses import guessed
from segue.profiles.found import FoundTable
from segue.profiles.schema import AttributeType


def links(table: FoundTable) -> list[tuple[str, str, str, bool]]:
    return [(r.column, r.other_table, r.other_column, r.declared) for r in table.relationships]


def test_a_folder_of_files_is_described(tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text(
        "id;Prénom;Nom;Courriel;signed_up;zip;vip\n"
        "1;Nadia;Haddad;nadia@shop.example;2024-02-03;01000;oui\n"
        "2;Omar;Benali;;2024-02-04;69001;non\n",
        encoding="utf-8",
    )
    (tmp_path / "orders.jsonl").write_text(
        '{"id": 1, "customer_id": 1, "total": 9.50, "ship": {"city": "Lyon"}}\n'
        '{"id": 2, "customer_id": 1, "total": 10, "ship": {"city": "Oslo"}}\n',
        encoding="utf-8",
    )
    pq.write_table(
        pa.table({"order_id": [1, 1], "seen": ["2024-02-03 10:00"] * 2}),
        tmp_path / "visits.parquet",
    )
    (tmp_path / "broken.parquet").write_bytes(b"x")
    (tmp_path / "notes.txt").write_text("nothing", encoding="utf-8")

    found = {table.name: table for table in inspect_folder(tmp_path)}

    customers = found["customers"]
    assert sorted(found) == ["broken", "customers", "orders", "visits"]
    assert [(column.name, column.type.value) for column in customers.columns] == [
        ("id", "integer"),
        ("Prénom", "text"),
        ("Nom", "text"),
        ("Courriel", "email"),
        ("signed_up", "date"),
        ("zip", "text"),
        ("vip", "boolean"),
    ]
    assert (customers.kind, customers.path) == ("csv", tmp_path / "customers.csv")
    assert (customers.key, customers.email) == ("id", "Courriel")
    assert (customers.first_name, customers.last_name) == ("Prénom", "Nom")
    assert links(found["orders"]) == [("customer_id", "customers", "id", False)]
    assert [column.name for column in found["orders"].columns][-1] == "ship.city"
    assert links(found["visits"]) == [("order_id", "orders", "id", False)]
    assert found["visits"].key is None
    problem = found["broken"].problem
    assert problem is not None and problem.code == "source_not_parquet"


@pytest.mark.shared_data
def test_chinook_is_described_with_its_declared_relationships(shared_folder: Path) -> None:
    found = {t.name: t for t in inspect_sqlite(shared_folder / "data" / "chinook.sqlite")}

    customer = found["Customer"]
    assert (customer.key, customer.email) == ("CustomerId", "Email")
    assert (customer.first_name, customer.last_name) == ("FirstName", "LastName")
    assert links(found["Invoice"]) == [("CustomerId", "Customer", "CustomerId", True)]
    assert links(found["InvoiceLine"]) == [
        ("InvoiceId", "Invoice", "InvoiceId", True),
        ("TrackId", "Track", "TrackId", True),
    ]
    assert found["PlaylistTrack"].key is None


@pytest.mark.shared_data
def test_sakila_is_described_by_its_column_names(shared_folder: Path) -> None:
    found = {t.name: t for t in inspect_folder(shared_folder / "data" / "sakila")}

    assert (found["customer"].key, found["customer"].email) == ("customer_id", "email")
    assert ("customer_id", "customer", "customer_id", False) in links(found["payment"])
    assert ("film_id", "film", "film_id", False) in links(found["inventory"])
    assert found["film_category"].key is None


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    path.write_bytes(b"no database" * 100)

    with pytest.raises(ConfigurationProblem) as raised:
        inspect_sqlite(path)
    found = inspect_folder(tmp_path)

    assert raised.value.code == "source_not_sqlite"
    assert [(t.name, t.problem is not None) for t in found] == [("shop", True)]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "-2", None], AttributeType.INTEGER),
        (["0", "1"], AttributeType.INTEGER),
        (["01000", "69001"], AttributeType.TEXT),
        (["1.5", "2"], AttributeType.DECIMAL),
        (["2024-01-01 00:00:00", "2024-01-02"], AttributeType.DATE),
        (["2024-01-01 10:00", "2024-01-02"], AttributeType.TIMESTAMP),
        (["t", "F"], AttributeType.BOOLEAN),
        (["nadia@shop.example", "omar@shop.example"], AttributeType.EMAIL),
        ([None, " "], AttributeType.TEXT),
        (["1", "x"], AttributeType.TEXT),
    ],
)
def test_the_narrowest_type_that_fits_is_guessed(
    values: list[str | None], kind: AttributeType
) -> None:
    assert guessed("a", values).type is kind


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Phone", "+33612345678"),
        ("Contact", "+33612345678"),
        ("Téléphone", "612345678"),
        ("Mobile", "6.12"),
    ],
)
def test_telephone_numbers_stay_texts(name: str, written: str) -> None:
    assert guessed(name, [written, written]).type is AttributeType.TEXT


def test_numbers_with_a_sign_are_numbers_all_the_same() -> None:
    assert guessed("hotels", ["+5", "-3"]).type is AttributeType.INTEGER


def test_a_view_of_an_sqlite_file_that_fails_is_told_and_hides_no_table(tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT)")
        connection.execute("INSERT INTO people VALUES (1, 'nadia@shop.example')")
        connection.execute("CREATE VIEW gone AS SELECT * FROM nowhere")
        connection.execute(
            "CREATE VIEW fails AS SELECT abs(-9223372036854775808) AS share FROM people"
        )
        connection.commit()

    found = {one.name: one.problem and one.problem.code for one in inspect_folder(tmp_path)}

    assert found == {
        "fails": "source_database_failed",
        "gone": "source_database_failed",
        "people": None,
    }
