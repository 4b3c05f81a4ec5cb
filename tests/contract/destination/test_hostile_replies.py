"""What no honest service answers: each call ends in a problem that names the field or the bound, never the value."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from mailchimp_sandbox.faults import Fault
from mailchimp_sandbox.hostile import HOSTILE
from mailchimp_sandbox.server import Sandbox
from segue.core.emails import subscriber_hash
from segue.core.errors import ConfigurationProblem, Problem, TryLater
from segue.mailchimp import limits
from segue.mailchimp.client import Client
from segue.mailchimp.destination import MailchimpDestination
from segue.mailchimp.transport import Timing
from segue.sync.export import MergeType
from segue.sync.ports import ContactStatus, WriteMode
from tests.cast import NADIA
from tests.contract.destination.standing import LIST, client_of, destination_of, sandbox_with

MEMBER = b'{"email_address":"' + NADIA.email.encode() + b'"}'
NADIA_HASH = subscriber_hash(NADIA.email)
Ask = Callable[[MailchimpDestination, int], Awaitable[object]]
"""A call; it gets the id of the tag Vip."""

CALLS: dict[str, Ask] = {
    "account": lambda d, _: d.account(),
    "audience": lambda d, _: d.audience(LIST),
    "audiences": lambda d, _: d.audiences(),
    "merge_fields": lambda d, _: d.merge_fields(LIST),
    "create_merge_field": lambda d, _: d.create_merge_field(
        LIST, tag="NEW", name="New", type=MergeType.TEXT
    ),
    "tags": lambda d, _: d.tags(LIST),
    "tagged": lambda d, tag: d.tagged(LIST, tag, offset=0, count=10),
    "contacts": lambda d, _: d.contacts(
        LIST, status=ContactStatus.SUBSCRIBED, since=None, offset=0, count=10
    ),
    "contacts_in_full": lambda d, _: d.contacts_in_full(
        LIST, status=ContactStatus.SUBSCRIBED, since=None, offset=0, count=10
    ),
    "contact": lambda d, _: d.contact(LIST, NADIA_HASH),
    "holds": lambda d, _: d.holds(LIST, NADIA_HASH, MEMBER),
    "upsert": lambda d, _: d.upsert(LIST, MEMBER, count=1, mode=WriteMode.UPDATE),
    "untag": lambda d, tag: d.untag(LIST, tag, [NADIA.email]),
}
"""Every call whose reply is read."""

ONE = CALLS | {"move": lambda d, _: d.move(LIST, NADIA_HASH, address="nadia@new.example")}
"""The same, and a call that changes the address of the one contact."""


def asked_each(call: Ask, *faults: Fault) -> list[Problem | object]:
    """Return what a call to an audience of one contact brings under each fault: a value, or its problem."""

    async def run() -> list[Problem | object]:
        async with sandbox_with() as (sandbox, client):
            tag = await tagged(sandbox, client)
            return [await under(fault, call, sandbox, client, tag) for fault in faults]

    return asyncio.run(run())


async def under(fault: Fault, call: Ask, sandbox: Sandbox, client: Client, tag: int) -> object:
    """Return what a call brings under a fault."""
    sandbox.clear_faults()
    sandbox.add_fault(fault)
    try:
        return await call(destination_of(client), tag)
    except Problem as problem:
        return problem


def asked(call: Ask, fault: Fault) -> Any:
    """Return what a call brings under a fault."""
    return asked_each(call, fault)[0]


async def tagged(sandbox: Sandbox, client: Client) -> int:
    """Make Nadia a contact with a tag, and return the tag's id."""
    sandbox.add_contact(LIST, NADIA.email, tags=["Vip"])
    return (await destination_of(client).tags(LIST))[0].tag_id


def refused_each(call: Ask, *faults: Fault) -> list[Problem]:
    """Return the problems in which a call ends, one for each fault."""
    found = asked_each(call, *faults)
    for problem in found:
        assert isinstance(problem, Problem)
        assert problem.message
        assert problem.action
        assert NADIA.email not in f"{problem} {problem.context}"
    return [problem for problem in found if isinstance(problem, Problem)]


def refused(call: Ask, fault: Fault) -> Problem:
    """Return the problem in which a call ends under a fault."""
    return refused_each(call, fault)[0]


def changes(path: str, values: Sequence[object]) -> list[Fault]:
    """Return a fault for each of the values at a place of the reply."""
    return [Fault(kind="altered", times=None, changes={path: value}) for value in values]


BEYOND = {
    "gzip_bomb": "mailchimp_reply_too_large",
    "endless_body": "mailchimp_reply_too_large",
    "deep_json": "mailchimp_unreadable_reply",
    "wide_json": "mailchimp_unreadable_reply",
}


