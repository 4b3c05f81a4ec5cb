"""Merge fields and their values. Source of every rule and message: FACTS.md §7 unless a test says otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from tests.cast import NADIA
from tests.contract.sandbox.sandbox_calls import LIST, PLACE, Caller, member_path, problem

FIELDS = f"/lists/{LIST}/merge-fields"


def write(caller: Caller, tag: str, value: Any) -> tuple[int, Any]:
    """Write one value and return the status with the value read back, or the field's message."""
    body = {"status_if_new": "subscribed", "merge_fields": {tag: value}}
    answer = caller.put(NADIA.email, {"email_address": NADIA.email, **body})
    if answer.status == 200:
        return 200, answer.json["merge_fields"][tag]
    assert "merge fields were invalid" in answer.json["detail"]
    return answer.status, answer.json["errors"][0]["message"]


def test_a_new_audience_has_four_fields_listed_by_tag(caller: Caller) -> None:
    listed = caller.get(FIELDS)

    assert [(one["tag"], one["type"]) for one in listed["merge_fields"]] == [
        ("ADDRESS", "address"),
        ("FNAME", "text"),
        ("LNAME", "text"),
        ("PHONE", "phone"),
    ]
    assert (listed["total_items"], listed["merge_field_limit"]) == (4, 30)


@pytest.mark.parametrize(
    ("type_", "sent", "kept"),
    [
        ("text", "Émile", "Émile"),
        ("number", 15.5, 15.5),
        ("number", "3", 3),
        ("number", "2.50", 2.5),
        ("date", "2026-02-28", "2026-02-28"),
        ("date", "02/28/2026", "2026-02-28"),
        ("birthday", "02/29", "02/29"),
        ("zip", "10115", "10115"),
        ("url", "https://shop.example/a?b=c", "https://shop.example/a?b=c"),
        ("phone", "000", "000"),
        ("address", PLACE, {**PLACE, "addr2": "", "country": ""}),
    ],
)
def test_values_come_back_as_recorded(
    caller: Caller, sandbox: Sandbox, type_: str, sent: Any, kept: Any
) -> None:
    sandbox.add_merge_field(LIST, "VALUE", type_)

    assert write(caller, "VALUE", sent) == (200, kept)


@pytest.mark.parametrize(
    ("type_", "sent", "message"),
    [
        ("number", "old", "Please enter a number"),
        ("number", "nan", "Please enter a number"),
        ("number", True, "Please enter a number"),
        ("date", "2026-02-30", "Please enter the date"),
        ("date", "yesterday", "Please enter the date"),
        ("birthday", "13/01", "Please enter a month (01-12) and a day (01-31)"),
        ("birthday", "2026-01-13", "Please enter a month (01-12) and a day (01-31)"),
        ("address", {"addr1": "1 Quay"}, "Please enter a complete address"),
        ("address", "1 Quay, Lyon", "Please enter a complete address"),
        ("zip", "SW1A", "Please enter a zip code (5 digits)"),
        ("url", "shop", "That is not a valid URL"),
    ],
)
def test_bad_values_are_refused_with_mailchimps_message(
    caller: Caller, sandbox: Sandbox, type_: str, sent: Any, message: str
) -> None:
    sandbox.add_merge_field(LIST, "VALUE", type_)

    assert write(caller, "VALUE", sent) == (400, message)


def test_a_choice_must_be_one_of_the_choices(caller: Caller, sandbox: Sandbox) -> None:
    sandbox.add_merge_field(LIST, "TIER", "dropdown", choices=["a", "b"])

    assert write(caller, "TIER", "z") == (400, "Value must be one of: a, b,  (not z)")
    assert write(caller, "TIER", "b") == (200, "b")


def test_every_bad_field_is_listed_and_nothing_is_written(caller: Caller, sandbox: Sandbox) -> None:
    """Source: FACTS.md §7: the whole write is rejected."""
    sandbox.add_merge_field(LIST, "AGE", "number")
    sandbox.add_merge_field(LIST, "BORN", "date")
    values = {"FNAME": "Nadia", "AGE": "x", "BORN": "y"}

    answer = caller.put(
        NADIA.email,
        {"email_address": NADIA.email, "status": "subscribed", "merge_fields": values},
    )

    assert [error["field"] for error in answer.json["errors"]] == ["AGE", "BORN"]
    assert sandbox.member(LIST, NADIA.email) is None


def test_unknown_tags_are_ignored_and_left_out_ones_kept(caller: Caller, cast: Sandbox) -> None:
    answer = caller.put(NADIA.email, {"merge_fields": {"NOSUCH": "x", "fname": "x", "PHONE": "1"}})

    assert answer.json["merge_fields"] == {
        "ADDRESS": "",
        "FNAME": "Nadia",
        "LNAME": "Haddad",
        "PHONE": "1",
    }


