"""The exports of one configuration at work: plan, run, report. What the command line, the pages and the worker call.

Each run is one walk of `sync.run` over one audience; one run at a time per Mailchimp account and home folder.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from segue.core.errors import ConfigurationProblem
from segue.core.permit import Permit
from segue.core.retention import KEPT_RUNS
from segue.core.sentences import said
from segue.service.adapters import Adapters, Attested, Linked
from segue.service.identity import place_of
from segue.service.neighbours import neighbours
from segue.service.places import account_lock, audience_folder, audience_folders, may_hold
from segue.service.profiles import ProfilesAtWork
from segue.service.shared_identity import standing
from segue.sync.listeners import Quiet, Seeing
from segue.sync.times import StepTimes

if TYPE_CHECKING:
    import duckdb

    from segue.configuration.values import Configuration
    from segue.core.clock import Clock
    from segue.engines.duckdb.audience.journals import Journals
    from segue.engines.duckdb.audience.store import DuckStore
    from segue.profiles.ports import Snapshot
    from segue.service.links import Link
    from segue.service.reports import Reports
    from segue.sync.export import Export
    from segue.sync.identity import Standing
    from segue.sync.kinds import Kind
    from segue.sync.pacing import Attempts, Pace
    from segue.sync.people import Drifted, PersonChange, RejectedContact
    from segue.sync.permission import Permission
    from segue.sync.plan import Plan
    from segue.sync.planning import Inputs
    from segue.sync.ports import Account, Audience, Contact
    from segue.sync.report import RunReport
    from segue.sync.run import StepListener, Walk

SAMPLES = 5
"""People shown per kind of change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """A plan, a few of its people (`samples`: personal data), the audience as it was read, and how many contacts were compared in full."""

    plan: Plan
    samples: Sequence[PersonChange]
    audience: Audience | None = None
    looked_at: int = 0


