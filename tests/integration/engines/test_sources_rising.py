"""PostgreSQL by a rising column: what is new is read, and whatever is in doubt is read in full."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from segue.core.errors import ConfigurationProblem
from segue.core.permit import Permit
from segue.engines.duckdb.reading.sources_bounds import Bounds
from segue.engines.duckdb.reading.sources_postgres import PostgresReader, open_postgres
from segue.engines.duckdb.reading.sources_reports import Reports
from segue.engines.duckdb.reading.sources_rising import Before, RisingRows, RisingTable
from segue.engines.duckdb.session import Resources, session
from segue.engines.duckdb.watch import Watch
from segue.profiles.ports import Snapshot
from segue.profiles.sources import PostgresSource, Rising
from tests.integration.engines.small_refresh import (
    NOW,
    attribute,
    csv_source,
    rows,
    run,
    schema,
    table,
)

pytestmark = pytest.mark.postgres

DAY = timedelta(days=1)
OLD = "2020-01-01 00:00+00"
"""Far below any overlap: rows with this time are read by full readings only."""


@dataclass(frozen=True, slots=True)
class Shop:
    """A private database with one table of orders, and a state folder beside it."""

    connection: psycopg.Connection[Any]
    dsn: str
    folder: Path

    def run(self, sql: str) -> None:
        """Change the database as another program would."""
        self.connection.execute(sql)  # type: ignore[call-overload]

    def refresh(
        self, rising: Rising | None, *, now: datetime = NOW, home: str = "home", force: bool = False
    ) -> Snapshot:
        """Read the orders of two people."""
        people = csv_source(self.folder, "id\n1\n2\n")
        orders = PostgresSource(name="orders", dsn=self.dsn, table="rise.orders", rising=rising)
        related = table(
            attribute("total", "decimal"), name="orders", source="orders", key="who"
        )  # fmt: skip
        declared = schema(table(), orders=related)
        return run(
            self.folder / home, declared, people, orders, now=now, force=force
        ).snapshot  # fmt: skip

    def totals(self, rising: Rising | None = None, **more: Any) -> list[int]:
        """Return the totals that a refresh finds, sorted."""
        found = rows(self.refresh(rising or AT, **more), "related_orders", "total")
        return [int(one) for (one,) in found]


AT = Rising(column="at")


@pytest.fixture
def shop(postgres_dsn: str, tmp_path: Path) -> Iterator[Shop]:
    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS rise CASCADE; CREATE SCHEMA rise")
        connection.execute(
            "CREATE TABLE rise.orders (no int PRIMARY KEY, who text, total numeric,"
            " at timestamptz DEFAULT now(), seq bigserial, day date DEFAULT now(),"
            " local timestamp DEFAULT now())"
        )
        connection.execute(
            "INSERT INTO rise.orders (no, who, total, at) VALUES (1, '1', 10, now()), (2, '2', 20, now()),"
            f" (3, '1', 30, '{OLD}')"
        )
        yield Shop(connection, postgres_dsn, tmp_path)
        connection.execute("DROP SCHEMA rise CASCADE")


def full_at(snapshot: Snapshot) -> datetime:
    """Return when the orders were read in full."""
    return snapshot.source_kept["orders"].full_at


def test_new_and_changed_rows_are_read_by_the_column(shop: Shop) -> None:
    shop.refresh(AT)

    shop.run("INSERT INTO rise.orders VALUES (4, '2', 40)")
    shop.run("UPDATE rise.orders SET total = 11, at = now() WHERE no = 1")
    again = shop.refresh(AT, now=NOW + DAY)

    assert rows(again, "related_orders", "total::int") == [(11,), (20,), (30,), (40,)]
    assert again.counts["orders"].read == again.source_rows["orders"] == 4
    assert full_at(again) == NOW


def test_a_row_that_kept_its_value_is_read_after_some_days(shop: Shop) -> None:
    shop.refresh(AT)

    shop.run("UPDATE rise.orders SET total = 33 WHERE no = 3")

    assert shop.totals(now=NOW + 6 * DAY) == [10, 20, 30]
    assert shop.totals(now=NOW + 7 * DAY) == [10, 20, 33]


@pytest.mark.parametrize("how", ["force", "another option", "a clock set back"])
def test_all_is_read_when_it_is_asked_for_or_in_doubt(shop: Shop, how: str) -> None:
    shop.refresh(AT)
    shop.run("UPDATE rise.orders SET total = 33 WHERE no = 3")

    if how == "force":
        found = shop.totals(force=True)
    elif how == "another option":
        found = shop.totals(Rising(column="day"))
    else:
        found = shop.totals(now=NOW - DAY)

    assert found == [10, 20, 33]


def test_a_deleted_row_is_noticed_by_the_number_of_rows(shop: Shop) -> None:
    shop.refresh(AT)

    shop.run("DELETE FROM rise.orders WHERE no = 3")
    again = shop.refresh(AT, now=NOW + DAY)

    assert rows(again, "related_orders", "total::int") == [(10,), (20,)]
    assert full_at(again) == NOW + DAY


@pytest.mark.parametrize(("learned", "is_full"), [(True, True), (False, False)])
def test_a_table_that_is_too_large_to_be_counted_goes_by_what_the_server_reckons(
    shop: Shop, learned: bool, is_full: bool
) -> None:
    shop.run("INSERT INTO rise.orders SELECT n, '1', n FROM generate_series(4, 1000) n")
    shop.run("ANALYZE rise.orders")
    kept = shop.refresh(AT).source_kept
    before = kept["orders"].file.read_bytes()

    shop.run("DELETE FROM rise.orders WHERE no > 500")
    if learned:
        shop.run("ANALYZE rise.orders")
    again = read(shop, Before(now=NOW + DAY, kept=kept, counted_rows=100))

    assert kept["orders"].file.read_bytes() == before
    assert again.kept is not None
    assert (again.kept.full_at == NOW + DAY, again.rows) == (is_full, 500 if is_full else 1000)


def read(shop: Shop, before: Before) -> RisingRows:
    """Read the orders into a file of their own."""
    source = PostgresSource(name="orders", dsn=shop.dsn, table="rise.orders", rising=AT)
    bounds = Bounds(Watch(Permit()), {"orders": source})
    with (
        closing(open_postgres("orders", shop.dsn)) as server,
        session(shop.folder / "spill", resources=Resources(memory_limit_mb=256)) as engine,
    ):
        orders = RisingTable(PostgresReader(source, server), AT, ["who", "total"])
        file, reports = shop.folder / "orders.parquet", Reports(source="orders")
        return orders.read(engine, file, reports=reports, bounds=bounds, before=before)


def test_when_much_is_new_all_is_read_to_start_from_there(shop: Shop) -> None:
    rising = Rising(column="seq", overlap=0)
    shop.refresh(rising)

    shop.run("INSERT INTO rise.orders SELECT n, '1', n FROM generate_series(4, 10004) n")
    many = shop.refresh(rising, now=NOW + timedelta(minutes=1))
    shop.run("INSERT INTO rise.orders VALUES (20000, '1', 1)")
    more = shop.refresh(rising, now=NOW + timedelta(minutes=2))

    assert (many.source_rows["orders"], full_at(many)) == (10_004, NOW + timedelta(minutes=1))
    assert (more.source_rows["orders"], full_at(more)) == (10_005, NOW + timedelta(minutes=1))


def test_a_row_that_was_committed_very_late_is_noticed_by_the_number_of_rows(shop: Shop) -> None:
    shop.refresh(AT)

    shop.run(f"INSERT INTO rise.orders VALUES (4, '2', 40, '{OLD}')")

    assert shop.totals() == [10, 20, 30, 40]


def test_a_row_that_was_committed_late_is_in_the_overlap(shop: Shop) -> None:
    with psycopg.connect(shop.dsn) as writer:
        writer.execute("UPDATE rise.orders SET total = 12, at = now() WHERE no = 1")
        shop.run("INSERT INTO rise.orders VALUES (4, '2', 40)")
        before = shop.refresh(AT)
        writer.commit()
    again = shop.refresh(AT)

    assert rows(before, "related_orders", "total::int") == [(10,), (20,), (30,), (40,)]
    assert rows(again, "related_orders", "total::int") == [(12,), (20,), (30,), (40,)]
    assert full_at(again) == NOW


def test_rows_without_a_value_are_always_read(shop: Shop) -> None:
    shop.refresh(AT)

    shop.run("UPDATE rise.orders SET total = 31, at = NULL WHERE no = 3")
    shop.run("INSERT INTO rise.orders VALUES (4, '2', 40, NULL)")

    assert shop.totals(now=NOW + DAY) == [10, 20, 31, 40]


def test_a_time_of_the_future_hides_no_later_change(shop: Shop) -> None:
    shop.run("UPDATE rise.orders SET at = '2999-01-01' WHERE no = 2")
    shop.refresh(AT)

    shop.run("UPDATE rise.orders SET total = 31, at = now() WHERE no = 3")
    shop.run("UPDATE rise.orders SET total = 22 WHERE no = 2")

    assert shop.totals(now=NOW + DAY) == [10, 22, 31]


@pytest.mark.parametrize("column", ["seq", "no", "day", "local"])
def test_numbers_days_and_local_times_may_rise(shop: Shop, column: str) -> None:
    rising = Rising(column=column, overlap=0)
    first = shop.refresh(rising)

    shop.run("INSERT INTO rise.orders VALUES (4, '2', 40)")
    again = shop.refresh(rising, now=NOW + DAY)

    assert rows(again, "related_orders", "total::int") == [(10,), (20,), (30,), (40,)]
    assert (full_at(first), full_at(again)) == (NOW, NOW)


def test_the_overlap_reads_as_far_back_as_it_says(shop: Shop) -> None:
    narrow, wide = Rising(column="seq", overlap=0), Rising(column="seq", overlap=2)
    for home, rising in (("narrow", narrow), ("wide", wide)):
        shop.refresh(rising, home=home)

    shop.run("UPDATE rise.orders SET total = total + 5")

    assert shop.totals(narrow, home="narrow") == [10, 20, 35]
    assert shop.totals(wide, home="wide") == [15, 25, 35]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE rise.orders SET seq = seq - 2",
        "ALTER TABLE rise.orders ALTER COLUMN seq TYPE integer",
        "ALTER TABLE rise.orders DROP CONSTRAINT orders_pkey; ALTER TABLE rise.orders ADD PRIMARY KEY (no, seq)",
        "CREATE TABLE rise.copy AS TABLE rise.orders; TRUNCATE rise.orders; INSERT INTO rise.orders TABLE rise.copy",
        "VACUUM FULL rise.orders",
    ],
)
def test_a_column_that_was_set_back_or_another_table_is_read_in_full(
    shop: Shop, change: str
) -> None:
    rising = Rising(column="seq", overlap=0)
    shop.refresh(rising)
    shop.run("UPDATE rise.orders SET total = 11 WHERE no = 1")

    for one in change.split("; "):
        shop.run(one)
    again = shop.refresh(rising, now=NOW + DAY)

    assert rows(again, "related_orders", "total::int") == [(11,), (20,), (30,)]
    assert full_at(again) == NOW + DAY


def test_an_emptied_table_is_empty(shop: Shop) -> None:
    shop.refresh(AT)

    shop.run("DELETE FROM rise.orders")
    again = shop.refresh(AT)

    assert again.counts["orders"].read == 0
    assert again.source_kept == {}
    shop.run("INSERT INTO rise.orders VALUES (4, '2', 40)")
    assert shop.totals() == [40]


def test_what_could_not_be_read_is_told_at_each_reading(shop: Shop) -> None:
    shop.run("ALTER TABLE rise.orders ALTER COLUMN who TYPE bytea USING '\\xff'::bytea")

    first, again = shop.refresh(AT), shop.refresh(AT)

    assert first.reading.problems == again.reading.problems != ()
    assert again.source_kept == {}


def test_a_damaged_file_of_kept_rows_is_read_anew(shop: Shop) -> None:
    kept = shop.refresh(AT).source_kept["orders"]
    kept.file.write_bytes(b"half of it")

    again = shop.refresh(AT, now=NOW + DAY)

    assert rows(again, "related_orders", "total::int") == [(10,), (20,), (30,)]
    assert full_at(again) == NOW + DAY


def test_only_the_current_snapshot_keeps_rows_for_the_next(shop: Shop) -> None:
    first = shop.refresh(AT).source_kept["orders"].file
    second = shop.refresh(AT).source_kept["orders"].file

    assert first.parent.is_dir() and not first.exists()
    assert second.exists()


@pytest.mark.parametrize(
    ("column", "code"), [("who", "source_rising_unfit"), ("gone", "source_column_missing")]
)
def test_a_column_that_cannot_rise_is_refused(shop: Shop, column: str, code: str) -> None:
    with pytest.raises(ConfigurationProblem) as raised:
        shop.refresh(Rising(column=column))

    assert raised.value.code == code
    assert f"'{column}'" in raised.value.message or f"rising: {column}" in raised.value.message


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE rise.orders DROP CONSTRAINT orders_pkey",
        "ALTER TABLE rise.orders RENAME TO kept; CREATE VIEW rise.orders AS TABLE rise.kept",
        "CREATE TABLE rise.more () INHERITS (rise.orders)",
    ],
)
def test_rows_that_nothing_tells_apart_are_refused(shop: Shop, change: str) -> None:
    for one in change.split("; "):
        shop.run(one)

    with pytest.raises(ConfigurationProblem) as raised:
        shop.refresh(AT)

    assert raised.value.code == "source_rising_without_key"


def test_rows_that_may_be_hidden_from_the_reader_are_read_in_full(shop: Shop) -> None:
    shop.run("ALTER TABLE rise.orders ENABLE ROW LEVEL SECURITY")
    shop.run("ALTER TABLE rise.orders FORCE ROW LEVEL SECURITY")
    shop.run("DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN PASSWORD 'reader'")
    shop.run("GRANT USAGE ON SCHEMA rise TO reader; GRANT SELECT ON rise.orders TO reader")
    shop.run("CREATE POLICY own ON rise.orders USING (who = '1')")
    dsn = psycopg.conninfo.make_conninfo(shop.dsn, user="reader", password="reader")
    hidden = Shop(shop.connection, dsn, shop.folder)

    try:
        assert hidden.totals() == [10, 30]
        shop.run(
            "DROP POLICY own ON rise.orders; CREATE POLICY own ON rise.orders USING (who = '2')"
        )
        assert hidden.totals() == [20]
    finally:
        shop.run("DROP OWNED BY reader; DROP ROLE reader")


def test_partitions_are_read_as_one_table(shop: Shop) -> None:
    shop.run("DROP TABLE rise.orders")
    shop.run(
        "CREATE TABLE rise.orders (no int, who text, total numeric, at timestamptz DEFAULT now(),"
        " PRIMARY KEY (no, who)) PARTITION BY LIST (who)"
    )
    shop.run("CREATE TABLE rise.one PARTITION OF rise.orders FOR VALUES IN ('1')")
    shop.run("CREATE TABLE rise.two PARTITION OF rise.orders FOR VALUES IN ('2')")
    shop.run("INSERT INTO rise.orders VALUES (1, '1', 10), (1, '2', 20)")
    first = shop.refresh(AT)

    shop.run("UPDATE rise.orders SET total = 25, at = now() WHERE who = '2'")
    again = shop.refresh(AT, now=NOW + DAY)
    shop.run("TRUNCATE rise.one; INSERT INTO rise.orders VALUES (1, '1', 15, '2020-01-01')")
    third = shop.refresh(AT, now=NOW + 2 * DAY)

    assert [full_at(one) for one in (first, again, third)] == [NOW, NOW, NOW + 2 * DAY]
    assert rows(again, "related_orders", "total::int") == [(10,), (25,)]
    assert rows(third, "related_orders", "total::int") == [(15,), (25,)]


def test_whatever_happens_a_full_reading_finds_it_and_others_find_all_but_what_stays_unseen(
    shop: Shop,
) -> None:
    """Random changes; every one moves the column, and a deletion comes with an insertion that hides it from the count."""
    chance, number = random.Random(11), 10
    with psycopg.connect(shop.dsn) as late:
        for step in range(10):
            gone: set[int] = set()
            for _ in range(chance.randrange(4)):
                number += 1
                who, some = chance.choice("129"), chance.randrange(1, number)
                match chance.randrange(4):
                    case 0:
                        shop.run(f"INSERT INTO rise.orders VALUES ({number}, '{who}', {number})")
                    case 1:
                        shop.run(
                            f"UPDATE rise.orders SET total = {number}, who = '{who}', at = now() WHERE no = {some}"
                        )
                    case 2:
                        late.execute(
                            f"INSERT INTO rise.orders VALUES ({number}, '{who}', {number})"
                        )  # type: ignore[call-overload]
                    case _:
                        late.commit()
            if step % 3 == 2 and (known := _numbers(shop)):
                unseen = chance.choice(known)
                number += 1
                gone = {unseen}
                shop.run(f"DELETE FROM rise.orders WHERE no = {unseen}")
                shop.run(f"INSERT INTO rise.orders VALUES ({number}, '1', {number}, '{OLD}')")

            now = _orders(shop.refresh(AT, now=NOW + step * timedelta(minutes=1)))
            full = _orders(shop.refresh(None, home=f"full-{step}"))

            if not gone:
                assert now == full
            else:
                assert full - now <= {(1, number)}
                assert len(now - full) <= 1
                assert _orders(shop.refresh(AT, force=True)) == full


def _numbers(shop: Shop) -> list[int]:
    found = shop.connection.execute("SELECT no FROM rise.orders ORDER BY no").fetchall()
    return [int(one) for (one,) in found]


def _orders(snapshot: Snapshot) -> set[tuple[int, int]]:
    found = rows(snapshot, "related_orders", "profile_key::int, total::int")
    return {(int(who), int(total)) for who, total in found}
