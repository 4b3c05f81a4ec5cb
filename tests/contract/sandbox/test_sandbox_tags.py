"""Tags and static segments. Source of every rule: FACTS.md §5, §3, §9.6 unless a test says otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from tests.cast import EMILE, NADIA, OMAR, QUENTIN, ROSA
from tests.contract.sandbox.sandbox_calls import LIST, Caller, member_path, problem

SEGMENTS = f"/lists/{LIST}/segments"


def make(caller: Caller, name: str, *emails: str) -> dict[str, Any]:
    """Create a tag through the segments endpoint."""
    answer = caller.call("POST", SEGMENTS, {"name": name, "static_segment": list(emails)})
    assert answer.status == 200, answer.body
    return answer.json


def test_a_tag_is_a_static_segment_with_the_same_id(caller: Caller, cast: Sandbox) -> None:
    caller.call(
        "POST", member_path(NADIA.email) + "/tags", {"tags": [{"name": "A", "status": "active"}]}
    )

    on_member = caller.get(member_path(NADIA.email))["tags"]
    listed = caller.get(SEGMENTS, type="static")["segments"]
    found = caller.get(f"/lists/{LIST}/tag-search")["tags"]

    assert on_member == found == [{"id": listed[0]["id"], "name": "A"}]
    assert (listed[0]["type"], listed[0]["member_count"]) == ("static", 1)


def test_other_kinds_of_segments_do_not_exist_here(caller: Caller, cast: Sandbox) -> None:
    make(caller, "A")

    assert caller.get(SEGMENTS, type="saved")["total_items"] == 0


def test_tag_names_differ_by_more_than_case(caller: Caller, cast: Sandbox) -> None:
    wishes = [{"name": name, "status": "active"} for name in ("Loyal", " LOYAL ", "Écu", "écu")]

    caller.call("POST", member_path(NADIA.email) + "/tags", {"tags": wishes})

    assert cast.member(LIST, NADIA.email).tags == {"Loyal", "Écu"}


def test_tag_names_may_be_told_apart_by_case(caller: Caller, cast: Sandbox) -> None:
    """Source: FACTS.md §11.6."""
    cast.set_switches(Switches(tags_ignore_case=False))
    wishes = [{"name": name, "status": "active"} for name in ("Loyal", "LOYAL")]

    caller.call("POST", member_path(NADIA.email) + "/tags", {"tags": wishes})

    assert cast.member(LIST, NADIA.email).tags == {"Loyal", "LOYAL"}


@pytest.mark.parametrize("name", ["", "  ", "x" * 101])
def test_an_empty_or_overlong_tag_name_is_refused(caller: Caller, cast: Sandbox, name: str) -> None:
    """Source: FACTS.md §11.6: the limit of 100 is unverified."""
    answer = caller.call("POST", SEGMENTS, {"name": name, "static_segment": []})

    assert problem(answer) == (400, "Invalid Resource")


def test_changing_tags_answers_204_whatever_was_there(caller: Caller, cast: Sandbox) -> None:
    """Source: FACTS.md §5: also for a tag the contact lacks, an empty list and an archived contact."""
    wishes = ([{"name": "Lacks", "status": "inactive"}], [], [{"name": "A", "status": "active"}])

    answers = [
        caller.call("POST", member_path(ROSA.email) + "/tags", {"tags": wish}) for wish in wishes
    ]

    assert [(answer.status, answer.body) for answer in answers] == [(204, b"")] * 3
    assert cast.member(LIST, ROSA.email).tags == {"A"}


def test_tags_of_an_unknown_contact_are_404(caller: Caller, cast: Sandbox) -> None:
    answer = caller.call("POST", member_path("zoe@shop.example") + "/tags", {"tags": []})

    assert problem(answer) == (404, "Resource Not Found")


def test_a_member_shows_fifty_tags_and_counts_them_all(caller: Caller, cast: Sandbox) -> None:
    """Source: FACTS.md §2."""
    wishes = [{"name": f"Tag {number}", "status": "active"} for number in range(60)]
    caller.call("POST", member_path(NADIA.email) + "/tags", {"tags": wishes})

    shown = caller.get(member_path(NADIA.email))
    listed = caller.get(member_path(NADIA.email) + "/tags", count=100)

    assert (len(shown["tags"]), shown["tags_count"]) == (50, 60)
    assert (len(listed["tags"]), listed["total_items"]) == (60, 60)


def test_the_order_of_tags_follows_neither_name_nor_id(caller: Caller, cast: Sandbox) -> None:
    wishes = [{"name": f"T{number:02}", "status": "active"} for number in range(30)]
    caller.call("POST", member_path(NADIA.email) + "/tags", {"tags": wishes})

    names = [tag["name"] for tag in caller.get(member_path(NADIA.email))["tags"]]

    assert names not in (sorted(names), sorted(names, reverse=True))


def test_creating_a_tag_ignores_unknown_addresses(caller: Caller, cast: Sandbox) -> None:
    """Source: FACTS.md §3."""
    made = make(caller, "A", NADIA.email, "unknown@shop.example")

    assert made["member_count"] == 1
    assert cast.audience(LIST).tags == {"A": 1}


def test_a_tag_cannot_be_created_twice(caller: Caller, cast: Sandbox) -> None:
    make(caller, "A")

    answer = caller.call("POST", SEGMENTS, {"name": "a", "static_segment": []})

    assert problem(answer) == (400, "Invalid Resource")


def test_the_count_of_a_tag_is_that_of_its_subscribed_contacts(
    caller: Caller, cast: Sandbox
) -> None:
    made = make(caller, "A", NADIA.email, EMILE.email, OMAR.email, QUENTIN.email, ROSA.email)
    path = f"{SEGMENTS}/{made['id']}"

    before = caller.get(path)["member_count"]
    cast.contact_unsubscribes(LIST, NADIA.email)
    after = caller.get(path)["member_count"]
    cast.resubscribe_by_form(LIST, NADIA.email)

    assert (before, after, caller.get(path)["member_count"]) == (2, 1, 2)


def test_members_are_added_and_removed_and_unknown_ones_ignored(
    caller: Caller, cast: Sandbox
) -> None:
    made = make(caller, "A", NADIA.email)

    answer = caller.call(
        "POST",
        f"{SEGMENTS}/{made['id']}",
        {
            "members_to_add": [EMILE.email.upper(), "unknown@shop.example"],
            "members_to_remove": [NADIA.email, "unknown@shop.example"],
        },
    ).json

    assert [one["email_address"] for one in answer["members_added"]] == [EMILE.email]
    assert [one["email_address"] for one in answer["members_removed"]] == [NADIA.email]
    assert [answer[name] for name in ("total_added", "total_removed", "error_count")] == [1, 1, 0]


@pytest.mark.parametrize("field", ["members_to_add", "members_to_remove"])
def test_more_than_five_hundred_addresses_are_refused(
    caller: Caller, cast: Sandbox, field: str
) -> None:
    """Source: FACTS.md §2, §4 #9."""
    made = make(caller, "A", NADIA.email)
    people = [f"p{number}@shop.example" for number in range(501)]

    answer = caller.call("POST", f"{SEGMENTS}/{made['id']}", {field: people})

    assert problem(answer) == (400, "Invalid Resource")
    assert "Maximum allowed member items exceeded" in answer.json["detail"]
    assert f"500 in {field}" in answer.json["detail"]


