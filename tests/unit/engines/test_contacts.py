"""Observed contacts: the later change wins, a whole reading forgets what it does not name, the stricter status breaks ties."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from segue.core.emails import subscriber_hash
from segue.engines.duckdb.audience.contacts import Arrivals, contacts_query, count_by_status
from segue.sync.ports import Contact, ContactStatus

NADIA, OMAR, PIA = (f"{name}@shop.example" for name in ("nadia", "omar", "pia"))


def contact(address: str, status: ContactStatus, *, minute: int = 0) -> Contact:
    return Contact(
        subscriber_hash=subscriber_hash(address),
        address=address,
        status=status,
        changed_at=f"2026-03-02T09:{minute:02}:00+00:00",
    )


class Readings:
    """Merges readings one after another."""

    def __init__(self, folder: Path) -> None:
        self.connection = duckdb.connect()
        self.arrivals = Arrivals(connection=self.connection)
        self.folder = folder
        self.file: Path | None = None
        self.count = 0

    def keep(
        self,
        *contacts: Contact,
        replaced: tuple[ContactStatus, ...] = (),
        latest: datetime | None = None,
    ) -> dict[str, ContactStatus]:
        self.count += 1
        target = self.folder / f"{self.count}.parquet"
        for one in contacts:
            self.arrivals.take(one.status, [one])
        before = contacts_query(self.file)
        self.arrivals.merge(before=before, replaced=replaced, target=target, latest=latest)
        self.arrivals.forget()
        self.file = target
        rows = self.connection.execute(contacts_query(target)).fetchall()
        assert len({row[0] for row in rows}) == len(rows)
        names = {subscriber_hash(address): address for address in (NADIA, OMAR, PIA)}
        return {names[sub.hex]: ContactStatus(status) for sub, status, *_ in rows}


@pytest.fixture
def readings(tmp_path: Path) -> Readings:
    return Readings(tmp_path)


def test_a_later_change_wins_over_an_earlier_one_in_whatever_order_they_come(
    readings: Readings,
) -> None:
    readings.keep(contact(OMAR, ContactStatus.UNSUBSCRIBED, minute=5))

    assert readings.keep(contact(OMAR, ContactStatus.ARCHIVED, minute=6)) == {
        OMAR: ContactStatus.ARCHIVED
    }
    assert readings.keep(contact(OMAR, ContactStatus.PENDING, minute=4)) == {
        OMAR: ContactStatus.ARCHIVED
    }


def test_a_change_of_the_future_hides_no_later_reading(readings: Readings) -> None:
    readings.keep(contact(OMAR, ContactStatus.SUBSCRIBED, minute=50))

    now = datetime(2026, 3, 2, 9, 10, tzinfo=UTC)
    assert readings.keep(contact(OMAR, ContactStatus.UNSUBSCRIBED, minute=10), latest=now) == {
        OMAR: ContactStatus.UNSUBSCRIBED
    }
    assert readings.keep(contact(OMAR, ContactStatus.SUBSCRIBED, minute=9), latest=now) == {
        OMAR: ContactStatus.UNSUBSCRIBED
    }


def test_what_is_read_without_a_time_is_the_latest_that_is_known(readings: Readings) -> None:
    readings.keep(contact(OMAR, ContactStatus.SUBSCRIBED, minute=5))

    for latest in (None, datetime(2026, 3, 2, 9, 10, tzinfo=UTC)):
        timeless = replace(contact(OMAR, ContactStatus.UNSUBSCRIBED), changed_at="")
        assert readings.keep(timeless, latest=latest) == {OMAR: ContactStatus.UNSUBSCRIBED}
    assert readings.keep(contact(OMAR, ContactStatus.SUBSCRIBED, minute=6)) == {
        OMAR: ContactStatus.SUBSCRIBED
    }


def test_in_one_second_the_status_that_forbids_more_wins(readings: Readings) -> None:
    found = readings.keep(
        contact(OMAR, ContactStatus.SUBSCRIBED),
        contact(OMAR, ContactStatus.UNSUBSCRIBED),
        contact(OMAR, ContactStatus.PENDING),
        contact(NADIA, ContactStatus.ARCHIVED),
        contact(NADIA, ContactStatus.CLEANED),
    )

    assert found == {OMAR: ContactStatus.UNSUBSCRIBED, NADIA: ContactStatus.CLEANED}


def test_a_whole_reading_forgets_whom_it_does_not_name(readings: Readings) -> None:
    readings.keep(
        contact(OMAR, ContactStatus.UNSUBSCRIBED),
        contact(NADIA, ContactStatus.UNSUBSCRIBED),
        contact(PIA, ContactStatus.PENDING),
    )

    found = readings.keep(
        contact(NADIA, ContactStatus.UNSUBSCRIBED), replaced=(ContactStatus.UNSUBSCRIBED,)
    )

    assert found == {NADIA: ContactStatus.UNSUBSCRIBED, PIA: ContactStatus.PENDING}


def test_a_status_that_nobody_has_any_more_is_empty(readings: Readings) -> None:
    readings.keep(contact(OMAR, ContactStatus.CLEANED))

    assert readings.keep(replaced=(ContactStatus.CLEANED,)) == {}


def test_a_partial_reading_forgets_nobody(readings: Readings) -> None:
    readings.keep(contact(OMAR, ContactStatus.CLEANED))

    found = readings.keep(contact(NADIA, ContactStatus.CLEANED, minute=1))

    assert found == {OMAR: ContactStatus.CLEANED, NADIA: ContactStatus.CLEANED}
    assert count_by_status(readings.connection, contacts_query(readings.file)) == {
        ContactStatus.CLEANED: 2
    }


def test_no_address_is_kept(readings: Readings) -> None:
    readings.keep(contact(OMAR, ContactStatus.CLEANED))

    assert readings.file is not None
    assert b"omar" not in readings.file.read_bytes()


def test_nobody_was_observed_before_the_first_reading(readings: Readings) -> None:
    assert readings.connection.execute(contacts_query(None)).fetchall() == []
    assert count_by_status(readings.connection, contacts_query(None)) == {}


def test_a_reading_that_is_begun_again_forgets_only_itself(readings: Readings) -> None:
    arrivals = readings.arrivals
    arrivals.take(
        ContactStatus.CLEANED,
        [contact(OMAR, ContactStatus.CLEANED), contact(OMAR, ContactStatus.CLEANED)],
    )
    arrivals.take(ContactStatus.PENDING, [contact(PIA, ContactStatus.PENDING)])
    counted = arrivals.count(ContactStatus.CLEANED)

    arrivals.forget(ContactStatus.CLEANED)

    assert (
        counted,
        arrivals.count(ContactStatus.CLEANED),
        arrivals.count(ContactStatus.PENDING),
    ) == (1, 0, 1)


def test_who_is_forgotten_takes_no_memory(readings: Readings) -> None:
    def held() -> int:
        asked = "SELECT memory_usage_bytes FROM duckdb_memory() WHERE tag = 'IN_MEMORY_TABLE'"
        [(found,)] = readings.connection.execute(asked).fetchall()
        return int(found)

    readings.arrivals.take(ContactStatus.PENDING, [contact(PIA, ContactStatus.PENDING)])
    before = held()

    readings.arrivals.forget()

    assert before > 0
    assert held() == 0


def test_what_was_observed_before_is_no_news(readings: Readings) -> None:
    readings.keep(contact(OMAR, ContactStatus.CLEANED))
    before, arrivals = contacts_query(readings.file), readings.arrivals

    arrivals.take(ContactStatus.CLEANED, [contact(OMAR, ContactStatus.CLEANED)])
    same = arrivals.has_news(before, ())
    arrivals.take(ContactStatus.CLEANED, [contact(OMAR, ContactStatus.CLEANED, minute=1)])

    assert (same, arrivals.has_news(before, ())) == (False, True)


def test_news_are_who_is_new_who_changed_and_who_is_missing_of_a_whole_reading(
    readings: Readings,
) -> None:
    readings.keep(contact(OMAR, ContactStatus.CLEANED), contact(PIA, ContactStatus.SUBSCRIBED))
    before, arrivals = contacts_query(readings.file), readings.arrivals

    def has_news(*named: Contact, replaced: tuple[ContactStatus, ...] = ()) -> bool:
        arrivals.forget()
        for one in named:
            arrivals.take(one.status, [one])
        return arrivals.has_news(before, replaced)

    assert not has_news()
    assert not has_news(replaced=(ContactStatus.PENDING,))
    assert not has_news(contact(OMAR, ContactStatus.CLEANED), replaced=(ContactStatus.CLEANED,))
    assert has_news(replaced=(ContactStatus.CLEANED,))
    assert has_news(contact(OMAR, ContactStatus.CLEANED, minute=1))
    assert has_news(contact(NADIA, ContactStatus.PENDING), replaced=(ContactStatus.PENDING,))
