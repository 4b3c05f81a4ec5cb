"""The accounting of a batch: created + updated + rejected + unaccounted is always what was sent."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.core.emails import subscriber_hash
from segue.core.errors import TryLater
from segue.mailchimp.batches import contact_ids_of, outcome_of, tag_ids_of, untagged_of
from segue.mailchimp.limits import REFUSALS_PER_CONTACT
from segue.sync.ports import Counted, Reason, Rejection, Upserted
from tests.cast import EMILE, NADIA, OMAR, PIA

FAKE = "looks fake or invalid, please enter a real email address."


def members(*addresses: str) -> bytes:
    """Return rendered contacts, joined by commas."""
    return b",".join(json.dumps({"email_address": a, "tags": []}).encode() for a in addresses)


def reply(
    created: list[str], updated: list[str], errors: list[tuple[str, str]], **totals: int
) -> bytes:
    """Return a batch's reply; `totals` overrides what is counted."""
    body: dict[str, object] = {
        "new_members": [{"email_address": a, "stats": {"avg_open_rate": 0}} for a in created],
        "updated_members": [{"email_address": a} for a in updated],
        "errors": [
            {"email_address": a, "error": text, "error_code": "ERROR_GENERIC"} for a, text in errors
        ],
        "total_created": len(created),
        "total_updated": len(updated),
        "error_count": len(errors),
    }
    return json.dumps(body | totals).encode()


def test_a_balanced_reply_is_taken_by_its_totals() -> None:
    sent = members(NADIA.email, OMAR.email, PIA.email)

    outcome = outcome_of(
        reply([NADIA.email], [OMAR.email], [(PIA.email, f"{PIA.email} {FAKE}")]),
        members=sent,
        count=3,
        request_id="r-1",
    )

    assert outcome == Upserted(
        counted=Counted(created=1, updated=1),
        rejected=(
            Rejection(
                subscriber_hash=subscriber_hash(PIA.email),
                reason=Reason.FAKE_ADDRESS,
                words=f"<address> {FAKE}",
            ),
        ),
        unaccounted=(),
        request_id="r-1",
    )


@pytest.mark.parametrize("written", ["gone@shop.example", "Ünknown@shop.example"])
def test_the_reply_to_another_call_accepts_nobody_although_it_balances(written: str) -> None:
    outcome = outcome_of(
        reply([written], ["other@shop.example"], []),
        members=members(NADIA.email, OMAR.email),
        count=2,
        request_id="r-4",
    )

    assert outcome.counted == Counted()
    assert outcome.unaccounted == tuple(sorted(map(subscriber_hash, (NADIA.email, OMAR.email))))


@pytest.mark.parametrize(
    ("created", "updated", "refused"),
    [
        ([NADIA.email, NADIA.email], [], []),
        ([], [NADIA.email, NADIA.email.upper()], []),
        ([NADIA.email], [NADIA.email], []),
        ([NADIA.email], [], [NADIA.email]),
        ([], [], [NADIA.email, NADIA.email]),
        ([NADIA.email], ["gone@shop.example"], []),
    ],
    ids=["created", "updated", "either", "refused too", "refused", "stranger"],
)
def test_whoever_stands_twice_in_a_reply_that_balances_stands_for_nobody_else(
    created: list[str], updated: list[str], refused: list[str]
) -> None:
    outcome = outcome_of(
        reply(created, updated, [(address, FAKE) for address in refused]),
        members=members(NADIA.email, OMAR.email),
        count=2,
        request_id="",
    )

    assert outcome.unaccounted == (subscriber_hash(OMAR.email),)
    assert outcome.counted.named + len(outcome.rejected) == 1


