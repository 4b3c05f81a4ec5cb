"""Put an exporter through kills, faults, hostile replies, full disks, clocks that jump, changing people and leaving contacts.

At the end the audience is judged. Everything expected here is worked out from the people and from what was done to the contacts, not from the engine.
Starts no sandbox and knows no command line: see `kill_runner`.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow.parquet as pq

from mailchimp_sandbox.remote import RemoteSandbox
from mailchimp_sandbox.views import MemberView
from tests.acceptance.adversities import HOSTILE, Adversities
from tests.acceptance.world import LIST, person
from tests.fakes.laboratory import Someone, people_table

KINDS = ("drop_before", "drop_after", "truncated_json", "429", "403", "500", "502", "503", "504")
TROUBLES = frozenset({"disk_full", "file_size_limited", "disk_failing"})
"""What an exporter says whose files may not grow any more."""
OURS = frozenset({"Vip", "Local"})
GONE = frozenset({"unsubscribed", "cleaned", "archived"})
AGAIN = 5
"""Exit code of an exporter that gave up for now."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """How the exporter is tried: kills, people, people a call, faults and the service's treatment of `status_if_new`."""

    kills: int
    people: int
    seed: int = 1
    honours: bool = True
    batch_size: int = 100
    fault_rate: float = 0.05
    latency_ms: float = 30.0


@dataclass(kw_only=True)
class Result:
    """What came of a trial. `wrong` lists what is not as it must be, without addresses; empty is good."""

    kills: int = 0
    over_before: int = 0
    disks_filled: int = 0
    ended_by_disk: int = 0
    clock_jumps: int = 0
    hostile_replies: int = 0
    killed_during: Counter[str] = field(default_factory=Counter)
    runs: int = 0
    gave_up: int = 0
    contacts: int = 0
    opted_out: int = 0
    moved: int = 0
    calls: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


