"""The two examples on real data: members as independent SQL counts them, first, unchanged and changed runs."""

from __future__ import annotations

import asyncio
import csv
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from mailchimp_sandbox.server import Sandbox
from segue.configuration.load import load
from segue.configuration.values import Configuration
from segue.service.exports import Workspace, open_workspace
from segue.sync.kinds import Kind
from segue.sync.permission import Permission
from segue.sync.report import RunReport, RunStatus
from tests.fixtures.shared import own_copy

EXAMPLES = Path(__file__).parents[2] / "examples"

CHINOOK = {
    "big_spenders": "SELECT CustomerId FROM Invoice GROUP BY 1 HAVING sum(Total) >= 41.999",
    "jazz_lovers": """SELECT i.CustomerId FROM InvoiceLine l JOIN Invoice i USING (InvoiceId) JOIN Track t USING (TrackId)
        JOIN Genre g USING (GenreId) WHERE g.Name = 'Jazz' GROUP BY 1 HAVING sum(l.Quantity) >= 3""",
    "french_speaking": """SELECT CustomerId FROM Customer WHERE Country IN ('France', 'Belgium')
        OR (Country = 'Canada' AND City IN ('Montréal', 'Québec'))""",
    "companies": "SELECT CustomerId FROM Customer WHERE trim(coalesce(Company, '')) <> ''",
    "recent_2025": "SELECT DISTINCT CustomerId FROM Invoice WHERE date(InvoiceDate) > '2025-09-30'",
    "no_purchase_2025": """SELECT CustomerId FROM Customer WHERE CustomerId NOT IN
        (SELECT CustomerId FROM Invoice WHERE date(InvoiceDate) > '2024-12-31')""",
    "rock_but_no_jazz": """WITH bought AS (SELECT i.CustomerId AS c, g.Name AS g FROM InvoiceLine l
        JOIN Invoice i USING (InvoiceId) JOIN Track t USING (TrackId) JOIN Genre g USING (GenreId))
        SELECT c FROM bought WHERE g = 'Rock' EXCEPT SELECT c FROM bought WHERE g = 'Jazz'""",
    "last_invoice_large": """SELECT CustomerId FROM Invoice i WHERE Total >= 10 AND InvoiceDate =
        (SELECT max(InvoiceDate) FROM Invoice j WHERE j.CustomerId = i.CustomerId)""",
    "valued_or_recent": """SELECT CustomerId FROM Invoice GROUP BY 1 HAVING sum(Total) >= 41.999 UNION
        SELECT CustomerId FROM Customer JOIN Invoice USING (CustomerId)
        WHERE date(InvoiceDate) > '2025-09-30' AND trim(coalesce(Company, '')) <> ''""",
}
"""Members by SQL on the shop's own database, written from the words of the example and not from its rules."""

SAKILA = {
    "active_customers": "SELECT customer_id FROM customer WHERE activebool = 't'",
    "high_value": """SELECT customer_id FROM payment GROUP BY 1
        HAVING sum(CAST(round(amount * 100) AS INTEGER)) >= 15000""",
    "august_2005": """SELECT customer_id FROM payment WHERE date(payment_date) BETWEEN '2005-08-01' AND '2005-08-31'
        GROUP BY 1 HAVING count(*) >= 10""",
    "horror_fans": """SELECT r.customer_id FROM rental r JOIN inventory i USING (inventory_id)
        JOIN film_category fc USING (film_id) JOIN category c USING (category_id)
        WHERE c.name = 'Horror' GROUP BY 1 HAVING count(*) >= 4""",
    "family_without_horror": """WITH seen AS (SELECT r.customer_id AS who, c.name AS name FROM rental r
        JOIN inventory i USING (inventory_id) JOIN film_category fc USING (film_id) JOIN category c USING (category_id))
        SELECT who FROM seen WHERE name IN ('Family', 'Children', 'Animation') GROUP BY 1 HAVING count(*) >= 3
        EXCEPT SELECT who FROM seen WHERE name = 'Horror'""",
    "unreturned": "SELECT DISTINCT customer_id FROM rental WHERE coalesce(return_date, '') = ''",
    "india_or_china": """SELECT customer_id FROM customer JOIN address USING (address_id) JOIN city USING (city_id)
        JOIN country USING (country_id) WHERE country IN ('India', 'China')""",
    "last_payment_small": """SELECT customer_id FROM (SELECT customer_id, amount, row_number() OVER
        (PARTITION BY customer_id ORDER BY payment_date DESC, amount * 1.0 DESC) AS place FROM payment)
        WHERE place = 1 AND amount < 1""",
    "paid_in_february": "SELECT DISTINCT customer_id FROM payment WHERE strftime('%m', payment_date) = '02'",
}


