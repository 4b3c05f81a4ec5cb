"""Pages, filters, order and `fields`. Source of every rule: FACTS.md §3, §9.7 unless a test says otherwise."""

from __future__ import annotations

from itertools import chain

import pytest

from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from tests.cast import CONTACTS, EMILE, NADIA, OMAR, PIA, QUENTIN, ROSA
from tests.contract.sandbox.sandbox_calls import LIST, Caller, HandClock, member_path, problem

MEMBERS = f"/lists/{LIST}/members"


def emails(page: dict[str, object]) -> list[str]:
    """The addresses of a page, in its order."""
    return [one["email_address"] for one in page["members"]]


def test_a_page_holds_ten_by_default_and_a_thousand_at_most(
    caller: Caller, sandbox: Sandbox
) -> None:
    for number in range(1001):
        sandbox.add_contact(LIST, f"p{number}@shop.example")

    default = caller.get(MEMBERS, fields="members.id,total_items")
    largest = caller.get(MEMBERS, count=1000, fields="members.id")
    rest = caller.get(MEMBERS, count=1000, offset=1000)
    refused = caller.call("GET", MEMBERS, count=1001)

    assert (len(default["members"]), default["total_items"]) == (10, 1001)
    assert len(largest["members"]) == 1000
    assert emails(rest) == ["p1000@shop.example"]
    assert problem(refused) == (400, "Invalid Resource")
    assert refused.json["errors"][0]["field"] == "count"


@pytest.mark.parametrize(
    "path",
    ["/lists", "/batches", MEMBERS, f"/lists/{LIST}/segments", f"/lists/{LIST}/merge-fields"],
)
def test_every_listing_refuses_more_than_a_thousand(caller: Caller, path: str) -> None:
    """Source: the published shape has a maximum."""
    assert caller.call("GET", path, count=1000).status == 200
    assert caller.call("GET", path, count=1001).status == 400


def test_a_larger_count_may_be_cut_silently(caller: Caller, cast: Sandbox) -> None:
    """Source: FACTS.md §2, a thread."""
    cast.set_switches(Switches(over_1000_answer="capped"))

    assert len(caller.get(MEMBERS, count=5000)["members"]) == 5


def test_an_offset_past_the_end_is_an_empty_page_with_the_true_total(
    caller: Caller, cast: Sandbox
) -> None:
    page = caller.get(MEMBERS, offset=100)

    assert (page["members"], page["total_items"]) == ([], 5)


def test_archived_contacts_are_shown_only_when_asked_for(caller: Caller, cast: Sandbox) -> None:
    everybody = caller.get(MEMBERS)
    archived = caller.get(MEMBERS, status="archived")

    assert ROSA.email not in emails(everybody)
    assert emails(archived) == [ROSA.email]


@pytest.mark.parametrize("contact", [OMAR, PIA, QUENTIN, ROSA])
def test_contacts_are_found_by_status(caller: Caller, cast: Sandbox, contact: object) -> None:
    assert emails(caller.get(MEMBERS, status=contact.status)) == [contact.email]


def test_only_changes_after_the_second_named_are_shown(
    caller: Caller, cast: Sandbox, hand_clock: HandClock
) -> None:
    """Source: FACTS.md §3, §11.14: looks exclusive, at a second's resolution."""
    caller.put(NADIA.email, {"merge_fields": {"FNAME": "N"}})

    at = caller.get(MEMBERS, since_last_changed="2026-06-01T12:01:00+00:00")
    just_before = caller.get(MEMBERS, since_last_changed="2026-06-01T12:00:59.999+00:00")
    before = caller.get(MEMBERS, before_last_changed="2026-06-01T12:01:00Z")

    assert (emails(at), emails(just_before)) == ([], [NADIA.email])
    assert sorted(emails(before)) == sorted([EMILE.email, OMAR.email, PIA.email, QUENTIN.email])


def test_the_second_named_may_be_included(caller: Caller, cast: Sandbox) -> None:
    """Source: FACTS.md §11.14."""
    cast.set_switches(Switches(since_is_exclusive=False))
    caller.put(NADIA.email, {"merge_fields": {"FNAME": "N"}})

    at = caller.get(MEMBERS, since_last_changed="2026-06-01T12:01:00+00:00")

    assert (emails(at), at["total_items"]) == ([NADIA.email], 1)


def test_changes_are_found_by_status_too(caller: Caller, cast: Sandbox) -> None:
    cast.archive(LIST, NADIA.email)
    since = "2026-06-01T12:00:30+00:00"

    shown = caller.get(MEMBERS, since_last_changed=since)
    archived = caller.get(MEMBERS, since_last_changed=since, status="archived")

    assert (emails(shown), emails(archived)) == ([], [NADIA.email])


def test_unsubscribed_since_needs_the_status(caller: Caller, cast: Sandbox) -> None:
    since = "2026-06-01T11:00:00+00:00"

    alone = caller.call("GET", MEMBERS, unsubscribed_since=since)
    with_status = caller.get(MEMBERS, unsubscribed_since=since, status="unsubscribed")

    assert problem(alone) == (400, "Invalid Resource")
    assert emails(with_status) == [OMAR.email]


