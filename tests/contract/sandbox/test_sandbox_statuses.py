"""Who may have which status. Source of every rule: FACTS.md §6 unless a test says otherwise."""

from __future__ import annotations

import pytest

from mailchimp_sandbox.addresses import key_of
from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from tests.cast import EMILE, NADIA, OMAR, PIA, QUENTIN, ROSA, CastContact
from tests.contract.sandbox.sandbox_calls import LIST, Caller, HandClock, member_path, problem

NEW = "zoe@shop.example"


@pytest.mark.parametrize(
    "status", ["subscribed", "pending", "unsubscribed", "cleaned", "transactional"]
)
def test_a_new_contact_gets_the_status_sent(caller: Caller, status: str) -> None:
    answer = caller.put(NEW, {"email_address": NEW, "status_if_new": status})

    assert (answer.status, answer.json["status"]) == (200, status)


def test_a_double_opt_in_audience_stores_subscribed_as_it_is(sandbox: Sandbox) -> None:
    """Source: FACTS.md §6, §10: recorded."""
    double = sandbox.add_audience("d0d0d0d0d0", double_opt_in=True)

    answer = Caller(sandbox=sandbox).call(
        "POST", f"/lists/{double}/members", {"email_address": NEW, "status": "subscribed"}
    )

    assert answer.json["status"] == "subscribed"


def test_a_new_contact_without_a_status_is_refused(caller: Caller) -> None:
    answer = caller.put(NEW, {"email_address": NEW})

    assert problem(answer) == (400, "Invalid Resource")
    assert "could not be validated" in answer.json["detail"]


def test_an_unsubscribe_by_the_api_names_the_admin_and_can_be_undone(
    caller: Caller, cast: Sandbox
) -> None:
    unsubscribed = caller.call("PATCH", member_path(NADIA.email), {"status": "unsubscribed"})
    opted_in_at = unsubscribed.json["timestamp_opt"]

    again = caller.call("PATCH", member_path(NADIA.email), {"status": "subscribed"})

    assert unsubscribed.json["unsubscribe_reason"] == "N/A (Unsubscribed by admin)"
    assert (again.status, again.json["timestamp_opt"]) == (200, opted_in_at)
    assert "unsubscribe_reason" not in again.json


@pytest.mark.parametrize("email", [OMAR.email, QUENTIN.email])
def test_who_opted_out_or_bounced_is_never_subscribed_by_the_api(
    caller: Caller, cast: Sandbox, email: str
) -> None:
    before = cast.member(LIST, email)

    answer = caller.put(email, {"email_address": email, "status": "subscribed"})

    assert problem(answer) == (400, "Member In Compliance State")
    assert "cannot be subscribed" in answer.json["detail"]
    assert "type" not in answer.json
    assert cast.member(LIST, email) == before


def test_who_opted_out_may_be_asked_again(caller: Caller, cast: Sandbox) -> None:
    asked = caller.put(OMAR.email, {"status": "pending"})
    refused = caller.put(OMAR.email, {"status": "subscribed"})
    cast.confirm_pending(LIST, OMAR.email)

    assert asked.json["status"] == "pending"
    assert problem(refused) == (400, "Member In Compliance State")
    assert caller.get(member_path(OMAR.email))["status"] == "subscribed"


def test_a_form_brings_back_who_opted_out(caller: Caller, cast: Sandbox) -> None:
    cast.resubscribe_by_form(LIST, OMAR.email)

    assert caller.get(member_path(OMAR.email))["status"] == "subscribed"


def test_a_write_without_a_status_leaves_it_alone(caller: Caller, cast: Sandbox) -> None:
    answer = caller.put(OMAR.email, {"status_if_new": "subscribed", "merge_fields": {"FNAME": "O"}})

    assert answer.json["status"] == "unsubscribed"
    assert answer.json["merge_fields"]["FNAME"] == "O"


def test_archiving_answers_204_and_then_405(caller: Caller, cast: Sandbox) -> None:
    first = caller.call("DELETE", member_path(NADIA.email))
    second = caller.call("DELETE", member_path(NADIA.email))

    assert (first.status, first.body) == (204, b"")
    assert problem(second) == (405, "Method Not Allowed")
    assert second.headers["Allow"] == "GET, PUT"
    assert "bounced, pending or archived" in second.json["detail"]


@pytest.mark.parametrize("email", [PIA.email, QUENTIN.email, ROSA.email])
def test_pending_cleaned_and_archived_contacts_cannot_be_archived(
    caller: Caller, cast: Sandbox, email: str
) -> None:
    assert problem(caller.call("DELETE", member_path(email))) == (405, "Method Not Allowed")


