"""What the client does when the network or a gateway fails: no retry, and how long the other side may still be busy."""

from __future__ import annotations

import asyncio
import gzip
import logging
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from mailchimp_sandbox.faults import Fault
from mailchimp_sandbox.switches import Switches
from segue.core.errors import ConfigurationProblem, TryLater
from segue.mailchimp.client import Call
from segue.mailchimp.transport import Timing, tls_context
from tests.contract.destination.standing import LIST, HandClock, client_of, sandbox_with

READ = Call(method="GET", route="/ping")
WRITE = Call(method="POST", route="/lists/{list_id}", names={"list_id": LIST}, body=b"{}")
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@dataclass
class Line:
    """One end of a raw connection's server: what it answers to each request, and how many came."""

    answers: list[bytes | None]
    clock: HandClock = field(default_factory=HandClock)
    works_s: float = 0.0
    requests: int = 0
    base_url: str = ""
    heads: list[bytes] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer each request with the next of `answers`; None hangs, an empty one cuts."""
        try:
            while not reader.at_eof():
                head = await reader.readuntil(b"\r\n\r\n")
                self.heads.append(head)
                self.arrived.set()
                if b"content-length: 2" in head.lower():
                    await reader.readexactly(2)
                answer = self.answers[min(self.requests, len(self.answers) - 1)]
                self.requests += 1
                self.clock.seconds += self.works_s
                if answer is None:
                    await asyncio.Event().wait()
                writer.write(answer or b"")
                await writer.drain()
                if not answer or answer is not OK:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def line(*answers: bytes | None, works_s: float = 0.0) -> AsyncIterator[Line]:
    """Serve raw answers on a port of this machine."""
    made = Line(answers=list(answers), works_s=works_s)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/3.0"
    try:
        yield made
    finally:
        server.close()


def lost(call: Call, *answers: bytes | None, works_s: float = 30.0) -> tuple[TryLater, int]:
    """Return how a call fails, and how many requests arrived; one that hangs times out after 0.2 real seconds."""

    async def run() -> tuple[TryLater, int]:
        async with line(*answers, works_s=works_s) as far:
            timing = Timing(time_out_s=0.2 if None in answers else 20.0)
            async with client_of(far.base_url, clock=far.clock, timing=timing) as client:
                with pytest.raises(TryLater) as caught:
                    await client.call(call)
            return caught.value, far.requests

    return asyncio.run(run())


def run(what: Callable[[], Awaitable[None]]) -> None:
    """Run one test's story."""
    asyncio.run(what())  # type: ignore[arg-type]


@pytest.mark.parametrize("call", [READ, WRITE], ids=["read", "write"])
def test_a_call_that_timed_out_is_not_repeated_before_mailchimp_ends_it(call: Call) -> None:
    problem, requests = lost(call, None, works_s=30.0)

    assert (problem.code, problem.not_before_s) == ("mailchimp_time_out", 90.0)
    assert requests == 1


def test_the_usual_time_out_is_longer_than_mailchimps_own() -> None:
    assert Timing() == Timing(time_out_s=125.0, server_limit_s=120.0)


def test_a_write_whose_connection_breaks_may_still_be_carried_out() -> None:
    problem, requests = lost(WRITE, b"", works_s=50.0)

    assert (problem.code, problem.occupies_s) == ("mailchimp_connection_broken", 70.0)
    assert requests == 1


def test_a_read_whose_connection_breaks_may_hold_its_place_too_and_is_repeated_by_the_engine_only() -> (
    None
):
    problem, requests = lost(READ, b"", works_s=50.0)

    assert (problem.code, problem.occupies_s) == ("mailchimp_connection_broken", 70.0)
    assert problem.not_before_s == 0.0
    assert requests == 1


def test_an_answer_that_stops_half_way_is_unknown() -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"

    problem, _ = lost(WRITE, half, works_s=0.0)

    assert (problem.code, problem.occupies_s) == ("mailchimp_connection_broken", 120.0)


def test_an_answer_that_is_no_http_is_unknown() -> None:
    problem, _ = lost(WRITE, b"SSH-2.0-Nonsense\r\n\r\n", works_s=0.0)

    assert problem.code == "mailchimp_connection_broken"


def test_a_server_that_nobody_listens_at_was_sent_nothing() -> None:
    async def story() -> None:
        async with line(OK) as far:
            nowhere = far.base_url
        async with client_of(nowhere) as client:
            with pytest.raises(TryLater) as caught:
                await client.call(WRITE)
        assert (caught.value.code, caught.value.not_before_s) == ("mailchimp_unreachable", 0.0)
        assert caught.value.context["route"] == "/lists/{list_id}"

    run(story)


@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
def test_the_client_never_repeats_a_call_even_on_a_kept_connection(method: str) -> None:
    async def story() -> None:
        async with line(OK, b"") as far, client_of(far.base_url, clock=far.clock) as client:
            await client.call(READ)
            with pytest.raises(TryLater):
                await client.call(
                    Call(method=method, route="/lists/{list_id}", names={"list_id": LIST})
                )
            assert far.requests == 2
            assert client.calls.total == 2  # type: ignore[attr-defined]

    run(story)