def test_descending_is_the_exact_reverse_and_ties_page_stably(
    caller: Caller, cast: Sandbox, hand_clock: HandClock
) -> None:
    caller.put(PIA.email, {"merge_fields": {"FNAME": "P"}})
    order = {"sort_field": "last_changed", "count": 2}

    up = [emails(caller.get(MEMBERS, **order, sort_dir="ASC", offset=n)) for n in (0, 2, 4)]
    down = [emails(caller.get(MEMBERS, **order, sort_dir="DESC", offset=n)) for n in (0, 2, 4)]

    upward, downward = [*chain.from_iterable(up)], [*chain.from_iterable(down)]
    assert upward[-1] == PIA.email
    assert downward == upward[::-1]


@pytest.mark.parametrize(
    "query",
    [
        {"status": "nobody"},
        {"sort_field": "email_address"},
        {"count": "ten"},
        {"offset": "-1"},
        {"since_last_changed": "yesterday"},
    ],
)
def test_a_question_that_makes_no_sense_is_a_400(
    caller: Caller, cast: Sandbox, query: dict[str, str]
) -> None:
    assert problem(caller.call("GET", MEMBERS, **query)) == (400, "Invalid Resource")


def test_fields_are_dotted_paths_from_the_root(caller: Caller, cast: Sandbox) -> None:
    page = caller.get(
        MEMBERS,
        status="subscribed",
        sort_field="last_changed",
        fields="members.email_address,members.merge_fields.FNAME,total_items",
    )

    assert page == {
        "members": [
            {"email_address": NADIA.email, "merge_fields": {"FNAME": "Nadia"}},
            {"email_address": EMILE.email, "merge_fields": {"FNAME": "Émile"}},
        ],
        "total_items": 2,
    }


def test_a_bare_member_field_on_a_collection_has_no_effect(caller: Caller, cast: Sandbox) -> None:
    """Source: FACTS.md §9.7: recorded."""
    plain = caller.get(MEMBERS)

    assert caller.get(MEMBERS, fields="email_address") == plain


def test_excluded_fields_are_left_out(caller: Caller, cast: Sandbox) -> None:
    page = caller.get(MEMBERS, exclude_fields="_links,members._links,members.stats.avg_open_rate")

    assert sorted(page) == ["list_id", "members", "total_items"]
    assert "_links" not in page["members"][0]
    assert page["members"][0]["stats"] == {"avg_click_rate": 0}


def test_fields_work_on_one_contact_and_on_audiences(caller: Caller, cast: Sandbox) -> None:
    contact = caller.get(member_path(OMAR.email), fields="email_address,status")
    audience = caller.get(f"/lists/{LIST}", fields="stats.member_count,id")
    audiences = caller.get("/lists", fields="lists.id,total_items")

    assert contact == {"email_address": OMAR.email, "status": "unsubscribed"}
    assert audience == {"id": LIST, "stats": {"member_count": 2}}
    assert audiences == {"lists": [{"id": LIST}], "total_items": 1}


def test_every_field_alone_is_what_the_whole_member_shows(caller: Caller, cast: Sandbox) -> None:
    whole = caller.get(MEMBERS, status="unsubscribed")["members"][0]

    alone = {}
    for name in whole:
        (row,) = caller.get(MEMBERS, status="unsubscribed", fields=f"members.{name}")["members"]
        alone |= row

    assert alone == whole


def test_unset_times_and_texts_are_empty_strings(caller: Caller, cast: Sandbox) -> None:
    contact = caller.get(member_path(NADIA.email))

    assert [contact[name] for name in ("timestamp_signup", "ip_signup", "language")] == [""] * 3
    assert contact["timestamp_opt"] == "2026-06-01T12:00:00+00:00"
    assert contact["full_name"] == "Nadia Haddad"


def test_counts_of_an_audience_are_up_to_five_minutes_old(
    caller: Caller, cast: Sandbox, hand_clock: HandClock
) -> None:
    """Source: FACTS.md §3, §9.8; member_count is that of subscribed contacts."""
    cast.set_switches(Switches())

    def count() -> int:
        return caller.get(f"/lists/{LIST}")["stats"]["member_count"]

    before = count()
    cast.clean(LIST, NADIA.email)
    hand_clock.forward(299)
    stale = count()
    hand_clock.forward(1)

    assert (before, stale, count()) == (2, 2, 1)


def test_total_contacts_is_shown_when_asked_for(caller: Caller, cast: Sandbox) -> None:
    stats = caller.get(f"/lists/{LIST}", include_total_contacts="true")["stats"]

    assert stats["total_contacts"] == len(CONTACTS) - 1
    assert stats["merge_field_count"] == 4


def test_the_1001st_audience_is_found(caller: Caller, sandbox: Sandbox) -> None:
    for number in range(1000):
        sandbox.add_audience(f"{number:010d}")

    last = caller.get("/lists", count=1000, offset=1000, fields="lists.id,total_items")

    assert last == {"lists": [{"id": "0000000999"}], "total_items": 1001}


@pytest.mark.parametrize(
    "path",
    ["/lists/nosuchlist", "/lists/nosuchlist/members", member_path("zoe@shop.example"), "/nosuch"],
)
def test_what_does_not_exist_is_404(caller: Caller, path: str) -> None:
    """Source: FACTS.md §4 #23."""
    assert problem(caller.call("GET", path)) == (404, "Resource Not Found")


def test_a_wrong_method_names_the_right_ones(caller: Caller) -> None:
    """Source: FACTS.md §4 #25."""
    answer = caller.call("PUT", f"/lists/{LIST}/members")

    assert problem(answer) == (405, "Method Not Allowed")
    assert answer.headers["Allow"] == "GET, POST"