@pytest.mark.parametrize("name", CALLS)
def test_no_reply_is_read_beyond_its_bounds(name: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    problems = refused_each(CALLS[name], *(Fault(kind=kind, times=None) for kind in BEYOND))

    assert [(type(one), one.code) for one in problems] == [(TryLater, c) for c in BEYOND.values()]
    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown_kb < 400 * 1024, "client and sandbox together"


@pytest.mark.parametrize("name", ["account", "contacts", "upsert"])
def test_a_reply_that_drips_is_given_up(name: str) -> None:
    async def story() -> Problem:
        async with (
            sandbox_with() as (sandbox, client),
            client_of(sandbox.base_url, timing=Timing(time_out_s=0.3)) as hurried,
        ):
            tag = await tagged(sandbox, client)
            found = await under(Fault(kind="drip", times=None), CALLS[name], sandbox, hurried, tag)
            assert isinstance(found, Problem)
            return found

    problem = asyncio.run(story())

    assert (type(problem), problem.code) == (TryLater, "mailchimp_time_out")


def test_every_kind_of_hostile_reply_is_tried_here() -> None:
    assert {
        "gzip_bomb", "endless_body", "deep_json", "wide_json", "drip", "altered", "repeated"
    } == HOSTILE  # fmt: skip


IDS = ["/any/where", "x/../../y", "..", ".", "", "a" * 5_000, "a\0b", "a b", "*", "ä", "a\n", "-a"]


@pytest.mark.parametrize(
    ("name", "path", "field"),
    [
        ("account", "account_id", "account_id"),
        ("audience", "id", "lists.id"),
        ("audiences", "lists.0.id", "lists.id"),
    ],
)
def test_an_id_that_could_lead_elsewhere_is_refused_by_its_field(
    name: str, path: str, field: str
) -> None:
    problems = refused_each(CALLS[name], *changes(path, IDS))

    assert {(type(one), one.code) for one in problems} == {
        (ConfigurationProblem, "mailchimp_strange_reply")
    }
    assert {str(one.context) for one in problems} == {str({"field": field})}
    assert len({one.message for one in problems}) == 1, "the field is named, never the value"
    assert field in problems[0].message


ODD_COUNTS = [-1, 2**63, 10**30, 1.5, "7", None, True]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("audiences", "total_items"),
        ("merge_fields", "total_items"),
        ("merge_fields", "merge_fields.0.merge_id"),
        ("tags", "total_items"),
        ("tags", "segments.0.id"),
        ("tagged", "total_items"),
        ("contacts", "total_items"),
        ("contacts_in_full", "total_items"),
        ("contacts_in_full", "members.0.tags_count"),
        ("upsert", "total_created"),
        ("upsert", "total_updated"),
        ("upsert", "error_count"),
        ("untag", "total_removed"),
        ("untag", "error_count"),
    ],
)
def test_a_count_that_decides_something_is_a_count(name: str, path: str) -> None:
    problems = refused_each(CALLS[name], *changes(path, ODD_COUNTS))

    assert {(type(one), one.code) for one in problems} == {(TryLater, "mailchimp_unreadable_reply")}


def test_counts_that_balance_below_zero_are_not_believed() -> None:
    balancing = {"total_created": 2, "total_updated": -1, "error_count": 0}

    problem = refused(CALLS["upsert"], Fault(kind="altered", changes=balancing))

    assert problem.code == "mailchimp_unreadable_reply"


def test_a_count_that_is_only_shown_stays_within_its_bound() -> None:
    counts = (-5, 2**63, 10**30, 7)
    accounts: Any = asked_each(CALLS["account"], *changes("total_subscribers", counts))
    audiences: Any = asked_each(CALLS["audience"], *changes("stats.member_count", counts))
    tags: Any = asked_each(CALLS["tags"], *changes("segments.0.member_count", counts))

    shown = [0, 10**12, 10**12, 7]
    assert [one.contacts for one in accounts] == shown
    assert [one.contacts for one in audiences] == shown
    assert [one[0].active_members for one in tags] == shown


