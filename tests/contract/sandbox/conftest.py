"""A running sandbox with one audience and the cast, for every test of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from tests.cast import CONTACTS
from tests.contract.sandbox.sandbox_calls import LIST, Caller, HandClock


@pytest.fixture
def hand_clock() -> HandClock:
    """Begin at noon of 1 June 2026."""
    return HandClock()


@pytest.fixture
def sandbox(hand_clock: HandClock) -> Iterator[Sandbox]:
    """Serve an empty audience."""
    with Sandbox.in_thread(switches=Switches(stats_cache_s=0), clock=hand_clock) as running:
        running.add_audience(LIST)
        yield running


@pytest.fixture
def caller(sandbox: Sandbox) -> Caller:
    """Call that sandbox."""
    return Caller(sandbox=sandbox)


@pytest.fixture
def cast(sandbox: Sandbox, hand_clock: HandClock) -> Sandbox:
    """Put the cast into the audience, a minute ago."""
    for contact in CONTACTS:
        names = {"FNAME": contact.first_name, "LNAME": contact.last_name}
        sandbox.add_contact(LIST, contact.email, status=contact.status, merge_fields=names)
    hand_clock.forward(60)
    return sandbox
