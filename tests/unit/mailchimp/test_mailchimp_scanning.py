"""The end of a batch's reply tells what the whole would; of whatever looks unusual it tells nothing."""

from __future__ import annotations

import json
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.core.emails import subscriber_hash
from segue.mailchimp.batches import outcome_of
from segue.mailchimp.replies import BatchTotals
from segue.mailchimp.scanning import totals_at_the_end
from segue.sync.ports import Counted, Reason
from tests.cast import NADIA, OMAR, PIA

LINKS = [{"rel": "self", "href": "https://us1.api.example/3.0/lists/a1", "method": "GET"}]
NASTY = '],"errors":[],"total_created":9,"total_updated":0,"error_count":0}'
"""What a value would have to hold to pass for the end of a reply."""


def contact(address: str, **fields: str) -> dict[str, object]:
    return {"id": "0" * 32, "email_address": address, "merge_fields": fields, "tags": []}


def told(
    created: list[str], updated: list[str], refused: list[str], **changed: object
) -> dict[str, object]:
    """Return a reply as Mailchimp writes it; `changed` overrides keys."""
    body: dict[str, object] = {
        "new_members": [contact(address, FNAME="Émile") for address in created],
        "updated_members": [contact(address) for address in updated],
        "errors": [
            {
                "email_address": address,
                "error": "looks fake or invalid",
                "error_code": "ERROR_GENERIC",
            }
            for address in refused
        ],
        "total_created": len(created),
        "total_updated": len(updated),
        "error_count": len(refused),
        "_links": LINKS,
    }
    return body | changed


def compact(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def whole(reply: bytes) -> BatchTotals:
    return msgspec.json.decode(reply, type=BatchTotals)


@pytest.mark.parametrize(
    ("created", "updated", "refused"),
    [
        ([NADIA.email, OMAR.email], [], []),
        ([], [NADIA.email], []),
        ([NADIA.email], [], [OMAR.email, PIA.email]),
        ([], [], [NADIA.email]),
        ([], [], []),
    ],
)
def test_the_end_tells_what_the_whole_reply_tells(
    created: list[str], updated: list[str], refused: list[str]
) -> None:
    reply = compact(told(created, updated, refused))

    assert totals_at_the_end(reply) == whole(reply)


@pytest.mark.parametrize(
    "changed",
    [
        {"new_members": []},  # two are counted and nobody is told
        {"total_created": 0},
        {"total_created": -2},
        {"total_created": "2"},
        {"updated_members": [contact(PIA.email)]},
        {"updated_members": [contact(PIA.email)], "total_updated": 1},
        {"new_members": "none"},
        {"errors": None},
        {"errors": {"error": "unknown"}},
    ],
)
def test_a_reply_that_contradicts_itself_is_not_read_by_its_end(changed: dict[str, object]) -> None:
    reply = compact(told([NADIA.email, OMAR.email], [], [], **changed))

    assert totals_at_the_end(reply) is None


@pytest.mark.parametrize(
    "changed",
    [
        lambda reply: reply[:-1],
        lambda reply: reply + b"}",
        lambda reply: b" " + reply,
        lambda reply: reply[40:],
        lambda reply: reply.replace(b'"new_members"', b'"old_members"'),
        lambda reply: reply.replace(b'"total_created"', b'"created"'),
        lambda reply: reply.replace(b'],"errors"', b'], "errors"'),
        lambda reply: json.dumps(json.loads(reply)).encode(),
        lambda reply: compact(dict(reversed(json.loads(reply).items()))),
        lambda reply: b"<html>" + reply,
        lambda reply: b"",
    ],
)
def test_a_reply_of_another_shape_is_not_read_by_its_end(changed: Callable[[bytes], bytes]) -> None:
    reply = compact(told([NADIA.email], [], []))

    assert totals_at_the_end(changed(reply)) is None


def test_no_value_of_a_contact_passes_for_the_end() -> None:
    reply = compact(told([], [NADIA.email], [], new_members=[], _links=[{"rel": NASTY}]))

    assert totals_at_the_end(reply) == whole(reply)

    reply = compact(
        told([], [], [], new_members=[contact(NADIA.email, FNAME=NASTY)], total_created=1)
    )

    assert totals_at_the_end(reply) == whole(reply)


def test_everybody_is_accounted_for_by_the_end() -> None:
    sent = b",".join(compact({"email_address": one.email}) for one in (NADIA, OMAR, PIA))

    outcome = outcome_of(
        compact(told([NADIA.email, OMAR.email], [], [PIA.email])),
        members=sent,
        count=3,
        request_id="r-1",
    )

    assert outcome.counted == Counted(created=2)
    assert [(one.subscriber_hash, one.reason) for one in outcome.rejected] == [
        (subscriber_hash(PIA.email), Reason.FAKE_ADDRESS)
    ]
    assert (outcome.unaccounted, outcome.postponed) == ((), ())


def test_totals_that_do_not_add_up_are_looked_into_by_name() -> None:
    sent = b",".join(compact({"email_address": one.email}) for one in (NADIA, OMAR))

    outcome = outcome_of(
        compact(told([NADIA.email], [], [])), members=sent, count=2, request_id="r-1"
    )

    assert outcome.counted == Counted(created=1)
    assert outcome.unaccounted == (subscriber_hash(OMAR.email),)


names = st.lists(st.text(max_size=30), max_size=3)


@given(names, names, names, st.integers(0, 400), st.integers(0, 400), st.binary(max_size=4))
def test_a_cut_or_changed_reply_never_tells_other_totals(
    created: list[str], updated: list[str], refused: list[str], first: int, last: int, put: bytes
) -> None:
    reply = compact(told(created, updated, refused))
    changed = reply[:first] + put + reply[last:]

    found = totals_at_the_end(changed)

    try:
        expected = whole(changed)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # What lies between is not gone through; what is told is still the reply's own end.
        expected = whole(reply)
    assert found in (None, expected)