@pytest.mark.parametrize(
    ("name", "path", "most"),
    [
        ("account", "account_name", limits.NAME_LENGTH.value),
        ("account", "role", limits.WORD_LENGTH.value),
        ("account", "pricing_plan_type", limits.WORD_LENGTH.value),
        ("audience", "name", limits.NAME_LENGTH.value),
        ("audiences", "lists.0.name", limits.NAME_LENGTH.value),
        ("merge_fields", "merge_fields.0.name", limits.NAME_LENGTH.value),
        ("merge_fields", "merge_fields.0.tag", limits.WORD_LENGTH.value),
        ("merge_fields", "merge_fields.0.options.phone_format", limits.WORD_LENGTH.value),
        ("tags", "segments.0.name", limits.NAME_LENGTH.value),
        ("contacts", "members.0.email_address", limits.ADDRESS_LENGTH.value),
        ("contacts_in_full", "members.0.email_address", limits.ADDRESS_LENGTH.value),
        ("contacts_in_full", "members.0.tags.0.name", limits.NAME_LENGTH.value),
    ],
)
def test_a_text_is_clipped_and_cleaned_where_it_comes_in(name: str, path: str, most: int) -> None:
    long, odd = "é" * 1_000_000, "a\0b\x1b[31m\x85"

    clipped, cleaned = map(repr, asked_each(CALLS[name], *changes(path, [long, odd])))

    assert clipped.count("é") == most - 1
    assert "é…" in clipped
    assert "a\ufffdb\ufffd[31m\ufffd" in cleaned


@pytest.mark.parametrize(
    ("name", "path"),
    [("contacts_in_full", "members.0.merge_fields.FNAME"), ("contact", "merge_fields.FNAME")],
)
def test_what_a_merge_field_holds_is_clipped_and_else_stays_what_was_sent(
    name: str, path: str
) -> None:
    long, odd = "é" * 1_000_000, "a\0b\x1b[31m\x85"

    clipped, kept = map(repr, asked_each(CALLS[name], *changes(path, [long, odd])))

    assert clipped.count("é") == limits.VALUE_LENGTH.value - 1
    assert repr("a\ufffdb\x1b[31m\x85").strip("'") in kept


def test_a_merge_field_may_hold_whatever_comes() -> None:
    values = [[], ["a"], [[[]]], {}, {"a\0": "b"}, 10**18, -1.5, True, None, "x" * 20_000]
    held = asked_each(CALLS["holds"], *changes("merge_fields.FNAME", values))
    contacts: Any = asked_each(CALLS["contact"], *changes("merge_fields.FNAME", values))

    assert held == [True] * len(values), "nothing was sent in the field"
    read = [contact.fields["FNAME"] for contact in contacts]
    assert read[:5] == ["", "", "", {}, {"a\ufffd": "b"}]
    assert read[5:9] == ["1000000000000000000", "-1.5", "true", ""]
    assert len(read[9]) == limits.VALUE_LENGTH.value


