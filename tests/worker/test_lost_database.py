"""The control database is lost while a run is pushing, and comes back: pages say so, and nobody is lost or sent twice.

On PostgreSQL a server of the test's own crashes and is started again; on SQLite the file is locked, lost, damaged or
replaced by something else.
"""

from __future__ import annotations

import html
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client

from mailchimp_sandbox.faults import Fault
from segue.control.people.models import Person
from segue.control.refreshes.models import Run
from segue.control.statuses import Status
from segue.engines.duckdb.quoting import literal
from segue.words.catalogue import in_language
from segue.words.problem_texts_trouble import TROUBLES
from tests.cast import ALICE
from tests.fakes.clocks import START
from tests.fakes.postgres import find_binaries, private_server
from tests.fixtures.people import PASSWORD
from tests.patience import HANGS_S
from tests.worker.processes import LEASE_S
from tests.worker.shop import Shop, fresh, wait_for
from tests.worker.shop import shop as open_shop

PEOPLE = 600
Lost = Callable[[], None]
IS_POSTGRESQL = connection.vendor == "postgresql"


@contextmanager
def pointed_at(**place: Any) -> Iterator[None]:
    """Let all threads use another database for a while."""
    known = connections.settings["default"]
    before = {name: known[name] for name in place}
    connections.close_all()
    known.update(place)
    try:
        yield
    finally:
        connections.close_all()
        known.update(before)


class Locked:
    """Another program holds the database: it can be read, as it always can, but not written."""

    codes = frozenset({"database_busy"})

    def __init__(self, file: Path) -> None:
        self._file = file

    def lose(self) -> None:
        self._other = sqlite3.connect(self._file, isolation_level=None)
        wait_for(self._takes)

    def _takes(self) -> bool:
        try:
            self._other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        return True

    def bring_back(self) -> None:
        self._other.close()


class Gone:
    """The file is somewhere else; an empty one is made in its place."""

    codes = frozenset({"database_empty"})

    def __init__(self, file: Path) -> None:
        self._file = file
        self._away = file.with_name("away")

    def lose(self) -> None:
        connections.close_all()
        self._away.mkdir()
        for one in self._file.parent.glob(f"{self._file.name}*"):
            one.rename(self._away / one.name)
        self._instead()

    def _instead(self) -> None:
        pass

    def bring_back(self) -> None:
        connections.close_all()
        for one in self._file.parent.glob(f"{self._file.name}*"):
            one.rmdir() if one.is_dir() else one.unlink()
        for one in self._away.iterdir():
            one.rename(self._file.parent / one.name)


class Damaged(Gone):
    """The file holds something else."""

    codes = frozenset({"database_damaged"})

    def _instead(self) -> None:
        self._file.write_bytes(b"no database at all " * 1_000)


class Replaced(Gone):
    """A folder stands in the file's place."""

    codes = frozenset({"database_lost"})

    def _instead(self) -> None:
        self._file.mkdir()


class Crashed:
    """The server is gone."""

    codes = frozenset({"database_lost"})

    def __init__(self, server: Any) -> None:
        self.lose, self.bring_back = server.crash, server.start


FAULTS = ["crashed"] if IS_POSTGRESQL else ["locked", "gone"]
OTHER_FAULTS = [] if IS_POSTGRESQL else ["damaged", "replaced"]
_OF_SQLITE = {"locked": Locked, "gone": Gone, "damaged": Damaged, "replaced": Replaced}


@pytest.fixture
def fault(request: pytest.FixtureRequest, transactional_db: None, tmp_path: Path) -> Iterator[Any]:
    """Give the test a database of its own, and what can befall it."""
    if IS_POSTGRESQL:
        binaries = find_binaries()
        assert binaries is not None
        with private_server(binaries) as server, pointed_at(**_place(server.dsn)):
            call_command("migrate", verbosity=0)
            yield Crashed(server)
        return
    file = tmp_path / "segue.sqlite3"
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as whole:
        whole.execute(f"VACUUM INTO {literal(str(file))}")
    options = {**connections.settings["default"]["OPTIONS"], "timeout": 0.2}
    with pointed_at(NAME=str(file), OPTIONS=options):
        yield _OF_SQLITE[request.param](file)


