"""Mailchimp as a destination passes the conformance suite on the sandbox, under either reading of status_if_new."""

from __future__ import annotations

import asyncio

import pytest

from mailchimp_sandbox.switches import Switches
from tests.contract.destination.conformance import CHECKS, Conformance, Ground
from tests.contract.destination.standing import LIST, destination_of, sandbox_with
from tests.contract.live.workbench import Workbench

READINGS = {
    "honoured": Switches(stats_cache_s=0),
    "ignored": Switches(
        stats_cache_s=0, honours_status_if_new_in_batch=False, unhonoured_status_if_new="ignored"
    ),
    "acts_as_status": Switches(
        stats_cache_s=0,
        honours_status_if_new_in_batch=False,
        unhonoured_status_if_new="acts_as_status",
        since_is_exclusive=False,
    ),
}


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("check", CHECKS)
def test_mailchimp_conforms(check: str, reading: str) -> None:
    switches = READINGS[reading]

    async def run() -> None:
        async with sandbox_with(switches) as (_, client):
            bench = Workbench(client, audience_id=LIST, domain="shop.example", stamp="t1")
            honours = switches.honours_status_if_new_in_batch
            destination = destination_of(client, honours=honours)
            ground = Ground(destination=destination, bench=bench, name="c")
            await getattr(Conformance(), check)(ground)

    asyncio.run(run())
