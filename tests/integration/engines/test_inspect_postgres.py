"""A database is looked at table by table: one that cannot be read is told, and hides no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from segue.engines.duckdb.reading.inspect import inspect_postgres
from segue.profiles.sources import PostgresSource
from tests.integration.engines.small_refresh import attribute, rows, run, schema, table

pytestmark = pytest.mark.postgres


@pytest.fixture
def shop(postgres_dsn: str) -> Iterator[str]:
    """Return a database with a schema `odd`: a table with a point in its name, a view that fails, one table as others are."""
    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS odd CASCADE")
        connection.execute("CREATE SCHEMA odd")
        connection.execute('CREATE TABLE odd."My.Table" (id int PRIMARY KEY, email text)')
        connection.execute("""INSERT INTO odd."My.Table" VALUES (1, 'nadia@shop.example')""")
        connection.execute("CREATE TABLE odd.people (id int PRIMARY KEY, email text)")
        connection.execute("INSERT INTO odd.people VALUES (7, 'omar@shop.example')")
        connection.execute(
            "CREATE VIEW odd.fails AS SELECT id, 1 / (id - id) AS share FROM odd.people"
        )
        yield postgres_dsn
        connection.execute("DROP SCHEMA odd CASCADE")


def test_a_table_that_cannot_be_read_is_told_and_hides_no_other(shop: str) -> None:
    found = {one.table: one for one in inspect_postgres(shop) if str(one.table).startswith("odd.")}

    assert {table: one.name for table, one in found.items() if one.problem is None} == {
        "odd.My.Table": "My.Table",
        "odd.people": "people",
    }
    assert found["odd.My.Table"].key == "id"
    assert found["odd.fails"].problem is not None
    assert found["odd.fails"].problem.code == "source_database_failed"


def test_tables_that_the_user_may_not_read_are_not_looked_at(shop: str) -> None:
    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS odd_reader")
        connection.execute("CREATE ROLE odd_reader LOGIN PASSWORD 'odd'")
        connection.execute("GRANT USAGE ON SCHEMA odd TO odd_reader")
        connection.execute("GRANT SELECT ON odd.people TO odd_reader")
    reader = make_conninfo(**{**conninfo_to_dict(shop), "user": "odd_reader", "password": "odd"})

    found = [one.table for one in inspect_postgres(reader) if str(one.table).startswith("odd.")]

    assert found == ["odd.people"]


def test_a_table_is_named_with_points_and_with_its_database(shop: str, tmp_path: Path) -> None:
    with psycopg.connect(shop) as connection:
        database = connection.info.dbname
    declared = schema(
        table(attribute("email", "email")), others=table(name="others", source="others")
    )
    named = {"people": "odd.My.Table", "others": f"{database}.odd.people"}
    sources = [PostgresSource(name=name, dsn=shop, table=one) for name, one in named.items()]

    snapshot = run(tmp_path / "home", declared, *sources).snapshot

    assert rows(snapshot, columns="profile_key") == [("1",)]
    assert snapshot.counts["others"].read == 1
