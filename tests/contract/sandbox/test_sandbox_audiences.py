"""Audiences made, changed and deleted by the API; what they say of themselves; marketing permissions. Source: FACTS.md §3."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from tests.cast import NADIA, OMAR
from tests.contract.sandbox.sandbox_calls import (
    AUDIENCE,
    LIST,
    Caller,
    HandClock,
    member_path,
    problem,
)

ZOE = "zoe@shop.example"


def test_an_audience_is_made_changed_and_deleted(caller: Caller, sandbox: Sandbox) -> None:
    made = caller.call("POST", "/lists", {**AUDIENCE, "double_optin": True}).json
    path = f"/lists/{made['id']}"
    changed = caller.call("PATCH", path, {"name": "Journal", "contact": {"city": "Nice"}}).json
    deleted = caller.call("DELETE", path)

    assert (made["name"], made["double_optin"], made["contact"]["city"]) == (
        "Magazine",
        True,
        "Lyon",
    )
    assert made["stats"]["merge_field_count"] == 4
    assert (changed["name"], changed["double_optin"]) == ("Journal", True)
    assert (changed["contact"]["city"], changed["contact"]["company"]) == ("Nice", "Shop")
    assert deleted.status == 204
    assert problem(caller.call("GET", path)) == (404, "Resource Not Found")
    assert [one["id"] for one in caller.get("/lists")["lists"]] == [LIST]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": None}, "name", "string"),
        ({"name": " "}, "name", "blank"),
        ({"contact": {"company": "Shop"}}, "contact", "address1, city, country"),
        ({"campaign_defaults": {}}, "campaign_defaults", "from_name"),
        ({"email_type_option": "yes"}, "email_type_option", "boolean"),
    ],
)
def test_an_audience_of_a_wrong_shape_is_refused(
    caller: Caller, changes: dict[str, Any], field: str, words: str
) -> None:
    answer = caller.call("POST", "/lists", {**AUDIENCE, **changes})

    assert problem(answer) == (400, "Invalid Resource")
    assert answer.json["errors"][0]["field"] == field
    assert words in answer.json["errors"][0]["message"]


def test_what_an_audience_needs_is_named_all_at_once(caller: Caller) -> None:
    answer = caller.call("POST", "/lists", {})

    needed = "name, contact, permission_reminder, campaign_defaults, email_type_option"
    assert answer.json["errors"][0]["message"] == f"Required fields were not provided: {needed}"


def test_the_plan_bounds_how_many_audiences_there_are(caller: Caller, sandbox: Sandbox) -> None:
    """Source: FACTS.md §2."""
    sandbox.set_switches(Switches(audience_limit=2))
    one_left = caller.get("/lists")["constraints"]
    caller.call("POST", "/lists", AUDIENCE)

    refused = caller.call("POST", "/lists", AUDIENCE)

    assert one_left == {"may_create": True, "max_instances": 2, "current_total_instances": 1}
    assert problem(refused) == (403, "Forbidden")
    assert caller.get("/lists")["constraints"]["may_create"] is False


def test_an_id_is_not_given_twice(caller: Caller) -> None:
    first = caller.call("POST", "/lists", AUDIENCE).json["id"]
    caller.call("DELETE", f"/lists/{first}")

    assert caller.call("POST", "/lists", AUDIENCE).json["id"] != first


def test_an_id_is_free_after_a_restart_too(tmp_path: Path) -> None:
    with Sandbox.in_thread(state_file=tmp_path / "state") as first:
        old = Caller(sandbox=first).call("POST", "/lists", AUDIENCE).json["id"]

    with Sandbox.in_thread(state_file=tmp_path / "state") as second:
        new = Caller(sandbox=second).call("POST", "/lists", AUDIENCE).json["id"]

    assert new != old


def test_the_last_subscription_is_of_those_who_are_subscribed(
    caller: Caller, cast: Sandbox, hand_clock: HandClock
) -> None:
    """Recorded: "" where nobody is subscribed, whoever was."""

    def last() -> str:
        stats: dict[str, str] = caller.get(f"/lists/{LIST}")["stats"]
        return stats["last_sub_date"]

    first = last()
    cast.add_contact(LIST, ZOE)
    second = last()
    for member in cast.members(LIST, status="subscribed"):
        cast.archive(LIST, member.email)

    assert (first, second) == ("2026-06-01T12:00:00+00:00", "2026-06-01T12:01:00+00:00")
    assert last() == ""


def test_an_audience_without_marketing_permissions_shows_none(
    caller: Caller, cast: Sandbox
) -> None:
    """Recorded (FACTS.md §10)."""
    member = caller.get(member_path(NADIA.email))

    assert caller.get(f"/lists/{LIST}")["marketing_permissions"] is False
    assert "marketing_permissions" not in member


def test_a_contact_gives_and_takes_back_marketing_permissions(
    caller: Caller, sandbox: Sandbox
) -> None:
    caller.call("PATCH", f"/lists/{LIST}", {"marketing_permissions": True})
    sent = {"email_address": ZOE, "status": "subscribed"}
    asked = caller.call("POST", f"/lists/{LIST}/members", sent).json["marketing_permissions"]
    mail, post, ads = (one["marketing_permission_id"] for one in asked)

    def given(*marks: tuple[str, bool]) -> list[bool]:
        wishes = [{"marketing_permission_id": one, "enabled": mark} for one, mark in marks]
        reply = caller.call("PATCH", member_path(ZOE), {"marketing_permissions": wishes}).json
        return [one["enabled"] for one in reply["marketing_permissions"]]

    assert [one["text"] for one in asked] == [
        "Email",
        "Direct Mail",
        "Customized Online Advertising",
    ]
    assert given((mail, True), (ads, True)) == [True, False, True]
    assert given((ads, False), (post, True)) == [True, True, False]
    page = caller.get(f"/lists/{LIST}/members", fields="members.marketing_permissions")
    assert [one["enabled"] for one in page["members"][0]["marketing_permissions"]] == [
        True, True, False,
    ]  # fmt: skip
    batch = caller.batch([{"email_address": ZOE}], update_existing=True)
    assert "marketing_permissions" not in batch["updated_members"][0]


def test_an_unknown_marketing_permission_is_refused(caller: Caller, sandbox: Sandbox) -> None:
    list_id = sandbox.add_audience(marketing_permissions=["Email"])
    wish = {"marketing_permission_id": "nosuch", "enabled": True}
    sent = {"email_address": ZOE, "status": "subscribed", "marketing_permissions": [wish]}

    answer = caller.call("POST", f"/lists/{list_id}/members", sent)

    assert problem(answer) == (400, "Invalid Resource")
    assert sandbox.members(list_id) == []


HOOK = {
    "url": "https://hooks.example/segue",
    "events": {"subscribe": True, "unsubscribe": True},
    "sources": {"user": True, "admin": True, "api": False},
}
HOOKS = f"/lists/{LIST}/webhooks"


def test_a_webhook_is_made_changed_and_deleted(caller: Caller) -> None:
    """Source: FACTS.md §8: the signing secret is shown once."""
    made = caller.call("POST", HOOKS, HOOK).json
    path = f"{HOOKS}/{made['id']}"
    changed = caller.call("PATCH", path, {"events": {"profile": True, "subscribe": False}}).json
    read = caller.get(path)
    deleted = caller.call("DELETE", path)

    assert len(made["signing_secret"]) == 32
    assert made["sources"] == {"user": True, "admin": True, "api": False}
    assert [name for name, on in changed["events"].items() if on] == ["unsubscribe", "profile"]
    assert read == changed
    assert "signing_secret" not in read
    assert deleted.status == 204
    assert caller.get(HOOKS)["webhooks"] == []
    assert caller.call("GET", path).status == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "nowhere"}, "url"),
        ({"url": HOOK["url"]}, "url"),
        ({"events": ["subscribe"]}, "events"),
        ({"sources": {"api": "no"}}, "api"),
    ],
)
def test_a_webhook_of_a_wrong_shape_or_a_second_one_for_its_url_is_refused(
    caller: Caller, changes: dict[str, Any], field: str
) -> None:
    """Source: FACTS.md §4 #15."""
    caller.call("POST", HOOKS, HOOK)

    answer = caller.call("POST", HOOKS, {**HOOK, "url": "https://hooks.example/two", **changes})

    assert problem(answer) == (400, "Invalid Resource")
    assert answer.json["errors"][0]["field"] == field


def test_a_webhook_may_keep_its_own_url(caller: Caller) -> None:
    made = caller.call("POST", HOOKS, HOOK).json

    assert caller.call("PATCH", f"{HOOKS}/{made['id']}", HOOK).status == 200


def test_a_tag_is_put_on_one_contact_and_taken_off(caller: Caller, cast: Sandbox) -> None:
    tag = caller.call("POST", f"/lists/{LIST}/segments", {"name": "A", "static_segment": []}).json
    path = f"/lists/{LIST}/segments/{tag['id']}/members"
    key = member_path(OMAR.email).rpartition("/")[2]

    added = caller.call("POST", path, {"email_address": OMAR.email})
    stranger = caller.call("POST", path, {"email_address": ZOE})
    removed = caller.call("DELETE", f"{path}/{key}")
    again = caller.call("DELETE", f"{path}/{key}")

    assert added.json["email_address"] == OMAR.email
    assert [one.status for one in (stranger, removed, again)] == [404, 204, 404]
    found = cast.member(LIST, OMAR.email)
    assert found is not None
    assert found.tags == frozenset()
