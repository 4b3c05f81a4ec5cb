"""Keys, headers, the limit of simultaneous calls, ordered faults, latency. Source: FACTS.md §1, §2, §4, §9.1, §9.2, §9.9, §9.15."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import json
import re
import socket
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import aiohttp
import pytest

from mailchimp_sandbox.faults import Fault
from mailchimp_sandbox.latency import Latency
from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from tests.cast import NADIA
from tests.contract.sandbox.sandbox_calls import (
    LIST,
    Caller,
    HandClock,
    basic,
    member_path,
    problem,
    until,
)

KEY = "sandbox-key-us1"
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@pytest.mark.parametrize("authorization", [basic(KEY), f"Bearer {KEY}", f"OAuth {KEY}"])
def test_the_key_is_taken_by_three_schemes(caller: Caller, authorization: str) -> None:
    assert caller.call("GET", "/ping", authorization=authorization).status == 200


@pytest.mark.parametrize(
    ("authorization", "title"),
    [
        ("", "API Key Missing"),
        ("Basic", "API Key Missing"),
        ("Digest abc", "API Key Missing"),
        (basic("wrong-us1"), "API Key Invalid"),
        ("Basic %%%", "API Key Invalid"),
        ("Bearer wrong", "API Key Invalid"),
    ],
)
def test_a_wrong_key_is_401(caller: Caller, authorization: str, title: str) -> None:
    """Source: FACTS.md §4 #17, #18."""
    assert problem(caller.call("GET", "/", authorization=authorization)) == (401, title)


def test_a_good_reply_carries_mailchimps_headers(caller: Caller, cast: Sandbox) -> None:
    headers = caller.call("GET", member_path(NADIA.email)).headers

    assert headers["Server"] == "openresty"
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["Vary"] == "Accept-Encoding"
    assert re.fullmatch(UUID, headers["X-Request-Id"])
    assert '/schema/3.0/Lists/Members/Instance.json>; rel="describedBy"' in headers["Link"]
    assert 'rel="dashboard"' in headers["Link"]


def test_replies_are_dated_by_the_clock_that_contacts_change_by(
    caller: Caller, cast: Sandbox, hand_clock: HandClock
) -> None:
    def dated(path: str) -> datetime:
        return parsedate_to_datetime(caller.call("GET", path).headers["Date"])

    hand_clock.forward(60)
    before = dated("/ping")
    cast.forward(3600)

    assert before == datetime.fromtimestamp(int(hand_clock()), UTC)
    assert dated("/ping") - before == timedelta(hours=1)
    assert dated("/lists/nosuch") - before == timedelta(hours=1)


def test_a_204_has_no_body_no_length_and_no_link(caller: Caller, cast: Sandbox) -> None:
    headers = caller.call("DELETE", member_path(NADIA.email)).headers

    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert [headers[name] for name in ("Content-Length", "Link")] == [None, None]


def test_a_refusal_names_its_request(caller: Caller) -> None:
    answer = caller.call("GET", "/lists/nosuch")

    assert answer.json["instance"] == answer.headers["X-Request-Id"]
    assert "/schema/3.0/Definitions/ProblemDetailDocument.json" in answer.headers["Link"]
    assert {"type", "title", "status", "detail"} <= answer.json.keys()


