"""The chapters of the demonstration, on Segue's own public path and with counted numbers only."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from shlex import quote

from segue.cli.messages import say
from segue.profiles.ports import Snapshot
from segue.profiles.problems import explanation
from segue.segments.describe import describe
from segue.service.exports import Workspace
from segue.sync.permission import Permission
from segue.sync.report import RunReport
from segue.words.amounts import duration, number
from segue_demo.files import COLLEAGUES_TAG, rename_category
from segue_demo.shop import AtMailchimp, Shop
from segue_demo.telling import Teller, program, sentence
from segue_demo.week import LEFT_TAG, Week, live_a_week

EXPORT = "newsletter"

WATCHED = Permission(first_run=True)
"""Whoever started the demonstration looks on: its first run is approved by that."""

CALLS_PER_PERSON = 3
"""Read, write and tag each contact: how exports that go person by person do it."""


def _n(value: int) -> str:
    return number(value, "en")


@dataclass(slots=True, kw_only=True)
class Chapters:
    """The story, to be told once."""

    teller: Teller
    shop: Shop
    workspace: Workspace
    mailchimp: AtMailchimp

    def tell(self) -> None:
        """Tell all chapters in turn."""
        self._beginning()
        snapshot = self._refresh()
        self._first_run(snapshot)
        week = self._week()
        self._second_run()
        self._promises(week)
        self._brakes()

    def _beginning(self) -> None:
        told = self.teller
        told.chapter("A shop, its files and its audience")
        told.line(
            f"Larkspur & Daughters sell tea, books and garden things. In {self.shop.folder.path} lie their customer"
            f" list (customers.csv, {_n(len(self.shop.customers))} people) and the database of their till"
            f" (till.sqlite, {_n(self.shop.orders)} orders of two years)."
        )
        told.line(
            f"Their Mailchimp is the sandbox, a process of its own on this machine: {self.mailchimp.sandbox.origin}"
        )
        told.line(
            f"The audience holds people already: {self._statuses()};"
            f" {_n(self.mailchimp.tagged(COLLEAGUES_TAG))} carry a tag of the colleagues, '{COLLEAGUES_TAG}'."
        )

    def _refresh(self) -> Snapshot:
        told = self.teller
        told.chapter("Refresh: the files become profiles and segments")
        snapshot = self.workspace.refresh().snapshot
        found = snapshot.addresses["email"]
        told.table(
            "What was read",
            [
                ("customers, each a profile", snapshot.counts["profiles"].kept),
                ("orders that belong to one of them", snapshot.counts["orders"].kept),
                ("profiles with an e-mail address", found.valid),
                ("profiles whose address another one has too, but for capitals", found.duplicates),
                ("profiles without an address", found.missing),
                *((explanation(kind).meaning, count) for kind, count in found.problems.items()),
                *(
                    (f"{one.column}: {explanation(one.kind).meaning}", one.count)
                    for one in snapshot.problem_counts
                    if one.attribute != "email"
                ),
            ],
        )
        self._segments(snapshot)
        return snapshot

    def _segments(self, snapshot: Snapshot) -> None:
        configuration = self.workspace.configuration
        counts = self.workspace.segment_counts(snapshot)
        schema = configuration.schema
        labels = {name: one.label or name for name, one in configuration.segments.items()}
        rows = [
            (f"{segment.label}: {describe(segment, schema, 'en', labels=labels)}", counts[name])
            for name, segment in configuration.segments.items()
        ]
        self.teller.table("Segments", rows)

    def _first_run(self, snapshot: Snapshot) -> None:
        told = self.teller
        told.chapter("The first run: a plan before anything is written")
        report = self._run(snapshot)
        told.plan(report.plan)
        self._sum_up(report)
        by_person = CALLS_PER_PERSON * report.outcomes.sent
        told.line(
            f"Person by person (read, write, tag) the same would have taken {_n(by_person)} calls"
            f" for its {_n(report.outcomes.sent)} people."
        )
        told.line(f"The audience holds now: {self._statuses()}.")

    def _week(self) -> Week:
        told = self.teller
        told.chapter("A week goes by")
        week = live_a_week(self.shop, self.mailchimp)
        told.table(
            "In the shop",
            [
                ("new customers", week.new),
                ("customers have another last name", len(week.renamed)),
                ("customers have another address", len(week.moved)),
                (f"customers moved away and leave the segment '{LEFT_TAG}'", len(week.left)),
            ],
        )
        told.table(
            "At Mailchimp, where nobody told us",
            [
                ("contacts unsubscribed", len(week.unsubscribed)),
                ("… of them, the shop has news about", week.tempting),
                ("contacts were cleaned, their mail bounced", len(week.cleaned)),
                (f"contacts were tagged '{COLLEAGUES_TAG}' by a colleague", len(week.tagged)),
            ],
        )
        return week

    def _second_run(self) -> None:
        told = self.teller
        told.chapter("The second run: only what differs")
        report = self._run(self.workspace.refresh().snapshot)
        told.plan(report.plan)
        self._sum_up(report)

    def _promises(self, week: Week) -> None:
        told = self.teller
        told.chapter("What was promised, counted in the audience")
        members = self.mailchimp.members()
        still = [a for a in week.unsubscribed if members[a].status == "unsubscribed"]
        told.check(
            len(still),
            len(week.unsubscribed),
            "who unsubscribed are still unsubscribed: nobody is ever resubscribed",
        )
        clean = [a for a in week.cleaned if members[a].status == "cleaned"]
        told.check(len(clean), len(week.cleaned), "cleaned contacts left alone")
        kept = [a for a in week.tagged if COLLEAGUES_TAG in members[a].tags]
        told.check(
            len(kept), len(week.tagged), "still carry the colleague's tag, leavers among them"
        )
        moved = [a for a, new in week.moved.items() if a not in members and new in members]
        told.check(
            len(moved),
            len(week.moved),
            "changed addresses were changed in their contact, not added as a second one",
        )
        left = [a for a in week.left if a in members and LEFT_TAG not in members[a].tags]
        told.check(
            len(left),
            len(week.left),
            f"who left have lost the tag '{LEFT_TAG}' and are still in the audience",
        )
        report = self._run(self.workspace.refresh().snapshot)
        calls, writing = self.mailchimp.calls()
        told.check(
            calls - writing,
            calls,
            f"calls of a third run only read: it found {_n(report.plan.writes)} people to write",
        )

    def _brakes(self) -> None:
        told = self.teller
        told.chapter("The brakes: a segment is suddenly empty")
        renamed = rename_category(self.shop.folder.till, "tea", "Tee & Kräuter")
        told.line(
            f"Somebody renames the category 'tea' in the till ({_n(renamed)} orders). The rule of 'Tea lovers' finds nobody."
        )
        report = self._run(self.workspace.refresh().snapshot)
        told.stops(report.plan)
        _, writing = self.mailchimp.calls()
        losing = next(one.removes for one in report.plan.segments if one.segment == "tea_lovers")
        told.line(
            f"{say('en', f'status_{report.status.value}')}: {_n(losing)} people would have lost a tag;"
            f" the sandbox counted {_n(writing)} writing calls. The audience still holds {self._statuses()}."
        )
        told.line(f"Correct the rule, or approve exactly this plan ({report.plan.digest}):")
        told.command(
            f"{program()} run --approve {report.plan.digest} --config {quote(str(self.shop.folder.configuration))}"
        )

    def _statuses(self) -> str:
        return sentence([f"{_n(n)} {status}" for status, n in self.mailchimp.statuses().items()])

    def _run(self, snapshot: Snapshot) -> RunReport:
        self.mailchimp.start_counting()
        with self.teller.progress() as listener:
            return asyncio.run(
                self.workspace.run(EXPORT, snapshot, permission=WATCHED, listener=listener)
            )

    def _sum_up(self, report: RunReport) -> None:
        calls, writing = self.mailchimp.calls()
        done = report.outcomes
        seconds = (report.finished_at - report.started_at).total_seconds()
        self.teller.line(
            f"{say('en', f'status_{report.status.value}')} in {duration(seconds, 'en')}: {_n(done.sent)} people sent,"
            f" {_n(done.accepted)} accepted, {_n(done.rejected_total)} rejected."
        )
        self.teller.line(f"The sandbox counted {_n(calls)} calls, {_n(writing)} of them writing.")
