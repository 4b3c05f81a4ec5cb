"""What the tests of the destination stand on: a clock, a client of a running sandbox, and a client that records."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from segue.core.clock import Clock
from segue.mailchimp.client import Call, Client
from segue.mailchimp.credentials import ApiKey
from segue.mailchimp.destination import MailchimpDestination
from segue.mailchimp.transport import Reply, Timing

LIST = "a1b2c3d4e5"


class MachineClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the current instant."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Refuse: nothing that calls Mailchimp waits by itself."""
        raise AssertionError(f"the client wanted to wait {seconds} s")


@dataclass
class HandClock(MachineClock):
    """A clock that only moves when told."""

    seconds: float = 0.0

    def monotonic(self) -> float:
        """Return the seconds as they were set."""
        return self.seconds


@dataclass
class Recorded:
    """Calls in the order in which they were made, with their replies."""

    calls: list[tuple[Call, Reply]] = field(default_factory=list)


class RecordingClient(Client):
    """A client that keeps what it sends and gets."""

    recorded: Recorded

    async def exchange(self, call: Call) -> Reply:
        """Make one call and keep it."""
        reply = await super().exchange(call)
        self.recorded.calls.append((call, reply))
        return reply


@asynccontextmanager
async def client_of(
    base_url: str, *, key: str = "sandbox-key-us1", clock: Clock | None = None, **options: object
) -> AsyncIterator[RecordingClient]:
    """Open a client that keeps what it sends."""
    made = RecordingClient(base_url, ApiKey(key), clock=clock or MachineClock(), **options)  # type: ignore[arg-type]
    made.recorded = Recorded()
    async with made as client:
        yield client


@asynccontextmanager
async def sandbox_with(
    switches: Switches | None = None, *, timing: Timing | None = None
) -> AsyncIterator[tuple[Sandbox, RecordingClient]]:
    """Serve one empty audience and open a client of it."""
    async with Sandbox(switches=switches or Switches(stats_cache_s=0)) as sandbox:
        sandbox.add_audience(LIST, merge_fields={"AGE": "number"})
        async with client_of(sandbox.base_url, timing=timing) as client:
            yield sandbox, client


def destination_of(client: Client, *, honours: bool = True) -> MailchimpDestination:
    """Return Mailchimp behind a client."""
    return MailchimpDestination(client, honours_status_if_new=honours)
