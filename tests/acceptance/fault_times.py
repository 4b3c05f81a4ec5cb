"""Twelve faults on the way of 5,700 people: the audience ends exact, and the seconds of each are printed.

`make ordeal` runs it, with the real clock, the real client and the patience that users have; the suite tries the same
faults on a still clock (`test_faults`). Ends with 1 when an audience is wrong, or when anything but Mailchimp's own
throttling took longer than a minute.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mailchimp_sandbox.faults import Fault
from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from segue.core.errors import ConnectionLost, TryLater
from segue.service.adapters import SystemClock
from tests.acceptance.world import LIST, batch_fault, person
from tests.fakes.laboratory import Laboratory, Someone

PEOPLE = 5_700
LONGEST_S = 60.0
OUTAGE_S = 12.0
MOST_RUNS = 3
OUT = ("unsubscribed", "cleaned", "archived")
SERVER_ERRORS = ("500", "502", "503")
CHAOS = ("drop_before", "drop_after", "truncated_json", "429", "403", *SERVER_ERRORS, "504")


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One fault. `is_throttling`: it waits for Mailchimp's own throttling; `refused` people are never in the audience."""

    name: str
    begin: Callable[[Sandbox], None]
    is_throttling: bool = False
    refused: frozenset[int] = frozenset()


def _script(*faults: Fault) -> Callable[[Sandbox], None]:
    def begin(sandbox: Sandbox) -> None:
        for fault in faults:
            sandbox.add_fault(fault)

    return begin


def _often(kinds: Sequence[str], rate: float) -> Callable[[Sandbox], None]:
    return lambda sandbox: sandbox.random_faults(rate, seed=7, kinds=list(kinds))


def _outage(sandbox: Sandbox) -> None:
    sandbox.add_fault(batch_fault("503", times=None, after=3))
    threading.Timer(OUTAGE_S, sandbox.clear_faults).start()


def _bursts(kind: str) -> Callable[[Sandbox], None]:
    return _script(*(batch_fault(kind, times=5, after=after) for after in (0, 3, 6)))


def _refused(sandbox: Sandbox) -> None:
    sandbox.refuse_addresses("p0001?0@*", number=2)


def _poison(sandbox: Sandbox) -> None:
    sandbox.add_fault(Fault(kind="poison_call", address_pattern="p000123@*", times=None))


SCENARIOS = (
    Scenario(name="credentials lost", begin=_script(batch_fault("401", times=None, after=4))),
    Scenario(name="bursts of 429", begin=_bursts("429"), is_throttling=True),
    Scenario(name="bursts of bare 403", begin=_bursts("403"), is_throttling=True),
    Scenario(name="flaky 500, 502, 503", begin=_often(SERVER_ERRORS, 0.2)),
    Scenario(name="garbage", begin=_often(("truncated_json",), 0.2)),
    Scenario(name="outage of 12 s", begin=_outage),
    Scenario(name="refused people", begin=_refused, refused=frozenset(range(100, 200, 10))),
    Scenario(name="one poisoned call", begin=_poison, refused=frozenset({123})),
    Scenario(
        name="3 resets before",
        begin=_script(*(batch_fault("drop_before", after=n) for n in (1, 4, 7))),
    ),
    Scenario(
        name="3 resets after",
        begin=_script(*(batch_fault("drop_after", after=n) for n in (1, 4, 7))),
    ),
    Scenario(name="slow replies", begin=_script(batch_fault("slow", times=6, seconds=4.0))),
    Scenario(name="chaos", begin=_often(CHAOS, 0.15), is_throttling=True),
)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What came of one scenario: seconds of its first run, runs until it ended well, and what is wrong, "" for nothing."""

    seconds: float
    runs: int
    retries: int
    wrong: str


def everybody() -> list[Someone]:
    """Return the people; a hundredth of them were in the audience before, some of whom left."""
    return [person(n, f"P{n:06}") for n in range(PEOPLE)]


def suffer(scenario: Scenario, home: Path) -> Told:
    """Run the export under the fault, then without it until nothing is left to do, and judge the audience."""
    with Sandbox.in_thread(switches=Switches(stats_cache_s=0)) as sandbox:
        sandbox.add_audience(LIST)
        for n in range(0, PEOPLE, 100):
            state = ("subscribed", *OUT)[n // 100 % 4]
            sandbox.add_contact(LIST, f"p{n:06}@shop.example", status=state, tags=["Colleague"])
        lab = Laboratory(home=home, sandbox=sandbox, people=everybody(), clock=SystemClock())
        scenario.begin(sandbox)
        begun = time.monotonic()
        left, retries = _run(lab)
        seconds = time.monotonic() - begun
        sandbox.clear_faults()
        sandbox.random_faults(0.0, seed=7, kinds=[])
        runs = 1
        while left and runs < MOST_RUNS:
            left, more = _run(lab)
            runs, retries = runs + 1, retries + more
        wrong = _wrong(sandbox, scenario) or ("people are left" if left else "")
        return Told(seconds=seconds, runs=runs, retries=retries, wrong=wrong)


def _run(lab: Laboratory) -> tuple[bool, int]:
    with suppress(ConnectionLost, TryLater):
        report = lab.approve()
        return bool(report.outcomes.not_sent or report.problem), report.retries
    return True, 0


def _wrong(sandbox: Sandbox, scenario: Scenario) -> str:
    members = {member.email.lower(): member for member in sandbox.members(LIST)}
    for n in range(PEOPLE):
        member = members.get(f"p{n:06}@shop.example")
        was_there = n % 100 == 0
        is_out = was_there and n // 100 % 4 > 0
        if member is None:
            if was_there or n not in scenario.refused:
                return "somebody is missing"
            continue
        if is_out and member.status not in OUT:
            return "somebody was subscribed again"
        if was_there and "Colleague" not in member.tags:
            return "a foreign tag is gone"
        is_held = n in scenario.refused and was_there
        if (
            not is_out
            and not is_held
            and (member.status != "subscribed" or "Vip" not in member.tags)
        ):
            return "somebody was not written"
    return "" if len(members) <= PEOPLE else "somebody is there who should not be"


def main() -> int:
    """Try every scenario, print its seconds, and return 1 when one went wrong or took too long."""
    is_bad = False
    print(f"{PEOPLE} people    seconds  runs  retries")
    for scenario in SCENARIOS:
        with tempfile.TemporaryDirectory(prefix="segue-faults-") as folder:
            told = suffer(scenario, Path(folder))
        is_late = told.seconds > LONGEST_S and not scenario.is_throttling
        verdict = told.wrong or ("too slow" if is_late else "exact")
        is_bad |= verdict != "exact"
        line = f"{scenario.name:22} {told.seconds:6.1f} {told.runs:5} {told.retries:8}  {verdict}"
        print(line, flush=True)
    return int(is_bad)


if __name__ == "__main__":
    sys.exit(main())
