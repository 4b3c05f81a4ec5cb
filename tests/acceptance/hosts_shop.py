"""The installation of a soak: two Mailchimp accounts, three exports, people who change, contacts who leave, and the judge.

What is expected is worked out from the people and from who left, not from the engine. Django must be set up before
this is imported.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django.db import connection

from mailchimp_sandbox.remote import RemoteSandbox
from segue.control.exports.models import Export
from segue.control.people.models import Person, Role
from segue.control.refreshes import operations
from segue.control.refreshes.models import Refresh, Run
from segue.control.statuses import OPEN, Status
from segue.service.adapters import SystemClock
from segue.sync.export import SegmentTag
from segue.sync.identity import id_of
from tests.cast import ALICE
from tests.control import stage
from tests.fakes.clocks import START
from tests.fixtures.people import PASSWORD

TAGS = (
    SegmentTag(segment="newcomers", tag="Newcomers"),
    SegmentTag(segment="vip", tag="VIP"),
)
PLACES = ((0, "a0b0000001"), (0, "a0b0000002"), (1, "a1b0000001"))
"""The audiences, each with the account that it belongs to."""


@dataclass(frozen=True)
class Customer:
    """A row of the data."""

    number: int
    name: str
    is_vip: bool
    is_new: bool

    @property
    def email(self) -> str:
        """Return the address."""
        return f"p{self.number:06}@shop.example"

    @property
    def tags(self) -> frozenset[str]:
        """Return the tags that the customer should carry."""
        found = (("VIP", self.is_vip), ("Newcomers", self.is_new))
        return frozenset(tag for tag, has in found if has)


class HostsShop:
    """Everything that the hosts share, and what it should come to."""

    def __init__(
        self, folder: Path, sandboxes: Sequence[RemoteSandbox], *, people: int, seed: int
    ) -> None:
        self.chance = random.Random(seed)
        self.folder, self.sandboxes = folder, sandboxes
        self.customers = [self._customer(number) for number in range(1, people + 1)]
        self.left: dict[str, set[str]] = {audience: set() for _, audience in PLACES}
        self.ended: Counter[str] = Counter()
        self.approved = 0
        self._counted: set[int] = set()
        folder.mkdir()
        self.write_people()
        self.alice = Person(
            name=ALICE.name, email=ALICE.email, role=Role.ADMINISTRATOR, created_at=START
        )
        self.alice.set_password(PASSWORD)
        self.alice.save()
        stage.declared(folder, now=START)
        self.exports = self._exports()

    def _customer(self, number: int) -> Customer:
        is_vip, is_new = self.chance.random() < 0.3, self.chance.random() < 0.8
        return Customer(number=number, name=f"P{number}", is_vip=is_vip, is_new=is_new)

    def _exports(self) -> list[Export]:
        connections = []
        for number, sandbox in enumerate(self.sandboxes):
            sandbox.act("set_account", account_id=f"account{number}")
            connections.append(
                stage.connection(
                    self.alice,
                    name=f"Account {number}",
                    base_url=sandbox.base_url,
                    secret="sandbox-key-us1",
                    account_id=f"account{number}",
                )
            )
        made = []
        for number, (account, audience_id) in enumerate(PLACES):
            self.sandboxes[account].act("add_audience", list_id=audience_id)
            changes = {"name": f"Export {number}", "audience_id": audience_id, "segments": TAGS}
            made.append(stage.export(self.alice, connections[account], **changes))
        return made

    # what happens

    def write_people(self) -> None:
        """Write the data, whole or not at all."""
        rows = ["id,email,first_name,last_name,city,joined,opted_in"]
        for one in self.customers:
            city = "Lyon" if one.is_vip else "Paris"
            joined = "2026-02-01" if one.is_new else "2025-06-01"
            rows.append(f"{one.number},{one.email},{one.name},Martin,{city},{joined},true")
        aside = self.folder / "customers.new"
        aside.write_text("\n".join(rows) + "\n", encoding="utf-8")
        aside.replace(self.folder / "customers.csv")

    def people_change(self, round_: int) -> None:
        """Some people get another name, some another city; the data say so."""
        share = self.chance.uniform(0.02, 0.15)
        for place in self._some(share):
            self.customers[place] = replace(self.customers[place], name=f"N{round_} é")
        for place in self._some(0.01):
            self.customers[place] = replace(
                self.customers[place], is_vip=not self.customers[place].is_vip
            )
        self.write_people()

    def contacts_leave(self) -> None:
        """A few contacts unsubscribe, wherever they are by now."""
        for account, audience_id in PLACES:
            for place in self._some(0.001):
                email = self.customers[place].email
                try:
                    self.sandboxes[account].act(
                        "contact_unsubscribes", list_id=audience_id, email=email
                    )
                except ValueError:
                    continue  # not there yet, or gone before
                self.left[audience_id].add(email)

    def _some(self, share: float) -> list[int]:
        count = max(1, int(share * len(self.customers)))
        return self.chance.sample(range(len(self.customers)), k=count)

    def run_all(self) -> bool:
        """Ask for a run of every export that has none. False: all of them are under way."""
        if not self.is_quiet:
            return False
        now = SystemClock().now()
        operations.run_exports(exports=self.exports, actor=self.alice, now=now)
        return True

    @property
    def is_quiet(self) -> bool:
        """Return whether nothing is to be done."""
        runs = Run.objects.filter(status__in=OPEN)
        return not runs.exists() and not Refresh.objects.filter(status__in=OPEN).exists()

    def look(self) -> None:
        """Approve what waits for that, let what waits for a time begin, and count how runs ended."""
        now = SystemClock().now()
        for run in Run.objects.filter(status=Status.NEEDS_APPROVAL):
            operations.approve_plan(
                run=run, digest=run.digest, password=PASSWORD, actor=self.alice, now=now
            )
            self.approved += 1
        Run.objects.filter(status=Status.FAILED_RETRYING).update(retry_at=now)
        over = Run.objects.exclude(status__in=OPEN).exclude(pk__in=self._counted)
        for run in over:
            self._counted.add(run.pk)
            self.ended[f"{run.status} {run.code}".strip()] += 1

    def sending(self) -> set[int]:
        """Return the numbers of the processes that are sending just now."""
        owners = Run.objects.filter(status=Status.PROCESSING, step="push")
        return {int(owner.split("-")[-2]) for owner in owners.values_list("owner", flat=True)}

    # what is to be

    def wrong(self) -> list[str]:
        """Compare every audience with what it should be. No addresses."""
        wrong: Counter[str] = Counter()
        for account, audience_id in PLACES:
            members = self.sandboxes[account].members(audience_id)
            by_email = {member.email: member for member in members}
            wrong["an address is there twice"] += len(members) - len(by_email)
            for one in self.customers:
                member = by_email.pop(one.email, None)
                if one.email in self.left[audience_id]:
                    wrong["brought back"] += member is not None and member.status == "subscribed"
                elif member is None:
                    wrong["lost"] += bool(one.tags)
                else:
                    tags = frozenset(tag for tag in member.tags if id_of(tag) is None)
                    wrong["wrong tags"] += tags != one.tags
                    is_named = member.merge_fields.get("FNAME") == one.name
                    wrong["wrong name"] += bool(one.tags) and not is_named
                    wrong["not subscribed"] += member.status != "subscribed"
            wrong["nobody's contact"] += len(by_email)
        return [f"{count} × {what}" for what, count in sorted(wrong.items()) if count]

    def chunks_sent(self) -> int:
        """Count the calls that carried chunks, as the accounts were asked."""
        templates = ("POST /lists/{list_id}", "POST /lists/{list_id}/segments/{segment_id}")
        counts = [sandbox.call_counts() for sandbox in self.sandboxes]
        return sum(count.get(template, 0) for count in counts for template in templates)

    def acknowledgements(self) -> int:
        """Count the acknowledgements that were ever written: the database numbers them."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(last_value, 0) FROM pg_sequences "
                "WHERE sequencename = 'journals_acknowledgement_id_seq'"
            )
            (count,) = cursor.fetchone()
        return int(count)

    def most_at_once(self) -> int:
        """Return how many calls one account had under way at the same time, at most."""
        return max(sandbox.most_simultaneous() for sandbox in self.sandboxes)