@pytest.mark.parametrize(
    ("setting", "removed", "errors", "tags"),
    [("apply", 1, 0, set()), ("ignore", 0, 0, {"A"}), ("error", 0, 1, {"A"})],
)
def test_the_segment_call_on_unsubscribed_contacts_follows_the_switch(
    caller: Caller, cast: Sandbox, setting: str, removed: int, errors: int, tags: set[str]
) -> None:
    """Source: FACTS.md §11.4."""
    made = make(caller, "A", OMAR.email)
    cast.set_switches(Switches().changed(f"segment_call_on_non_subscribed={setting}"))

    answer = caller.call(
        "POST", f"{SEGMENTS}/{made['id']}", {"members_to_remove": [OMAR.email]}
    ).json

    assert (answer["total_removed"], answer["error_count"]) == (removed, errors)
    assert cast.member(LIST, OMAR.email).tags == tags


def test_replacing_the_members_of_a_tag_with_none_empties_it(caller: Caller, cast: Sandbox) -> None:
    made = make(caller, "A", NADIA.email, OMAR.email)

    answer = caller.call("PATCH", f"{SEGMENTS}/{made['id']}", {"name": "B", "static_segment": []})

    assert (answer.json["name"], answer.json["member_count"]) == ("B", 0)
    assert cast.audience(LIST).tags == {"B": 0}


def test_renaming_a_tag_shows_on_its_members(caller: Caller, cast: Sandbox) -> None:
    made = make(caller, "A", NADIA.email)
    caller.get(member_path(NADIA.email))

    caller.call("PATCH", f"{SEGMENTS}/{made['id']}", {"name": "B"})

    assert caller.get(member_path(NADIA.email))["tags"] == [{"id": made["id"], "name": "B"}]


def test_deleting_a_tag_removes_it_everywhere(caller: Caller, cast: Sandbox) -> None:
    made = make(caller, "A", NADIA.email)

    answer = caller.call("DELETE", f"{SEGMENTS}/{made['id']}")

    assert (answer.status, answer.body) == (204, b"")
    assert cast.member(LIST, NADIA.email).tags == frozenset()
    assert problem(caller.call("GET", f"{SEGMENTS}/{made['id']}")) == (404, "Resource Not Found")


def test_members_of_a_tag_are_subscribed_ones_unless_others_are_asked_for(
    caller: Caller, cast: Sandbox
) -> None:
    """Source: FACTS.md §3: and they carry neither tags nor contact_id."""
    made = make(caller, "A", NADIA.email, OMAR.email, QUENTIN.email, ROSA.email)
    path = f"{SEGMENTS}/{made['id']}/members"

    active = caller.get(path)
    more = caller.get(path, include_unsubscribed="true", include_cleaned="true")

    assert [one["email_address"] for one in active["members"]] == [NADIA.email]
    assert not {"tags", "contact_id"} & active["members"][0].keys()
    assert (active["total_items"], more["total_items"]) == (1, 3)


def test_tags_are_found_by_the_beginning_of_their_name(caller: Caller, cast: Sandbox) -> None:
    for name in ("Loyal", "Lost", "New"):
        make(caller, name)

    found = caller.get(f"/lists/{LIST}/tag-search", name="lo")

    assert [tag["name"] for tag in found["tags"]] == ["Loyal", "Lost"]
    assert found["total_items"] == 2


def test_the_1001st_tag_is_found(caller: Caller, cast: Sandbox) -> None:
    for number in range(1001):
        cast.add_tag(LIST, NADIA.email, f"Tag {number}")

    first = caller.get(SEGMENTS, count=1000, fields="segments.name,total_items")
    second = caller.get(SEGMENTS, count=1000, offset=1000, fields="segments.name")

    assert (len(first["segments"]), first["total_items"]) == (1000, 1001)
    assert second == {"segments": [{"name": "Tag 1000"}]}
