"""A change that a proxy or a stranger answers for is not taken for done, though the answer is no error."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from mailchimp_sandbox.faults import Fault
from mailchimp_sandbox.server import Sandbox
from segue.core.errors import TryLater
from segue.mailchimp.client import Client
from segue.mailchimp.credentials import ApiKey
from segue.mailchimp.destination import mailchimp_destination
from segue.service.adapters import SystemClock
from segue.sync.ports import Destination

LIST = "a1b2c3d4e5"
SUB = "0f7a5a0b2a2b3c4d5e6f708192a3b4c5"
CHANGES: dict[str, Callable[[Destination], Awaitable[object]]] = {
    "a rename": lambda to: to.move(LIST, SUB, address="nadia@shop.example"),
    "an archiving": lambda to: to.archive(LIST, SUB),
    "the end of a tag": lambda to: to.delete_tag(LIST, 1),
    "a question whether writing works": lambda to: to.carries_out(LIST),
}
ANSWERS = (b"<html>Sign in to this network</html>", b'{"id": "' + b"[" * 100_000)


@pytest.mark.parametrize("answer", ANSWERS, ids=["page", "brackets"])
def test_a_change_answered_by_a_stranger_is_made_again_later(answer: bytes) -> None:
    async def changed(port: int, change: Callable[[Destination], Awaitable[object]]) -> object:
        client = Client(f"http://127.0.0.1:{port}", ApiKey("k-us1"), clock=SystemClock())
        async with client:
            return await change(mailchimp_destination(client))

    async def all_changed() -> dict[str, str]:
        told: dict[str, str] = {}
        async with await asyncio.start_server(_answering(answer), "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            for name, change in CHANGES.items():
                with pytest.raises(TryLater) as caught:
                    await changed(port, change)
                told[name] = caught.value.code
        return told

    assert asyncio.run(all_changed()) == dict.fromkeys(CHANGES, "mailchimp_unreadable_reply")


def _answering(
    answer: bytes,
) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(answer)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + answer)
        await writer.drain()
        writer.close()

    return serve


def test_what_mailchimp_answers_is_taken_for_done() -> None:
    async def ask(sandbox: Sandbox) -> bool:
        client = Client(sandbox.base_url, ApiKey(sandbox.api_key), clock=SystemClock())
        async with client:
            return await mailchimp_destination(client).carries_out(LIST)

    with Sandbox.in_thread() as sandbox:
        sandbox.add_audience(LIST)
        assert asyncio.run(ask(sandbox))
        sandbox.add_fault(Fault(kind="truncated_json"))
        with pytest.raises(TryLater):
            asyncio.run(ask(sandbox))
