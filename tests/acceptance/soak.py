"""Let several hosts share an installation while they die at random, and see what they leave behind.

`python -m tests.acceptance.soak --minutes 60` prints one line of JSON; the suite runs a short form. Each host is a worker
process with a name and a scratch folder of its own; they share one PostgreSQL server, one state folder and two Mailchimp
accounts (the sandbox). Hosts are lost (SIGKILL, and their folder with them), stand still for longer than a lease
(SIGSTOP), or are asked to end (SIGTERM), while people change and contacts leave.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mailchimp_sandbox.remote import RemoteSandbox
from tests.acceptance.hosts import Host, hosts
from tests.fakes.object_stores.laid import FakeStore, running
from tests.fakes.object_stores.signatures import ACCESS_KEY, SECRET_KEY
from tests.fakes.postgres import NOT_INSTALLED, find_binaries, private_server
from tests.patience import PATIENCE_S

if TYPE_CHECKING:
    from tests.acceptance.hosts_shop import HostsShop

LEASE_S = 4
CALLS_AT_ONCE = 9
"""Calls that one run has under way at most: so many chunks may be lost with a host, and are sent again."""

AIMED = 0.7
"""Share of the blows that strike a host while it is sending."""

MOST_AT_ONCE = 10
"""Connections that Mailchimp grants to one account. Source: shared/mailchimp/FACTS.md."""


@dataclass(frozen=True, kw_only=True)
class Soak:
    """How long at least, until how many blows, with how many hosts and people, and how the sandbox answers."""

    seconds: float
    blows: int = 0
    hosts: int = 3
    people: int = 8_000
    seed: int = 1
    latency_ms: float = 300.0
    has_store: bool = False
    """Whether the hosts share a store of objects instead of a folder."""


@dataclass(kw_only=True)
class Result:
    """What came of a soak. `wrong` lists what is not as it must be, without addresses; empty is good."""

    rounds: int = 0
    deaths: int = 0
    ends: int = 0
    sleeps: int = 0
    takeovers: int = 0
    runs: dict[str, int] = field(default_factory=dict)
    approved: int = 0
    left: int = 0
    chunks_sent: int = 0
    acknowledged: int = 0
    refused_writes: int = 0
    most_at_once: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


def soak(wanted: Soak) -> Result:
    """Start everything, let it suffer for the time, settle, and judge."""
    begun = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="segue-hosts-")))
        binaries = find_binaries()
        if binaries is None:
            raise SystemExit(NOT_INSTALLED)
        server = stack.enter_context(private_server(binaries))
        sandboxes = [stack.enter_context(_sandbox(wanted.latency_ms)) for _ in range(2)]
        state = _state(stack.enter_context(running())) if wanted.has_store else {}
        shared = _installation(server.dsn, folder, state)
        from tests.acceptance.hosts_shop import HostsShop

        shop = HostsShop(folder / "data", sandboxes, people=wanted.people, seed=wanted.seed)
        at_work = stack.enter_context(hosts(wanted.hosts, folder, shared))
        suffering = _Suffering(wanted, shop, at_work)
        suffering.suffer()
        suffering.judge()
    suffering.result.seconds = round(time.monotonic() - begun, 1)
    return suffering.result


class _Suffering:
    """One soak that is under way."""

    def __init__(self, wanted: Soak, shop: HostsShop, at_work: list[Host]) -> None:
        self.result = Result()
        self._wanted, self._shop, self._hosts = wanted, shop, at_work
        self._chance = random.Random(wanted.seed)
        self._back_at: dict[str, float] = {}
        self._aims: bool | None = None
        self._blows = 0

    def suffer(self) -> None:
        """Let hosts die and come back, people change and contacts leave, until the time is over."""
        until = time.monotonic() + self._wanted.seconds
        next_blow = time.monotonic() + 2.0
        while (now := time.monotonic()) < until or self._blows < self._wanted.blows:
            if now > until + PATIENCE_S:
                raise TimeoutError("Nobody sent anything for so long that no host could be struck.")
            self._bring_back(now)
            self._shop.look()
            if self._shop.run_all():
                self.result.rounds += 1
                self._shop.contacts_leave()
                self._shop.people_change(self.result.rounds)
            if now >= next_blow and (host := self._victim()) is not None:
                self._strike(host, now)
                next_blow = now + self._chance.uniform(1.0, 8.0)
            time.sleep(0.05)

    def judge(self) -> None:
        """Bring everybody back, let the last changes be carried out, and compare."""
        self._bring_back(float("inf"))
        self._settle()
        for _ in range(2):
            self._run_once()
        before = self._shop.chunks_sent()
        self._run_once()
        if self._shop.chunks_sent() != before:
            self.result.wrong.append("a run with nothing to do wrote")
        self.result.wrong += self._shop.wrong()
        self._count()
        self._compare_counts()

    def _victim(self) -> Host | None:
        """Choose a host; mostly one that is just sending, where a blow does most, and wait until there is one."""
        if self._aims is None:
            self._aims = self._chance.random() < AIMED
        if not self._aims:
            self._aims = None
            return self._chance.choice(self._hosts)
        numbers = self._shop.sending()
        sending = [one for one in self._hosts if one.process and one.process.pid in numbers]
        if not sending or self._chance.random() < 0.9:  # not always at the first moment
            return None
        self._aims = None
        return self._chance.choice(sending)

    def _strike(self, host: Host, now: float) -> None:
        if not host.is_alive or host.is_asleep:
            return
        self._blows += 1
        away_s = self._chance.uniform(0.0, 3.0)
        match self._chance.choices(("kill", "sleep", "end"), (70, 15, 15))[0]:
            case "kill":
                host.kill()
            case "sleep":
                host.sleep()
                away_s = self._chance.uniform(0.5, 3.0) * LEASE_S
            case _:
                host.end()
        self._back_at[host.name] = now + away_s

    def _bring_back(self, now: float) -> None:
        for host in self._hosts:
            if self._back_at.get(host.name, 0.0) > now:
                continue
            if host.is_asleep:
                host.wake()
            elif not host.is_alive:
                if host.process is not None:
                    self.result.wrong.append(f"a worker ended by itself: {host.process.returncode}")
                host.start()

    def _settle(self) -> None:
        until = time.monotonic() + PATIENCE_S
        while not self._shop.is_quiet:
            self._shop.look()
            if time.monotonic() > until:
                raise TimeoutError("The hosts did not come to an end of their work.")
            time.sleep(0.1)
        self._shop.look()

    def _run_once(self) -> None:
        self._shop.run_all()
        self._settle()

    def _count(self) -> None:
        from segue.control.refreshes.models import Run

        result, shop = self.result, self._shop
        for host in self._hosts:
            result.deaths += host.deaths
            result.ends += host.ends
            result.sleeps += host.sleeps
            result.refused_writes += host.says("run.lease_lost")
        result.takeovers = sum(
            max(fence - 1, 0) for fence in Run.objects.values_list("fence", flat=True)
        )
        result.runs, result.approved = dict(shop.ended), shop.approved
        result.left = sum(map(len, shop.left.values()))
        result.chunks_sent, result.acknowledged = shop.chunks_sent(), shop.acknowledgements()
        result.most_at_once = shop.most_at_once()
        result.errors = dict(_errors(self._hosts))

    def _compare_counts(self) -> None:
        """What was sent and what was acknowledged differ by what was under way when a host was lost, and by nothing else."""
        result = self.result
        blows = result.deaths + result.ends + result.sleeps
        again = result.chunks_sent - result.acknowledged
        # What a host that was just writing an acknowledgement lost is numbered, and not there.
        if not -blows <= again <= CALLS_AT_ONCE * blows:
            result.wrong.append(f"{again} chunks more were sent than acknowledged")
        if result.most_at_once > MOST_AT_ONCE:
            result.wrong.append(f"{result.most_at_once} calls of one account at once")


def _errors(at_work: Sequence[Host]) -> Counter[str]:
    """Count what workers logged as errors, by event and code."""
    found: Counter[str] = Counter()
    for host in at_work:
        for line in host.log.read_text(encoding="utf-8", errors="replace").splitlines():
            if " ERROR " in line or "Traceback" in line:
                words = line.split(" ERROR ", 1)[-1].split()
                named = [word for word in words if word.startswith(("code=", "kind="))]
                found[" ".join([*words[:1], *named])] += 1
    return found


@contextmanager
def _sandbox(latency_ms: float) -> Iterator[RemoteSandbox]:
    """Start an account in a process of its own."""
    command = [sys.executable, "-m", "mailchimp_sandbox", "--port", "0"]
    command += ["--latency-ms", str(latency_ms), "--switch", "stats_cache_s=0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8")
    try:
        announced = server.stdout.readline() if server.stdout else ""
        yield RemoteSandbox(announced.split()[-1])
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE_S)


def _state(store: FakeStore) -> Mapping[str, str]:
    """Make a bucket; return what hosts are told of it."""
    store.make_bucket("segue-state")
    return {
        "SEGUE_STATE": f"s3://segue-state/soak {store.endpoint}",
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
    }


def _installation(dsn: str, folder: Path, state: Mapping[str, str]) -> dict[str, str]:
    """Make an installation on the server and set Django up for it; return what every host is told."""
    from segue.control.encryption import new_key

    shared = {
        "DATABASE_URL": dsn,
        **state,
        "SEGUE_HOME": str(folder / "shared"),
        "SEGUE_HOST": "the-shop",
        "SEGUE_KEYS": new_key(),
        "SEGUE_LEASE_S": str(LEASE_S),
    }
    os.environ.update(shared)
    (folder / "shared").mkdir(mode=0o700)
    from django.core.management import call_command

    from segue.service.django import set_up, start

    start(folder / "shared")
    call_command("migrate", verbosity=0)
    set_up(folder / "shared")
    return shared


def main(arguments: Sequence[str] | None = None) -> int:
    """Soak from the command line."""
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--blows", type=int, default=0)
    parser.add_argument("--hosts", type=int, default=3)
    parser.add_argument("--people", type=int, default=8_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--latency-ms", type=float, default=300.0)
    parser.add_argument("--store", action="store_true", help="a store of objects, no shared folder")
    options = parser.parse_args(arguments)
    wanted = Soak(
        seconds=60.0 * options.minutes,
        blows=options.blows,
        hosts=options.hosts,
        people=options.people,
        seed=options.seed,
        latency_ms=options.latency_ms,
        has_store=options.store,
    )
    result = soak(wanted)
    print(json.dumps({"soak": vars(wanted), "result": vars(result)}, ensure_ascii=False))
    return 1 if result.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
