"""The whole walk of one run: recover → observe → desired → diff → plan → push → ledger → report.

A crash at any point is repaired by walking again: the ledger holds what Mailchimp acknowledged, so the next plan holds
only the rest. There is no resume logic.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from segue.core.clock import Clock
from segue.core.errors import BrokenOff, ContactRejected, Problem
from segue.core.permit import Permit
from segue.core.sentences import said
from segue.sync.absences import Absences
from segue.sync.clocks import gap_between
from segue.sync.export import FieldMatch
from segue.sync.failures import FailedCalls
from segue.sync.identity import Standing
from segue.sync.looking import quiet_from
from segue.sync.observe import Observation, Observer
from segue.sync.outcomes import NOTHING_SENT, Outcomes
from segue.sync.pacing import Attempts
from segue.sync.permission import Permission
from segue.sync.plan import Plan
from segue.sync.planning import Inputs, Planner
from segue.sync.ports import Account, Destination
from segue.sync.push import Listener, Push
from segue.sync.report import RunReport, status_of
from segue.sync.sending import Sending
from segue.sync.stamping import Stamping
from segue.sync.store import Store
from segue.sync.suppression import rules_of
from segue.sync.tags import TagBit, folded
from segue.sync.times import StepTimes


def _all_refused(outcomes: Outcomes, export: str) -> ContactRejected | None:
    """Say that a run of some size reached nobody: that is not a success with exceptions."""
    if not outcomes.reached_nobody:
        return None
    return ContactRejected(
        said(
            "Everybody that '%(export)s' sent was rejected (%(sent)s people).",
            export=export,
            sent=outcomes.sent,
        ),
        action="Look at the reasons with: segue report --rejected FILE.csv",
        code="everybody_rejected",
        context={"export": export, "sent": outcomes.sent},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of a plan that was carried out. `problem` is why that ended early, None when every chunk was tried."""

    outcomes: Outcomes
    problem: Problem | None = None
    failed_calls: tuple[FailedCalls, ...] = ()


class StepListener(Listener, Protocol):
    """Hears which step begins."""

    def step(self, name: str) -> None:
        """Hear that a step begins."""
        ...

    def planned(self, plan: Plan) -> None:
        """Hear the plan before anything is written."""
        ...


