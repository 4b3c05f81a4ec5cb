"""An audience changes while a caller's call is on its way, and a call may come late: both on order."""

from __future__ import annotations

from typing import Any

import pytest

from mailchimp_sandbox.faults import Fault
from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from tests.cast import EMILE, NADIA, OMAR, PIA, CastContact
from tests.contract.sandbox.sandbox_calls import LIST, NOON, Caller, member_path, problem

BATCH_ROUTE = "/lists/{list_id}"


def on(action: str, email: str) -> tuple[str, dict[str, Any]]:
    """Return an act on one contact of the first audience."""
    return action, {"list_id": LIST, "email": email}


def status(sandbox: Sandbox, email: str) -> str:
    """Return the status of a contact."""
    found = sandbox.member(LIST, email)
    assert found is not None
    return found.status


@pytest.mark.parametrize(
    ("action", "after"),
    [
        ("archive", "archived"),
        ("admin_unsubscribes", "unsubscribed"),
        ("contact_unsubscribes", "unsubscribed"),
        ("clean", "cleaned"),
    ],
)
def test_contacts_change_between_reading_and_the_first_write(
    caller: Caller, cast: Sandbox, action: str, after: str
) -> None:
    cast.meanwhile([on(action, NADIA.email), on(action, EMILE.email)])
    read = caller.get(member_path(NADIA.email))["status"]

    reply = caller.batch([{"email_address": NADIA.email}], update_existing=True)

    assert read == "subscribed"
    assert [one["status"] for one in reply["updated_members"]] == [after]
    assert status(cast, EMILE.email) == after
    assert [tuple(one) for one in cast.happened] == [(action, "")] * 2


def test_something_happens_once_at_the_call_named_and_not_before(
    caller: Caller, cast: Sandbox
) -> None:
    cast.meanwhile(
        [on("archive", NADIA.email)],
        method="GET",
        path_pattern=BATCH_ROUTE,
        after=1,
        moment="after",
    )

    first, second, third = (
        caller.get(f"/lists/{LIST}", include_total_contacts="true")["stats"]["member_count"]
        for _ in range(3)
    )

    assert (first, second, third) == (2, 2, 1)
    assert len(cast.happened) == 1


def test_several_things_happen_in_the_order_in_which_they_were_ordered(
    caller: Caller, cast: Sandbox
) -> None:
    cast.meanwhile([on("erase", NADIA.email)])
    cast.meanwhile([on("resubscribe_by_form", NADIA.email)])

    answer = caller.put(NADIA.email, {"merge_fields": {"FNAME": "N"}})

    assert answer.json["source"] == "Hosted Signup Form"
    assert [one.action for one in cast.happened] == ["erase", "resubscribe_by_form"]


def test_what_cannot_happen_is_told_and_stops_nothing(caller: Caller, cast: Sandbox) -> None:
    cast.meanwhile([on("confirm_pending", NADIA.email), on("confirm_pending", PIA.email)])

    answer = caller.put(NADIA.email, {})

    assert answer.status == 200
    assert [bool(one.error) for one in cast.happened] == [True, False]
    assert status(cast, PIA.email) == "subscribed"


@pytest.mark.parametrize(
    "order",
    [
        {"acts": [("explode", {})]},
        {"acts": []},
        {"acts": [on("archive", NADIA.email)], "moment": "during"},
    ],
)
def test_what_can_never_happen_is_refused_at_once(cast: Sandbox, order: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"act|occasion"):
        cast.meanwhile(**order)


def test_clearing_faults_forgets_what_was_to_happen(caller: Caller, cast: Sandbox) -> None:
    cast.meanwhile([on("archive", NADIA.email)])
    cast.clear_faults()

    caller.put(OMAR.email, {})

    assert cast.happened == []