@dataclass(frozen=True)
class Example:
    """An example at work on a sandbox, and SQL over the same data."""

    workspace: Workspace
    sandbox: Sandbox
    configuration: Configuration
    sql: sqlite3.Connection

    def run(self) -> RunReport:
        export = next(iter(self.configuration.exports))
        snapshot = self.workspace.refresh().snapshot
        return asyncio.run(
            self.workspace.run(export, snapshot, permission=Permission(first_run=True))
        )

    @property
    def audience(self) -> str:
        return next(iter(self.configuration.exports.values())).audience_id


def _open(name: str, data: Path, home: Path) -> tuple[Configuration, Path]:
    """Load an example whose data are a copy, so that a test may change them."""
    folder = home / "checkout" / "examples" / name
    folder.mkdir(parents=True)
    shutil.copy(EXAMPLES / name / "segue.yaml", folder)
    own_copy(data, home / "shared" / "data")
    return load(folder / "segue.yaml", environment={}), home / "shared" / "data"


@pytest.fixture
def chinook(shared_folder: Path, tmp_path: Path) -> Iterator[Example]:
    configuration, data = _open("chinook", shared_folder / "data", tmp_path)
    with sqlite3.connect(data / "chinook.sqlite") as sql:
        yield from _at_work(configuration, sql)


@pytest.fixture
def sakila(shared_folder: Path, tmp_path: Path) -> Iterator[Example]:
    configuration, data = _open("sakila", shared_folder / "data", tmp_path)
    with sqlite3.connect(":memory:") as sql:
        for file in (data / "sakila").glob("*.csv"):
            _load(sql, file)
        yield from _at_work(configuration, sql)


def _load(sql: sqlite3.Connection, file: Path) -> None:
    with file.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    numeric = {"amount": "REAL", "customer_id": "INTEGER"}
    columns = ", ".join(f"{name} {numeric.get(name, '')}" for name in header)
    sql.execute(f"CREATE TABLE {file.stem} ({columns})")
    sql.executemany(f"INSERT INTO {file.stem} VALUES ({', '.join('?' * len(header))})", rows)


def _at_work(configuration: Configuration, sql: sqlite3.Connection) -> Iterator[Example]:
    with Sandbox.in_thread() as sandbox:
        here = replace(configuration.connections["main"], base_url=sandbox.base_url)
        configuration = replace(configuration, connections={"main": here})
        sandbox.add_audience(next(iter(configuration.exports.values())).audience_id)
        workspace = open_workspace(configuration, {"MAILCHIMP_API_KEY": sandbox.api_key})
        yield Example(workspace, sandbox, configuration, sql)


def _members(example: Example, queries: dict[str, str]) -> dict[str, set[int]]:
    return {name: {row[0] for row in example.sql.execute(query)} for name, query in queries.items()}


def _tagged(example: Example, keys: dict[str, int]) -> dict[str, set[int]]:
    """Return who carries each tag in the audience, by profile key."""
    found: dict[str, set[int]] = {}
    for member in example.sandbox.members(example.audience):
        for tag in member.tags:
            found.setdefault(tag, set()).add(keys[member.email.lower()])
    return found


def _tags(example: Example) -> dict[str, str]:
    return {c.segment: c.tag for e in example.configuration.exports.values() for c in e.segments}


