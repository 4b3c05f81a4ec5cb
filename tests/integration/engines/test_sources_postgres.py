"""PostgreSQL tables through Arrow: exact values, one state of the database, and never a word of the connection text."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from segue.core.errors import BrokenOff, ConfigurationProblem
from segue.engines.duckdb.reading.inspect import inspect_postgres
from segue.engines.duckdb.reading.sources_postgres import PostgresReader, open_postgres
from segue.engines.duckdb.reading.sources_reports import Reports
from segue.profiles.source_sizes import Sizes
from segue.profiles.sources import PostgresSource
from tests.integration.engines.hanging import Refreshing
from tests.integration.engines.poison import refreshed
from tests.integration.engines.small_refresh import attribute, listed, rows, run, schema, table
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.postgres


@pytest.fixture
def shop(postgres_dsn: str) -> Iterator[str]:
    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS shop CASCADE")
        connection.execute("CREATE SCHEMA shop")
        connection.execute(
            'CREATE TABLE shop."Customer" (id integer PRIMARY KEY, "E mail" text, spent numeric(18, 4),'
            " ratio double precision, born date, seen timestamptz, local timestamp, vip boolean,"
            " mood char(5), tags text[], doc jsonb, ref uuid)"
        )
        connection.execute(
            'INSERT INTO shop."Customer" VALUES'
            " (1, 'Nadia@SHOP.example', 12345678901234.5050, 0.1, '2024-02-29', '2024-07-01 12:00+02',"
            "  '2024-07-01 12:00', true, 'ok', '{a,b}', '{\"a\": 1}', '00000000-0000-0000-0000-000000000001'),"
            " (2, NULL, NULL, 1e300, 'infinity', '0044-03-15 BC', NULL, false, NULL, NULL, NULL, NULL),"
            " (3, '', 0, 'NaN', NULL, NULL, NULL, NULL, '', NULL, NULL, NULL)"
        )
        connection.execute(
            'CREATE TABLE shop.orders (no bigserial PRIMARY KEY, who integer REFERENCES shop."Customer",'
            " total numeric)"
        )
        connection.execute(
            "INSERT INTO shop.orders (who, total) SELECT 1 + n % 2, n / 100.0 FROM generate_series(1, 50000) n"
        )
        yield postgres_dsn
        connection.execute("DROP SCHEMA shop CASCADE")


def source(dsn: str, name: str, table_name: str) -> PostgresSource:
    return PostgresSource(name=name, dsn=dsn, table=table_name)


def test_values_of_every_type_are_exact(shop: str, tmp_path: Path) -> None:
    declared = schema(
        table(
            attribute("email", "email", column="E mail"),
            attribute("spent", "decimal", scale=4),
            attribute("ratio", "decimal"),
            attribute("born", "date"),
            attribute("seen", "timestamp"),
            attribute("local", "timestamp", time_zone="Europe/Paris"),
            attribute("vip", "boolean"),
            attribute("mood"),
            attribute("tags"),
            attribute("doc"),
            attribute("ref"),
            key_type="integer",
        ),
        orders=table(
            attribute("total", "decimal"),
            name="orders",
            source="orders",
            key="who",
            key_type="integer",
        ),
    )

    done = run(
        tmp_path / "home",
        declared,
        source(shop, "people", "shop.Customer"),
        source(shop, "orders", "shop.orders"),
    )
    again = run(
        tmp_path / "home",
        declared,
        source(shop, "people", "shop.Customer"),
        source(shop, "orders", "shop.orders"),
    )

    snapshot = done.snapshot
    assert rows(snapshot)[0] == (
        1,
        "Nadia@SHOP.example",
        "nadia@shop.example",
        None,
        Decimal("12345678901234.5050"),
        Decimal("0.10"),
        date(2024, 2, 29),
        datetime(2024, 7, 1, 10),
        datetime(2024, 7, 1, 10),
        True,
        "ok",
        "{a,b}",
        '{"a": 1}',
        "00000000-0000-0000-0000-000000000001",
    )
    assert sorted(listed(snapshot)) == [
        (2, "E mail", "missing", None),
        (2, "born", "not_a_date", "infinity"),
        (2, "ratio", "out_of_range", "1e+300"),
        (2, "seen", "not_a_timestamp", "0044-03-15 00:00:00+00 BC"),
        (3, "E mail", "missing", ""),
        (3, "ratio", "not_a_number", "NaN"),
    ]
    assert rows(snapshot, "related_orders GROUP BY 1", "profile_key, count(*), sum(total)") == [
        (1, 25_000, Decimal("6250250.00") - Decimal("0.00") - Decimal("0.00")),
        (2, 25_000, Decimal("6250000.00")),
    ]
    assert snapshot.source_changed_at == {"people": None, "orders": None}
    assert again.read_again


def test_repeated_keys_have_the_same_winner_at_every_reading(shop: str, tmp_path: Path) -> None:
    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute("CREATE TABLE shop.twice (id text, name text)")
        connection.execute("INSERT INTO shop.twice VALUES ('1', 'b'), ('1', 'a'), ('1', NULL)")
    people = source(shop, "people", "shop.twice")

    first = run(tmp_path / "home", schema(table(attribute("name"))), people).snapshot
    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute("UPDATE shop.twice SET name = name WHERE name = 'a'")
    second = run(tmp_path / "home", schema(table(attribute("name"))), people).snapshot

    assert rows(first) == rows(second) == [("1", "a")]


def test_all_tables_are_read_in_one_state_of_the_database(shop: str) -> None:
    connection = open_postgres("orders", shop)
    people = PostgresReader(source(shop, "people", "shop.Customer"), connection)
    orders = PostgresReader(source(shop, "orders", "shop.orders"), connection)
    before = sum(b.num_rows for b in people.batches(["id"], Reports(source="people")))

    def write() -> None:
        with psycopg.connect(shop, autocommit=True) as other:
            other.execute("DELETE FROM shop.orders")

    writer = threading.Thread(target=write)
    writer.start()
    writer.join()
    seen = sum(b.num_rows for b in orders.batches(["no"], Reports(source="orders")))
    connection.close()

    assert (before, seen) == (3, 50_000)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("password=", "password=wrong"), "source_password_refused"),
        (("user=", "user=nobody_here"), "source_password_refused"),
        (("dbname=", "dbname=not_there"), "source_database_missing"),
        (("port=", "port=1"), "source_server_unreachable"),
    ],
)
def test_a_refused_sign_in_says_why_without_the_connection_text(
    postgres_dsn: str, tmp_path: Path, change: tuple[str, str], code: str
) -> None:
    parts = psycopg.conninfo.conninfo_to_dict(postgres_dsn)
    key, _, value = change[1].partition("=")
    wrong = psycopg.conninfo.make_conninfo(**{**parts, key: value})
    people = source(wrong, "people", "shop.Customer")

    with pytest.raises(ConfigurationProblem) as raised:
        run(tmp_path / "home", schema(table()), people)

    told = str(raised.value) + str(raised.value.context) + str(raised.value.__cause__)
    assert raised.value.code == code
    assert str(parts["password"]) not in told
    assert wrong not in told + repr(people)


def test_missing_tables_and_columns_propose_the_nearest(shop: str, tmp_path: Path) -> None:
    declared = schema(table(attribute("email")))

    with pytest.raises(ConfigurationProblem) as no_table:
        run(tmp_path / "home", declared, source(shop, "people", "shop.customer"))
    with pytest.raises(ConfigurationProblem) as no_column:
        run(tmp_path / "home", declared, source(shop, "people", "shop.Customer"))

    assert str(no_table.value) == (
        "Source 'people' reads the table 'shop.customer', which the database does not have."
        " Did you mean 'shop.Customer'?"
    )
    assert str(no_column.value) == ("Source 'people' has no column 'email'. Did you mean 'E mail'?")


def test_a_table_that_may_not_be_read(shop: str, tmp_path: Path) -> None:
    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS visitor")
        connection.execute("CREATE ROLE visitor LOGIN PASSWORD 'visitor'")
        connection.execute("GRANT USAGE ON SCHEMA shop TO visitor")
    parts = psycopg.conninfo.conninfo_to_dict(shop)
    visitor = psycopg.conninfo.make_conninfo(**{**parts, "user": "visitor", "password": "visitor"})

    with pytest.raises(ConfigurationProblem) as raised:
        run(tmp_path / "home", schema(table()), source(visitor, "people", "shop.Customer"))

    assert str(raised.value) == (
        "Source 'people' may not read the table 'shop.Customer'."
        " Grant SELECT on it to the user in the connection text."
    )


def test_a_database_is_inspected(shop: str) -> None:
    found = {table.name: table for table in inspect_postgres(shop) if "shop." in str(table.table)}

    customer, orders = found["Customer"], found["orders"]
    assert (customer.key, customer.email, orders.key) == ("id", "E mail", "no")
    assert [(r.column, r.other_table, r.other_column) for r in orders.relationships] == [
        ("who", "Customer", "id")
    ]


def test_bytes_are_text_where_they_are_utf8(shop: str, tmp_path: Path) -> None:
    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute("CREATE TABLE shop.old (id bytea, name bytea, c0 text, file_no text)")
        connection.execute(
            "INSERT INTO shop.old VALUES ('a', convert_to('José', 'UTF8'), 'x', 'y'), ('b', '\\xff', 'x', 'y')"
        )
    declared = schema(
        table(attribute("name"), attribute("x", column="c0"), attribute("y", column="file_no"))
    )

    snapshot = run(tmp_path / "home", declared, source(shop, "people", "shop.old")).snapshot

    assert rows(snapshot) == [("a", "José", "x", "y"), ("b", None, "x", "y")]
    assert [(column, kind) for _, column, kind, _ in listed(snapshot)] == [
        ("name", "text_undecodable")
    ]


SLEEPS = "CREATE VIEW shop.hangs AS SELECT 1 AS id, pg_sleep(86400)::text AS email"
"""A view that gives its only row after a day."""


@contextmanager
def hanging(dsn: str, kind: str) -> Iterator[PostgresSource]:
    """Hang whoever reads: the table sleeps, or somebody holds a lock on it."""
    with psycopg.connect(dsn) as holder:
        if kind == "sleeps":
            holder.execute(SLEEPS)
        else:
            holder.execute("CREATE TABLE shop.hangs AS SELECT 1 AS id, 'a' AS email")
        holder.commit()
        if kind == "locked":
            holder.execute("LOCK TABLE shop.hangs IN ACCESS EXCLUSIVE MODE")
        yield source(dsn, "people", "shop.hangs")


def reads_nothing_more(dsn: str) -> None:
    """Wait until no query of a reader is under way on the server."""
    busy = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND state = 'active' AND query LIKE '%hangs%'"
    )
    with psycopg.connect(dsn, autocommit=True) as connection:
        until = time.monotonic() + PATIENCE_S
        while connection.execute(busy).fetchone() != (0,):
            assert time.monotonic() < until
            time.sleep(0.05)


PEOPLE = schema(table(attribute("email", "email")))


@pytest.mark.parametrize("kind", ["sleeps", "locked"])
def test_a_table_that_never_answers_is_canceled_here_and_on_the_server(
    shop: str, tmp_path: Path, kind: str
) -> None:
    with hanging(shop, kind) as hangs:
        refreshing = Refreshing(PEOPLE, hangs, home=tmp_path / "home")

        with refreshing.under_way():
            refreshing.cancel()

        assert isinstance(refreshing.problem, BrokenOff)
        reads_nothing_more(shop)


@pytest.mark.parametrize("kind", ["sleeps", "locked"])
def test_a_table_that_never_answers_ends_after_its_longest_time_and_is_named(
    shop: str, tmp_path: Path, kind: str
) -> None:
    with hanging(shop, kind) as hangs:
        with pytest.raises(ConfigurationProblem) as told:
            run(tmp_path / "home", PEOPLE, replace(hangs, longest_s=1.0))

        assert told.value.code == "source_too_slow"
        assert [one.path for one in told.value.mistakes] == ["sources.people"]
        reads_nothing_more(shop)


@pytest.mark.skipif(
    "FAKETIME" in os.environ,
    reason="libfaketime shows what a signal interrupts the true time: the server may take its limit for years away",
)
def test_a_query_that_the_server_ends_is_told_so(shop: str, tmp_path: Path) -> None:
    own = make_conninfo(shop, options="-c statement_timeout=300")
    with hanging(shop, "sleeps"), pytest.raises(ConfigurationProblem) as told:
        run(tmp_path / "home", PEOPLE, source(own, "people", "shop.hangs"))

    assert told.value.code == "source_query_canceled"


def test_a_look_at_a_server_tells_of_what_never_answers_and_goes_on(shop: str) -> None:
    with hanging(shop, "locked"):
        found = {one.table: one for one in inspect_postgres(shop, longest_s=10.0)}
        reads_nothing_more(shop)

    problem = found["shop.hangs"].problem
    assert problem is not None
    assert problem.code == "source_silent"
    assert found["shop.orders"].problem is None
    assert [column.name for column in found["shop.orders"].columns] == ["no", "who", "total"]


def test_values_that_are_too_large_are_cut_by_the_server_and_reported(
    shop: str, tmp_path: Path
) -> None:
    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE shop.large (id text, name text, data bytea, doc jsonb, tags text[])"
        )
        connection.execute(
            "INSERT INTO shop.large VALUES ('1', repeat('x', 3000), NULL, NULL, '{a}'),"
            " ('2', 'Omar', decode(repeat('78', 3000), 'hex'), jsonb_build_object('a', repeat('y', 3000)), NULL),"
            " ('3', repeat('é', 1001), decode('c3a9', 'hex'), '{}', array_fill('z'::text, ARRAY[2000]))"
        )
    declared = schema(table(*map(attribute, ("name", "data", "doc", "tags"))))

    snapshot = refreshed(
        tmp_path / "home",
        source(shop, "people", "shop.large"),
        declared=declared,
        sizes=Sizes(cell_bytes=2_000),
    )

    assert rows(snapshot) == [
        ("1", None, None, None, "{a}"),
        ("2", "Omar", None, None, None),
        ("3", None, "é", "{}", None),
    ]
    assert sorted((column, kind) for _, column, kind, _ in listed(snapshot)) == [
        ("data", "value_too_large"),
        ("doc", "value_too_large"),
        ("name", "value_too_large"),
        ("name", "value_too_large"),
        ("tags", "value_too_large"),
    ]


def test_a_table_with_too_many_rows_or_columns_is_refused_by_name(
    shop: str, tmp_path: Path
) -> None:
    declared = schema(table(attribute("who"), key="no"))
    orders = source(shop, "people", "shop.orders")

    with pytest.raises(ConfigurationProblem) as rows_told:
        refreshed(tmp_path / "home", orders, declared=declared, sizes=Sizes(rows=49_999))
    with pytest.raises(ConfigurationProblem) as columns_told:
        refreshed(tmp_path / "home", orders, declared=declared, sizes=Sizes(columns=2))

    assert rows_told.value.code == "source_rows_too_many"
    assert columns_told.value.code == "source_columns_too_many"
