"""Batch subscribe. Source of every rule: FACTS.md §3, §4 (batch-level errors), §9.5 unless a test says otherwise."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from mailchimp_sandbox.faults import Fault
from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from tests.cast import EMILE, EMILE_AS_TYPED, NADIA, OMAR, QUENTIN, ROSA
from tests.contract.sandbox.sandbox_calls import LIST, Caller, problem

NEW = "zoe@shop.example"
MISSPELT = "gmil.com"


def member(email: str, **rest: Any) -> dict[str, Any]:
    """A member as the exporter sends it."""
    return {"email_address": email, "status_if_new": "subscribed", **rest}


def addresses(reply: dict[str, Any], name: str) -> list[str]:
    """The addresses named in one part of the reply."""
    return [one["email_address"] for one in reply[name]]


def statuses(sandbox: Sandbox) -> dict[str, str]:
    """Everybody's status by address."""
    return {view.email: view.status for view in sandbox.members(LIST)}


def test_new_and_known_contacts_are_reported_apart(caller: Caller, cast: Sandbox) -> None:
    reply = caller.batch([member(NEW), member(NADIA.email)], update_existing=True)

    assert addresses(reply, "new_members") == [NEW]
    assert addresses(reply, "updated_members") == [NADIA.email]
    assert reply["errors"] == []
    assert [reply[n] for n in ("total_created", "total_updated", "error_count")] == [1, 1, 0]


def test_a_known_contact_without_update_existing_is_an_error_of_its_own(
    caller: Caller, cast: Sandbox
) -> None:
    reply = caller.batch([member(NEW), member(NADIA.email)], update_existing=False)

    (error,) = reply["errors"]
    assert addresses(reply, "new_members") == [NEW]
    assert (error["email_address"], error["error_code"]) == (NADIA.email, "ERROR_CONTACT_EXISTS")
    assert "update_existing:true" in error["error"]


def test_status_if_new_changes_nobody_who_is_there(caller: Caller, cast: Sandbox) -> None:
    """Source: FACTS.md §11.1, in the reading that is strongly implied."""
    cast.admin_unsubscribes(LIST, EMILE.email)
    before = statuses(cast)
    emails = [email for email in before if email != ROSA.email]

    reply = caller.batch([member(email) for email in emails], update_existing=True)

    assert statuses(cast) == before
    assert reply["total_updated"] == 5


def test_status_subscribed_silently_resubscribes_whom_an_admin_unsubscribed(
    caller: Caller, cast: Sandbox
) -> None:
    """Source: FACTS.md §6: the danger that makes us send status_if_new only."""
    cast.admin_unsubscribes(LIST, NADIA.email)

    caller.batch([{"email_address": NADIA.email, "status": "subscribed"}], update_existing=True)

    assert statuses(cast)[NADIA.email] == "subscribed"


def test_compliance_and_erased_contacts_are_errors_of_their_own(
    caller: Caller, cast: Sandbox
) -> None:
    cast.erase(LIST, NADIA.email)
    emails = (OMAR.email, QUENTIN.email, NADIA.email)

    reply = caller.batch(
        [{"email_address": email, "status": "subscribed"} for email in emails], update_existing=True
    )

    assert [error["error_code"] for error in reply["errors"]] == ["ERROR_GENERIC"] * 3
    assert "compliance state" in reply["errors"][0]["error"]
    assert "compliance state" in reply["errors"][1]["error"]
    assert "was permanently deleted" in reply["errors"][2]["error"]


def test_unhonoured_status_if_new_is_ignored_for_a_new_contact(
    caller: Caller, cast: Sandbox
) -> None:
    """Source: FACTS.md §11.1."""
    cast.set_switches(Switches(honours_status_if_new_in_batch=False))

    reply = caller.batch([member(NEW), member(OMAR.email)], update_existing=True)

    assert [error["email_address"] for error in reply["errors"]] == [NEW]
    assert addresses(reply, "updated_members") == [OMAR.email]
    assert statuses(cast)[OMAR.email] == "unsubscribed"


