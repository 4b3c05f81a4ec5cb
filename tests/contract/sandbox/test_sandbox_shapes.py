"""Every reply of the sandbox has the published shape, and so have the requests of these tests."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from mailchimp_sandbox.addresses import key_of
from mailchimp_sandbox.router import ENDPOINTS
from mailchimp_sandbox.server import Sandbox
from tests.cast import EMILE, NADIA, OMAR, ROSA
from tests.contract.sandbox import contract_shapes
from tests.contract.sandbox.sandbox_calls import AUDIENCE, CONTACT, LIST, PLACE, Caller, HandClock

ZOE = "zoe@shop.example"
WHERE = {
    "list_id": LIST,
    "subscriber_hash": key_of(NADIA.email),
    "segment_id": "4001",
    "merge_id": "2",
}
MEMBERS: list[dict[str, Any]] = [
    {
        "email_address": ZOE,
        "status_if_new": "subscribed",
        "merge_fields": {"FNAME": "Zoé", "ADDRESS": PLACE},
        "tags": ["A"],
        "language": "fr",
        "vip": True,
        "location": {"latitude": 45.76, "longitude": 4.83},
        "ip_signup": "192.0.2.1",
        "timestamp_signup": "2026-01-01T00:00:00+00:00",
    },
    {"email_address": NADIA.email, "status": "subscribed"},
    {"email_address": OMAR.email, "status": "subscribed"},
]
WEBHOOK = {
    "url": "https://hooks.example/segue",
    "events": {"subscribe": True},
    "sources": {"user": True, "admin": True, "api": False},
}
OPERATIONS_SENT = {
    "operations": [
        {"method": "GET", "path": f"/lists/{LIST}", "operation_id": "one", "params": {"count": 10}},
        {"method": "PUT", "path": "/nosuch", "body": "{}"},
    ]
}
BODIES: dict[tuple[str, str], Any] = {
    ("POST", "/lists/{list_id}"): {"members": MEMBERS, "update_existing": True},
    ("POST", "/lists/{list_id}/members"): {
        "email_address": ZOE,
        "status": "subscribed",
        "tags": ["A"],
    },
    ("PUT", "/lists/{list_id}/members/{subscriber_hash}"): {
        "email_address": NADIA.email,
        "status_if_new": "subscribed",
        "merge_fields": {"FNAME": "N"},
    },
    ("PATCH", "/lists/{list_id}/members/{subscriber_hash}"): {"status": "unsubscribed"},
    ("POST", "/lists/{list_id}/members/{subscriber_hash}/tags"): {
        "tags": [{"name": "B", "status": "active"}],
        "is_syncing": True,
    },
    ("POST", "/lists/{list_id}/segments"): {"name": "B", "static_segment": [NADIA.email]},
    ("PATCH", "/lists/{list_id}/segments/{segment_id}"): {"name": "C", "static_segment": []},
    ("POST", "/lists/{list_id}/segments/{segment_id}"): {
        "members_to_add": [EMILE.email],
        "members_to_remove": [NADIA.email],
    },
    ("POST", "/lists/{list_id}/merge-fields"): {
        "name": "Tier",
        "type": "dropdown",
        "tag": "TIER",
        "options": {"choices": ["a", "b"]},
    },
    ("PATCH", "/lists/{list_id}/merge-fields/{merge_id}"): {"name": "Given name"},
    ("POST", "/lists/{list_id}/segments/{segment_id}/members"): {"email_address": EMILE.email},
    ("POST", "/lists"): AUDIENCE,
    ("PATCH", "/lists/{list_id}"): {
        **AUDIENCE,
        "contact": {**CONTACT, "state": "", "zip": "69001"},
    },
    ("POST", "/lists/{list_id}/webhooks"): {**WEBHOOK, "url": "https://hooks.example/other"},
    ("PATCH", "/lists/{list_id}/webhooks/{webhook_id}"): {"events": {"profile": True}},
    ("POST", "/batches"): OPERATIONS_SENT,
}
OPERATIONS = [(method, template) for template, methods in ENDPOINTS.items() for method in methods]


@pytest.mark.parametrize(("method", "template"), OPERATIONS)
def test_the_reply_of_every_endpoint_has_the_published_shape(
    caller: Caller, cast: Sandbox, method: str, template: str
) -> None:
    cast.add_tag(LIST, NADIA.email, "A")
    hook = caller.call("POST", f"/lists/{LIST}/webhooks", WEBHOOK).json["id"]
    batch = caller.call("POST", "/batches", OPERATIONS_SENT).json["id"]
    body = BODIES.get((method, template))

    answer = caller.call(method, template.format(**WHERE, webhook_id=hook, batch_id=batch), body)

    assert answer.status in (200, 204), answer.body
    if body is not None:
        contract_shapes.check_request(method, template, orjson.dumps(body))
    contract_shapes.check_reply(method, template, answer.status, answer.body)


@pytest.mark.parametrize(
    ("method", "template", "body"),
    [
        ("GET", "/lists/{list_id}/segments/{segment_id}", None),
        (
            "POST",
            "/lists/{list_id}/members",
            {"email_address": NADIA.email, "status": "subscribed"},
        ),
        ("POST", "/lists/{list_id}/members", {"email_address": "x", "status": "subscribed"}),
        ("POST", "/lists/{list_id}", {}),
        ("DELETE", "/lists/{list_id}/members/{subscriber_hash}", None),
    ],
)
def test_refusals_have_the_published_shape(
    caller: Caller, cast: Sandbox, method: str, template: str, body: Any
) -> None:
    where = {**WHERE, "subscriber_hash": key_of(ROSA.email)}

    answer = caller.call(method, template.format(**where), body)

    assert answer.status >= 400
    contract_shapes.check_reply(method, template, answer.status, answer.body)


def test_archived_and_unsubscribed_members_have_the_published_shape(
    caller: Caller, cast: Sandbox
) -> None:
    template = "/lists/{list_id}/members"
    for status in ("archived", "unsubscribed", "cleaned", "pending"):
        answer = caller.call("GET", template.format(**WHERE), status=status)
        contract_shapes.check_reply("GET", template, answer.status, answer.body)


def test_what_an_audience_asks_and_a_finished_batch_have_the_published_shape(
    caller: Caller, sandbox: Sandbox, hand_clock: HandClock
) -> None:
    list_id = sandbox.add_audience(marketing_permissions=["Email", "Post"])
    body = {"email_address": ZOE, "status": "subscribed"}
    batch = caller.call("POST", "/batches", OPERATIONS_SENT).json["id"]
    hand_clock.forward(3)

    for method, template, sent in (
        ("POST", "/lists/{list_id}/members", body),
        ("GET", "/lists/{list_id}/members", None),
        ("GET", "/lists", None),
        ("GET", "/batches/{batch_id}", None),
        ("GET", "/batches", None),
    ):
        answer = caller.call(method, template.format(list_id=list_id, batch_id=batch), sent)
        contract_shapes.check_reply(method, template, answer.status, answer.body)


def test_the_checker_sees_wrong_types_and_unknown_names() -> None:
    template = "/lists/{list_id}/segments"

    with pytest.raises(AssertionError, match="is not of type 'string'"):
        contract_shapes.check_request("POST", template, b'{"name": 1}')
    with pytest.raises(AssertionError, match="nmae is not published"):
        contract_shapes.check_request("POST", template, b'{"name": "A", "nmae": "B"}')
    with pytest.raises(AssertionError, match="is not a 'date-time'"):
        contract_shapes.check_reply(
            "GET", template, 200, b'{"segments": [{"created_at": "today"}]}'
        )
