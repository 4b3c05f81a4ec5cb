"""Pages: each begins with the last row of the one before, slow ones come in halves, and a shift between them shows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from random import Random

import pytest

from segue.core.errors import TryLater
from segue.sync.paging import (
    PAGE_ATTEMPTS,
    READERS,
    SMALLEST_PAGE,
    WAVE,
    WAVE_BYTES,
    Paging,
    join,
)
from segue.sync.ports import Contact, Page
from tests.unit.sync.small_service import NOW, attempts, contact


class Listing:
    """So many contacts; a page of more than `slow_above` is never answered in time."""

    def __init__(self, count: int, *, slow_above: int = 1_000_000, timed_out: bool = True) -> None:
        self.rows = [contact(f"p{n}") for n in range(count)]
        self.asked: list[tuple[int, int]] = []
        self._slow_above = slow_above
        self._timed_out = timed_out

    async def read(self, offset: int, count: int) -> Page:
        self.asked.append((offset, count))
        if count > self._slow_above:
            raise TryLater("Too slow.", action="Again.", code="timeout", timed_out=self._timed_out)
        return Page(
            contacts=tuple(self.rows[offset : offset + count]), total=len(self.rows), read_at=NOW
        )


def pages(listing: Listing, size: int) -> Sequence[Page]:
    return asyncio.run(_all(listing, size))


async def _all(listing: Listing, size: int) -> Sequence[Page]:
    return await Paging(attempts(), size).all(listing.read)


def distinct(found: Sequence[Page]) -> list[Contact]:
    return list({c.subscriber_hash: c for page in found for c in page.contacts}.values())


@pytest.mark.parametrize(
    ("count", "asked"),
    [
        (0, [(0, 4)]),
        (1, [(0, 4)]),
        (4, [(0, 4), (3, 4)]),
        (5, [(0, 4), (3, 4)]),
        (7, [(0, 4), (3, 4), (6, 4)]),
        (8, [(0, 4), (3, 4), (6, 4)]),
        (10, [(0, 4), (3, 4), (6, 4), (9, 4)]),
    ],
)
def test_each_page_begins_with_the_last_row_of_the_one_before(
    count: int, asked: list[tuple[int, int]]
) -> None:
    listing = Listing(count)

    found = pages(listing, 4)

    assert listing.asked == asked
    assert distinct(found) == listing.rows
    assert join(found)


@pytest.mark.parametrize("told", [0, 1, 4, 8, 11, 12, 19])
def test_a_total_that_is_behind_hides_nobody_after_a_full_page(told: int) -> None:
    listing = Listing(20)

    async def read(offset: int, count: int) -> Page:
        return replace(await listing.read(offset, count), total=told)

    found = asyncio.run(_every(read))

    assert distinct(found) == listing.rows
    assert join(found)


def test_a_full_page_that_comes_again_whatever_is_asked_for_ends_the_reading() -> None:
    listing = Listing(4)

    async def read(_: int, count: int) -> Page:
        return await listing.read(0, count)

    with pytest.raises(TryLater) as caught:
        asyncio.run(_every(read))

    assert caught.value.code == "listing_stands_still"
    assert len(listing.asked) == 2


async def _every(read: Callable[[int, int], Awaitable[Page]]) -> Sequence[Page]:
    return await Paging(attempts(), 4).all(read)


def test_so_many_pages_are_asked_for_together_and_no_more() -> None:
    listing = Listing(2 + 40 + 40 + 2)

    async def waves() -> list[int]:
        return [len(wave) async for wave in Paging(attempts(), 2).waves(listing.read)]

    assert asyncio.run(waves()) == [1, 40, 40, 2]


@pytest.mark.parametrize(("count", "between"), [(1, []), (5, []), (8, [3]), (12, [3, 6])])
def test_only_the_first_and_the_last_page_are_counted(count: int, between: list[int]) -> None:
    listing, uncounted = Listing(count), Listing(count)

    async def not_counted(offset: int, size: int) -> Page:
        return replace(await uncounted.read(offset, size), total=0)

    async def read() -> Sequence[Page]:
        waves = Paging(attempts(), 4).waves(listing.read, uncounted=not_counted)
        return [page async for wave in waves for page in wave]

    found = asyncio.run(read())

    assert [offset for offset, _ in uncounted.asked] == between
    assert sorted([*listing.asked, *uncounted.asked])[-1] == listing.asked[-1]
    assert {page.total for page in found} == {count}
    assert distinct(found) == listing.rows
    assert join(found)


def test_a_page_that_takes_too_long_is_asked_for_in_halves_that_join() -> None:
    listing = Listing(299, slow_above=150)

    found = pages(listing, 300)

    assert listing.asked == [
        *[(0, 300)] * PAGE_ATTEMPTS,
        (0, 150),
        *[(149, 151)] * PAGE_ATTEMPTS,
        (149, 75),
        (223, 77),
    ]
    assert distinct(found) == listing.rows
    assert join(found)


@pytest.mark.parametrize("count", [599, 600, 747, 748, 749, 750, 898, 899, 900, 1_050])
@pytest.mark.parametrize("told", [0, 150, 300, 599, 600])
def test_a_total_that_is_behind_hides_nobody_after_a_page_in_halves(count: int, told: int) -> None:
    listing = Listing(count, slow_above=160)

    async def read(offset: int, size: int) -> Page:
        return replace(await listing.read(offset, size), total=told)

    async def every() -> Sequence[Page]:
        return await Paging(attempts(), 300).all(read)

    found = asyncio.run(every())

    assert distinct(found) == listing.rows
    assert join(found)


def test_the_smallest_page_is_not_halved() -> None:
    listing = Listing(SMALLEST_PAGE, slow_above=SMALLEST_PAGE - 1)

    with pytest.raises(TryLater):
        pages(listing, SMALLEST_PAGE)

    assert set(listing.asked) == {(0, SMALLEST_PAGE)}
    assert len(listing.asked) == 8


def test_a_page_that_fails_for_another_reason_is_not_halved() -> None:
    listing = Listing(300, slow_above=1, timed_out=False)

    with pytest.raises(TryLater):
        pages(listing, 300)

    assert listing.asked == [(0, 300)] * (PAGE_ATTEMPTS + 8)


def test_pages_that_do_not_meet_show_a_shift() -> None:
    rows = [contact(f"p{n}") for n in range(5)]

    def page(*numbers: int) -> Page:
        return Page(contacts=tuple(rows[n] for n in numbers), total=5, read_at=NOW)

    assert join([page(0, 1), page(1, 2), page()])
    assert join([])
    assert not join([page(0, 1), page(2, 3)])
    assert not join([page(0, 1), page(1, 2), page(3, 4)])


class Hostile(Listing):
    """A listing that announces `announced` contacts and answers every offset with what `page` says."""

    def __init__(self, announced: int, page: Callable[[int, int], Sequence[int]]) -> None:
        super().__init__(0)
        self._announced = announced
        self._page = page

    async def read(self, offset: int, count: int) -> Page:
        self.asked.append((offset, count))
        rows = tuple(contact(f"p{n}") for n in self._page(offset, count))
        return Page(contacts=rows, total=self._announced, read_at=NOW)


STUCK: dict[str, Callable[[int, int], Sequence[int]]] = {
    "the first page for ever": lambda _, count: range(count),
    "an empty page": lambda offset, count: range(count) if not offset else (),
    "no page at all": lambda _offset, _count: (),
    "one row for ever": lambda _offset, _count: (1,),
    "two pages in turn": lambda offset, count: range(
        count * (offset % 2), count * (offset % 2) + count
    ),
}


@pytest.mark.parametrize("kind", STUCK)
def test_a_listing_that_stands_still_ends_within_a_wave(kind: str) -> None:
    listing = Hostile(1_000_000, STUCK[kind])

    with pytest.raises(TryLater) as caught:
        pages(listing, 4)

    assert caught.value.code == "listing_stands_still"
    assert caught.value.context["announced"] == 1_000_000
    assert len(listing.asked) <= 1 + WAVE


def test_the_same_contacts_in_other_orders_end_a_listing_too() -> None:
    chance = Random(7)
    listing = Hostile(1_000_000, lambda _, count: chance.sample(range(count), count))

    with pytest.raises(TryLater) as caught:
        pages(listing, 10)

    assert caught.value.code == "listing_stands_still"
    assert len(listing.asked) <= 1 + 4 * WAVE


def test_more_contacts_than_there_can_be_are_not_asked_for() -> None:
    listing = Hostile(101, lambda offset, count: range(offset, offset + count))

    async def first() -> None:
        async for _ in Paging(attempts(), 4).waves(listing.read, most=100):
            pass

    with pytest.raises(TryLater) as caught:
        asyncio.run(first())

    assert (caught.value.code, caught.value.context) == (
        "listing_too_long", {"announced": 101, "most": 100}
    )  # fmt: skip
    assert listing.asked == [(0, 4)]


def test_heavy_pages_make_a_wave_shorter() -> None:
    class Heavy(Listing):
        async def read(self, offset: int, count: int) -> Page:
            return replace(await super().read(offset, count), size_bytes=WAVE_BYTES // 4)

    listing = Heavy(120)

    async def waves() -> list[int]:
        return [len(wave) async for wave in Paging(attempts(), 4).waves(listing.read)]

    lengths = asyncio.run(waves())

    assert max(lengths) <= 4 + READERS
    assert sum(lengths) == len(listing.asked) == 40
    assert sorted(listing.asked) == [(offset, 4) for offset in range(0, 118, 3)], "each once"