@pytest.mark.parametrize("missing", [None, 0, 3, 6])
@pytest.mark.parametrize("large", range(7))
def test_contacts_of_any_size_are_told_apart_and_whoever_is_missing_is_missed(
    large: int, missing: int | None
) -> None:
    people = [f"someone{number}@shop.example" for number in range(7)]
    named = [people[number - 1] if number == missing else one for number, one in enumerate(people)]
    rows = [
        {"email_address": one, "note": "x" * (9_000 if number == large else 100)}
        for number, one in enumerate(named)
    ]
    told = {"new_members": rows, "updated_members": [], "errors": []}
    totals = {"total_created": 7, "total_updated": 0, "error_count": 0}

    outcome = outcome_of(
        json.dumps(told | totals).encode(), members=members(*people), count=7, request_id=""
    )

    missed = () if missing is None else (subscriber_hash(people[missing]),)
    assert outcome.unaccounted == missed
    assert outcome.counted.named == 7 - len(missed)


def test_whom_a_reply_only_counts_is_not_told_of() -> None:
    outcome = outcome_of(
        reply([NADIA.email], [], [], total_created=2),
        members=members(NADIA.email, OMAR.email),
        count=2,
        request_id="",
    )

    assert outcome.unaccounted == (subscriber_hash(OMAR.email),)


def test_a_200_with_member_errors_is_not_success() -> None:
    outcome = outcome_of(
        reply([], [], [(NADIA.email, "unknown words")]),
        members=members(NADIA.email),
        count=1,
        request_id="",
    )

    assert (outcome.counted.created, outcome.counted.updated, len(outcome.rejected)) == (0, 0, 1)


def test_a_contact_that_the_reply_does_not_name_is_unaccounted() -> None:
    outcome = outcome_of(
        reply([NADIA.email], [], []),
        members=members(NADIA.email, OMAR.email),
        count=2,
        request_id="",
    )

    assert (outcome.counted.created, outcome.unaccounted) == (1, (subscriber_hash(OMAR.email),))


def test_names_in_another_case_are_the_same_contacts() -> None:
    outcome = outcome_of(
        reply(["NADIA@Shop.Example"], ["Emile@SHOP.example"], []),
        members=members(NADIA.email, EMILE.email, OMAR.email),
        count=3,
        request_id="",
    )

    assert (outcome.counted.created, outcome.counted.updated) == (1, 1)
    assert outcome.unaccounted == (subscriber_hash(OMAR.email),)


def test_an_error_that_names_nobody_leaves_its_contact_unaccounted() -> None:
    outcome = outcome_of(
        reply([NADIA.email], [], [("", "something went wrong")]),
        members=members(NADIA.email, OMAR.email),
        count=2,
        request_id="",
    )

    assert outcome.rejected == ()
    assert outcome.unaccounted == (subscriber_hash(OMAR.email),)


@pytest.mark.parametrize(
    "words",
    ["Please try again later", "The service is temporarily unavailable", "Try again in 5 minutes."],
)
@pytest.mark.parametrize("totals", [{}, {"error_count": 2}])
def test_a_contact_that_is_only_put_off_is_neither_written_nor_refused(
    words: str, totals: dict[str, int]
) -> None:
    outcome = outcome_of(
        reply([NADIA.email], [], [(OMAR.email, words)], **totals),
        members=members(NADIA.email, OMAR.email),
        count=2,
        request_id="",
    )

    assert (outcome.counted.created, outcome.rejected, outcome.unaccounted) == (1, (), ())
    assert outcome.postponed == (subscriber_hash(OMAR.email),)


def test_an_address_with_too_many_sign_ups_is_refused_whatever_its_words_add() -> None:
    words = f"{OMAR.email} has signed up to a lot of lists very recently, try again later"

    outcome = outcome_of(
        reply([], [], [(OMAR.email, words)]),
        members=members(OMAR.email),
        count=1,
        request_id="",
    )

    assert [r.reason for r in outcome.rejected] == [Reason.TOO_MANY_SIGNUPS]
    assert outcome.postponed == ()


def test_a_refusal_wins_over_words_that_put_the_same_contact_off() -> None:
    errors = [(OMAR.email, "try again later"), (OMAR.email, FAKE)]

    outcome = outcome_of(reply([], [], errors), members=members(OMAR.email), count=1, request_id="")

    assert [r.reason for r in outcome.rejected] == [Reason.FAKE_ADDRESS]
    assert outcome.postponed == ()


