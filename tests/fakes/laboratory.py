"""A small world for the engine: people in memory, a sandbox on loopback, the real engine, the real client between them.

Nothing of ours is replaced but the clock and the data sources: people are written as the snapshot a refresh would make.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from segue.core.emails import canonical
from segue.core.permit import Permit
from segue.engines.duckdb.audience.own_people import with_people_of_lists
from segue.engines.duckdb.audience.store import DuckStore
from segue.engines.duckdb.profiles.kept import keep_members
from segue.engines.duckdb.profiles.kept_places import open_kept
from segue.engines.duckdb.quoting import literal
from segue.engines.duckdb.session import Resources, session
from segue.mailchimp.client import Client
from segue.mailchimp.credentials import ApiKey
from segue.mailchimp.destination import mailchimp_destination
from segue.mailchimp.transport import Timing
from segue.profiles.schema import Attribute, AttributeType, ProfileSchema, Table
from segue.segments.compile import with_flags
from segue.segments.parse_measures import parse_measures
from segue.segments.rules import Compare, Comparison, Kept, Segment
from segue.sync.brakes import SourceAge
from segue.sync.export import Consent, Export, FieldMatch, FirstRun, Leftovers, SegmentTag
from segue.sync.guards import guards_of
from segue.sync.landing import columns_of
from segue.sync.neighbours import Neighbours
from segue.sync.own_people import OwnPeople
from segue.sync.pacing import Attempts, Pace, Patience
from segue.sync.permission import Permission
from segue.sync.plan import Plan
from segue.sync.planning import Inputs
from segue.sync.report import RunReport
from segue.sync.run import Walk
from segue.sync.times import StepTimes

SCHEMA = ProfileSchema(
    profiles=Table(
        name="profiles",
        source="people",
        key="id",
        key_type=AttributeType.INTEGER,
        attributes=(
            Attribute(name="email", type=AttributeType.EMAIL, column="email", personal=True),
            Attribute(name="first_name", type=AttributeType.TEXT, column="first_name"),
            Attribute(name="joined", type=AttributeType.DATE, column="joined"),
            Attribute(name="spent", type=AttributeType.DECIMAL, column="spent"),
            Attribute(name="agreed", type=AttributeType.BOOLEAN, column="agreed"),
            Attribute(name="vip", type=AttributeType.BOOLEAN, column="vip"),
            Attribute(name="local", type=AttributeType.BOOLEAN, column="local"),
            Attribute(name="zip", type=AttributeType.TEXT, column="zip"),
            Attribute(name="street", type=AttributeType.TEXT, column="street"),
            Attribute(name="town", type=AttributeType.TEXT, column="town"),
            Attribute(name="region", type=AttributeType.TEXT, column="region"),
            Attribute(name="website", type=AttributeType.TEXT, column="website"),
            Attribute(name="phone", type=AttributeType.TEXT, column="phone"),
            Attribute(name="size", type=AttributeType.TEXT, column="size"),
        ),
    )
)

ORDERS = Table(
    name="orders",
    source="orders",
    key="person",
    key_type=AttributeType.INTEGER,
    attributes=(Attribute(name="total", type=AttributeType.DECIMAL, column="total"),),
)


def measuring(**measures: object) -> ProfileSchema:
    """Return the schema with related orders and measures over them, as files write these."""
    schema = replace(SCHEMA, related={"orders": ORDERS})
    found = parse_measures(measures, schema)
    assert found.mistakes == ()
    return replace(schema, measures=found.measures)


def _flag(attribute: str) -> Segment:
    rule = Compare(attribute=attribute, comparison=Comparison.IS, values=(True,))
    return Segment(name=attribute, label=attribute.capitalize(), rule=rule)


SEGMENTS = {name: _flag(name) for name in ("vip", "local")}

FAIR = Segment(name="fair", label="Fair", rule=Kept(place="fair", attributes=("email",)))
"""The list of the small world."""


@dataclass(frozen=True, kw_only=True)
class Someone:
    """One profile of the small world."""

    id: int
    email: str | None
    first_name: str = ""
    joined: date | None = None
    spent: Decimal | None = None
    agreed: bool | None = True
    refused: bool = False
    vip: bool = True
    local: bool | None = False
    zip: str | None = None
    street: str | None = None
    town: str | None = None
    region: str | None = None
    website: str | None = None
    phone: str | None = None
    size: str | None = None


class StillClock:
    """A clock that stands still but for the waiting it is asked for; `before_sleep` is called at each."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.slept_s = 0.0
        self.before_sleep: Callable[[], None] | None = None

    def now(self) -> datetime:
        return self.at + timedelta(seconds=self.slept_s)

    def monotonic(self) -> float:
        return self.slept_s

    async def sleep(self, seconds: float) -> None:
        self.slept_s += seconds
        if self.before_sleep is not None:
            self.before_sleep()
        await asyncio.sleep(0)


