"""Where people are kept: an installation at work holds their addresses in the places that are listed, and nowhere else."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from django.db import connection
from django.test import Client

import segue
from segue.control.exports.models import Export
from segue.control.refreshes.models import RunKind, RunPaper
from segue.engines.duckdb.quoting import literal
from segue.service.records import TABLES, About, record_of_file, record_of_table, records_about
from tests.worker.shop import Shop

PLANTED = "planted"
"""Stands in every address of a customer, and in no other text."""

HEADER = "id,email,first_name,last_name,city,joined,opted_in"
PASSWORD_TRIED = "no password of anybody"


def row(number: int, address: str, opted_in: str = "true") -> str:
    return f"{number},{address},Name{number},Martin,Lyon,2026-02-01,{opted_in}"


def people(*changes: str) -> str:
    return (
        "\n".join([HEADER, *(row(n, f"p{n}@planted.example") for n in range(3, 30)), *changes])
        + "\n"
    )


@pytest.fixture
def at_work(shop: Shop) -> Shop:
    """Let everything happen that leaves something behind: plans, runs, refusals, moves, opt-outs, examples, a stranger."""
    file = shop.folder / "customers.csv"
    shop.people(0)
    file.write_text(
        people(row(1, "refused@planted.example"), row(2, "moves@planted.example")), encoding="utf-8"
    )
    export = shop.export()
    shop.sandbox.refuse_addresses("refused*", number=2)
    shop.run(export, kind=RunKind.PLAN)
    shop.settle(shop.worker())
    shop.run(export)
    shop.settle(shop.worker())
    shop.sandbox.contact_unsubscribes(export.audience_id, "p3@planted.example")
    changed = (
        row(1, "refused@planted.example"),
        row(2, "moved@planted.example"),
        "x,not an address planted,A,B,C,D,E",
    )
    file.write_text(people(*changed), encoding="utf-8")
    shop.run(export)
    shop.settle(shop.worker())
    _try_to_sign_in(export)
    return shop


def _try_to_sign_in(export: Export) -> None:
    """Let a stranger try, and a form be kept whose session is gone: both with a customer's address in it."""
    stranger = Client()
    stranger.post("/sign-in/", {"username": "p4@planted.example", "password": PASSWORD_TRIED})
    stranger.post(f"/exports/{export.pk}/edit/", {"name": "p5@planted.example"})


def _rows(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the columns of a Parquet file that hold a planted address, each with its kind of place."""
    found = duckdb.sql(f"SELECT * FROM read_parquet({literal(str(path))})")
    for values in found.fetchall():
        yield from ((name, str(value)) for name, value in zip(found.columns, values, strict=True))


def _texts(path: Path) -> Iterator[str]:
    if path.suffix == ".parquet":
        yield from (text for _column, text in _rows(path))
    elif path.suffix == ".sqlite":
        with sqlite3.connect(path) as database:
            tables = database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
            ).fetchall()
            for (table,) in tables:
                yield from (
                    str(one)
                    for values in database.execute(f'SELECT * FROM "{table}"')
                    for one in values
                )
    else:
        yield path.read_text(encoding="utf-8", errors="replace")


def _files(home: Path) -> Iterator[tuple[str, bool]]:
    """Yield every file of a state folder with whether a planted address is in it."""
    for path in sorted(home.rglob("*")):
        if path.is_file():
            name = path.relative_to(home).as_posix()
            yield name, any(PLANTED in text.lower() for text in _texts(path))


def _tables() -> Iterator[tuple[str, bool]]:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            yield (
                table,
                any(
                    PLANTED in str(value).lower()
                    for values in cursor.fetchall()
                    for value in values
                ),
            )


def test_an_installation_at_work_keeps_people_where_it_says_and_nowhere_else(at_work: Shop) -> None:
    """One test: nothing that is looked at changes, and bringing it about takes long."""
    _addresses_of_customers_lie_where_they_are_listed_and_nowhere_else(at_work)
    _every_table_is_listed_and_no_row_of_the_list_is_about_nothing()
    _hashes_stand_for_customers_where_no_address_is_needed(at_work)
    _examples_of_a_plan_are_read_in_pages_and_encrypted_in_the_database()


def _addresses_of_customers_lie_where_they_are_listed_and_nowhere_else(at_work: Shop) -> None:
    files, tables = dict(_files(at_work.home)), dict(_tables())

    held = {record_of_file(name).place for name, has in files.items() if has}
    held |= {record_of_table(name).place for name, has in tables.items() if has}

    listed = {record.place for record in records_about(About.CUSTOMERS)}
    assert held <= listed
    assert {"snapshots/*", "audiences/*/ledger/*", "audiences/*/runs/*", "plans/*"} <= held


def _every_table_is_listed_and_no_row_of_the_list_is_about_nothing() -> None:
    tables = {name: record_of_table(name).place for name, _has in _tables()}

    assert {one.place for one in TABLES} == set(tables.values())


def _hashes_stand_for_customers_where_no_address_is_needed(at_work: Shop) -> None:
    found = {name for name, has in _files(at_work.home) if has}

    hashed = {
        name for name, _has in _files(at_work.home) if record_of_file(name).about is About.HASHES
    }
    assert len(hashed) >= 2
    assert hashed.isdisjoint(found)


def _examples_of_a_plan_are_read_in_pages_and_encrypted_in_the_database() -> None:
    paper = RunPaper.objects.latest("pk")

    assert PLANTED in paper.samples
    assert not dict(_tables())[RunPaper._meta.db_table]


def test_how_long_things_stay_is_said_in_one_place() -> None:
    said = re.compile(r"^\w*(?:KEPT|LIFETIME)\w* = timedelta", re.MULTILINE)
    product = Path(segue.__file__).parent

    found = {
        path.name for path in product.rglob("*.py") if said.search(path.read_text(encoding="utf-8"))
    }

    assert found == {
        "retention.py",
        "handshake.py",
    }  # a sign-in at Mailchimp is under way, not kept
