"""The program behind `make live-check`: conformance and open questions on a real account, started by a person only.

Needs MAILCHIMP_API_KEY, MAILCHIMP_AUDIENCE_ID and MAILCHIMP_CHECK_DOMAIN (see docs/howto/live-check.md).
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from segue.core.errors import Problem
from segue.mailchimp.client import Client
from segue.mailchimp.credentials import GENERIC_BASE_URL, ApiKey, base_url_for_key
from segue.mailchimp.destination import mailchimp_destination
from tests.contract.destination.conformance import CHECKS, Conformance, Ground
from tests.contract.destination.standing import MachineClock
from tests.contract.live.findings import Findings, ask_all, lines
from tests.contract.live.workbench import Workbench

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Which account and audience, and under which domain the addresses of the check may be."""

    key: str
    audience_id: str
    domain: str
    base_url: str
    generic_base_url: str


def target_from(environment: Mapping[str, str]) -> Target:
    """Return the target. Raises: SystemExit naming everything that is not set."""
    wanted = ("MAILCHIMP_API_KEY", "MAILCHIMP_AUDIENCE_ID", "MAILCHIMP_CHECK_DOMAIN")
    missing = [name for name in wanted if not environment.get(name, "").strip()]
    if missing:
        raise SystemExit(f"Set {', '.join(missing)} first; see docs/howto/live-check.md.")
    key, audience_id, domain = (environment[name].strip() for name in wanted)
    own = environment.get("MAILCHIMP_BASE_URL", "").strip()
    return Target(
        key=key,
        audience_id=audience_id,
        domain=domain.removeprefix("@"),
        base_url=own or base_url_for_key(key),
        generic_base_url=own or GENERIC_BASE_URL,  # a key for elsewhere is never shown to Mailchimp
    )


async def check(target: Target, *, stamp: str, say: Say) -> bool:
    """Ask the questions, run the conformance suite with the switches found, tell both; return whether all passed."""
    credentials, clock = ApiKey(target.key), MachineClock()
    async with (
        Client(target.base_url, credentials, clock=clock) as client,
        Client(target.generic_base_url, credentials, clock=clock) as generic,
    ):
        audience = await mailchimp_destination(client).audience(target.audience_id)
        say(f"Audience {audience.audience_id}: {audience.name}. Contacts of this check: {stamp}.")
        bench = Workbench(
            client, audience_id=target.audience_id, domain=target.domain, stamp=f"{stamp}a"
        )
        findings = await ask_all(bench, generic=generic)
        for line in lines(findings, connection="main"):
            say(line)
        return await _conforms(client, target, findings, stamp=stamp, say=say)


async def _conforms(
    client: Client, target: Target, findings: Findings, *, stamp: str, say: Say
) -> bool:
    honours = findings.switches["honours_status_if_new"] == "true"
    destination = mailchimp_destination(client, honours_status_if_new=honours)
    bench = Workbench(
        client, audience_id=target.audience_id, domain=target.domain, stamp=f"{stamp}b"
    )
    failed = 0
    say("")
    say("Conformance of the destination:")
    try:
        for number, name in enumerate(CHECKS):
            ground = Ground(destination=destination, bench=bench, name=f"c{number}")
            outcome = await _outcome(name, ground)
            failed += outcome != "passed"
            say(f"  {outcome:<8}{name.removeprefix('check_').replace('_', ' ')}")
    finally:
        done = await bench.clean_up()
    say(f"Cleaned up: {done.archived} contacts archived, {done.tags_deleted} tags deleted.")
    return failed == 0 and done.failed == 0 and findings.clean_up.failed == 0


async def _outcome(name: str, ground: Ground) -> str:
    try:
        await getattr(Conformance(), name)(ground)
    except AssertionError as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"FAILED at line {place.lineno}: "
    except Problem as problem:
        return f"FAILED ({problem.code}): "
    return "passed"


def main() -> int:
    """Run with the environment's settings; exit with 0 when everything passed, 1 when not, 2 without settings."""
    try:
        target = target_from(os.environ)
        passed = asyncio.run(check(target, stamp=secrets.token_hex(3), say=print))
    except SystemExit as missing:
        print(missing, file=sys.stderr)
        return 2
    except Problem as problem:
        print(problem, file=sys.stderr)
        return problem.exit_code
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