class Silence:
    """A listener that counts what it hears."""

    def __init__(self) -> None:
        self.people = 0
        self.plan: Plan | None = None

    def step(self, name: str) -> None:
        pass

    def planned(self, plan: Plan) -> None:
        self.plan = plan

    def accepted(self, people: int) -> None:
        self.people += people


def export(**changes: object) -> Export:
    """Return the small world's export: VIPs and locals, first name, an attestation; its first run asks nobody."""
    base = Export(
        name="newsletter",
        connection="main",
        audience_id="a1b2c3d4e5",
        email_attribute="email",
        segments=(SegmentTag(segment="vip", tag="Vip"), SegmentTag(segment="local", tag="Local")),
        fields=(FieldMatch(tag="FNAME", attribute="first_name"),),
        consent=Consent(
            attested_by="Alice", attested_on=date(2026, 1, 1), attestation="asked at the counter"
        ),
        first_run=FirstRun.FREE,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


@dataclass
class Laboratory:
    """The small world. `people` may be changed between runs; `whole` compares every contact with the ledger first.

    `on_list` are the addresses on the list `fair`, and whether somebody attests that they consented. `living` are the exports that are declared, None: all that have a ledger. `around` puts a hook around the destination of each run; `sources` are the ages of the data sources.
    `schema` may have measures over `orders`: what each order of a person, by key, came to.
    """

    home: Path
    sandbox: Sandbox
    people: list[Someone] = field(default_factory=list)
    clock: Any = field(default_factory=StillClock)
    honours_status_if_new: bool = True
    patience: Patience = field(default_factory=Patience)
    segments: Mapping[str, Segment] = field(default_factory=lambda: dict(SEGMENTS))
    runs: int = 0
    batch_size: int = 500
    listener: Any = None
    around: Callable[[Any], Any] | None = None
    sources: Sequence[SourceAge] = ()
    timing: Timing | None = None
    permit: Permit = field(default_factory=Permit)
    retry_held: bool = False
    living: frozenset[str] | None = None
    whole: bool = False
    on_list: dict[str, bool] = field(default_factory=dict)
    schema: ProfileSchema = SCHEMA
    orders: Mapping[int, Sequence[Decimal]] = field(default_factory=dict)

    def run(
        self,
        exported: Export | None = None,
        *,
        approve: str | None = None,
        full: bool = False,
        watched: bool = False,
    ) -> RunReport:
        """Run an export to the end. `watched`: somebody looks on and said yes to a first run."""
        permission = Permission(digest=approve, first_run=watched)

        async def go(walk: Walk, account: Any) -> RunReport:
            return await walk.run(account, permission)

        found: Any = self._walk(exported or export(), go, full=full)
        return found

    def approve(self, exported: Export | None = None, *, full: bool = False) -> RunReport:
        """Run an export, approving its plan when the plan asks for it."""
        report = self.run(exported, full=full)
        if report.plan.needs_approval:
            report = self.run(exported, approve=report.plan.digest, full=full)
        return report

    def plan(self, exported: Export | None = None, *, full: bool = False) -> Plan:
        """Make a plan only."""

        async def go(walk: Walk, account: Any) -> Plan:
            walk.recover()
            return (await walk.plan(account))[0]

        found: Any = self._walk(exported or export(), go, full=full)
        return found

    def _walk(self, exported: Export, go: Any, *, full: bool) -> Any:
        return asyncio.run(self._walk_async(exported, go, full=full))

    async def _walk_async(self, exported: Export, go: Any, *, full: bool) -> Any:
        self.runs += 1
        client = Client(
            self.sandbox.base_url,
            ApiKey(self.sandbox.api_key),
            clock=self.clock,
            timing=self.timing,
            gate=self.permit.check,
        )
        async with client:
            destination = mailchimp_destination(
                client, honours_status_if_new=self.honours_status_if_new
            )
            destination.batch_size = self.batch_size
            if self.around is not None:
                destination = self.around(destination)
            pace = Pace()
            attempts = Attempts(
                clock=self.clock,
                chance=Random(self.runs),
                pace=pace,
                patience=self.patience,
                permit=self.permit,
            )
            account = await attempts.run(destination.account)
            granted = Resources(memory_limit_mb=300, threads=2)
            with session(self.home / "spill", resources=granted, permit=self.permit) as engine:
                self._open_people(engine)
                own = self._attested(exported)
                store = DuckStore(
                    self.home / "audience",
                    exported.name,
                    engine,
                    neighbours=self._neighbours(exported),
                )
                try:
                    walk = Walk(
                        run_id=f"run{self.runs:04d}",
                        inputs=with_people_of_lists(self._inputs(exported), own, engine),
                        destination=destination,
                        store=store,
                        clock=self.clock,
                        attempts=attempts,
                        listener=self.listener or Silence(),
                        full=full,
                        retry_held=self.retry_held,
                        whole=self.whole,
                        permit=self.permit,
                        times=StepTimes(self.clock),
                    )
                    return await go(walk, account)
                finally:
                    store.close()

    def _neighbours(self, exported: Export) -> Neighbours:
        return Neighbours(
            living=self.living,
            was=exported.was,
            takes_leftovers=exported.leftovers is Leftovers.REMOVE,
            closes=not exported.segments,
        )

    def _inputs(self, exported: Export) -> Inputs:
        known = {**self.segments, FAIR.name: FAIR}
        chosen = [known[c.segment] for c in exported.segments]
        guards = guards_of(exported, self.schema, known)
        flagged = with_flags(
            [*chosen, *guards.as_segments()],
            self.schema,
            as_of=self.clock.now(),
            time_zone="UTC",
            all_segments=known,
            consents=("agreed",),
            measures=[name for name in columns_of(exported) if name in self.schema.measures],
        )
        return Inputs(
            export=exported,
            schema=self.schema,
            flagged=flagged,
            sources=self.sources,
            definition=repr(
                (self.people, list(self.on_list), self.orders, chosen, self.clock.now().date())
            ),
            guards=guards,
        )

    def _attested(self, exported: Export) -> OwnPeople:
        chosen = {one.segment for one in exported.segments}
        attested = [address for address, is_attested in self.on_list.items() if is_attested]
        return OwnPeople(lists={FAIR.name: attested} if FAIR.name in chosen else {})

    def _open_people(self, engine: Any) -> None:
        """Write the people as a refresh would write its snapshot, and open it."""
        self.home.mkdir(parents=True, exist_ok=True)
        path = self.home / "people.parquet"
        pq.write_table(people_table(self.people), path)
        engine.execute(
            f"CREATE OR REPLACE VIEW profiles AS SELECT * FROM read_parquet({literal(str(path))})"
        )
        keep_members(self.home, FAIR.name, self.on_list, kind=AttributeType.TEXT)
        open_kept(engine, self.home)
        engine.execute(
            "CREATE OR REPLACE TABLE related_orders (profile_key BIGINT, total DECIMAL(18, 2))"
        )
        rows = [(key, total) for key, totals in self.orders.items() for total in totals]
        if rows:
            engine.executemany("INSERT INTO related_orders VALUES (?, ?)", rows)


def people_table(people: Sequence[Someone]) -> Any:
    """Return people as a snapshot's table."""
    forms = [canonical(person.email) for person in people]
    return pa.table(
        {
            "profile_key": pa.array([p.id for p in people], pa.int64()),
            "email": pa.array([p.email for p in people], pa.string()),
            "email__address": pa.array([f.address for f in forms], pa.string()),
            "email__problem": pa.array(
                [f.problem.value if f.problem else None for f in forms], pa.string()
            ),
            "first_name": pa.array([p.first_name for p in people], pa.string()),
            "joined": pa.array([p.joined for p in people], pa.date32()),
            "spent": pa.array([p.spent for p in people], pa.decimal128(18, 2)),
            "agreed": pa.array([p.agreed for p in people], pa.bool_()),
            "agreed__refused": pa.array([p.refused for p in people], pa.bool_()),
            "vip": pa.array([p.vip for p in people], pa.bool_()),
            "local": pa.array([p.local for p in people], pa.bool_()),
            **{
                name: pa.array([getattr(p, name) for p in people], pa.string())
                for name in ("zip", "street", "town", "region", "website", "phone", "size")
            },
        }
    )


def mailchimp_clock(clock: Any) -> Callable[[], float]:
    """Return the time at Mailchimp where it is as late as a clock says: Mailchimp's own never stands still."""
    begun = time.monotonic()
    stands_still = isinstance(clock, StillClock)

    def seconds() -> float:
        passed = time.monotonic() - begun if stands_still else 0.0
        return float(clock.now().timestamp() + passed)

    return seconds


@contextmanager
def laboratory(home: Path, *people: Someone, **changes: Any) -> Iterator[Laboratory]:
    """Open a small world with an empty audience."""
    switches = changes.pop("switches", Switches(stats_cache_s=0))
    clock = changes.pop("clock", None) or StillClock()
    with Sandbox.in_thread(switches=switches, clock=mailchimp_clock(clock)) as sandbox:
        sandbox.add_audience("a1b2c3d4e5")
        yield Laboratory(home=home, sandbox=sandbox, people=list(people), clock=clock, **changes)
