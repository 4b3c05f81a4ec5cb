"""Chinook and Sakila, read in place, counted against SQL and the csv module that know nothing of Segue."""

from __future__ import annotations

import csv
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from segue.profiles.schema import Join, ProfileSchema
from segue.profiles.sources import CsvSource, Source, SqliteSource
from tests.integration.engines.small_refresh import attribute, listed, rows, run, schema, table

pytestmark = pytest.mark.shared_data

CHINOOK = schema(
    table(
        attribute("email", "email", column="Email"),
        attribute("first_name", column="FirstName"),
        attribute("rep", column="rep.LastName"),
        source="Customer",
        key="CustomerId",
        key_type="integer",
        joins=[Join(source="Employee", name="rep", on=(("SupportRepId", "EmployeeId"),))],
    ),
    invoices=table(
        attribute("date", "timestamp", column="InvoiceDate"),
        attribute("total", "decimal", column="Total"),
        name="invoices",
        source="Invoice",
        key="CustomerId",
        key_type="integer",
    ),
    purchases=table(
        attribute("genre", column="Genre.Name"),
        attribute("quantity", "integer", column="Quantity"),
        name="purchases",
        source="InvoiceLine",
        key="Invoice.CustomerId",
        key_type="integer",
        joins=[
            Join(source="Invoice", name="Invoice", on=(("InvoiceId", "InvoiceId"),)),
            Join(source="Track", name="Track", on=(("TrackId", "TrackId"),)),
            Join(source="Genre", name="Genre", on=(("Track.GenreId", "GenreId"),)),
        ],
    ),
)


def test_chinook_equals_what_sqlite_says(shared_folder: Path, tmp_path: Path) -> None:
    path = shared_folder / "data" / "chinook.sqlite"
    tables = ("Customer", "Employee", "Invoice", "InvoiceLine", "Track", "Genre")

    snapshot = run(
        tmp_path / "home",
        CHINOOK,
        *(SqliteSource(name=name, path=path, table=name) for name in tables),
    ).snapshot

    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as chinook:
        people = chinook.execute(
            "SELECT CustomerId, Email, CASE WHEN CustomerId <> 49 THEN lower(Email) END, FirstName, e.LastName FROM Customer c"
            " LEFT JOIN (SELECT EmployeeId, LastName FROM Employee) e ON e.EmployeeId = c.SupportRepId"
            " ORDER BY CustomerId"
        ).fetchall()
        invoices = chinook.execute(
            "SELECT CustomerId, count(*), sum(CAST(round(Total * 100) AS INTEGER)), max(InvoiceDate)"
            " FROM Invoice GROUP BY 1 ORDER BY 1"
        ).fetchall()
        genres = chinook.execute(
            "SELECT i.CustomerId, g.Name, sum(l.Quantity) FROM InvoiceLine l JOIN Invoice i USING (InvoiceId)"
            " JOIN Track t USING (TrackId) JOIN Genre g USING (GenreId) GROUP BY 1, 2"
        ).fetchall()
    assert rows(snapshot, columns="profile_key, email, email__address, first_name, rep") == people
    assert (
        rows(
            snapshot,
            "related_invoices GROUP BY 1",
            "profile_key, count(*), (100 * sum(total))::BIGINT, strftime(max(date), '%Y-%m-%d %H:%M:%S')",
        )
        == invoices
    )
    assert rows(
        snapshot, "related_purchases GROUP BY 1, 2", "profile_key, genre, sum(quantity)::BIGINT"
    ) == sorted(genres)
    assert {name: counts.kept for name, counts in snapshot.counts.items()} == {
        "profiles": 59,
        "invoices": 412,
        "purchases": 2_240,
    }
    assert listed(snapshot) == [(49, "Email", "non_ascii_local_part", "stanisław.wójcik@wp.pl")]


def sakila() -> ProfileSchema:
    return schema(
        table(
            attribute("email", "email"),
            attribute("active", "boolean"),
            attribute("since", "date", column="create_date"),
            attribute("phone", column="address.phone"),
            attribute("country", column="country.country"),
            source="customer",
            key="customer_id",
            key_type="integer",
            joins=[
                Join(source="address", name="address", on=(("address_id", "address_id"),)),
                Join(source="city", name="city", on=(("address.city_id", "city_id"),)),
                Join(source="country", name="country", on=(("city.country_id", "country_id"),)),
            ],
        ),
        payments=table(
            attribute("amount", "decimal"),
            attribute("paid_at", "timestamp", column="payment_date"),
            name="payments",
            source="payment",
            key="customer_id",
            key_type="integer",
        ),
        rentals=table(
            attribute("returned_at", "timestamp", column="return_date"),
            name="rentals",
            source="rental",
            key="customer_id",
            key_type="integer",
        ),
    )


def test_sakila_equals_what_the_files_say(shared_folder: Path, tmp_path: Path) -> None:
    folder = shared_folder / "data" / "sakila"
    names = ("customer", "address", "city", "country", "payment", "rental")
    sources: list[Source] = [CsvSource(name=n, path=folder / f"{n}.csv") for n in names]

    snapshot = run(tmp_path / "home", sakila(), *sources).snapshot

    files = {
        name: list(csv.DictReader((folder / f"{name}.csv").open(encoding="utf-8", newline="")))
        for name in names
    }
    country = {row["country_id"]: row["country"] for row in files["country"]}
    city = {row["city_id"]: country[row["country_id"]] for row in files["city"]}
    home = {row["address_id"]: city[row["city_id"]] for row in files["address"]}
    people = sorted(
        (
            int(row["customer_id"]),
            row["email"].lower(),
            row["active"] == "1",
            home[row["address_id"]],
        )
        for row in files["customer"]
    )
    spent: defaultdict[int, Decimal] = defaultdict(Decimal)
    for row in files["payment"]:
        spent[int(row["customer_id"])] += Decimal(row["amount"])
    open_rentals = Counter(
        int(row["customer_id"]) for row in files["rental"] if not row["return_date"]
    )
    assert rows(snapshot, columns="profile_key, email__address, active, country") == people
    assert rows(snapshot, "related_payments GROUP BY 1", "profile_key, sum(amount)") == sorted(
        spent.items()
    )
    assert rows(
        snapshot,
        "related_rentals WHERE returned_at IS NULL GROUP BY 1",
        "profile_key, count(*)",
    ) == sorted(open_rentals.items())
    assert {name: counts.kept for name, counts in snapshot.counts.items()} == {
        "profiles": 599,
        "payments": len(files["payment"]),
        "rentals": len(files["rental"]),
    }
    assert [c for c in snapshot.problem_counts if c.kind != "rounded"] == []
