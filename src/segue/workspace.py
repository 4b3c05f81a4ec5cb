"""One configuration at work: refresh, plan, run, report. What the command line (and later the worker) calls.

Each run is one walk of `sync.run` over one audience; one run at a time per Mailchimp account and home folder.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from segue import __version__
from segue.bootstrap import Adapters, Linked
from segue.core.errors import ConfigurationProblem

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir

    from segue.configuration.values import Configuration
    from segue.engines.duckdb.people import PersonChange
    from segue.engines.duckdb.refresh import Refreshed
    from segue.engines.duckdb.rejected import RejectedContact
    from segue.engines.duckdb.reports import Reports
    from segue.engines.duckdb.snapshots import Snapshot
    from segue.engines.duckdb.store import DuckStore
    from segue.segments.compile import Flagged
    from segue.sync.export import Export
    from segue.sync.kinds import Kind
    from segue.sync.pacing import Attempts
    from segue.sync.plan import Plan
    from segue.sync.planning import Inputs
    from segue.sync.ports import Account, Audience
    from segue.sync.report import RunReport
    from segue.sync.run import Permission, StepListener, Walk

SAMPLES = 5
"""People shown per kind of change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """A plan with a few of its people; `samples` are personal data."""

    plan: Plan
    samples: Sequence[PersonChange]


class Quiet:
    """A listener that does nothing."""

    def step(self, name: str) -> None:
        """Hear that a step begins."""

    def planned(self, plan: Plan) -> None:
        """Hear the plan."""

    def accepted(self, people: int) -> None:
        """Hear that people were accepted."""