def test_an_archived_contact_comes_back_with_its_tags_values_and_identity(
    caller: Caller, cast: Sandbox, hand_clock: HandClock
) -> None:
    """Source: FACTS.md §5, §6: old tags come back, timestamp_opt is renewed."""
    cast.add_tag(LIST, NADIA.email, "Loyal")
    before = caller.get(member_path(NADIA.email))
    caller.call("DELETE", member_path(NADIA.email))
    hand_clock.forward(3600)

    after = caller.put(NADIA.email, {"status": "subscribed", "merge_fields": {"FNAME": "N"}}).json

    kept = ("contact_id", "web_id", "tags")
    assert [after[name] for name in kept] == [before[name] for name in kept]
    assert after["merge_fields"]["LNAME"] == NADIA.last_name
    assert after["timestamp_opt"] == "2026-06-01T13:01:00+00:00"


@pytest.mark.parametrize(
    ("setting", "status", "http"),
    [("subscribed", "subscribed", 200), ("archived", "archived", 200), ("error", None, 400)],
)
def test_an_archived_contact_with_status_if_new_only_follows_the_switch(
    caller: Caller, cast: Sandbox, setting: str, status: str | None, http: int
) -> None:
    """Source: FACTS.md §11.2: unknown."""
    cast.set_switches(Switches().changed(f"archived_with_status_if_new={setting}"))

    answer = caller.put(ROSA.email, {"email_address": ROSA.email, "status_if_new": "subscribed"})

    assert (answer.status, answer.json.get("status")) == (http, status or 400)


def test_who_opted_out_and_was_archived_is_not_brought_back(caller: Caller, cast: Sandbox) -> None:
    """Assumption of the sandbox, with a switch."""
    caller.call("DELETE", member_path(OMAR.email))

    kept = caller.put(OMAR.email, {"status": "subscribed"})
    cast.set_switches(Switches(archived_keeps_opt_out=False))
    forgiven = caller.put(OMAR.email, {"status": "subscribed"})

    assert problem(kept) == (400, "Member In Compliance State")
    assert forgiven.json["status"] == "subscribed"


@pytest.mark.parametrize("status", ["subscribed", "pending"])
def test_an_erased_contact_is_refused_for_good(caller: Caller, cast: Sandbox, status: str) -> None:
    erased = caller.call("POST", member_path(NADIA.email) + "/actions/delete-permanent")

    answer = caller.put(NADIA.email, {"email_address": NADIA.email, "status": status})

    assert (erased.status, erased.body) == (204, b"")
    assert problem(answer) == (400, "Forgotten Email Not Subscribed")
    assert "was permanently deleted and cannot be re-imported" in answer.json["detail"]
    assert "type" not in answer.json
    assert problem(caller.call("GET", member_path(NADIA.email))) == (404, "Resource Not Found")


def test_only_the_form_readmits_an_erased_contact(caller: Caller, cast: Sandbox) -> None:
    cast.erase(LIST, NADIA.email)

    cast.resubscribe_by_form(LIST, NADIA.email)

    assert caller.get(member_path(NADIA.email))["source"] == "Hosted Signup Form"
    assert not cast.is_erased(LIST, NADIA.email)


def test_erasing_an_unknown_contact_is_404(caller: Caller, cast: Sandbox) -> None:
    """Source: FACTS.md §11.13: expected."""
    answer = caller.call("POST", member_path(NEW) + "/actions/delete-permanent")

    assert problem(answer) == (404, "Resource Not Found")


def test_a_contact_is_found_by_hash_address_or_contact_id_in_any_case(
    caller: Caller, cast: Sandbox
) -> None:
    """Source: FACTS.md §3, §6: the original case is kept."""
    caller.put("Zoe@Shop.example", {"email_address": "Zoe@Shop.example", "status": "subscribed"})
    by_hash = caller.get(member_path(NEW))

    by_address = caller.get(f"/lists/{LIST}/members/ZOE%40shop.example")
    by_identity = caller.get(f"/lists/{LIST}/members/{by_hash['contact_id']}")

    assert by_hash["email_address"] == "Zoe@Shop.example"
    assert by_address == by_identity == by_hash


def test_renaming_keeps_the_identity_and_moves_the_key(caller: Caller, cast: Sandbox) -> None:
    before = caller.get(member_path(NADIA.email))

    after = caller.put(NADIA.email, {"email_address": NEW}).json

    assert (after["contact_id"], after["web_id"]) == (before["contact_id"], before["web_id"])
    assert (after["id"], after["email_address"]) == (key_of(NEW), NEW)
    assert after["unique_email_id"] != before["unique_email_id"]
    assert caller.call("GET", member_path(NADIA.email)).status == 404