@pytest.mark.shared_data
def test_chinook_segments_and_tags_hold_exactly_the_people_that_sql_finds(chinook: Example) -> None:
    expected = _members(chinook, CHINOOK)

    report = chinook.run()
    counts = chinook.workspace.segment_counts(chinook.workspace.refresh().snapshot)

    assert counts == {name: len(people) for name, people in expected.items()}
    keys = {
        email.lower(): key
        for key, email in chinook.sql.execute("SELECT CustomerId, Email FROM Customer")
    }
    tags = _tags(chinook)
    unmailable = _unmailable(chinook)
    assert _tagged(chinook, keys) == {
        tags[name]: people - unmailable for name, people in expected.items()
    }
    everybody = set().union(*expected.values())
    assert report.plan.members == len(everybody)
    assert report.outcomes.accepted == len(everybody - unmailable)


def _unmailable(example: Example) -> set[int]:
    """One Chinook customer's address has an accent before the sign @, which Mailchimp's key cannot hold."""
    rows = example.sql.execute("SELECT CustomerId, Email FROM Customer")
    return {key for key, email in rows if not email.isascii()}


@pytest.mark.shared_data
def test_sakila_segments_and_tags_hold_exactly_the_people_that_sql_finds(sakila: Example) -> None:
    expected = _members(sakila, SAKILA)

    report = sakila.run()
    counts = sakila.workspace.segment_counts(sakila.workspace.refresh().snapshot)

    assert counts == {name: len(people) for name, people in expected.items()}
    keys = {
        email.lower(): key
        for key, email in sakila.sql.execute("SELECT customer_id, email FROM customer")
    }
    tags = _tags(sakila)
    assert _tagged(sakila, keys) == {
        tags[name]: people for name, people in expected.items() if people
    }
    assert (report.status, report.outcomes.accepted) == (RunStatus.SUCCESSFUL, 599)
    # 599 people are two calls of 500; one merge field is created, and the audience is stamped.
    assert len(sakila.sandbox.writes) == 2 + 1 + 1


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["chinook", "sakila"])
def test_an_unchanged_run_writes_nothing(name: str, request: pytest.FixtureRequest) -> None:
    example: Example = request.getfixturevalue(name)
    example.run()
    example.sandbox.reset_calls()

    report = example.run()

    assert example.sandbox.writes == []
    assert report.plan.is_empty
    assert {kind for kind, people in report.plan.counts.items() if people} <= {Kind.SKIP}


@pytest.mark.shared_data
def test_a_changed_chinook_sends_only_what_changed(chinook: Example) -> None:
    chinook.run()
    before = {m.email: m for m in chinook.sandbox.members(chinook.audience)}
    spender = chinook.sql.execute(
        "SELECT CustomerId FROM Invoice GROUP BY 1 ORDER BY sum(Total) LIMIT 1"
    ).fetchone()[0]
    chinook.sql.execute("UPDATE Customer SET FirstName = 'Léonie' WHERE CustomerId = 2")
    chinook.sql.execute(
        "INSERT INTO Invoice (InvoiceId, CustomerId, InvoiceDate, Total) VALUES (9999, ?, '2025-11-01 00:00:00', 100)",
        (spender,),
    )
    chinook.sql.commit()
    chinook.sandbox.reset_calls()

    report = chinook.run()

    expected = _members(chinook, CHINOOK)
    tags, unmailable = _tags(chinook), _unmailable(chinook)
    keys = {
        email.lower(): key
        for key, email in chinook.sql.execute("SELECT CustomerId, Email FROM Customer")
    }
    assert _tagged(chinook, keys) == {
        tags[n]: people - unmailable for n, people in expected.items()
    }
    after = {m.email: m for m in chinook.sandbox.members(chinook.audience)}
    changed = {email for email, member in after.items() if member != before.get(email)}
    assert {keys[email] for email in changed} == {2, spender}
    assert report.outcomes.sent >= 2
    assert len(chinook.sandbox.writes) <= 1 + len(tags)