class Workspace(ProfilesAtWork):
    """A configuration, its state folder and its adapters."""

    # connections

    async def check_connection(self, name: str) -> tuple[Account, Sequence[Audience]]:
        """Return who a connection is and which audiences it holds."""
        async with self._adapters.linked(name) as linked:
            return await linked.destination.account(), await linked.destination.audiences()

    async def account(self, name: str) -> Account:
        """Return the account of a connection."""
        async with self._adapters.linked(name) as linked:
            return await linked.destination.account()

    async def carriers(
        self, connection: str, audience_id: str, tags: Sequence[str]
    ) -> Mapping[str, Sequence[Contact]]:
        """Return who carries tags of an audience. Personal data."""
        from segue.sync.pacing import Attempts, Pace
        from segue.sync.paging import Paging
        from segue.sync.tag_readers import TagReader

        async with self._adapters.linked(connection) as linked:
            attempts = Attempts(
                clock=self._adapters.clock, chance=self._adapters.chance, pace=Pace()
            )
            paging = Paging(attempts, linked.destination.page_size)
            known = await attempts.run(lambda: linked.destination.tags(audience_id))
            return await TagReader(linked.destination, paging).of(audience_id, tags, known)

    def with_configuration(self, configuration: Configuration) -> Workspace:
        """Return a workspace with the same adapters and another configuration; connections stay those of this one."""
        return Workspace(configuration, self._adapters)

    def standing(self, folder: str = "") -> Standing:
        """Return which installation this is and where it stands, for the audience whose state is in `folder`.

        Raises: ConfigurationProblem `installation_unreadable`.
        """
        adapters = self._adapters
        return standing(
            self._home,
            place_of(self._home, adapters.environment, database=adapters.database),
            now=adapters.clock.now(),
            fresh_id=adapters.fresh_id,
            folder=folder,
            shared=self.journals.shared,
        )

    # plans and runs

    async def plan(
        self,
        export_name: str,
        snapshot: Snapshot,
        *,
        full: bool = False,
        retry_held: bool = False,
        whole: bool = False,
        listener: StepListener | None = None,
        each: Callable[[PersonChange], None] | None = None,
        drifted: Callable[[Drifted], None] | None = None,
        permit: Permit | None = None,
        pace: Pace | None = None,
    ) -> PlanView:
        """Make a plan; nothing is written at Mailchimp. `each` is called with every person in it.

        `whole` compares every contact of the audience with the ledger first; `drifted` is called with every person in
        whom they were found to differ.
        """
        export = self._export(export_name)
        async with self._opened(export, snapshot, permit=permit, pace=pace) as opened:
            opened.walk.full, opened.walk.retry_held = full, retry_held
            opened.walk.listener = listener or Quiet()
            opened.walk.whole = whole
            opened.walk.recover()
            plan, _, _ = await opened.walk.plan(opened.account)
            if each is not None:
                for person in self._people(export, opened):
                    opened.walk.permit.check()
                    each(person)
            self._tell_drifted(export, opened, plan, drifted)
            return self._view(export, opened, plan)

    async def run(
        self,
        export_name: str,
        snapshot: Snapshot,
        *,
        permission: Permission,
        full: bool = False,
        retry_held: bool = False,
        whole: bool = False,
        listener: StepListener | None = None,
        everybody: Callable[[Iterable[PersonChange]], None] | None = None,
        seen: Callable[[PlanView], None] | None = None,
        drifted: Callable[[Drifted], None] | None = None,
        permit: Permit | None = None,
        pace: Pace | None = None,
    ) -> RunReport:
        """Run an export to the end, or to a plan that may not write (status `needs_approval`), and keep its report.

        `seen` gets the plan before the first write, `everybody` all people in it; `whole` and `drifted` as in `plan`. Once the permit is revoked nothing more is written; `pace` may be
        the caller's own, to read how many calls are under way.
        """
        export = self._export(export_name)
        async with self._opened(export, snapshot, permit=permit, pace=pace) as opened:
            heard = listener or Quiet()
            if everybody is not None:
                heard = Seeing(heard, lambda _plan: everybody(self._compared(export, opened)))
            if seen is not None:
                heard = Seeing(heard, lambda plan: seen(self._view(export, opened, plan)))
            if drifted is not None:
                heard = Seeing(
                    heard, lambda plan: self._tell_drifted(export, opened, plan, drifted)
                )
            opened.walk.full, opened.walk.retry_held = full, retry_held
            opened.walk.listener = heard
            opened.walk.whole = whole
            report = await opened.walk.run(opened.account, permission)
            counted = {f"{row.method} {row.route}": row.count for row in opened.linked.calls.rows()}
            report = replace(report, calls=counted)
            self._reports.keep(report)
        return report

    # reports

    def reports(self, limit: int) -> Sequence[RunReport]:
        """Return the last runs' reports, newest first."""
        return self._reports.latest(limit)

    def report(self, run_id: str) -> RunReport:
        """Return one run's report."""
        return self._reports.one(run_id)

    def rejected(self, run_id: str) -> Iterator[RejectedContact]:
        """Return the rejected contacts of a run, read one by one. Personal data.

        Raises: ConfigurationProblem `rejected_not_kept` when the run is too old.
        """
        report = self.report(run_id)
        audiences = audience_folders(self._home, report.plan.audience_id, self.journals)
        folders = [one for one in audiences if may_hold(one, run_id, self.journals)]
        if not folders and report.outcomes.rejected_total:
            raise ConfigurationProblem(
                said("The rejected contacts of run '%(run)s' are no longer kept.", run=run_id),
                action=said(
                    "Look at one of the last %(runs)s runs of the export: segue report",
                    runs=KEPT_RUNS,
                ),
                code="rejected_not_kept",
                context={"run": run_id},
            )
        return self._rejected_in(folders, run_id)

    # inside

    def _rejected_in(self, folders: Sequence[Path], run_id: str) -> Iterator[RejectedContact]:
        from segue.engines.duckdb.audience.rejected import rejected_contacts
        from segue.engines.duckdb.session import session

        for folder in folders:
            with session(self.scratch / "spill") as connection:
                yield from rejected_contacts(connection, folder, run_id, journals=self.journals)

    @property
    def _reports(self) -> Reports:
        from segue.service.reports import Reports

        return Reports(self._home / "reports", self.journals.shared)

    @asynccontextmanager
    async def _opened(
        self, export: Export, snapshot: Snapshot, *, permit: Permit | None, pace: Pace | None
    ) -> AsyncIterator[_Opened]:
        """Open connection, lock, engine and store for one walk, and close them in turn."""
        from segue.service.locks import only_one
        from segue.sync.pacing import Attempts, Pace

        permit = permit or Permit()
        times = StepTimes(self._adapters.clock)
        async with self._adapters.linked(export.connection, permit) as linked:
            attempts = Attempts(
                clock=self._adapters.clock,
                chance=self._adapters.chance,
                pace=pace or Pace(),
                permit=permit,
            )
            account = await attempts.run(linked.destination.account)
            lock = account_lock(self.scratch, account.account_id)
            folder = audience_folder(self._home, account.account_id, export.audience_id)
            inputs = self._inputs(export, snapshot)
            with (
                only_one(lock, what=said("the Mailchimp account %(name)s", name=account.name)),
                self._adapters.session(snapshot, permit=permit) as engine,
                self._adapters.inputs_at_hand(
                    inputs, snapshot, engine, chosen=self._chosen(export), permit=permit
                ) as inputs,
                closing(self._store(folder, export, engine)) as store,
            ):
                walk = self._walk(inputs, linked, store, attempts, times=times)
                walk.permit = permit
                walk.standing = self.standing(folder.name)
                yield _Opened(walk=walk, account=account, engine=engine, linked=linked, store=store)

    def _store(self, folder: Path, export: Export, engine: duckdb.DuckDBPyConnection) -> DuckStore:
        from segue.engines.duckdb.audience.store import DuckStore

        return DuckStore(
            folder,
            export.name,
            engine,
            journals=self.journals,
            neighbours=neighbours(self.configuration, export),
        )

    def _walk(
        self,
        inputs: Inputs,
        linked: Linked,
        store: DuckStore,
        attempts: Attempts,
        *,
        times: StepTimes,
    ) -> Walk:
        from segue.sync.run import Walk

        return Walk(
            run_id=self._run_id(inputs.export),
            inputs=inputs,
            destination=linked.destination,
            store=store,
            clock=self._adapters.clock,
            attempts=attempts,
            listener=Quiet(),
            times=times,
        )

    def _run_id(self, export: Export) -> str:
        """Name a run by its beginning, so that names sort by time; the same second gets a number."""
        stamp = self._adapters.clock.now().strftime("%Y%m%dT%H%M%S%f")[:-3]
        return f"{stamp}-{export.name}"

    def _people(
        self, export: Export, opened: _Opened, *, kind: Kind | None = None, limit: int | None = None
    ) -> Iterator[PersonChange]:
        from segue.engines.duckdb.audience.people import people

        return people(
            opened.engine,
            email_attribute=export.email_attribute,
            bits=opened.store.tag_bits(),
            kind=kind,
            limit=limit,
        )

    def _compared(self, export: Export, opened: _Opened) -> Iterator[PersonChange]:
        """Yield everybody of the plan; nobody when it was recalled, for then nobody was compared."""
        if opened.store.has_evaluated("differences"):
            for person in self._people(export, opened):
                opened.walk.permit.check()
                yield person

    def _tell_drifted(
        self,
        export: Export,
        opened: _Opened,
        plan: Plan,
        each: Callable[[Drifted], None] | None,
    ) -> None:
        """Call `each` with everybody in whom audience and ledger differ; nobody was compared for a recalled plan."""
        from segue.engines.duckdb.audience.drifted import drifted

        if each is None or not plan.drift or not opened.store.has_evaluated("differences"):
            return
        bits, fields = opened.store.tag_bits(), [match.tag for match in export.fields]
        for person in drifted(opened.engine, drift=plan.drift, bits=bits, fields=fields):
            opened.walk.permit.check()
            each(person)

    def _view(self, export: Export, opened: _Opened, plan: Plan) -> PlanView:
        observed = opened.walk.observation
        return PlanView(
            plan=plan,
            samples=self._samples(export, opened, plan),
            audience=observed.audience_read if observed else None,
            looked_at=observed.looked_at if observed else 0,
        )

    def _samples(self, export: Export, opened: _Opened, plan: Plan) -> Sequence[PersonChange]:
        """Return a few people of each kind; none when the plan was recalled and nobody was compared."""
        kinds = sorted(plan.counts) if opened.store.has_evaluated("differences") else []
        return [
            person
            for kind in kinds
            for person in self._people(export, opened, kind=kind, limit=SAMPLES)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """Everything that one walk holds open."""

    walk: Walk
    account: Account
    engine: duckdb.DuckDBPyConnection
    linked: Linked
    store: DuckStore


def open_workspace(
    configuration: Configuration,
    environment: Mapping[str, str],
    *,
    database: str = "",
    clock: Clock | None = None,
    links: Mapping[str, Link] | None = None,
    journals: Journals | None = None,
    attested: Attested | None = None,
) -> Workspace:
    """Put a configuration to work with the real adapters. Secrets are read from `environment` or files when needed.

    `database` is the mark of the control database that the exports come from, "" where a file is everything; `clock` is
    the caller's, None: the machine's. `links`, `journals` and `attested`: as `Adapters`.
    """
    adapters = Adapters(
        configuration,
        environment,
        database=database,
        clock=clock,
        links=links,
        journals=journals,
        attested=attested,
    )
    return Workspace(configuration, adapters)