def test_totals_that_contradict_the_errors_are_not_believed() -> None:
    outcome = outcome_of(
        reply([NADIA.email], [], [], error_count=1),
        members=members(NADIA.email, OMAR.email),
        count=2,
        request_id="",
    )

    assert outcome.unaccounted == (subscriber_hash(OMAR.email),)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"{}", b"[]", b'{"total_created":1,"total_updated":0,"err', b"\xff\xfe"],
)
def test_a_reply_that_cannot_be_read_is_never_an_empty_one(body: bytes) -> None:
    with pytest.raises(TryLater) as caught:
        outcome_of(body, members=members(NADIA.email), count=1, request_id="r-2")

    assert caught.value.code == "mailchimp_unreadable_reply"
    assert caught.value.context["request_id"] == "r-2"


@given(st.lists(st.sampled_from("CURM"), min_size=1, max_size=40), st.booleans())
def test_what_is_sent_is_always_accounted_for(fates: list[str], lies: bool) -> None:
    addresses = [f"person{n}@shop.example" for n in range(len(fates))]
    by = {fate: [a for a, f in zip(addresses, fates, strict=True) if f == fate] for fate in "CURM"}
    errors = [(address.upper(), FAKE) for address in by["R"]]
    totals = {"total_created": len(by["C"]) + 1} if lies else {}

    outcome = outcome_of(
        reply(by["C"], by["U"], errors, **totals),
        members=members(*addresses),
        count=len(fates),
        request_id="",
    )

    named = (
        outcome.counted.created
        + outcome.counted.updated
        + len(outcome.rejected)
        + len(outcome.unaccounted)
    )
    assert named == len(fates)
    assert set(outcome.unaccounted) == {subscriber_hash(a) for a in by["M"]}
    assert {r.subscriber_hash for r in outcome.rejected} == {subscriber_hash(a) for a in by["R"]}


def test_the_ids_of_tags_are_told_by_whoever_carries_them() -> None:
    vip, local, other = (
        {"id": n, "name": name} for n, name in ((7, "vip "), (8, "Local"), (9, "x"))
    )
    told = {
        "new_members": [{"tags": []}, {"tags": [other, vip]}],
        "updated_members": [{"tags": [local]}, {"email_address": NADIA.email}],
    }

    found = tag_ids_of(json.dumps(told).encode(), ["VIP", "Local", "nobody's"])

    assert found == {"VIP": 7, "Local": 8}


@pytest.mark.parametrize("tags", [[{"id": "seven", "name": "vip"}], [{"name": "vip"}], "vip", None])
def test_tags_that_cannot_be_read_tell_nothing_and_fail_nothing(tags: object) -> None:
    body = json.dumps({"new_members": [{"tags": tags}]}).encode()

    assert tag_ids_of(body, ["vip"]) == {}


def test_ids_of_contacts_are_told_by_hash_and_what_is_none_is_not() -> None:
    told = {
        "new_members": [{"email_address": NADIA.email.upper(), "contact_id": "AB" * 16}],
        "updated_members": [
            {"email_address": OMAR.email, "contact_id": "cd" * 16},
            {"email_address": PIA.email, "contact_id": "../" * 10 + "ab"},
            {"email_address": EMILE.email},
        ],
    }

    assert contact_ids_of(json.dumps(told).encode()) == {
        subscriber_hash(NADIA.email): "ab" * 16,
        subscriber_hash(OMAR.email): "cd" * 16,
    }


@pytest.mark.parametrize("told", [[{"email_address": NADIA.email, "contact_id": 7}], "x", None])
def test_ids_that_cannot_be_read_tell_nothing_and_fail_nothing(told: object) -> None:
    assert contact_ids_of(json.dumps({"new_members": told}).encode()) == {}