def test_unhonoured_status_if_new_may_act_as_status(caller: Caller, cast: Sandbox) -> None:
    """Source: FACTS.md §11.1: the reading that would resubscribe people."""
    switches = Switches(
        honours_status_if_new_in_batch=False, unhonoured_status_if_new="acts_as_status"
    )
    cast.set_switches(switches)
    cast.admin_unsubscribes(LIST, NADIA.email)

    caller.batch([member(NADIA.email)], update_existing=True)

    assert statuses(cast)[NADIA.email] == "subscribed"


def test_status_if_new_may_be_refused_for_those_who_opted_out(
    caller: Caller, cast: Sandbox
) -> None:
    """Source: FACTS.md §11.1: new and subscribed contacts pass, unsubscribed and cleaned ones are errors."""
    cast.set_switches(
        Switches(honours_status_if_new_in_batch=False, unhonoured_status_if_new="refused")
    )
    people = (NEW, NADIA.email, OMAR.email, QUENTIN.email)
    before = statuses(cast)

    reply = caller.batch([member(email) for email in people], update_existing=True)

    assert addresses(reply, "new_members") == [NEW]
    assert addresses(reply, "updated_members") == [NADIA.email]
    assert addresses(reply, "errors") == [OMAR.email, QUENTIN.email]
    assert {"compliance state" in error["error"] for error in reply["errors"]} == {True}
    assert statuses(cast) == {**before, NEW: "subscribed"}


NO_STATUS = "Required fields were not provided: status_if_new"


def test_a_batch_that_says_nothing_of_the_status_leaves_it(caller: Caller, cast: Sandbox) -> None:
    """Source: FACTS.md §6, §11.1, §11.2; an unknown address needs a status."""
    known = [NADIA.email, OMAR.email, QUENTIN.email, ROSA.email]
    members = [
        {"email_address": email, "merge_fields": {"LNAME": "New"}} for email in [*known, NEW]
    ]
    before = statuses(cast)

    reply = caller.batch(members, update_existing=True)

    assert addresses(reply, "updated_members") == known
    assert [(e["email_address"], e["field_message"]) for e in reply["errors"]] == [(NEW, NO_STATUS)]
    assert statuses(cast) == before


def test_a_batch_without_status_may_be_refused(caller: Caller, cast: Sandbox) -> None:
    cast.set_switches(Switches(batch_without_status="refused"))
    members = [{"email_address": one} for one in (NADIA.email, ROSA.email)]

    reply = caller.batch(members, update_existing=True)

    assert [error["field_message"] for error in reply["errors"]] == [NO_STATUS] * 2


@pytest.mark.parametrize(
    ("setting", "where", "status"),
    [
        ("archived", "updated_members", "archived"),
        ("subscribed", "new_members", "subscribed"),
        ("error", "errors", "archived"),
    ],
)
def test_an_archived_contact_without_a_status_follows_the_switch(
    caller: Caller, cast: Sandbox, setting: str, where: str, status: str
) -> None:
    """Source: FACTS.md §11.2."""
    cast.set_switches(Switches().changed(f"archived_without_status={setting}"))

    reply = caller.batch([{"email_address": ROSA.email}], update_existing=True)

    assert addresses(reply, where) == [ROSA.email]
    assert statuses(cast)[ROSA.email] == status


def test_a_revived_archived_contact_comes_back_under_new_members(
    caller: Caller, cast: Sandbox
) -> None:
    cast.add_tag(LIST, ROSA.email, "Old")

    reply = caller.batch([member(ROSA.email, tags=["New"])], update_existing=True)

    assert addresses(reply, "new_members") == [ROSA.email]
    assert cast.member(LIST, ROSA.email).tags == {"Old", "New"}


@pytest.mark.parametrize(
    ("setting", "where"), [("archived", "updated_members"), ("error", "errors")]
)
def test_an_archived_contact_with_status_if_new_follows_the_switch(
    caller: Caller, cast: Sandbox, setting: str, where: str
) -> None:
    """Source: FACTS.md §11.2."""
    cast.set_switches(Switches().changed(f"archived_with_status_if_new={setting}"))

    reply = caller.batch([member(ROSA.email)], update_existing=True)

    assert addresses(reply, where) == [ROSA.email]
    assert statuses(cast)[ROSA.email] == "archived"