@pytest.mark.parametrize("type_", ["text", "number", "date", "address", "birthday"])
def test_an_empty_string_clears_any_type(caller: Caller, sandbox: Sandbox, type_: str) -> None:
    sandbox.add_merge_field(LIST, "VALUE", type_)

    assert write(caller, "VALUE", "") == (200, "")


def test_a_text_over_the_limit_follows_the_switch(caller: Caller, sandbox: Sandbox) -> None:
    """Source: FACTS.md §11.7: 255 bytes or 1,024, refused or cut; é is two bytes."""
    text = "é" * 128

    refused = write(caller, "FNAME", text)
    sandbox.set_switches(Switches(text_over_limit="truncate"))
    cut = write(caller, "FNAME", text)
    sandbox.set_switches(Switches(text_limit_bytes=None))
    whole = write(caller, "FNAME", text)

    assert refused[0] == 400
    assert (cut, whole) == ((200, "é" * 127), (200, text))


def test_a_phone_in_us_format_is_checked(caller: Caller) -> None:
    """Source: FACTS.md §7, §11.7."""
    made = caller.call(
        "POST",
        FIELDS,
        {"name": "Mobile", "type": "phone", "tag": "MOBILE", "options": {"phone_format": "US"}},
    )

    assert made.json["options"]["phone_format"] == "US"
    assert write(caller, "MOBILE", "212-555-0100") == (200, "212-555-0100")
    assert write(caller, "MOBILE", "+33 1 23 45")[0] == 400


def test_a_field_is_created_changed_and_deleted(caller: Caller, cast: Sandbox) -> None:
    made = caller.call("POST", FIELDS, {"name": "City", "type": "text", "tag": "city"}).json
    path = f"{FIELDS}/{made['merge_id']}"
    caller.put(NADIA.email, {"merge_fields": {"CITY": "Lyon"}})

    changed = caller.call("PATCH", path, {"name": "Town", "required": True}).json
    deleted = caller.call("DELETE", path)

    assert (made["tag"], made["options"], made["required"]) == ("CITY", {"size": 25}, False)
    assert (changed["name"], changed["required"], changed["type"]) == ("Town", True, "text")
    assert (deleted.status, deleted.body) == (204, b"")
    assert "CITY" not in caller.get(member_path(NADIA.email))["merge_fields"]


def test_a_deleted_field_made_anew_is_empty(caller: Caller, cast: Sandbox) -> None:
    first = caller.call("POST", FIELDS, {"name": "City", "type": "text", "tag": "CITY"}).json
    caller.put(NADIA.email, {"merge_fields": {"CITY": "Lyon"}})
    caller.call("DELETE", f"{FIELDS}/{first['merge_id']}")

    caller.call("POST", FIELDS, {"name": "City", "type": "text", "tag": "CITY"})

    assert caller.get(member_path(NADIA.email))["merge_fields"]["CITY"] == ""


def test_a_changed_tag_keeps_its_values(caller: Caller, cast: Sandbox) -> None:
    fields = caller.get(FIELDS, count=50)["merge_fields"]
    merge_id = next(field["merge_id"] for field in fields if field["tag"] == "FNAME")

    caller.call("PATCH", f"{FIELDS}/{merge_id}", {"tag": "GIVEN"})

    values = caller.get(member_path(NADIA.email))["merge_fields"]
    assert (values["GIVEN"], "FNAME" in values) == ("Nadia", False)


@pytest.mark.parametrize("tag", ["TOOLONGATAG", "NO SPACE", "É"])
def test_a_tag_has_ten_plain_characters(caller: Caller, tag: str) -> None:
    """Source: FACTS.md §2."""
    answer = caller.call("POST", FIELDS, {"name": "X", "type": "text", "tag": tag})

    assert problem(answer) == (400, "Invalid Resource")


def test_a_tag_exists_once(caller: Caller) -> None:
    """Source: FACTS.md §4 #14."""
    answer = caller.call("POST", FIELDS, {"name": "X", "type": "text", "tag": "fname"})

    assert answer.status == 400
    assert "already exists for this list" in answer.json["detail"]


def test_there_are_thirty_fields_at_most(caller: Caller, sandbox: Sandbox) -> None:
    """Source: FACTS.md §2, §4 #13."""
    for number in range(26):
        sandbox.add_merge_field(LIST, f"F{number}")

    answer = caller.call("POST", FIELDS, {"name": "X", "type": "text"})

    assert problem(answer) == (400, "Merge Max Limit Exceeded")


def test_only_known_types_are_accepted(caller: Caller) -> None:
    answer = caller.call("POST", FIELDS, {"name": "X", "type": "boolean"})

    assert answer.json["errors"][0]["field"] == "type"


def test_the_31st_field_is_found_by_paging(caller: Caller, sandbox: Sandbox) -> None:
    for number in range(10, 20):
        sandbox.add_merge_field(LIST, f"X{number}")

    pages = [caller.get(FIELDS, offset=offset)["merge_fields"] for offset in (0, 10, 20)]

    assert [len(page) for page in pages] == [10, 4, 0]