ODD_CONTACTS = {
    "members.0.status": ["vip", 1, None],
    "members.0.last_changed": ["yesterday", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59Z"],
    "members.0.email_address": [None, ["a@shop.example"]],
    "members.0": [None, [], "a"],
    "members": [{}, None, "a"],
}


@pytest.mark.parametrize("name", ["contacts", "contacts_in_full"])
def test_a_contact_that_is_none_makes_its_page_unreadable(name: str) -> None:
    faults = [fault for path, values in ODD_CONTACTS.items() for fault in changes(path, values)]

    problems = refused_each(CALLS[name], *faults)

    assert {(type(one), one.code) for one in problems} == {(TryLater, "mailchimp_unreadable_reply")}


OTHER_CONTACT = {"email_address": "omar@shop.example", "id": subscriber_hash("omar@shop.example")}
ELSEWHERE = ("merge_fields", "tags", "contacts", "contacts_in_full", "contact", "holds", "move")


@pytest.mark.parametrize("name", ["contact", "holds", "move"])
def test_another_contact_in_the_reply_is_not_taken_for_the_one_that_was_asked_for(
    name: str,
) -> None:
    """What that one holds, or is, says nothing of the other: neither that it is written nor that its fields are blank."""
    told = (OTHER_CONTACT, {"email_address": ""})

    problems = [refused(ONE[name], Fault(kind="altered", changes=one)) for one in told]

    assert {(type(one), one.code) for one in problems} == {(TryLater, "mailchimp_unreadable_reply")}


def test_a_contact_is_told_by_its_address_in_whatever_case_it_is_written() -> None:
    written = Fault(kind="altered", changes={"email_address": NADIA.email.upper(), "id": "old"})

    assert asked(CALLS["contact"], written).subscriber_hash == NADIA_HASH
    assert asked(CALLS["holds"], written) is True


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_belongs_to_another_audience_is_not_taken_for_this_one_s(name: str) -> None:
    problem = refused(ONE[name], Fault(kind="altered", changes={"list_id": "b1b2c3d4e5"}))

    assert (type(problem), problem.code) == (TryLater, "mailchimp_unreadable_reply")
    assert not isinstance(asked(ONE[name], Fault(kind="altered", changes={"list_id": ""})), Problem)


def test_a_contact_with_hundreds_of_merge_fields_is_refused() -> None:
    most = limits.CONTACT_FIELDS.value
    fields = {f"F{n}": "x" for n in range(most + 1)}

    problem = refused(CALLS["contact"], Fault(kind="altered", changes={"merge_fields": fields}))
    del fields[f"F{most}"]
    read: Any = asked(CALLS["contact"], Fault(kind="altered", changes={"merge_fields": fields}))

    assert problem.context == {"field": "merge_fields"}
    assert fields.keys() <= read.fields.keys()


def test_a_contact_with_hundreds_of_tags_counts_as_one_with_more() -> None:
    tags = [{"id": n, "name": f"tag {n}"} for n in range(limits.CONTACT_TAGS.value + 1)]

    contact: Any = asked(CALLS["contact"], Fault(kind="altered", changes={"tags": tags}))

    assert (len(contact.tags), contact.has_all_tags) == (limits.CONTACT_TAGS.value, False)


@pytest.mark.parametrize("name", ["tagged", "contacts", "contacts_in_full"])
def test_more_contacts_than_were_asked_for_are_refused(name: str) -> None:
    row = {"id": NADIA_HASH, "email_address": "p@shop.example", "status": "subscribed"}

    problem = refused(CALLS[name], Fault(kind="altered", changes={"members": [row] * 11}))

    assert (problem.code, problem.context) == ("mailchimp_strange_reply", {"field": "rows"})


@pytest.mark.parametrize(
    ("name", "rows", "row"),
    [
        ("audiences", "lists", {"id": "a", "name": "A"}),
        ("merge_fields", "merge_fields", {"merge_id": 1, "tag": "A", "name": "A", "type": "text"}),
        ("tags", "segments", {"id": 1, "name": "A"}),
    ],
)
def test_a_listing_is_bounded_in_rows_and_total(
    name: str, rows: str, row: dict[str, object]
) -> None:
    many = refused(CALLS[name], Fault(kind="altered", changes={rows: [row] * 1_001}))
    total = refused(CALLS[name], Fault(kind="altered", changes={"total_items": 100_001}))

    assert (many.code, many.context) == ("mailchimp_strange_reply", {"field": "rows"})
    assert (total.code, total.context) == ("mailchimp_strange_reply", {"field": "total_items"})


@pytest.mark.parametrize("name", ["audiences", "merge_fields", "tags"])
def test_a_listing_whose_page_comes_again_ends_after_two_calls(name: str) -> None:
    counted: dict[str, int] = {}

    async def story() -> Problem:
        async with sandbox_with() as (sandbox, client):
            tag = await tagged(sandbox, client)
            sandbox.reset_calls()
            repeating(sandbox)
            with pytest.raises(TryLater) as caught:
                await CALLS[name](destination_of(client), tag)
            counted.update(sandbox.call_counts())
            return caught.value

    problem = asyncio.run(story())

    assert problem.code == "mailchimp_incomplete_listing"
    assert list(counted.values()) == [2]


def repeating(sandbox: Sandbox) -> None:
    """Let every listing show its first page for ever; as many rows are announced as a listing may have."""
    first = {"total_items": limits.LISTED_ROWS.value}
    sandbox.add_fault(Fault(kind="altered", times=None, changes=first))


def test_a_batch_that_names_thousands_who_were_not_sent_is_not_believed() -> None:
    error = {"email_address": "p@shop.example", "error": "no", "error_code": "", "field": ""}

    batch = refused(CALLS["upsert"], Fault(kind="altered", changes={"errors": [error] * 21}))
    untag = {"email_addresses": ["p@shop.example"] * 21, "error": "no"}
    removal = refused(CALLS["untag"], Fault(kind="altered", changes={"errors": [untag]}))

    assert batch.code == removal.code == "mailchimp_unreadable_reply"


def test_words_of_megabytes_are_read_in_no_time_and_kept_short() -> None:
    error = {"email_address": NADIA.email, "error": "a" * 4_000_000, "error_code": "", "field": ""}
    wordy = {"total_updated": 0, "error_count": 1, "errors": [error]}

    upserted = asked(CALLS["upsert"], Fault(kind="altered", changes=wordy))

    assert len(upserted.rejected[0].words) <= 300


def test_a_tag_is_taken_from_no_more_contacts_than_were_named() -> None:
    untagged: Any = asked(
        CALLS["untag"], Fault(kind="altered", changes={"total_removed": 1_000_000})
    )

    assert untagged.removed == 1