class Ordeal:
    """One trial from the first run to the last look at the audience."""

    def __init__(self, trial: Trial, folder: Path, sandbox: RemoteSandbox) -> None:
        self.trial = trial
        self.folder = folder
        self.sandbox = sandbox
        self.chance = random.Random(trial.seed)
        self.result = Result()
        self.people = [self._someone(n) for n in range(1, trial.people + 1)]
        self.foreign: set[str] = set()
        self.out: dict[str, str] = {}
        """Contact ids of those who opted out, and how."""
        self.barred: set[int] = set()
        """Keys of people who opted out under some address."""
        self.duration_s = 3.0
        self.adversities = Adversities(folder, self.chance)

    def prepare(self) -> None:
        """Fill the audience with contacts that were there before, and write what the exporter is asked."""
        asked = {
            "base_url": self.sandbox.base_url,
            "honours": self.trial.honours,
            "batch_size": self.trial.batch_size,
        }
        (self.folder / "trial.json").write_text(json.dumps(asked), encoding="utf-8")
        for someone in self.chance.sample(self.people, k=max(8, self.trial.people // 100)):
            state = self.chance.choice(
                ["subscribed", "unsubscribed", "cleaned", "pending", "archived"]
            )
            tags = self.chance.choice([[], ["Colleague"], ["Vip"]])
            self.sandbox.act(
                "add_contact", list_id=LIST, email=someone.email, status=state, tags=tags
            )
        for member in self._members():
            self._remember_out(member)
            self.foreign |= {f"{member.contact_id} {tag}" for tag in member.tags}

    def suffer(self) -> None:
        """Kill the exporter so often, while people and contacts change; run it to the end half-way."""
        half, most = self.trial.kills // 2, 5 * self.trial.kills
        while self.result.kills < self.trial.kills and self.result.runs < most:
            if self.result.kills == half:
                half = -1
                self._settle()
                self._leave_and_move()
            self._people_change()
            self._contacts_change()
            self._write_people()
            self.adversities.before_a_run()
            self._kill_one_run()

    def judge(self) -> Result:
        """Run to the end without faults, run once more, and compare the audience with what it must be."""
        self._settle()
        self.set_faults(0)
        self.result.calls = sum(self.sandbox.call_counts().values())
        self.result.hostile_replies = sum(kind in HOSTILE for kind in self.sandbox.faults_struck())
        self.result.disks_filled = self.adversities.disks_filled
        self.result.clock_jumps = self.adversities.clock_jumps
        self.sandbox.act("reset_calls")
        self._run_to_the_end()
        counts = self.sandbox.call_counts()
        if any(not name.startswith("GET ") for name in counts):
            self.result.wrong.append(f"a run with nothing to do wrote: {counts}")
        self._compare()
        return self.result

    # what happens meanwhile

    def _someone(self, number: int) -> Someone:
        vip = self.chance.random() < 0.8
        return person(number, f"p{number:06}", vip=vip, local=self.chance.random() < 0.3)

    def _some(self, share: float) -> list[int]:
        return self.chance.sample(range(len(self.people)), k=max(1, int(share * len(self.people))))

    def _people_change(self) -> None:
        round_ = self.result.runs
        for place in self._some(0.03):
            self.people[place] = replace(self.people[place], first_name=f"Name {round_} é")
        for place in self._some(0.02):
            self.people[place] = replace(self.people[place], vip=not self.people[place].vip)
        for place in self._some(0.01):
            self.people[place] = replace(self.people[place], local=not self.people[place].local)
        for place in self._some(0.002):
            if place % 3 == 0:
                self._move(place)

    def _move(self, place: int) -> None:
        """Give somebody a new address, once."""
        someone = self.people[place]
        if str(someone.email).startswith("p"):
            self.people[place] = replace(someone, email=f"n{someone.id:06}@shop.example")
            self.result.moved += 1

    def _contacts_change(self) -> None:
        """Some contacts leave: only people who do not move meanwhile, as nobody could know both addresses of the others."""
        events = ["contact_unsubscribes", "admin_unsubscribes", "clean", "archive", "erase"]
        for place in self._some(0.003):
            if place % 3:
                self._opt_out(place, self.chance.choice(events))

    def _opt_out(self, place: int, event: str) -> None:
        email = self.people[place].email
        try:
            self.sandbox.act(event, list_id=LIST, email=email)
        except ValueError:
            return  # no contact there
        if event == "erase":
            self.barred.add(self.people[place].id)
        self.result.opted_out += 1

    def _leave_and_move(self) -> None:
        """After a quiet run: people unsubscribe and change their address before the next one."""
        there = {m.email.lower() for m in self._members() if m.status == "subscribed"}
        for place in self._some(0.01):
            someone = self.people[place]
            is_exported = (someone.vip or someone.local) and someone.email in there
            if place % 3 == 1 and is_exported:
                self._opt_out(place, "contact_unsubscribes")
                self._move(place)
                self.barred.add(someone.id)
        for member in self._members():
            self._remember_out(member)

    def _remember_out(self, member: MemberView) -> None:
        if member.status in GONE:
            self.out[member.contact_id] = member.status

    # the exporter

    def _write_people(self) -> None:
        path = self.folder / "people.parquet"
        pq.write_table(people_table(self.people), path.with_suffix(".new"))
        path.with_suffix(".new").replace(path)

    def _start(self) -> subprocess.Popen[str]:
        self.result.runs += 1
        command = [sys.executable, "-m", "tests.acceptance.kill_runner", "export"]
        return subprocess.Popen(
            [*command, str(self.folder), str(self.result.runs)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )

    def _kill_one_run(self) -> None:
        """Kill a run after a random time, or a moment after it told of a random step."""
        for member in self._members():
            self._remember_out(member)
        process, begun = self._start(), time.monotonic()
        lines: list[str] = []
        if self.chance.random() < 0.3:
            time.sleep(self.chance.uniform(0.3, 1.0) * self.duration_s)
        else:
            awaited = self.chance.choice(["observe", "plan", "prepare", *["push"] * 5, "ledger"])
            left = self.chance.randint(1, 20) if awaited == "push" else 1
            while left and process.stdout and (line := process.stdout.readline()):
                lines.append(line.strip())
                left -= lines[-1] == awaited
            time.sleep(self.chance.uniform(0, 0.03))
        if self.adversities.in_a_run(process.pid):
            self._wait(process, self.chance.uniform(0.05, 0.25) * self.duration_s)
        process.kill()
        out, errors = process.communicate()
        lines += out.split()
        self._note_end(process.returncode, lines, errors, time.monotonic() - begun)

    def _wait(self, process: subprocess.Popen[str], seconds: float) -> None:
        """Wait for its end, at most so long."""
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=seconds)

    def _note_end(self, code: int, lines: Sequence[str], errors: str, seconds: float) -> None:
        last = lines[-1] if lines else "start"
        if code == -9:
            self.result.kills += 1
            self.result.killed_during[last] += 1
        elif code in (0, AGAIN):
            self.result.over_before += 1
            self.result.gave_up += code == AGAIN
            self.result.ended_by_disk += last in TROUBLES
            self.duration_s = seconds if code == 0 else self.duration_s
        else:
            self.result.wrong.append(f"an exporter failed with {code}: {_last_line(errors)}")

    def _settle(self) -> None:
        """Run once without faults, by a clock that is right."""
        self.set_faults(0)
        self.adversities.set_clock(0.0)
        self._write_people()
        self._run_to_the_end()
        self.set_faults(self.trial.fault_rate)

    def set_faults(self, rate: float) -> None:
        """Let this share of all calls fail, a seeded one; 0 ends it."""
        seed = self.trial.seed + self.result.runs
        kinds = [*KINDS, *HOSTILE]
        self.sandbox.act("random_faults", rate=rate, seed=seed, kinds=kinds)

    def _run_to_the_end(self) -> None:
        process, begun = self._start(), time.monotonic()
        _, errors = process.communicate(timeout=600)
        self.duration_s = time.monotonic() - begun
        if process.returncode != 0:
            self.result.wrong.append(
                f"a quiet run ended with {process.returncode}: {_last_line(errors)}"
            )

    # the last look

    def _members(self) -> list[MemberView]:
        return self.sandbox.members(LIST)

    def _compare(self) -> None:
        members = self._members()
        self.result.contacts = len(members)
        by_id = {m.contact_id: m for m in members}
        by_email = {m.email.lower(): m for m in members}
        wrong = Counter[str]()
        for contact_id, state in self.out.items():
            now = by_id.get(contact_id)
            if now is not None and now.status not in GONE:
                wrong[f"brought back from {state}"] += 1
        for owner, tag in (entry.split(" ") for entry in self.foreign):
            if owner in by_id and tag not in by_id[owner].tags:
                wrong["a foreign tag is gone"] += 1
        for someone in self.people:
            wrong.update(self._complaints(someone, by_email))
        if len(by_email) != len(members):
            wrong["an address is there twice"] += 1
        self.result.wrong += [f"{n} × {what}" for what, n in sorted(wrong.items())]

    def _complaints(self, someone: Someone, by_email: dict[str, MemberView]) -> list[str]:
        old = by_email.get(f"p{someone.id:06}@shop.example")
        member = by_email.get(str(someone.email))
        is_wanted = someone.vip or someone.local
        if old is not None and old is not member and self._has_our_tags(old):
            return ["tagged under an old address"]
        if someone.id in self.barred:
            return ["barred and yet subscribed"] if member and member.status == "subscribed" else []
        if member is None:
            has_left = old is not None and old.status in GONE
            return ["lost"] if is_wanted and not has_left else []
        if member.status not in ("subscribed", "pending"):
            return []
        foreign = self._foreign_tags(member)
        wanted = {tag for tag, has in (("Vip", someone.vip), ("Local", someone.local)) if has}
        complaints = []
        if member.tags & OURS != wanted | foreign:
            complaints.append("wrong tags")
        if is_wanted and member.merge_fields.get("FNAME") != someone.first_name:
            complaints.append("wrong name")
        return complaints

    def _has_our_tags(self, member: MemberView) -> bool:
        return member.status not in GONE and bool(member.tags & OURS - self._foreign_tags(member))

    def _foreign_tags(self, member: MemberView) -> set[str]:
        return {tag for tag in OURS if f"{member.contact_id} {tag}" in self.foreign}


def _last_line(errors: str) -> str:
    return errors.strip().rpartition("\n")[2]