class Workspace:
    """A configuration, its state folder and its adapters."""

    def __init__(self, configuration: Configuration, adapters: Adapters) -> None:
        self.configuration = configuration
        self._adapters = adapters

    # profiles and segments

    def refresh(self, *, force: bool = False) -> Refreshed:
        """Read the data sources into a snapshot; nothing is read again when nothing changed."""
        from segue.engines.duckdb.locks import only_one
        from segue.engines.duckdb.refresh import refresh

        with only_one(self._home / "locks" / "refresh.lock", what="the data sources"):
            return refresh(
                self.configuration.schema,
                self.configuration.sources,
                home=self._home,
                now=self._adapters.clock.now(),
                force=force,
            )

    def segment_counts(self, snapshot: Snapshot) -> Mapping[str, int]:
        """Return the number of members of every segment."""
        flagged = self._flagged(list(self.configuration.segments))
        with self._adapters.session(snapshot) as connection:
            sums = {name: flagged.table[column].sum() for name, column in flagged.flags.items()}
            row = connection.execute(_sql(flagged.table.aggregate(**sums))).fetchall()[0]
        return {name: int(count or 0) for name, count in zip(sums, row, strict=True)}

    def segment_sample(
        self, name: str, snapshot: Snapshot, *, limit: int
    ) -> tuple[list[str], list[tuple[object, ...]]]:
        """Return column names and the first members (by key) of a segment. Personal data."""
        from segue.profiles.schema import PROFILE_KEY

        flagged = self._flagged([name])
        table = flagged.table
        columns = [PROFILE_KEY, *(a.name for a in self.configuration.schema.profiles.attributes)]
        found = (
            table.filter(table[flagged.flags[name]])
            .order_by(PROFILE_KEY)
            .limit(limit)
            .select(*columns)
        )
        with self._adapters.session(snapshot) as connection:
            return columns, connection.execute(_sql(found)).fetchall()

    # connections

    async def check_connection(self, name: str) -> tuple[Account, Sequence[Audience]]:
        """Return who a connection is and which audiences it holds."""
        async with self._adapters.linked(name) as linked:
            return await linked.destination.account(), await linked.destination.audiences()

    # plans and runs

    async def plan(
        self,
        export_name: str,
        snapshot: Snapshot,
        *,
        full: bool = False,
        listener: StepListener | None = None,
        each: Callable[[PersonChange], None] | None = None,
    ) -> PlanView:
        """Make a plan; nothing is written at Mailchimp. `each` is called with every person in it."""
        export = self._export(export_name)
        async with self._opened(
            export, snapshot, full=full, listener=listener or Quiet()
        ) as opened:
            opened.walk.recover()
            plan, _, _ = await opened.walk.plan(opened.account)
            if each is not None:
                for person in self._people(export, opened):
                    each(person)
            return PlanView(plan=plan, samples=self._samples(export, opened, plan))

    async def run(
        self,
        export_name: str,
        snapshot: Snapshot,
        *,
        permission: Permission,
        full: bool = False,
        listener: StepListener | None = None,
    ) -> RunReport:
        """Run an export to the end, or to a plan that may not write (status `needs_approval`), and keep its report."""
        export = self._export(export_name)
        heard = listener or Quiet()
        async with self._opened(export, snapshot, full=full, listener=heard) as opened:
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
        """Yield the rejected contacts of a run. Personal data."""
        from segue.engines.duckdb.rejected import rejected_contacts
        from segue.engines.duckdb.session import session

        report = self.report(run_id)
        for folder in sorted((self._home / "audiences").glob(f"*-{report.plan.audience_id}")):
            with session(self._home / "spill") as connection:
                yield from rejected_contacts(connection, folder, run_id)

    # inside

    @property
    def _home(self) -> Path:
        return self.configuration.home

    @property
    def _reports(self) -> Reports:
        from segue.engines.duckdb.reports import Reports

        return Reports(self._home / "reports")

    def _export(self, name: str) -> Export:
        export = self.configuration.exports.get(name)
        if export is None:
            known = ", ".join(self.configuration.exports) or "none is declared"
            raise ConfigurationProblem(
                f"There is no export '{name}'; there are: {known}.",
                action="Name one of them, or declare it under `exports`.",
                code="export_unknown",
                context={"export": name},
            )
        return export

    def _flagged(self, names: Sequence[str]) -> Flagged:
        from segue.segments.compile import with_flags

        segments = self.configuration.segments
        return with_flags(
            [segments[name] for name in names],
            self.configuration.schema,
            as_of=self._adapters.clock.now(),
            time_zone=self.configuration.time_zone,
            all_segments=segments,
        )

    @asynccontextmanager
    async def _opened(
        self, export: Export, snapshot: Snapshot, *, full: bool, listener: StepListener
    ) -> AsyncIterator[_Opened]:
        """Open connection, lock, engine and store for one walk, and close them in turn."""
        from segue.engines.duckdb.locks import only_one
        from segue.engines.duckdb.store import DuckStore
        from segue.sync.pacing import Attempts, Pace

        clock = self._adapters.clock
        async with self._adapters.linked(export.connection) as linked:
            attempts = Attempts(clock=clock, chance=self._adapters.chance, pace=Pace())
            account = await attempts.run(linked.destination.account)
            lock = self._home / "locks" / f"account-{account.account_id}.lock"
            folder = self._home / "audiences" / f"{account.account_id}-{export.audience_id}"
            with (
                only_one(lock, what=f"the Mailchimp account {account.name}"),
                self._adapters.session(snapshot) as engine,
                closing(DuckStore(folder, export.name, engine)) as store,
            ):
                walk = self._walk(export, snapshot, linked, store, attempts)
                walk = replace(walk, full=full, listener=listener)
                yield _Opened(walk=walk, account=account, engine=engine, linked=linked, store=store)

    def _walk(
        self,
        export: Export,
        snapshot: Snapshot,
        linked: Linked,
        store: DuckStore,
        attempts: Attempts,
    ) -> Walk:
        from segue.sync.run import Walk

        return Walk(
            run_id=self._run_id(export),
            inputs=self._inputs(export, snapshot),
            destination=linked.destination,
            store=store,
            clock=self._adapters.clock,
            attempts=attempts,
            listener=Quiet(),
        )

    def _inputs(self, export: Export, snapshot: Snapshot) -> Inputs:
        from segue.sync.brakes import SourceAge
        from segue.sync.desired import FlaggedProfiles
        from segue.sync.planning import Inputs

        flagged = self._flagged([chosen.segment for chosen in export.segments])
        ages = [
            SourceAge(source=name, changed_at=at)
            for name, at in snapshot.source_changed_at.items()
            if at
        ]
        return Inputs(
            export=export,
            schema=self.configuration.schema,
            flagged=FlaggedProfiles(table=flagged.table, flags=flagged.flags),
            sources=ages,
            definition=self._definition(export, snapshot),
        )

    def _definition(self, export: Export, snapshot: Snapshot) -> str:
        """Name what the flagged profiles are made from: snapshot, definitions, and the day that rules look back from."""
        known = self.configuration
        today = self._adapters.clock.now().astimezone(ZoneInfo(known.time_zone)).date()
        chosen = [segment.segment for segment in export.segments]
        return repr(
            (__version__, snapshot.id, chosen, known.schema, known.segments, known.time_zone, today)
        )

    def _run_id(self, export: Export) -> str:
        """Name a run by its beginning, so that names sort by time; the same second gets a number."""
        stamp = self._adapters.clock.now().strftime("%Y%m%dT%H%M%S%f")[:-3]
        return f"{stamp}-{export.name}"

    def _people(
        self, export: Export, opened: _Opened, *, kind: Kind | None = None, limit: int | None = None
    ) -> Iterator[PersonChange]:
        from segue.engines.duckdb.people import people

        return people(
            opened.engine,
            email_attribute=export.email_attribute,
            bits=opened.store.tag_bits(),
            kind=kind,
            limit=limit,
        )

    def _samples(self, export: Export, opened: _Opened, plan: Plan) -> Sequence[PersonChange]:
        kinds = sorted(plan.counts)
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


def _sql(expression: ir.Table) -> str:
    import ibis

    return str(ibis.to_sql(expression, dialect="duckdb"))


def open_workspace(configuration: Configuration, environment: Mapping[str, str]) -> Workspace:
    """Put a configuration to work with the real adapters. Secrets are read from `environment` or files when needed."""
    return Workspace(configuration, Adapters(configuration, environment))