@pytest.mark.parametrize("contact", [OMAR, QUENTIN, ROSA])
def test_only_a_subscribed_contact_changes_address(
    caller: Caller, cast: Sandbox, contact: object
) -> None:
    """Source: FACTS.md §4 #6."""
    answer = caller.call("PATCH", member_path(contact.email), {"email_address": NEW})

    first = answer.json["errors"][0]
    assert problem(answer) == (400, "Invalid Resource")
    assert first["field"] == "email address"
    assert f'status is "{contact.status}."' in first["message"]


@pytest.mark.parametrize(
    ("other", "shown"),
    [(EMILE, "Subscribed"), (OMAR, "Unsubscribed"), (QUENTIN, "Cleaned"), (ROSA, "Deleted")],
)
def test_an_address_that_is_taken_is_refused_with_its_status(
    caller: Caller, cast: Sandbox, other: object, shown: str
) -> None:
    """Source: FACTS.md §4 #7."""
    answer = caller.call("PATCH", member_path(NADIA.email), {"email_address": other.email})

    assert f'is already in this list with a status of "{shown}"' in answer.json["detail"]


def test_an_unknown_hash_creates_the_address_of_the_body(caller: Caller, cast: Sandbox) -> None:
    answer = caller.put("nobody@shop.example", {"email_address": NEW, "status": "subscribed"})

    assert (answer.status, answer.json["id"]) == (200, key_of(NEW))


@pytest.mark.parametrize("person", [NADIA, OMAR, QUENTIN, PIA])
def test_an_unknown_hash_with_the_address_of_another_contact_is_refused(
    caller: Caller, cast: Sandbox, person: CastContact
) -> None:
    """Recorded for a subscribed contact (FACTS.md §4 #10): without `type`."""
    before = cast.members(LIST)

    answer = caller.put(
        "nobody@shop.example", {"email_address": person.email, "status": "subscribed"}
    )

    assert problem(answer) == (400, "Member Exists")
    assert "is already a list member" in answer.json["detail"]
    assert "type" not in answer.json
    assert cast.members(LIST) == before


def test_an_unknown_hash_with_the_address_of_an_archived_contact_revives_it(
    caller: Caller, cast: Sandbox
) -> None:
    """Assumption: as by POST."""
    answer = caller.put(
        "nobody@shop.example", {"email_address": ROSA.email, "status": "subscribed"}
    )

    assert (answer.status, answer.json["id"]) == (200, key_of(ROSA.email))


def test_creating_a_contact_that_exists_is_refused_and_reviving_is_not(
    caller: Caller, cast: Sandbox
) -> None:
    """Source: FACTS.md §3, §4 #10, §10."""
    path = f"/lists/{LIST}/members"

    exists = caller.call("POST", path, {"email_address": NADIA.email, "status": "subscribed"})
    revived = caller.call("POST", path, {"email_address": ROSA.email, "status": "subscribed"})

    assert problem(exists) == (400, "Member Exists")
    assert "is already a list member. Use PUT" in exists.json["detail"]
    assert "type" not in exists.json
    assert (revived.status, revived.json["status"]) == (200, "subscribed")


def test_transactional_and_archived_cannot_be_patched(caller: Caller, cast: Sandbox) -> None:
    """Source: FACTS.md §3, §10."""
    for status in ("transactional", "archived"):
        answer = caller.call("PATCH", member_path(NADIA.email), {"status": status})
        assert answer.json["errors"][0]["field"] == "status"


def test_the_last_change_moves_with_changes_only(
    caller: Caller, cast: Sandbox, hand_clock: HandClock
) -> None:
    """Source: FACTS.md §6: moved by value, status, tag, rename, archive; not by a no-op."""
    path, seen = member_path(NADIA.email), []

    def after(method: str, tail: str, body: object) -> None:
        hand_clock.forward(1)
        caller.call(method, path + tail, body)
        seen.append(caller.get(path)["last_changed"][-8:-6])

    after("PUT", "", {"merge_fields": {"FNAME": "Nadia"}})
    after("POST", "/tags", {"tags": []})
    after("PUT", "", {"merge_fields": {"FNAME": "N"}})
    after("POST", "/tags", {"tags": [{"name": "A", "status": "active"}]})
    after("POST", "/tags", {"tags": [{"name": "A", "status": "active"}]})
    after("PATCH", "", {"status": "unsubscribed"})
    after("DELETE", "", None)

    assert seen == ["00", "00", "03", "04", "05", "06", "07"]


def test_contacts_from_the_api_carry_the_callers_address_as_evidence(caller: Caller) -> None:
    answer = caller.put(NEW, {"email_address": NEW, "status": "subscribed"})

    assert (answer.json["ip_opt"], answer.json["source"]) == ("127.0.0.1", "API - Generic")
