"""Mailchimp's own Python client, unmodified, works with the sandbox; only its host is set. One thing that people do a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mailchimp_marketing
import orjson
import pytest
from mailchimp_marketing.api_client import ApiClientError

from mailchimp_sandbox.addresses import key_of
from mailchimp_sandbox.server import Sandbox
from tests.cast import NADIA, OMAR, ROSA
from tests.contract.sandbox.sandbox_calls import AUDIENCE, LIST, HandClock

NEW = "zoe@shop.example"
HOOK = {
    "url": "https://hooks.example/segue",
    "events": {"unsubscribe": True},
    "sources": {"user": True, "admin": True, "api": False},
}


@pytest.fixture
def client(cast: Sandbox) -> Any:
    """Point the client at the sandbox."""
    made = mailchimp_marketing.Client()
    made.set_config({"api_key": cast.api_key})
    made.api_client.host = cast.base_url
    return made


@pytest.fixture
def lists(client: Any) -> Any:
    """The client's calls on audiences."""
    return client.lists


def refusal(call: Callable[[], object]) -> tuple[int, str]:
    """Return status and title of what the client raises.

    Source: FACTS.md §10: always problem+json, so the client hands on the text.
    """
    with pytest.raises(ApiClientError) as refused:
        call()
    return refused.value.status_code, orjson.loads(refused.value.text)["title"]


def test_ping(client: Any) -> None:
    assert client.ping.get() == {"health_status": "Everything's Chimpy!"}


def test_who_the_account_is(client: Any) -> None:
    assert client.root.get_root()["role"] == "owner"


def test_a_token_instead_of_a_key(client: Any, cast: Sandbox) -> None:
    cast.issue_token("tok")
    client.set_config({"access_token": "tok", "server": "us1"})

    assert client.ping.get()["health_status"]


def test_a_wrong_key_is_an_error_of_the_client(client: Any) -> None:
    client.set_config({"api_key": "wrong-us1"})

    assert refusal(client.ping.get) == (401, "API Key Invalid")


def test_the_audiences(lists: Any) -> None:
    assert [one["id"] for one in lists.get_all_lists()["lists"]] == [LIST]


def test_one_audience_and_its_numbers(lists: Any) -> None:
    shown = lists.get_list(LIST, include_total_contacts=True)["stats"]

    assert (shown["member_count"], shown["unsubscribe_count"], shown["total_contacts"]) == (2, 1, 5)


def test_an_audience_is_made_changed_and_deleted(lists: Any) -> None:
    made = lists.create_list(AUDIENCE)
    changed = lists.update_list(made["id"], {"name": "Journal"})
    deleted = lists.delete_list(made["id"])

    assert (made["name"], changed["name"], deleted.status_code) == ("Magazine", "Journal", 204)
    assert refusal(lambda: lists.get_list(made["id"])) == (404, "Resource Not Found")


def test_a_contact_is_created(lists: Any, cast: Sandbox) -> None:
    made = lists.add_list_member(LIST, {"email_address": NEW, "status": "pending", "tags": ["A"]})

    assert (made["status"], [tag["name"] for tag in made["tags"]]) == ("pending", ["A"])


def test_a_contact_that_exists_is_not_created_again(lists: Any) -> None:
    body = {"email_address": NADIA.email, "status": "subscribed"}

    assert refusal(lambda: lists.add_list_member(LIST, body)) == (400, "Member Exists")


def test_a_contact_is_read(lists: Any) -> None:
    assert lists.get_list_member(LIST, key_of(OMAR.email))["status"] == "unsubscribed"


def test_a_contact_is_upserted(lists: Any) -> None:
    body = {"email_address": NEW, "status_if_new": "subscribed", "merge_fields": {"FNAME": "Zoé"}}

    assert lists.set_list_member(LIST, key_of(NEW), body)["full_name"] == "Zoé"


def test_a_contact_is_changed(lists: Any, cast: Sandbox) -> None:
    changed = lists.update_list_member(LIST, key_of(NADIA.email), {"status": "unsubscribed"})

    assert changed["unsubscribe_reason"] == "N/A (Unsubscribed by admin)"


def test_a_contact_is_archived_once(lists: Any) -> None:
    key = key_of(NADIA.email)

    assert lists.delete_list_member(LIST, key).status_code == 204
    assert refusal(lambda: lists.delete_list_member(LIST, key)) == (405, "Method Not Allowed")


def test_a_contact_is_erased(lists: Any, cast: Sandbox) -> None:
    erased = lists.delete_list_member_permanent(LIST, key_of(NADIA.email))

    assert erased.status_code == 204
    assert cast.is_erased(LIST, NADIA.email)


def test_a_batch_of_contacts(lists: Any, cast: Sandbox) -> None:
    members = [
        {"email_address": NEW, "status": "subscribed", "tags": ["A"]},
        {"email_address": OMAR.email, "status": "subscribed"},
        {"email_address": NADIA.email, "merge_fields": {"FNAME": "N"}},
    ]

    reply = lists.batch_list_members(LIST, {"members": members, "update_existing": True})

    assert (reply["total_created"], reply["total_updated"], reply["error_count"]) == (1, 1, 1)
    assert reply["errors"][0]["email_address"] == OMAR.email
    assert cast.member(LIST, NEW).tags == {"A"}