@dataclass(slots=True, kw_only=True)
class Walk:
    """Everything one run needs. `times` are those of its steps, `observation` is kept once it is made.

    `standing` is which installation walks, and where; None: nobody asks. `full` sends everybody again, `whole` compares every contact with the ledger first; `begun_at` is when it was begun.

    Once the permit is revoked nothing more is written at Mailchimp: before the push the walk raises BrokenOff, from the
    push on it ends with a report of what was acknowledged.
    """

    run_id: str
    inputs: Inputs
    destination: Destination
    store: Store
    clock: Clock
    attempts: Attempts
    listener: StepListener
    full: bool = False
    whole: bool = False
    retry_held: bool = False
    standing: Standing | None = None
    permit: Permit = field(default_factory=Permit)
    observation: Observation | None = None
    begun_at: datetime | None = None
    times: StepTimes

    async def plan(
        self, account: Account, *, recall: bool = False
    ) -> tuple[Plan, Planner, Observation]:
        """Walk as far as the plan; nothing is written at Mailchimp. `recall` as in `Planner.make`."""
        export = self.inputs.export
        with self._step("observe"):
            planner = Planner(
                self.inputs,
                self.store,
                self.destination,
                full=self.full,
                retry_held=self.retry_held,
            )
            observer = Observer(self.destination, self.store, self.attempts)
            self.begun_at = self.clock.now()
            observation = self._dated(
                await observer.observe(export, account=account, whole=self.whole),
                begun=self.begun_at,
            )
            observation = self._stamping.judged(observation)
            self.store.learn_ids(observation.tag_ids)
        self.store.keep_rules(rules_of(observation.merge_fields.fields))
        self.observation = observation
        self.permit.check()
        with self._step("plan"), self.permit.hearing(self.store.interrupt):
            plan = planner.make(observation, now=self.clock.now(), recall=recall)
        await Absences(destination=self.destination, attempts=self.attempts, export=export).check(
            plan, planner
        )
        self.listener.planned(plan)
        return plan, planner, observation

    async def run(self, account: Account, permission: Permission) -> RunReport:
        """Walk to the end, or to the plan when it may not write: then `held` says why and nothing was written."""
        recovered = self.recover()
        plan, planner, observation = await self.plan(account, recall=True)
        held = permission.refusal(plan)
        if held is None and plan.calls:
            plan, observation = await self._stamping.looked_again(plan, observation)
            if (held := permission.refusal(plan)) is not None:
                self.listener.planned(plan)
        written = Written(outcomes=NOTHING_SENT)
        if held is None:
            written = await self._written(plan, planner, observation)
            self._begin("report")
        self.times.over()
        outcomes, problem = written.outcomes, written.problem
        stopped = held or problem or _all_refused(outcomes, self.inputs.export.name)
        return RunReport(
            run_id=self.run_id,
            export=self.inputs.export.name,
            status=status_of(plan, outcomes, held=held is not None, stopped_by=problem),
            started_at=self.times.begun_at,
            finished_at=self.clock.now(),
            plan=plan,
            outcomes=outcomes,
            seconds=self.times.seconds,
            retries=self.attempts.pace.retries,
            throttlings=self.attempts.pace.throttlings,
            recovered=recovered,
            failed_calls=written.failed_calls,
            problem=stopped.code if stopped else "",
            message=stopped.message if stopped else "",
            action=stopped.action if stopped else "",
            consequence=stopped.consequence if stopped else None,
        )

    @property
    def _stamping(self) -> Stamping:
        return Stamping(
            destination=self.destination,
            attempts=self.attempts,
            store=self.store,
            audience_id=self.inputs.export.audience_id,
            standing=self.standing,
        )

    def _dated(self, observation: Observation, *, begun: datetime) -> Observation:
        """Say how far our clock is from the one by which the service dated what was read."""
        if observation.read_at is None:
            return observation
        gap = gap_between(observation.read_at, begun=begun, ended=self.clock.now())
        return replace(observation, clock_gap=gap)

    def recover(self) -> Sequence[str]:
        """Fold what runs that died had acknowledged. Returns their names."""
        unfinished = self.store.unfinished()
        for run_id in unfinished:
            self.store.fold(run_id, now=self.clock.now())
        return unfinished

    async def _written(self, plan: Plan, planner: Planner, observation: Observation) -> Written:
        try:
            return await self._write(plan, planner, observation)
        except BrokenOff as stopped:  # before anything of the plan was stored or sent
            nobody = replace(NOTHING_SENT, not_sent=plan.changes)
            return Written(outcomes=nobody, problem=stopped)

    async def _write(self, plan: Plan, planner: Planner, observation: Observation) -> Written:
        self.permit.check()
        with self._step("prepare"):
            if plan.calls:
                await self._stamping.put_on(observation)
            await self._create_fields(plan)
            groups = self.store.prepare(self.run_id, planner.prepare(plan))
            self.store.keep_held(self.run_id, planner.left_out())
            self.store.keep_reading(planner.reading_to_keep(plan))
            self.store.claim(planner.claimed, observation.tag_ids)
            self.store.settle_fields()
        sending = Sending(
            destination=self.destination,
            attempts=self.attempts,
            audience_id=self.inputs.export.audience_id,
            tags=observation.tags,
            without_id=[bit.name for bit in self._brought(plan)],
        )
        push = Push(
            run_id=self.run_id,
            sending=sending,
            store=self.store,
            listener=self.listener,
        )
        with self._step("push"):
            outcomes = await push.run(groups)
            await self._learn_ids(plan, sending.tag_ids)
            self.store.learn_contacts(bytes(sending.contact_ids))
        with self._step("ledger"):
            self.store.fold(self.run_id, now=self.clock.now())
            self._keep_quiet(observation)
        return Written(outcomes=outcomes, problem=push.problem, failed_calls=sending.failures.found)

    def _brought(self, plan: Plan) -> Sequence[TagBit]:
        """Return tags of ours whose id is not known and that people carry once the plan is carried out."""
        carried = {folded(change.tag) for change in plan.segments if change.carriers > 0}
        new = [bit for bit in self.store.tag_bits() if bit.claimed and bit.tag_id is None]
        return [bit for bit in new if folded(bit.name) in carried]

    async def _learn_ids(self, plan: Plan, told: Mapping[str, int]) -> None:
        """Learn the ids of tags that this run brought into the audience: another id later is another tag.

        The replies told them as a rule; the audience is asked for the others.
        """
        brought = self._brought(plan)
        self.store.learn_ids({b.position: told[b.name] for b in brought if b.name in told})
        new = [bit for bit in brought if bit.name not in told]
        if not new:
            return
        try:
            tags = await self.destination.tags(self.inputs.export.audience_id)
        except Problem:  # the next run learns them
            return
        by_name = {folded(tag.name): tag.tag_id for tag in tags}
        found = {bit.position: by_name.get(folded(bit.name)) for bit in new}
        self.store.learn_ids({position: id_ for position, id_ in found.items() if id_ is not None})

    def _keep_quiet(self, observation: Observation) -> None:
        """Note until when changes in the audience are our own, by the service's clock."""
        if observation.read_at is not None and self.begun_at is not None:
            ended = self.clock.now()
            self.store.keep_quiet(quiet_from(observation.read_at, begun=self.begun_at, ended=ended))
        active = {tag.tag_id: tag.active_members for tag in observation.tags}
        self.store.keep_counts({p: active[id_] for p, id_ in observation.tag_ids.items()})

    async def _create_fields(self, plan: Plan) -> None:
        """Create the merge fields that the plan announced, and no other."""
        for match in self.inputs.export.fields:
            if match.tag in plan.fields_to_create:
                await self._create_field(match)

    async def _create_field(self, match: FieldMatch) -> None:
        made = await self.attempts.run(
            lambda: self.destination.create_merge_field(
                self.inputs.export.audience_id,
                tag=match.tag,
                name=match.name or match.tag,
                type=match.type,
            )
        )
        self.store.place_fields([(made.tag, made.merge_id)], observed={made.tag: made.merge_id})

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        self._begin(name)
        try:
            yield
        except BaseException:
            self.times.broken_off()
            raise

    def _begin(self, name: str) -> None:
        self.listener.step(name)
        self.times.begin(name)
