"""Mailchimp's own Python client, unmodified, works with the sandbox; only its host is set."""

from __future__ import annotations

from typing import Any

import mailchimp_marketing
import orjson
import pytest
from mailchimp_marketing.api_client import ApiClientError

from segue.sandbox.addresses import key_of
from segue.sandbox.server import Sandbox
from tests.cast import NADIA, OMAR, ROSA
from tests.contract.sandbox.sandbox_calls import LIST

NEW = "zoe@shop.example"


@pytest.fixture
def client(cast: Sandbox) -> Any:
    """Point the client at the sandbox."""
    made = mailchimp_marketing.Client()
    made.set_config({"api_key": cast.api_key})
    made.api_client.host = cast.base_url
    return made


def test_ping_root_and_audiences(client: Any) -> None:
    assert client.ping.get() == {"health_status": "Everything's Chimpy!"}
    assert client.root.get_root()["role"] == "owner"
    assert [one["id"] for one in client.lists.get_all_lists()["lists"]] == [LIST]
    assert client.lists.get_list(LIST)["stats"]["member_count"] == 2


def test_a_token_instead_of_a_key(client: Any, cast: Sandbox) -> None:
    cast.issue_token("tok")
    client.set_config({"access_token": "tok", "server": "us1"})

    assert client.ping.get()["health_status"]


def test_a_contact_from_its_birth_to_its_end(client: Any, cast: Sandbox) -> None:
    lists, key = client.lists, key_of(NEW)

    made = lists.add_list_member(LIST, {"email_address": NEW, "status": "pending", "tags": ["A"]})
    read = lists.get_list_member(LIST, key)
    put = lists.set_list_member(LIST, key, {"email_address": NEW, "status_if_new": "pending"})
    patched = lists.update_list_member(LIST, key, {"status": "subscribed"})
    archived = lists.delete_list_member(LIST, key)
    erased = lists.delete_list_member_permanent(LIST, key)

    assert [one["status"] for one in (made, read, put, patched)] == [
        "pending", "pending", "pending", "subscribed",
    ]  # fmt: skip
    assert (archived.status_code, erased.status_code) == (204, 204)
    assert cast.is_erased(LIST, NEW)


def test_a_batch_of_contacts(client: Any, cast: Sandbox) -> None:
    members = [
        {"email_address": NEW, "status": "subscribed", "tags": ["A"]},
        {"email_address": OMAR.email, "status": "subscribed"},
        {"email_address": NADIA.email, "merge_fields": {"FNAME": "N"}},
    ]

    reply = client.lists.batch_list_members(LIST, {"members": members, "update_existing": True})

    assert (reply["total_created"], reply["total_updated"], reply["error_count"]) == (1, 1, 1)
    assert reply["errors"][0]["email_address"] == OMAR.email
    assert cast.member(LIST, NEW).tags == {"A"}


def test_tags_and_segments(client: Any, cast: Sandbox) -> None:
    lists, key = client.lists, key_of(NADIA.email)

    lists.update_list_member_tags(LIST, key, {"tags": [{"name": "A", "status": "active"}]})
    tags = lists.get_list_member_tags(LIST, key)["tags"]
    found = lists.tag_search(LIST, name="A")
    segment = lists.create_segment(LIST, {"name": "B", "static_segment": [NADIA.email]})
    changed = lists.batch_segment_members(
        {"members_to_add": [OMAR.email], "members_to_remove": [NADIA.email]}, LIST, segment["id"]
    )
    members = lists.get_segment_members_list(LIST, segment["id"], include_unsubscribed=True)
    listed = lists.list_segments(LIST, type="static")
    emptied = lists.update_segment(LIST, segment["id"], {"name": "B", "static_segment": []})
    deleted = lists.delete_segment(LIST, segment["id"])

    assert [tag["name"] for tag in tags] == [tag["name"] for tag in found["tags"]] == ["A"]
    assert (changed["total_added"], changed["total_removed"]) == (1, 1)
    assert [one["email_address"] for one in members["members"]] == [OMAR.email]
    assert [one["name"] for one in listed["segments"]] == ["A", "B"]
    assert (emptied["member_count"], deleted.status_code) == (0, 204)


def test_merge_fields(client: Any) -> None:
    made = client.lists.add_list_merge_field(LIST, {"name": "Age", "type": "number", "tag": "AGE"})
    changed = client.lists.update_list_merge_field(LIST, made["merge_id"], {"name": "Years"})
    listed = client.lists.get_list_merge_fields(LIST, count=100)
    deleted = client.lists.delete_list_merge_field(LIST, made["merge_id"])

    assert changed["name"] == "Years"
    assert "AGE" in [field["tag"] for field in listed["merge_fields"]]
    assert deleted.status_code == 204


def test_pages_and_filters(client: Any, cast: Sandbox) -> None:
    for number in range(15):
        cast.add_contact(LIST, f"p{number}@shop.example")
    fields = ["members.email_address", "total_items"]

    first = client.lists.get_list_members_info(LIST, fields=fields, count=10)
    second = client.lists.get_list_members_info(LIST, fields=fields, count=10, offset=10)
    archived = client.lists.get_list_members_info(LIST, status="archived")

    assert (len(first["members"]), len(second["members"]), first["total_items"]) == (10, 10, 20)
    assert list(first["members"][0]) == ["email_address"]
    assert [one["email_address"] for one in archived["members"]] == [ROSA.email]


def test_refusals_are_errors_of_the_client(client: Any) -> None:
    """Source: FACTS.md §10: always problem+json, so the client returns the text."""
    with pytest.raises(ApiClientError) as refused:
        client.lists.add_list_member(LIST, {"email_address": NADIA.email, "status": "subscribed"})
    with pytest.raises(ApiClientError) as unknown:
        client.lists.get_list("nosuch")
    client.set_config({"api_key": "wrong-us1"})
    with pytest.raises(ApiClientError) as stranger:
        client.ping.get()

    assert [error.value.status_code for error in (refused, unknown, stranger)] == [400, 404, 401]
    assert orjson.loads(refused.value.text)["title"] == "Member Exists"