def test_replies_are_compressed_only_when_asked(caller: Caller, cast: Sandbox) -> None:
    path = f"/lists/{LIST}/members"

    plain = caller.call("GET", path)
    packed = caller.call("GET", path, headers={"Accept-Encoding": "gzip"})
    cast.set_switches(Switches(gzip=False))
    never = caller.call("GET", path, headers={"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body == never.body
    assert never.headers["Content-Encoding"] is None


async def _twelve_at_once(sandbox: Sandbox) -> list[tuple[int, bytes]]:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {KEY}"}) as http_session:

        async def ping() -> tuple[int, bytes]:
            async with http_session.get(f"{sandbox.base_url}/ping") as reply:
                return reply.status, await reply.read()

        return await asyncio.gather(*(ping() for _ in range(12)))


@pytest.mark.parametrize(
    ("setting", "status", "is_empty"),
    [("problem", 429, False), ("empty_429", 429, True), ("bare_403", 403, True)],
)
def test_the_eleventh_simultaneous_call_is_refused(
    setting: str, status: int, is_empty: bool
) -> None:
    """Source: FACTS.md §2, §4 #22, #27."""
    switches = Switches().changed(f"throttle_answer={setting}")
    with Sandbox.in_thread(switches=switches, latency_s=0.15) as sandbox:
        answers = asyncio.run(_twelve_at_once(sandbox))

        refused = [body for code, body in answers if code != 200]
        assert sorted(code for code, _ in answers) == sorted([200] * 10 + [status] * 2)
        assert [body == b"" for body in refused] == [is_empty] * 2
        assert sandbox.most_simultaneous == 10


def test_an_abandoned_call_keeps_its_place_and_is_still_applied(
    caller: Caller, sandbox: Sandbox
) -> None:
    """Source: FACTS.md §2, §9.9: do not retry a timeout at once."""
    sandbox.set_switches(Switches(simultaneous_limit=1))
    sandbox.set_latency(0.3)
    where = urlsplit(sandbox.base_url)
    body = json.dumps({"email_address": NADIA.email, "status": "subscribed"}).encode()
    head = (
        f"POST /3.0/lists/{LIST}/members HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((where.hostname, where.port)) as abandoned:
        abandoned.sendall(head.encode() + body)
        until(lambda: sandbox.most_simultaneous == 1)

    meanwhile = caller.call("GET", "/ping")
    until(lambda: len(sandbox.writes) == 1)

    assert meanwhile.status == 429
    assert caller.call("GET", "/ping").status == 200
    assert sandbox.member(LIST, NADIA.email).status == "subscribed"


@pytest.mark.parametrize(
    ("kind", "status", "content_type", "beginning"),
    [
        ("429", 429, "application/problem+json; charset=utf-8", b""),
        ("403", 403, "text/html", b""),
        ("500", 500, "application/problem+json; charset=utf-8", b'{"type":'),
        ("502", 502, "text/html", b"<html>"),
        ("503", 503, "application/problem+json; charset=utf-8", b'{"type":"akamai_error_message"'),
        ("504", 504, "text/html", b"<html>"),
        ("disabled", 403, "application/problem+json; charset=utf-8", b'{"type":'),
    ],
)
def test_ordered_answers_come_once_and_apply_nothing(
    caller: Caller, sandbox: Sandbox, kind: str, status: int, content_type: str, beginning: bytes
) -> None:
    sandbox.add_fault(Fault(kind=kind, method="POST"))
    body = {"email_address": NADIA.email, "status": "subscribed"}

    struck = caller.call("POST", f"/lists/{LIST}/members", body)
    was_there = sandbox.member(LIST, NADIA.email)
    again = caller.call("POST", f"/lists/{LIST}/members", body)

    assert (struck.status, struck.headers["Content-Type"]) == (status, content_type)
    assert struck.body.startswith(beginning) and bool(struck.body) == bool(beginning)
    assert (was_there, again.status) == (None, 200)
    assert sandbox.faults_struck == [(kind, "POST", "/lists/{list_id}/members")]


@pytest.mark.parametrize(("kind", "is_applied"), [("drop_before", False), ("drop_after", True)])
def test_a_cut_connection_leaves_the_result_unknown(
    caller: Caller, sandbox: Sandbox, kind: str, is_applied: bool
) -> None:
    sandbox.add_fault(Fault(kind=kind, path_pattern="/lists/{list_id}/members"))
    body = {"email_address": NADIA.email, "status": "subscribed"}

    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        caller.call("POST", f"/lists/{LIST}/members", body)

    assert (sandbox.member(LIST, NADIA.email) is not None) is is_applied
    assert [(call.template, call.status) for call in sandbox.calls] == [
        ("/lists/{list_id}/members", 0)
    ]


def test_a_truncated_reply_is_no_json(caller: Caller, sandbox: Sandbox) -> None:
    sandbox.add_fault(Fault(kind="truncated_json"))

    answer = caller.call("GET", "/lists")

    assert answer.status == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.body)


def test_faults_let_calls_pass_first_and_match_paths(caller: Caller, sandbox: Sandbox) -> None:
    sandbox.add_fault(Fault(kind="500", path_pattern="/lists/*/members*", times=2, after=1))

    codes = [
        caller.call("GET", path).status for path in ["/lists", *[f"/lists/{LIST}/members"] * 4]
    ]

    assert codes == [200, 200, 500, 500, 200]


def test_random_faults_are_the_same_for_the_same_seed(caller: Caller, sandbox: Sandbox) -> None:
    def codes() -> list[int]:
        sandbox.random_faults(0.5, seed=11, kinds=["500", "429"])
        return [caller.call("GET", "/ping").status for _ in range(20)]

    first, second = codes(), codes()
    sandbox.random_faults(0, seed=11, kinds=["500"])

    assert first == second
    assert set(first) == {200, 429, 500}
    assert caller.call("GET", "/ping").status == 200


@pytest.mark.parametrize("kind", ["reject_addresses", "nonsense"])
def test_a_fault_that_cannot_work_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match=kind):
        Fault(kind=kind)


@pytest.mark.parametrize(
    ("number", "title"),
    [
        (1, "Invalid Resource"),
        (2, "Invalid Resource"),
        (5, "Invalid Resource"),
        (8, "Invalid Resource"),
        (11, "Member In Compliance State"),
        (12, "Forgotten Email Not Subscribed"),
    ],
)
def test_addresses_are_refused_with_the_number_ordered(
    caller: Caller, sandbox: Sandbox, number: int, title: str
) -> None:
    sandbox.add_fault(Fault(kind="reject_addresses", address_pattern="nadia@*", number=number))
    body = {"email_address": NADIA.email, "status": "subscribed"}

    refused = caller.put(NADIA.email, body)
    later = caller.put(NADIA.email, body)

    assert (problem(refused), later.status) == ((400, title), 200)


def test_a_call_slower_than_the_servers_limit_is_cut_off(caller: Caller, sandbox: Sandbox) -> None:
    """Source: FACTS.md §2: 120 s; a hundredth of a second here."""
    sandbox.set_switches(Switches(server_timeout_s=0.01))
    sandbox.add_fault(Fault(kind="slow", seconds=5))

    assert caller.call("GET", "/ping").status == 504


def test_the_real_profile_is_as_slow_as_reported() -> None:
    """Source: FACTS.md §9.10."""
    latency = Latency(is_real=True, scale=0.1)

    batches = [latency.seconds("POST", "/lists/{list_id}", "") for _ in range(200)]
    pages = [latency.seconds("GET", "/lists/{list_id}/members", "members.id") for _ in range(200)]
    totals = [latency.seconds("GET", "/lists/{list_id}/members", "") for _ in range(200)]

    assert 0.3 <= min(batches) < 0.4 and 0.9 < max(batches) <= 1.0
    assert 0.2 <= min(pages) < 0.3 and 0.5 < max(pages) <= 0.6
    assert 0.4 <= min(totals) < 0.5 and 0.7 < max(totals) <= 0.8
    assert latency.seconds("GET", "/ping", "") == pytest.approx(0.03)


def test_calls_are_recorded_by_template(caller: Caller, cast: Sandbox) -> None:
    caller.call("GET", member_path(NADIA.email))
    caller.call("PATCH", member_path(NADIA.email), {"vip": True})
    caller.call("GET", "/lists/nosuch")

    assert [(call.method, call.template, call.status) for call in cast.calls] == [
        ("GET", "/lists/{list_id}/members/{subscriber_hash}", 200),
        ("PATCH", "/lists/{list_id}/members/{subscriber_hash}", 200),
        ("GET", "/lists/{list_id}", 404),
    ]
    assert cast.call_counts()["GET /lists/{list_id}"] == 1
    assert len(cast.writes) == 1