def test_a_late_batch_is_applied_after_what_happened_before_it(
    caller: Caller, cast: Sandbox
) -> None:
    """Twelve seconds pass at Mailchimp, none here."""
    cast.add_fault(Fault(kind="late", method="WRITE", seconds=12))
    cast.meanwhile([on("contact_unsubscribes", NADIA.email)])

    reply = caller.batch(
        [{"email_address": NADIA.email, "status": "subscribed"}], update_existing=True
    )

    assert "compliance state" in reply["errors"][0]["error"]
    changed = cast.member(LIST, NADIA.email)
    assert changed is not None
    assert changed.changed_at == NOON + 60 + 12


def test_a_call_later_than_the_server_waits_is_cut_off(caller: Caller, cast: Sandbox) -> None:
    """Source: FACTS.md §2."""
    cast.set_switches(Switches(server_timeout_s=5))
    cast.add_fault(Fault(kind="late", seconds=6))

    assert caller.put(NADIA.email, {"status": "unsubscribed"}).status == 504
    assert status(cast, NADIA.email) == "subscribed"


def test_the_sandboxs_clock_goes_on_when_told(caller: Caller, cast: Sandbox) -> None:
    cast.forward(3600)

    changed = caller.put(NADIA.email, {"status": "unsubscribed"}).json["last_changed"]

    assert changed == "2026-06-01T13:01:00+00:00"


def test_a_fault_may_aim_at_whatever_writes(caller: Caller, cast: Sandbox) -> None:
    cast.add_fault(Fault(kind="500", method="WRITE"))

    assert caller.call("GET", member_path(NADIA.email)).status == 200
    assert problem(caller.put(NADIA.email, {}))[0] == 500
    assert caller.put(NADIA.email, {}).status == 200


def test_a_tag_is_renamed_and_deleted_while_a_call_is_on_its_way(
    caller: Caller, cast: Sandbox
) -> None:
    cast.add_tag(LIST, NADIA.email, "Old")
    cast.add_tag(LIST, NADIA.email, "Gone")
    cast.meanwhile(
        [
            ("rename_tag", {"list_id": LIST, "name": "old", "to": "New"}),
            ("delete_tag", {"list_id": LIST, "name": "Gone"}),
            ("delete_tag", {"list_id": LIST, "name": "Nosuch"}),
        ]
    )

    answer = caller.put(NADIA.email, {})

    assert [tag["name"] for tag in answer.json["tags"]] == ["New"]
    assert [bool(one.error) for one in cast.happened] == [False, False, True]


def test_a_merge_field_is_deleted_with_its_values(caller: Caller, cast: Sandbox) -> None:
    cast.delete_merge_field(LIST, "LNAME")
    cast.add_merge_field(LIST, "LNAME")

    assert caller.get(member_path(NADIA.email))["merge_fields"]["LNAME"] == ""


def test_an_audience_is_deleted_under_a_callers_hands(caller: Caller, cast: Sandbox) -> None:
    cast.meanwhile([("delete_audience", {"list_id": LIST})])

    assert problem(caller.put(NADIA.email, {})) == (404, "Resource Not Found")


def test_a_contact_changes_its_address(caller: Caller, cast: Sandbox) -> None:
    before = cast.member(LIST, NADIA.email)
    cast.change_address(LIST, NADIA.email, "nadia.new@shop.example")

    moved = cast.member(LIST, "nadia.new@shop.example")

    assert before is not None
    assert moved is not None
    assert moved.contact_id == before.contact_id
    assert cast.member(LIST, NADIA.email) is None


@pytest.mark.parametrize(("of", "to"), [(OMAR, "omar.new@shop.example"), (NADIA, EMILE.email)])
def test_an_address_change_that_mailchimp_refuses_names_no_address(
    cast: Sandbox, of: CastContact, to: str
) -> None:
    """Source: FACTS.md §4 #6, #7."""
    with pytest.raises(ValueError, match="Mailchimp would refuse") as refused:
        cast.change_address(LIST, of.email, to)

    assert "@" not in str(refused.value)