def removal(removed: list[str], errors: list[tuple[list[str], str]], **totals: int) -> bytes:
    """Return the reply to taking a tag from contacts; `totals` overrides what is counted."""
    body: dict[str, object] = {
        "members_removed": [{"email_address": one} for one in removed],
        "errors": [{"email_addresses": some, "error": words} for some, words in errors],
        "total_added": 0,
        "total_removed": len(removed),
        "error_count": len(errors),
    }
    return json.dumps(body | totals).encode()


def test_a_removal_tells_who_was_refused_who_is_put_off_and_whom_nobody_named() -> None:
    sent = [NADIA.email, OMAR.email, PIA.email, EMILE.email]
    said = removal([NADIA.email.upper()], [([OMAR.email], FAKE), ([PIA.email], "Try again later")])

    found = untagged_of(said, addresses=sent, request_id="r-2")

    assert (found.removed, found.request_id) == (1, "r-2")
    assert [one.subscriber_hash for one in found.rejected] == [subscriber_hash(OMAR.email)]
    assert found.postponed == (subscriber_hash(PIA.email),)
    assert found.unaccounted == (subscriber_hash(EMILE.email),)


def test_a_removal_of_which_everybody_is_told_leaves_nobody_unaccounted() -> None:
    said = removal([NADIA.email], [], total_removed=2)

    found = untagged_of(said, addresses=[NADIA.email, OMAR.email], request_id="")

    assert (found.removed, found.unaccounted) == (2, ())


@pytest.mark.parametrize(
    ("removed", "errors", "total"),
    [
        ([NADIA.email], [(["gone@shop.example"], FAKE)], 1),
        ([NADIA.email], [(["gone@shop.example"], "Try again later")], 1),
        ([NADIA.email], [], 3),
        ([NADIA.email, NADIA.email], [], 3),
        ([NADIA.email, "gone@shop.example"], [], 3),
        (["gone@shop.example", NADIA.email], [], 2),
        ([NADIA.email, "gone@shop.example"], [], 2),
        ([NADIA.email, NADIA.email.upper()], [], 2),
    ],
    ids=[
        "refused stranger",
        "stranger put off",
        "more than sent",
        "named twice",
        "stranger",
        "stranger in place",
        "stranger behind",
        "twice in place",
    ],
)
def test_whom_a_removal_tells_beyond_those_sent_stand_for_nobody(
    removed: list[str], errors: list[tuple[list[str], str]], total: int
) -> None:
    said = removal(removed, errors, total_removed=total)

    found = untagged_of(said, addresses=[NADIA.email, OMAR.email], request_id="")

    assert (found.removed, found.rejected, found.postponed) == (1, (), ())
    assert found.unaccounted == (subscriber_hash(OMAR.email),)


def test_a_contact_whose_removal_is_refused_is_not_removed_too() -> None:
    """Of two words about one contact the one that leaves the tag where it is counts."""
    said = removal([NADIA.email, OMAR.email], [([NADIA.email, NADIA.email], FAKE)])

    found = untagged_of(said, addresses=[NADIA.email, OMAR.email], request_id="")

    assert [one.subscriber_hash for one in found.rejected] == [subscriber_hash(NADIA.email)]
    assert (found.removed, found.unaccounted) == (1, ())


def test_a_reply_that_refuses_far_more_contacts_than_were_sent_is_not_ours() -> None:
    most = REFUSALS_PER_CONTACT.value * 2
    # Each error counts for itself, and for everybody whom it names.
    crowd = [([], FAKE) for _ in range(most)]

    assert untagged_of(removal([], crowd), addresses=[NADIA.email], request_id="").removed == 0
    with pytest.raises(TryLater) as caught:
        untagged_of(removal([], [*crowd, ([], FAKE)]), addresses=[NADIA.email], request_id="r-3")

    assert caught.value.code == "mailchimp_unreadable_reply"
    assert (caught.value.context["named"], caught.value.context["sent"]) == (most + 1, 1)
