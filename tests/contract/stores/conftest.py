"""The implementations that the suite is run on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.contract.stores.given_journals import Given, beside, in_database, make_tables
from tests.contract.stores.given_shared import BUCKET, Hosts
from tests.fakes.object_stores.laid import FakeStore
from tests.fakes.postgres import PostgresServer, find_binaries, private_server

PLACES = [
    "file",
    pytest.param("postgres", marks=pytest.mark.postgres),
    pytest.param("apart", marks=pytest.mark.postgres),
]


@pytest.fixture(scope="session")
def journals_database(
    postgres_dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Any]]:
    """Return how a database is reached that holds the journals' tables, and nothing else."""
    import psycopg

    base, _, _ = postgres_dsn.rpartition("/")
    with psycopg.connect(postgres_dsn, autocommit=True) as server:
        server.execute("CREATE DATABASE journals")
    make_tables(f"{base}/journals", tmp_path_factory.mktemp("home"))
    yield {"conninfo": f"{base}/journals"}
    with psycopg.connect(postgres_dsn, autocommit=True) as server:
        server.execute("DROP DATABASE journals WITH (FORCE)")


@pytest.fixture(scope="module")
def frail_server(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PostgresServer]:
    """Start a server of one's own that holds the journals' tables: it may be crashed."""
    binaries = find_binaries()
    assert binaries is not None  # the other server was started from them
    with private_server(binaries) as server:
        make_tables(server.dsn, tmp_path_factory.mktemp("home"))
        yield server


@pytest.fixture
def on_frail_server(frail_server: PostgresServer, tmp_path: Path) -> Iterator[Given]:
    """Return journals on a server that may be crashed."""
    folder = tmp_path / "audiences" / f"account-{tmp_path.name}"
    with (made := in_database(folder, {"conninfo": frail_server.dsn})).stack:
        yield made


@pytest.fixture
def on_server(journals_database: Mapping[str, Any], tmp_path: Path) -> Iterator[Given]:
    """Return journals in a database, of an audience that no other test knows."""
    given = in_database(tmp_path / "audiences" / f"account-{tmp_path.name}", journals_database)
    with given.stack:
        yield given


@pytest.fixture
def hosts(tmp_path: Path, store: FakeStore, journals_database: Mapping[str, Any]) -> Hosts:
    """Return hosts that have no folder in common; nothing is shared yet."""
    import psycopg

    store.make_bucket(BUCKET)
    with psycopg.connect(**journals_database, autocommit=True) as database:
        database.execute(
            "TRUNCATE journals_shared_file, journals_shared_text, journals_audience CASCADE"
        )
    return Hosts(folder=tmp_path, store=store, reached_by=journals_database)


@pytest.fixture
def on_hosts_apart(hosts: Hosts, tmp_path: Path) -> Iterator[Given]:
    """Return the journals of one of several hosts that have no folder in common."""
    folder = hosts.home("one") / "audiences" / f"account-{tmp_path.name}"
    with (made := in_database(folder, hosts.reached_by, shared=hosts.shared("one"))).stack:
        yield made


@pytest.fixture(params=PLACES)
def given(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Given]:
    """Return journals of each kind in turn."""
    if request.param == "postgres":
        yield request.getfixturevalue("on_server")
        return
    if request.param == "apart":
        yield request.getfixturevalue("on_hosts_apart")
        return
    with (made := beside(tmp_path / "audiences" / "account-audience")).stack:
        yield made