def test_capital_letters_find_the_same_contact(caller: Caller, cast: Sandbox) -> None:
    reply = caller.batch([member(EMILE_AS_TYPED)], update_existing=True)

    assert addresses(reply, "updated_members") == [EMILE.email]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("no-at-sign", "provide a valid email address"),
        ("two@@shop.example", "provide a valid email address"),
        ("zoé@shop.example", "provide a valid email address"),
        ("zoe@example.com", "looks fake or invalid"),
        (f"zoe@{MISSPELT}", "looks fake or invalid"),
        ("zoe@shop.test", "looks fake or invalid"),
    ],
)
def test_a_bad_address_marks_only_itself(caller: Caller, address: str, words: str) -> None:
    """Source: FACTS.md §4 #1, #2; §9.11."""
    reply = caller.batch([member(address), member(NEW)], update_existing=True)

    (error,) = reply["errors"]
    assert addresses(reply, "new_members") == [NEW]
    assert (error["email_address"], error["error_code"]) == (address, "ERROR_GENERIC")
    assert words in error["error"]


def test_a_bad_merge_value_marks_only_its_member_and_names_the_field(
    caller: Caller, sandbox: Sandbox
) -> None:
    """Source: FACTS.md §7: in a batch only that member lands in errors."""
    sandbox.add_merge_field(LIST, "AGE", "number")

    reply = caller.batch(
        [member(NEW, merge_fields={"AGE": "old"}), member("ok@shop.example")], update_existing=True
    )

    assert reply["total_created"] == 1
    assert reply["errors"] == [
        {
            "email_address": NEW,
            "error": "Your merge fields were invalid.",
            "error_code": "ERROR_GENERIC",
            "field": "AGE",
            "field_message": "Please enter a number",
        }
    ]


def test_field_names_of_errors_may_be_absent(caller: Caller, sandbox: Sandbox) -> None:
    """Source: FACTS.md §11.3."""
    sandbox.set_switches(Switches(batch_error_fields="absent"))

    (error,) = caller.batch([member("nobody")])["errors"]

    assert sorted(error) == ["email_address", "error", "error_code"]


def test_tags_are_added_and_never_taken_away(caller: Caller, cast: Sandbox) -> None:
    cast.add_tag(LIST, NADIA.email, "Theirs")

    caller.batch([member(NADIA.email, tags=["Ours"])], update_existing=True)

    assert cast.member(LIST, NADIA.email).tags == {"Theirs", "Ours"}


@pytest.mark.parametrize(("update", "tags"), [(True, {"Ours"}), (False, {"Theirs"})])
def test_sync_tags_replaces_all_tags_when_updating(
    caller: Caller, cast: Sandbox, update: bool, tags: set[str]
) -> None:
    cast.add_tag(LIST, NADIA.email, "Theirs")

    caller.batch([member(NADIA.email, tags=["Ours"])], update_existing=update, sync_tags=True)

    assert cast.member(LIST, NADIA.email).tags == tags


@pytest.mark.parametrize(("setting", "tags"), [("apply", {"Ours"}), ("ignore", set())])
def test_tags_for_an_unsubscribed_contact_follow_the_switch(
    caller: Caller, cast: Sandbox, setting: str, tags: set[str]
) -> None:
    """Source: FACTS.md §11.4."""
    cast.set_switches(Switches().changed(f"batch_tags_on_non_subscribed={setting}"))

    caller.batch([member(OMAR.email, tags=["Ours"])], update_existing=True)

    assert cast.member(LIST, OMAR.email).tags == tags


@pytest.mark.parametrize(
    ("setting", "created", "errors"),
    [("reject_later", 1, 1), ("reject_all", 0, 2), ("apply", 1, 0)],
)
def test_an_address_sent_twice_follows_the_switch(
    caller: Caller, sandbox: Sandbox, setting: str, created: int, errors: int
) -> None:
    """Source: FACTS.md §4, §11.3."""
    sandbox.set_switches(Switches().changed(f"duplicates_in_call={setting}"))

    reply = caller.batch([member(NEW), member(NEW.upper())], update_existing=True)

    assert (reply["total_created"], reply["error_count"]) == (created, errors)


