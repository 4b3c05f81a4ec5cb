"""Whether a contact holds what was sent of it: every field and tag, or it is written again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from segue.mailchimp.holding import is_held
from segue.mailchimp.replies import HeldMember, MemberTag

SENT = {
    "email_address": "nadia@shop.example",
    "merge_fields": {
        "FNAME": "Nadia",
        "SPENT": "15.50",
        "ADDRESS": {"addr1": "1 rue Haute", "addr2": "", "city": "Lyon"},
        "NOTE": "",
    },
    "tags": ["Vip"],
}
HELD: dict[str, Any] = {
    "FNAME": "Nadia",
    "SPENT": 15.5,
    "ADDRESS": {"addr1": "1 rue Haute", "city": "Lyon", "country": "FR"},
    "NOTE": "",
    "OTHER": "somebody else's",
}


def held(*tags: str, status: str = "subscribed", **fields: Any) -> HeldMember:
    return HeldMember(
        status=status, merge_fields=HELD | fields, tags=[MemberTag(name=name) for name in tags]
    )


def is_same(found: HeldMember) -> bool:
    return is_held(json.dumps(SENT).encode(), found)


@pytest.mark.parametrize("status", ["subscribed", "pending", "unsubscribed"])
def test_who_has_every_value_and_tag_holds_what_was_sent(status: str) -> None:
    assert is_same(held("VIP", "Colleague", status=status))


@pytest.mark.parametrize(
    "found",
    [
        held(),
        held("Colleague"),
        held("Vip", FNAME="Nadja"),
        held("Vip", FNAME=None),
        held("Vip", SPENT=15.51),
        held("Vip", SPENT=""),
        held("Vip", NOTE="kept"),
        held("Vip", ADDRESS=""),
        held("Vip", ADDRESS={"addr1": "1 rue Haute", "city": "Paris"}),
        held("Vip", status="archived"),
        HeldMember(status="subscribed", tags=[MemberTag(name="Vip")]),
    ],
)
def test_who_lacks_anything_does_not(found: HeldMember) -> None:
    assert not is_same(found)


@pytest.mark.parametrize(
    ("sent", "there", "is_held_so"),
    [
        ("fr", "fr", True),
        ("fr", "en", False),
        ("fr", "", False),
        ("fr", None, False),
        (None, "en", True),
    ],
)
def test_a_language_that_was_sent_is_held_or_not(
    sent: str | None, there: str | None, is_held_so: bool
) -> None:
    member = SENT | ({} if sent is None else {"language": sent})
    found = HeldMember(
        status="subscribed", merge_fields=HELD, tags=[MemberTag(name="Vip")], language=there
    )

    assert is_held(json.dumps(member).encode(), found) is is_held_so
