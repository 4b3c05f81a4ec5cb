"""Observed contacts: the later change wins, a whole reading forgets what it does not name, the stricter status breaks ties."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from segue.core.emails import subscriber_hash
from segue.engines.duckdb.contacts import Arrivals, contacts_query, count_by_status
from segue.sync.ports import Contact, Status

NADIA, OMAR, PIA = (f"{name}@shop.example" for name in ("nadia", "omar", "pia"))


def contact(address: str, status: Status, *, minute: int = 0) -> Contact:
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

    def keep(self, *contacts: Contact, replaced: tuple[Status, ...] = ()) -> dict[str, Status]:
        self.count += 1
        target = self.folder / f"{self.count}.parquet"
        for one in contacts:
            self.arrivals.take(one.status, [one])
        self.arrivals.merge(before=contacts_query(self.file), replaced=replaced, target=target)
        self.arrivals.forget()
        self.file = target
        rows = self.connection.execute(contacts_query(target)).fetchall()
        assert len({row[0] for row in rows}) == len(rows)
        names = {subscriber_hash(address): address for address in (NADIA, OMAR, PIA)}
        return {names[sub.hex]: Status(status) for sub, status, *_ in rows}


@pytest.fixture
def readings(tmp_path: Path) -> Readings:
    return Readings(tmp_path)


def test_a_later_change_wins_over_an_earlier_one_in_whatever_order_they_come(
    readings: Readings,
) -> None:
    readings.keep(contact(OMAR, Status.UNSUBSCRIBED, minute=5))

    assert readings.keep(contact(OMAR, Status.ARCHIVED, minute=6)) == {OMAR: Status.ARCHIVED}
    assert readings.keep(contact(OMAR, Status.PENDING, minute=4)) == {OMAR: Status.ARCHIVED}


def test_in_one_second_the_status_that_forbids_more_wins(readings: Readings) -> None:
    found = readings.keep(
        contact(OMAR, Status.SUBSCRIBED),
        contact(OMAR, Status.UNSUBSCRIBED),
        contact(OMAR, Status.PENDING),
        contact(NADIA, Status.ARCHIVED),
        contact(NADIA, Status.CLEANED),
    )

    assert found == {OMAR: Status.UNSUBSCRIBED, NADIA: Status.CLEANED}


def test_a_whole_reading_forgets_whom_it_does_not_name(readings: Readings) -> None:
    readings.keep(
        contact(OMAR, Status.UNSUBSCRIBED),
        contact(NADIA, Status.UNSUBSCRIBED),
        contact(PIA, Status.PENDING),
    )

    found = readings.keep(contact(NADIA, Status.UNSUBSCRIBED), replaced=(Status.UNSUBSCRIBED,))

    assert found == {NADIA: Status.UNSUBSCRIBED, PIA: Status.PENDING}


def test_a_status_that_nobody_has_any_more_is_empty(readings: Readings) -> None:
    readings.keep(contact(OMAR, Status.CLEANED))

    assert readings.keep(replaced=(Status.CLEANED,)) == {}


def test_a_partial_reading_forgets_nobody(readings: Readings) -> None:
    readings.keep(contact(OMAR, Status.CLEANED))

    found = readings.keep(contact(NADIA, Status.CLEANED, minute=1))

    assert found == {OMAR: Status.CLEANED, NADIA: Status.CLEANED}
    assert count_by_status(readings.connection, contacts_query(readings.file)) == {
        Status.CLEANED: 2
    }


def test_no_address_is_kept(readings: Readings) -> None:
    readings.keep(contact(OMAR, Status.CLEANED))

    assert readings.file is not None
    assert b"omar" not in readings.file.read_bytes()


def test_nobody_was_observed_before_the_first_reading(readings: Readings) -> None:
    assert readings.connection.execute(contacts_query(None)).fetchall() == []
    assert count_by_status(readings.connection, contacts_query(None)) == {}


def test_a_reading_that_is_begun_again_forgets_only_itself(readings: Readings) -> None:
    arrivals = readings.arrivals
    arrivals.take(
        Status.CLEANED,
        [contact(OMAR, Status.CLEANED), contact(OMAR, Status.CLEANED)],
    )
    arrivals.take(Status.PENDING, [contact(PIA, Status.PENDING)])
    counted = arrivals.count(Status.CLEANED)

    arrivals.forget(Status.CLEANED)

    assert (
        counted,
        arrivals.count(Status.CLEANED),
        arrivals.count(Status.PENDING),
    ) == (1, 0, 1)


def test_what_was_observed_before_is_no_news(readings: Readings) -> None:
    readings.keep(contact(OMAR, Status.CLEANED))
    before, arrivals = contacts_query(readings.file), readings.arrivals

    arrivals.take(Status.CLEANED, [contact(OMAR, Status.CLEANED)])
    same = arrivals.has_news(before, ())
    arrivals.take(Status.CLEANED, [contact(OMAR, Status.CLEANED, minute=1)])

    assert (same, arrivals.has_news(before, ())) == (False, True)


def test_news_are_who_is_new_who_changed_and_who_is_missing_of_a_whole_reading(
    readings: Readings,
) -> None:
    readings.keep(contact(OMAR, Status.CLEANED), contact(PIA, Status.SUBSCRIBED))
    before, arrivals = contacts_query(readings.file), readings.arrivals

    def has_news(*named: Contact, replaced: tuple[Status, ...] = ()) -> bool:
        arrivals.forget()
        for one in named:
            arrivals.take(one.status, [one])
        return arrivals.has_news(before, replaced)

    assert not has_news()
    assert not has_news(replaced=(Status.PENDING,))
    assert not has_news(contact(OMAR, Status.CLEANED), replaced=(Status.CLEANED,))
    assert has_news(replaced=(Status.CLEANED,))
    assert has_news(contact(OMAR, Status.CLEANED, minute=1))
    assert has_news(contact(NADIA, Status.PENDING), replaced=(Status.PENDING,))