def _place(dsn: str) -> dict[str, Any]:
    parts = urlsplit(dsn)
    return {
        "HOST": parts.hostname,
        "PORT": parts.port,
        "USER": parts.username,
        "PASSWORD": parts.password,
        "NAME": parts.path.removeprefix("/"),
    }


@pytest.fixture
def shop(fault: Any, tmp_path: Path, settings: Any) -> Iterator[Shop]:
    """Open a shop whose second call to write hangs."""
    settings.SEGUE_HOME = tmp_path / "home"
    settings.SEGUE_LEASE_S = LEASE_S
    files = tmp_path / "files"
    files.mkdir()
    alice = Person(name=ALICE.name, email=ALICE.email, role=str(ALICE.role), created_at=START)
    alice.set_password(PASSWORD)
    alice.save()
    with open_shop(files, alice, settings.SEGUE_HOME) as opened:
        opened.people(PEOPLE)
        hangs = {"seconds": HANGS_S, "after": 1, "times": None}
        opened.sandbox.add_fault(
            Fault(kind="slow", method="POST", path_pattern="/lists/{list_id}", **hangs)
        )
        yield opened


def signed_in(alice: Person) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def says_so(browser: Client, codes: frozenset[str]) -> None:
    """See that a page is the one of a lost database, in both languages."""
    for language in ("en", "fr"):
        form = {"username": ALICE.email, "password": PASSWORD}
        page = browser.post("/sign-in/", form, headers={"Accept-Language": language})
        text = html.unescape(page.content.decode())
        assert (page.status_code, page.headers["Retry-After"]) == (503, "30")
        (code,) = [code for code in codes if code in text]
        assert in_language(TROUBLES[code].message, language) in text
        assert in_language(TROUBLES[code].action, language) in text


@pytest.mark.parametrize("fault", FAULTS, indirect=True)
def test_a_run_goes_on_when_the_database_is_back(
    shop: Shop, fault: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="segue")
    export, browser = shop.export(), signed_in(shop.alice)
    (run,) = shop.run(export)
    worker = shop.worker()
    wait_for(lambda: worker.turn() and fresh(run).accepted == 500)

    fault.lose()
    says_so(Client(raise_request_exception=False), fault.codes)
    wait_for(lambda: heard(caplog, "worker.heartbeat_failed") & fault.codes)
    assert not worker.turn()
    shop.sandbox.clear_faults()
    wait_for(lambda: worker.is_idle)
    fault.bring_back()
    wait_for(lambda: worker.turn() and fresh(run).status == Status.SUCCESSFUL)

    assert browser.get("/exports/").status_code == 200
    assert Run.objects.filter(export=export).count() == 1
    assert shop.statuses(export) == {"subscribed": PEOPLE}
    assert shop.tagged(export) == {"Newcomers": PEOPLE}
    assert "bug" not in {
        code for event in ("run.bug", "worker.turn_failed") for code in heard(caplog, event)
    }


@pytest.mark.parametrize("fault", OTHER_FAULTS, indirect=True)
def test_pages_and_worker_tell_every_fault_of_the_file_by_its_name(
    shop: Shop, fault: Any, caplog: pytest.LogCaptureFixture
) -> None:
    worker = shop.worker()
    assert worker.turn()

    fault.lose()
    says_so(Client(raise_request_exception=False), fault.codes)
    assert not worker.turn()
    fault.bring_back()

    assert heard(caplog, "worker.turn_failed") <= fault.codes
    assert worker.turn()
    shop.settle(worker)


def heard(caplog: pytest.LogCaptureFixture, event: str) -> set[str]:
    """Return the codes with which an event was logged."""
    told = [vars(record) for record in caplog.records if record.getMessage() == event]
    return {str(fields.get("code")) for fields in told}
