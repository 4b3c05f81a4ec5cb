"""What comes back is read strictly: no unknown status, no missing time, no short list passes for a good answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from segue.core.emails import subscriber_hash
from segue.core.errors import TryLater
from segue.mailchimp import reading, shapes
from segue.mailchimp.client import Call
from segue.mailchimp.limits import PAGE_ROWS
from segue.mailchimp.replies import MergeFieldRow, SegmentRow, Segments
from segue.mailchimp.transport import Reply
from segue.mailchimp.words import hash_of
from segue.sync.export import MergeType
from segue.sync.ports import Contact, ContactStatus
from tests.cast import EMILE, EMILE_AS_TYPED, NADIA

DATE = {"Date": "Thu, 01 Jan 2026 00:00:05 GMT", "X-Request-Id": "r-1"}


def reply(body: object, headers: dict[str, str] = DATE) -> Reply:
    """Return a successful reply."""
    return Reply(
        status=200,
        headers=CIMultiDictProxy(CIMultiDict(headers)),
        body=json.dumps(body).encode(),
        elapsed_s=0.0,
    )


def row(address: str, status: str = "subscribed", id_: str = "") -> dict[str, str]:
    """Return a contact as Mailchimp lists it."""
    return {
        "id": id_ or subscriber_hash(address.strip().lower()),
        "email_address": address,
        "status": status,
        "last_changed": "2025-12-31T23:59:59+00:00",
    }


def test_a_page_keeps_the_service_s_own_time() -> None:
    page = reading.page_of(
        reply({"members": [row(NADIA.email)], "total_items": 7}), audience_id="a1", count=1000
    )

    assert tuple(page.contacts) == (
        Contact(
            subscriber_hash=subscriber_hash(NADIA.email),
            address=NADIA.email,
            status=ContactStatus.SUBSCRIBED,
            changed_at="2025-12-31T23:59:59+00:00",
        ),
    )
    assert (page.total, page.read_at) == (7, datetime(2026, 1, 1, 0, 0, 5, tzinfo=UTC))
    assert page.size_bytes > 100


def test_a_page_of_columns_reads_each_contact_as_it_would_alone() -> None:
    odd = [
        " Nadia@Shop.example ",
        "'o'hara@shop.example'",
        "josé@bücher.example",
        "a\u200bb@c.example",
        "x" * 600,
    ]
    times = ["2025-12-31T23:59:59+00:00", "", "2026-01-01T00:00:00+00:00"]
    statuses = [status.value for status in ContactStatus]
    rows = [
        {"email_address": odd[n % 5], "status": statuses[n % 6], "last_changed": times[n % 3]}
        for n in range(30)
    ]

    page = reading.page_of(
        reply({"members": rows, "total_items": 30}), audience_id="a1b2c3d4e5", count=1000
    )

    alone = [
        reading.page_of(
            reply({"members": [one], "total_items": 1}), audience_id="a1b2c3d4e5", count=1
        ).contacts[0]
        for one in rows
    ]
    assert list(page.contacts) == alone
    assert [c.subscriber_hash for c in alone] == [hash_of(one["email_address"]) for one in rows]
    assert [c.address for c in alone] == [shapes.address(one["email_address"]) for one in rows]
    assert [(c.status.value, c.changed_at) for c in alone] == [
        (one["status"], one["last_changed"]) for one in rows
    ]
    assert page.contacts[-1:] == tuple(alone[-1:])


def test_a_hash_is_made_from_the_address_as_very_old_lists_have_other_ids() -> None:
    page = reading.page_of(
        reply({"members": [row(EMILE_AS_TYPED, id_="f" * 32)], "total_items": 1}),
        audience_id="a1",
        count=1000,
    )

    assert page.contacts[0].subscriber_hash == subscriber_hash(EMILE.email)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ({"members": [row(NADIA.email, status="on_holiday")], "total_items": 1}, DATE),
        ({"members": [row(NADIA.email), row(EMILE.email, status="")], "total_items": 2}, DATE),
        ({"members": [{**row(NADIA.email), "last_changed": "1066-10-14"}], "total_items": 1}, DATE),
        ({"members": [row(NADIA.email)], "total_items": 1}, {}),
        ({"members": [row(NADIA.email)], "total_items": 1}, {"Date": "yesterday"}),
        ({"members": [row(NADIA.email)]}, DATE),
        ({"total_items": 0}, DATE),
        ([], DATE),
    ],
    ids=[
        "unknown-status",
        "one-without-status",
        "no-time",
        "no-date",
        "bad-date",
        "no-total",
        "no-members",
        "no-object",
    ],
)
def test_what_is_not_understood_is_read_again_later(body: object, headers: dict[str, str]) -> None:
    with pytest.raises(TryLater) as caught:
        reading.page_of(reply(body, headers), audience_id="a1b2c3d4e5", count=1000)

    assert caught.value.code == "mailchimp_unreadable_reply"
    assert NADIA.email not in str(caught.value)


@pytest.mark.parametrize("kind", ["hologram", "language"])
def test_a_merge_field_of_a_type_that_is_not_known_takes_text(kind: str) -> None:
    field = reading.merge_field_of(MergeFieldRow(merge_id=1, tag="NEW", name="New", type=kind))

    assert field.type is MergeType.TEXT


class Pages:
    """A client that answers with prepared pages of tags."""

    def __init__(self, *pages: tuple[Sequence[int], int]) -> None:
        self.pages = list(pages)
        self.offsets: list[str] = []

    async def call(self, call: Call) -> Reply:
        """Return the next page."""
        self.offsets.append(call.query["offset"])
        ids, total = self.pages.pop(0)
        rows = [{"id": i, "name": f"tag {i}"} for i in ids]
        return reply({"segments": rows, "total_items": total})


def all_tags(pages: Pages) -> tuple[SegmentRow, ...]:
    """Read every page."""
    return asyncio.run(
        reading.every_row(
            pages,  # type: ignore[arg-type]
            msgspec.json.Decoder(Segments),
            lambda page: (page.segments, page.total_items),
            route="/lists/{list_id}/segments",
            names={"list_id": "a1"},
            query={},
            key=lambda row: row.id,
        )
    )


def test_a_collection_is_read_to_its_announced_end() -> None:
    pages = Pages(([1, 2], 5), ([3, 4], 5), ([5], 5))

    rows = all_tags(pages)

    assert [r.id for r in rows] == [1, 2, 3, 4, 5]
    assert pages.offsets == ["0", "2", "4"]


def test_an_empty_collection_takes_one_call() -> None:
    pages = Pages(([], 0))

    assert all_tags(pages) == ()


def test_a_list_that_ends_early_is_not_taken_for_the_whole() -> None:
    with pytest.raises(TryLater) as caught:
        all_tags(Pages(([1, 2], 5), ([], 5)))

    assert caught.value.code == "mailchimp_incomplete_listing"
    assert (caught.value.context["rows"], caught.value.context["announced"]) == (2, 5)


FULL = range(PAGE_ROWS.value)


@pytest.mark.parametrize("told", [0, 1, PAGE_ROWS.value])
def test_a_total_that_is_behind_hides_nothing_after_a_full_page(told: int) -> None:
    """A tag that is missed would be taken for nobody's before us, and its carriers for ours."""
    pages = Pages((FULL, told), ([PAGE_ROWS.value], told))

    assert len(all_tags(pages)) == PAGE_ROWS.value + 1
    assert pages.offsets == ["0", str(PAGE_ROWS.value)]


@pytest.mark.parametrize("more", [[], FULL], ids=["nothing more", "the same again"])
def test_a_full_page_that_was_the_last_ends_the_reading(more: Sequence[int]) -> None:
    assert len(all_tags(Pages((FULL, PAGE_ROWS.value), (more, PAGE_ROWS.value)))) == len(FULL)