def test_pages_and_filters(lists: Any, cast: Sandbox) -> None:
    for number in range(15):
        cast.add_contact(LIST, f"p{number}@shop.example")
    fields = ["members.email_address", "total_items"]

    first = lists.get_list_members_info(LIST, fields=fields, count=10)
    second = lists.get_list_members_info(LIST, fields=fields, count=10, offset=10)
    archived = lists.get_list_members_info(LIST, status="archived")

    assert (len(first["members"]), len(second["members"]), first["total_items"]) == (10, 10, 20)
    assert list(first["members"][0]) == ["email_address"]
    assert [one["email_address"] for one in archived["members"]] == [ROSA.email]


def test_tags_of_a_contact(lists: Any) -> None:
    key = key_of(NADIA.email)

    lists.update_list_member_tags(LIST, key, {"tags": [{"name": "A", "status": "active"}]})
    tags = lists.get_list_member_tags(LIST, key)

    assert [tag["name"] for tag in tags["tags"]] == ["A"]


def test_the_search_for_tags(lists: Any, cast: Sandbox) -> None:
    for name in ("Loyal", "London", "Paris"):
        cast.add_tag(LIST, NADIA.email, name)

    found = lists.tag_search(LIST, name="lo")

    assert list(found) == ["tags", "total_items"]
    assert [tag["name"] for tag in found["tags"]] == ["Loyal", "London"]


def test_a_static_segment_from_its_birth_to_its_end(lists: Any) -> None:
    made = lists.create_segment(LIST, {"name": "B", "static_segment": [NADIA.email]})
    emptied = lists.update_segment(LIST, made["id"], {"name": "C", "static_segment": []})
    listed = lists.list_segments(LIST, type="static")
    deleted = lists.delete_segment(LIST, made["id"])

    assert (made["member_count"], emptied["member_count"]) == (1, 0)
    assert [one["name"] for one in listed["segments"]] == ["C"]
    assert deleted.status_code == 204


def test_the_members_of_a_static_segment(lists: Any, cast: Sandbox) -> None:
    cast.add_tag(LIST, NADIA.email, "A")
    tag = lists.tag_search(LIST, name="A")["tags"][0]["id"]
    wishes = {"members_to_add": [OMAR.email, NEW], "members_to_remove": [NADIA.email]}

    changed = lists.batch_segment_members(wishes, LIST, tag)
    members = lists.get_segment_members_list(LIST, tag, include_unsubscribed=True)
    added = lists.create_segment_member(LIST, tag, {"email_address": NADIA.email})
    removed = lists.remove_segment_member(LIST, tag, key_of(NADIA.email))

    assert [one["email_address"] for one in changed["members_added"]] == [OMAR.email]
    assert [one["email_address"] for one in changed["members_removed"]] == [NADIA.email]
    assert (changed["total_added"], changed["total_removed"], changed["error_count"]) == (1, 1, 0)
    assert "contact_id" not in changed["members_added"][0]
    assert [one["email_address"] for one in members["members"]] == [OMAR.email]
    assert (added["email_address"], removed.status_code) == (NADIA.email, 204)


def test_merge_fields(lists: Any) -> None:
    made = lists.add_list_merge_field(LIST, {"name": "Age", "type": "number", "tag": "AGE"})
    changed = lists.update_list_merge_field(LIST, made["merge_id"], {"name": "Years"})
    listed = lists.get_list_merge_fields(LIST, count=100)["merge_fields"]
    deleted = lists.delete_list_merge_field(LIST, made["merge_id"])

    assert changed["name"] == "Years"
    assert {field["tag"]: field["public"] for field in listed} == {
        "ADDRESS": False, "AGE": True, "FNAME": True, "LNAME": True, "PHONE": False,
    }  # fmt: skip
    assert deleted.status_code == 204


def test_webhooks(lists: Any) -> None:
    made = lists.create_list_webhook(LIST, HOOK)
    changed = lists.update_list_webhook(LIST, made["id"], {"events": {"cleaned": True}})
    listed = lists.get_list_webhooks(LIST)["webhooks"]
    second = refusal(lambda: lists.create_list_webhook(LIST, HOOK))
    deleted = lists.delete_list_webhook(LIST, made["id"])

    assert (changed["events"]["cleaned"], changed["events"]["unsubscribe"]) == (True, True)
    assert [one["id"] for one in listed] == [made["id"]]
    assert second == (400, "Invalid Resource")
    assert deleted.status_code == 204


def test_batches_of_operations(client: Any, cast: Sandbox, hand_clock: HandClock) -> None:
    body = orjson.dumps({"status": "unsubscribed"}).decode()
    path = f"/lists/{LIST}/members/{key_of(NADIA.email)}"

    started = client.batches.start(
        {"operations": [{"method": "PATCH", "path": path, "body": body}]}
    )
    hand_clock.forward(3)
    ended = client.batches.status(started["id"])
    listed = client.batches.list()["batches"]
    deleted = client.batches.delete_request(started["id"])

    assert (started["status"], ended["status"]) == ("pending", "finished")
    assert (ended["finished_operations"], ended["errored_operations"]) == (1, 0)
    assert [one["id"] for one in listed] == [started["id"]]
    assert deleted.status_code == 204
    assert cast.member(LIST, NADIA.email).status == "unsubscribed"
