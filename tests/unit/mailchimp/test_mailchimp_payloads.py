"""What is sent to Mailchimp, byte by byte: never a status for a contact that may exist, never sync_tags."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from itertools import product

import pytest

from segue.mailchimp import payloads
from segue.sync.export import MergeType, NewStatus
from segue.sync.ports import Column, Constant, ContactStatus, Node, TagNames, UnlessBlank, WriteMode
from tests.cast import EMILE, NADIA

FIELDS = (("FNAME", Column("first_name")), ("SOURCE", Constant("segue")))


def test_an_upsert_sends_status_if_new_only() -> None:
    shape = payloads.contact_template(
        fields=FIELDS, mode=WriteMode.UPSERT, new_status=NewStatus.PENDING
    )

    assert shape == Node(
        members=(
            ("email_address", Column("address")),
            ("status_if_new", Constant("pending")),
            ("merge_fields", Node(members=FIELDS)),
            ("tags", TagNames()),
        )
    )


def test_what_contacts_hold_beside_merge_fields_is_sent_beside_them() -> None:
    language = UnlessBlank(node=Column("f0"), columns=("f0",))

    shape = payloads.contact_template(
        fields=(("language", language), *FIELDS),
        mode=WriteMode.UPDATE,
        new_status=NewStatus.SUBSCRIBED,
    )

    assert shape == Node(
        members=(
            ("email_address", Column("address")),
            ("language", language),
            ("merge_fields", Node(members=FIELDS)),
            ("tags", TagNames()),
        )
    )


@pytest.mark.parametrize(
    ("mode", "keys"),
    [
        (WriteMode.UPSERT, ("email_address", "status_if_new", "tags")),
        (WriteMode.CREATE, ("email_address", "status", "tags")),
        (WriteMode.UPDATE, ("email_address", "tags")),
    ],
)
def test_each_mode_sends_the_status_that_it_may(mode: WriteMode, keys: tuple[str, ...]) -> None:
    shape = payloads.contact_template(fields=(), mode=mode, new_status=NewStatus.SUBSCRIBED)

    assert isinstance(shape, Node)
    assert tuple(name for name, _ in shape.members) == keys


def test_a_status_goes_only_into_a_batch_that_updates_nobody() -> None:
    for mode, new_status in product(WriteMode, NewStatus):
        shape = payloads.contact_template(fields=FIELDS, mode=mode, new_status=new_status)
        body = json.loads(payloads.batch(b"", mode=mode))

        assert isinstance(shape, Node)
        sends_status = "status" in dict(shape.members)
        assert body == {"members": [], "update_existing": not sends_status}


def test_a_batch_is_the_members_with_an_envelope_around_them() -> None:
    members = b'{"email_address":"nadia@shop.example"},{"email_address":"emile@shop.example"}'

    body = payloads.batch(members, mode=WriteMode.UPSERT)

    assert json.loads(body) == {
        "members": [{"email_address": NADIA.email}, {"email_address": EMILE.email}],
        "update_existing": True,
    }


@pytest.mark.parametrize("count", [0, -1, 501])
def test_a_batch_of_a_wrong_size_is_refused_before_it_is_sent(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 500 contacts"):
        payloads.check_count(count)


def test_a_move_changes_the_address_and_nothing_else() -> None:
    assert json.loads(payloads.new_address(NADIA.email)) == {"email_address": NADIA.email}


def test_a_removal_only_removes() -> None:
    assert json.loads(payloads.removal([NADIA.email])) == {"members_to_remove": [NADIA.email]}


def test_a_merge_field_is_created_optional_and_off_the_form() -> None:
    body = payloads.merge_field(tag="SPENT", name="", type=MergeType.NUMBER)

    assert json.loads(body) == {
        "tag": "SPENT",
        "name": "SPENT",
        "type": "number",
        "required": False,
        "public": False,
    }


@pytest.mark.parametrize(
    ("since", "asked"),
    [
        (None, None),
        (datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC), "2026-03-01T12:00:04+00:00"),
        (
            datetime(2026, 3, 1, 12, 0, 5, 900_000, tzinfo=timezone(timedelta(hours=2))),
            "2026-03-01T10:00:04+00:00",
        ),
        (datetime(1970, 1, 1, tzinfo=UTC), None),
    ],
)
def test_changes_are_asked_for_a_second_early_and_never_since_1970(
    since: datetime | None, asked: str | None
) -> None:
    query = payloads.contacts_query(status=ContactStatus.UNSUBSCRIBED, since=since)

    assert query.get("since_last_changed") == asked


def test_contacts_are_read_oldest_change_first_and_narrow() -> None:
    assert payloads.contacts_query(status=ContactStatus.ARCHIVED, since=None) == {
        "status": "archived",
        "fields": "members.email_address,members.status,members.last_changed,members.contact_id,"
        "total_items,list_id",
        "sort_field": "last_changed",
        "sort_dir": "ASC",
    }
    uncounted = payloads.contacts_query(status=ContactStatus.ARCHIVED, since=None, counted=False)
    assert (
        uncounted["fields"]
        == "members.email_address,members.status,members.last_changed,members.contact_id,list_id"
    )


def test_only_tags_are_asked_for_as_tags_and_everybody_who_carries_one() -> None:
    """A saved segment may have the name of a tag and another id: what it selects is nothing that we put there."""
    assert payloads.tags_query()["type"] == "static"
    tagged = payloads.tagged_query()
    kinds = ("cleaned", "transactional", "unsubscribed")
    assert [tagged[f"include_{kind}"] for kind in kinds] == ["true"] * 3