def test_with_skip_duplicate_check_the_first_occurrence_wins(
    caller: Caller, sandbox: Sandbox
) -> None:
    twice = [member(NEW, merge_fields={"FNAME": name}) for name in ("First", "Second")]

    reply = caller.batch(twice, update_existing=True, skip_duplicate_check="true")

    assert (reply["total_created"], reply["total_updated"], reply["error_count"]) == (1, 0, 0)
    assert sandbox.member(LIST, NEW).merge_fields == {"FNAME": "First"}


def test_five_hundred_members_are_accepted_and_one_more_is_not(
    caller: Caller, sandbox: Sandbox
) -> None:
    """Source: FACTS.md §2; the answer to more is unverified (§11.5)."""
    people = [member(f"person{number}@shop.example") for number in range(501)]

    refused = caller.call("POST", f"/lists/{LIST}", {"members": people})
    accepted = caller.batch(people[:500])
    sandbox.set_switches(Switches(over_500_answer="payload_too_large"))
    too_large = caller.call("POST", f"/lists/{LIST}", {"members": people})

    assert problem(refused) == (400, "Invalid Resource")
    assert refused.json["errors"][0]["field"] == "members"
    assert accepted["total_created"] == 500
    assert too_large.status == 413


def test_the_reply_holds_whole_members_and_is_as_large_as_the_real_one(caller: Caller) -> None:
    """Source: FACTS.md §2: 3.3 kB a member, 0.8 kB without _links."""
    people = [member(f"person{n}@shop.example", tags=["A", "B", "C"]) for n in range(100)]

    answer = caller.call("POST", f"/lists/{LIST}", {"members": people})

    first = answer.json["new_members"][0]
    assert 2_800 <= len(answer.body) / 100 <= 3_600
    assert {"contact_id", "tags_count", "_links"} <= first.keys()
    assert not {"full_name", "web_id", "source", "marketing_permissions"} & first.keys()
    assert [link["rel"] for link in first["_links"]] == [
        "self", "parent", "update", "upsert", "delete", "activity", "goals", "notes", "events",
        "delete_permanent",
    ]  # fmt: skip


def test_a_wrongly_typed_value_fails_the_call_or_the_member_by_switch(
    caller: Caller, sandbox: Sandbox
) -> None:
    """Source: FACTS.md §4 #4, §11.5."""
    people = [member(NEW), member("bad@shop.example", merge_fields="none")]

    whole = caller.call("POST", f"/lists/{LIST}", {"members": people})
    sandbox.set_switches(Switches(wrong_type_in_batch="member"))
    single = caller.batch(people)

    assert problem(whole) == (400, "Invalid Resource")
    assert whole.json["errors"][0]["field"] == "members.item:1.merge_fields"
    assert (single["total_created"], single["error_count"]) == (1, 1)


@pytest.mark.parametrize(
    ("raw", "title"),
    [(b"{", "JSON Parse Error"), (b"[]", "Invalid Resource"), (b"{}", "Invalid Resource")],
)
def test_an_unusable_envelope_is_a_400(caller: Caller, raw: bytes, title: str) -> None:
    """Source: FACTS.md §4 #4, #16."""
    assert problem(caller.call("POST", f"/lists/{LIST}", raw=raw)) == (400, title)


def test_required_fields_are_asked_for_unless_skipped(caller: Caller, sandbox: Sandbox) -> None:
    """Source: FACTS.md §7."""
    sandbox.add_merge_field(LIST, "CITY", required=True)

    refused = caller.batch([member(NEW)])
    accepted = caller.batch([member(NEW)], skip_merge_validation="true")

    assert refused["errors"][0]["field_message"] == "This value should not be blank."
    assert accepted["total_created"] == 1


def test_a_full_account_refuses_more_contacts_but_updates_known_ones(
    caller: Caller, cast: Sandbox
) -> None:
    """Source: FACTS.md §2, §11.8: archived and cleaned contacts do not count, so four do here."""
    cast.set_switches(Switches(contact_limit=4))

    reply = caller.batch([member(NEW), member(NADIA.email)], update_existing=True)

    assert [error["email_address"] for error in reply["errors"]] == [NEW]
    assert addresses(reply, "updated_members") == [NADIA.email]


