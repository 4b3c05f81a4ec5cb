"""A stranger, in a process of their own: `python -m bench.stranger PORT PLACES`. They go on until they are ended.

They hold 1,000 connections on which they say nothing, opening each again that is closed, and guess 50 passwords a
second, spread over as many addresses of the loopback network as PLACES says.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import re
import sys
from collections import Counter
from itertools import count
from urllib.parse import urlencode

IDLE = 1_000
GUESSES_PER_S = 50
HOST = "127.0.0.1"


def main() -> None:
    """Begin, and print what was answered so far every five seconds."""
    port, places = int(sys.argv[1]), int(sys.argv[2])
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_stranger(port, [f"127.0.1.{number}" for number in range(1, places + 1)]))


async def _stranger(port: int, places: list[str]) -> None:
    answers: Counter[str] = Counter()
    cookie, token = _form(port, places[0])
    async with asyncio.TaskGroup() as group:
        for number in range(IDLE):
            group.create_task(_silent(port, places[number % len(places)]))
        group.create_task(_told(answers))
        for number in count():
            place = places[number % len(places)]
            group.create_task(_guess(port, place, _typed(number, token), cookie, answers))
            await asyncio.sleep(1 / GUESSES_PER_S)


async def _told(answers: Counter[str]) -> None:
    while True:
        await asyncio.sleep(5)
        print(dict(answers), flush=True)


def _typed(number: int, token: str) -> bytes:
    guess = {"username": f"guess{number}@office.example", "password": f"guess number {number}"}
    return urlencode({**guess, "csrfmiddlewaretoken": token}).encode()


def _form(port: int, place: str) -> tuple[str, str]:
    """Return cookie and token of the form, which serve for all guesses."""
    line = http.client.HTTPConnection(HOST, port, timeout=60, source_address=(place, 0))
    line.request("GET", "/sign-in/")
    reply = line.getresponse()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', reply.read().decode())
    cookie = str(reply.headers["Set-Cookie"]).partition(";")[0]
    line.close()
    return cookie, token[1] if token else ""


async def _silent(port: int, place: str) -> None:
    while True:
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection(HOST, port, local_addr=(place, 0))
            await reader.read()
            writer.close()
        await asyncio.sleep(0.5)


async def _guess(port: int, place: str, body: bytes, cookie: str, answers: Counter[str]) -> None:
    head = (
        f"POST /sign-in/ HTTP/1.1\r\nHost: {HOST}:{port}\r\nCookie: {cookie}\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    try:
        reader, writer = await asyncio.open_connection(HOST, port, local_addr=(place, 0))
        writer.write(head.encode() + body)
        line = await reader.readline()
        await reader.read()
        writer.close()
    except OSError:
        line = b"HTTP/1.1 none"
    answers[line.decode().split(" ")[1] if line else "closed"] += 1


if __name__ == "__main__":
    main()