def test_a_redirection_is_not_followed_and_the_credentials_stay() -> None:
    async def story() -> None:
        async with line(OK) as other:
            away = f"HTTP/1.1 302 Found\r\nLocation: {other.base_url}\r\nContent-Length: 0\r\n\r\n"
            async with line(away.encode()) as far, client_of(far.base_url) as client:
                with pytest.raises(ConfigurationProblem) as caught:
                    await client.call(READ)
            assert caught.value.code == "mailchimp_redirected"
            assert other.requests == 0

    run(story)


@pytest.mark.parametrize(
    ("call", "status", "occupies_s"),
    [(WRITE, 504, 90.0), (WRITE, 502, 90.0), (WRITE, 503, 0.0), (READ, 504, 90.0)],
)
def test_a_gateway_that_gave_up_may_hide_a_call_that_goes_on(
    call: Call, status: int, occupies_s: float
) -> None:
    page = f"HTTP/1.1 {status} X\r\nContent-Length: 6\r\n\r\n<html>".encode()

    problem, _ = lost(call, page, works_s=30.0)

    assert (problem.occupies_s, problem.not_before_s) == (occupies_s, 0.0)


def test_compressed_replies_are_read() -> None:
    async def story() -> None:
        packed = gzip.compress(b'{"health_status":"fine"}')
        head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
        async with line(head.encode() + packed) as far:
            async with client_of(far.base_url, encoding="gzip") as client:
                reply = await client.call(READ)
            assert reply.body == b'{"health_status":"fine"}'
            assert b"Accept-Encoding: gzip\r\n" in far.heads[0]

    run(story)


def test_who_calls_is_said() -> None:
    async def story() -> None:
        async with line(OK) as far:
            async with client_of(far.base_url) as client:
                await client.call(READ)
            assert b"User-Agent: segue/" in far.heads[0]
            assert b"Authorization: Basic " in far.heads[0]

    run(story)


def test_old_tls_is_not_spoken() -> None:
    context = tls_context()

    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_at_most_ten_calls_are_under_way() -> None:
    async def story() -> None:
        async with sandbox_with(Switches(stats_cache_s=0)) as (sandbox, client):
            sandbox.set_latency(0.02)
            await asyncio.gather(*(client.call(READ) for _ in range(40)))
            assert sandbox.most_simultaneous == 10

    run(story)


def test_a_call_that_waits_for_a_connection_does_not_time_out_meanwhile() -> None:
    async def story() -> None:
        async with sandbox_with() as (sandbox, _):
            sandbox.set_latency(0.1)
            timing = Timing(time_out_s=1.0)
            async with client_of(sandbox.base_url, connections=1, timing=timing) as client:
                replies = await asyncio.gather(*(client.call(READ) for _ in range(12)))
            assert {reply.status for reply in replies} == {200}

    run(story)


@pytest.mark.parametrize("answer", ["problem", "empty_429", "bare_403"])
def test_the_eleventh_call_is_told_apart_from_a_refusal(answer: str) -> None:
    async def story() -> None:
        switches = Switches(simultaneous_limit=1, throttle_answer=answer)  # type: ignore[arg-type]
        async with sandbox_with(switches) as (sandbox, client):
            sandbox.set_latency(0.05)
            outcomes = await asyncio.gather(
                *(client.call(READ) for _ in range(3)), return_exceptions=True
            )
            refused = [o for o in outcomes if isinstance(o, TryLater)]
            assert [(r.code, r.throttled, r.not_before_s) for r in refused] == [
                ("mailchimp_throttled", True, 0.0)
            ] * 2

    run(story)


def test_a_call_that_is_given_up_frees_its_place() -> None:
    async def story() -> None:
        async with line(None, OK) as far, client_of(far.base_url, connections=1) as client:
            task = asyncio.create_task(client.call(READ))
            await far.arrived.wait()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert (await client.call(READ)).status == 200

    run(story)


def test_calls_are_logged_by_route_and_never_by_contact(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        async with sandbox_with() as (sandbox, client):
            sandbox.add_fault(Fault(kind="drop_before", after=1))
            names = {"list_id": LIST}
            call = Call(method="GET", route="/lists/{list_id}", names=names, query={"fields": "id"})
            await client.call(call)
            with pytest.raises(TryLater):
                await client.call(call)

    with caplog.at_level(logging.DEBUG, logger="segue.mailchimp"):
        run(story)

    shown = [(r.getMessage(), r.route, r.method) for r in caplog.records]  # type: ignore[attr-defined]
    assert shown == [
        ("mailchimp.called", "/lists/{list_id}", "GET"),
        ("mailchimp.call_lost", "/lists/{list_id}", "GET"),
    ]
    assert LIST not in str([vars(r) for r in caplog.records])