def test_refused_addresses_are_named_with_their_reason(caller: Caller, sandbox: Sandbox) -> None:
    """Source: FACTS.md §4 #5, §9.11."""
    sandbox.refuse_addresses("*@busy.example", number=5)

    reply = caller.batch([member("a@busy.example"), member(NEW)])

    assert "has signed up to a lot of lists very recently" in reply["errors"][0]["error"]
    assert reply["total_created"] == 1


def test_a_poisoned_member_fails_every_call_that_holds_it(caller: Caller, sandbox: Sandbox) -> None:
    """Source: FACTS.md §4, run-level rule: bisect when the text is that of #4."""
    sandbox.add_fault(Fault(kind="poison_call", address_pattern="bad@*", times=None))

    poisoned = caller.call(
        "POST", f"/lists/{LIST}", {"members": [member(NEW), member("bad@shop.example")]}
    )
    clean = caller.batch([member(NEW)])

    assert problem(poisoned) == (400, "Invalid Resource")
    assert "see the 'errors' array" in poisoned.json["detail"]
    assert clean["total_created"] == 1


def test_an_unaccounted_member_is_applied_and_named_nowhere(
    caller: Caller, sandbox: Sandbox
) -> None:
    """Source: FACTS.md §4: anything unaccounted is to be re-read."""
    sandbox.add_fault(Fault(kind="unaccounted", address_pattern=NEW))

    reply = caller.batch([member(NEW), member("ok@shop.example")])

    assert (addresses(reply, "new_members"), reply["total_created"]) == (["ok@shop.example"], 1)
    assert NEW in statuses(sandbox)


def test_fields_shrink_the_reply_only_by_switch(caller: Caller, sandbox: Sandbox) -> None:
    """Source: FACTS.md §11.16."""
    body = {"members": [member(NEW)], "update_existing": True}

    whole = caller.call("POST", f"/lists/{LIST}", body, fields="total_created").json
    sandbox.set_switches(Switches(fields_on_batch=True))
    small = caller.call("POST", f"/lists/{LIST}", body, fields="total_updated").json

    assert "new_members" in whole
    assert small == {"total_updated": 1}


def test_a_forgotten_member_is_neither_applied_nor_named(caller: Caller, sandbox: Sandbox) -> None:
    sandbox.add_fault(Fault(kind="forgotten", address_pattern=NEW))

    first = caller.batch([member(NEW.upper()), member(NADIA.email)])
    second = caller.batch([member(NEW)])

    assert addresses(first, "new_members") == [NADIA.email]
    assert (first["total_created"], first["error_count"]) == (1, 0)
    assert addresses(second, "new_members") == [NEW]


@pytest.mark.parametrize(
    ("kind", "status"), [("500", 500), ("502", 502), ("401", 401), ("truncated_json", 200)]
)
def test_any_fault_may_strike_only_the_calls_that_name_an_address(
    caller: Caller, sandbox: Sandbox, kind: str, status: int
) -> None:
    sandbox.add_fault(Fault(kind=kind, address_pattern="bad@*", times=None))
    path = f"/lists/{LIST}"

    def sent(*emails: str) -> Any:
        return caller.call("POST", path, {"members": [member(email) for email in emails]})

    struck, spared = sent(NEW, "Bad@shop.example"), sent(NADIA.email)

    assert struck.status == status
    with pytest.raises((orjson.JSONDecodeError, KeyError)):
        struck.json["new_members"]
    assert addresses(spared.json, "new_members") == [NADIA.email]
    assert [one[0] for one in sandbox.faults_struck] == [kind]


def test_a_fault_finds_an_address_in_a_segments_call(caller: Caller, cast: Sandbox) -> None:
    tag = caller.call("POST", f"/lists/{LIST}/segments", {"name": "A", "static_segment": []}).json
    cast.add_fault(Fault(kind="500", address_pattern=OMAR.email, times=None))
    path = f"/lists/{LIST}/segments/{tag['id']}"

    answers = [
        caller.call("POST", path, {"members_to_add": [NADIA.email]}),
        caller.call("POST", path, {"members_to_add": [NADIA.email, OMAR.email]}),
        caller.call("POST", path, {"members_to_remove": [OMAR.email]}),
    ]

    assert [answer.status for answer in answers] == [200, 500, 500]
