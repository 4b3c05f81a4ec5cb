"""Join adapters to ports: the one place where Mailchimp, the engine and a configuration meet.

It also holds the real clock. Everything heavy is imported when first needed, so that `segue --help` stays quick.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, TypeAlias

from segue.configuration.connections import Connection
from segue.configuration.values import Configuration
from segue.core.clock import Clock
from segue.core.errors import ConfigurationProblem
from segue.core.garbage import look_rarely
from segue.core.sentences import said
from segue.profiles.engines import OnThisMachine
from segue.profiles.source_sizes import Sizes, sizes_from
from segue.service.engines import profile_engine
from segue.service.identity import STATE
from segue.service.links import Link, link_of
from segue.service.places import scratch_of

if TYPE_CHECKING:
    import duckdb

    from segue.core.permit import Permit
    from segue.engines.duckdb.audience.journals import Journals
    from segue.engines.duckdb.session import Resources
    from segue.mailchimp.calls import CallLog
    from segue.mailchimp.transport import Timing
    from segue.profiles.ports import ProfileEngine, Snapshot
    from segue.segments.rules import Segment
    from segue.sync.planning import Inputs
    from segue.sync.ports import Destination


Attested: TypeAlias = Mapping[str, Sequence[str]]
"""The addresses on lists whose consent is attested, by the place at which the list's addresses are kept."""


class SystemClock:
    """The machine's time: the only place from which the engine gets it."""

    def now(self) -> datetime:
        """Return the current instant in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class WorkerClock(SystemClock):
    """The machine's time. Its monotonic seconds go on while the machine is suspended: leases run out then too."""

    def monotonic(self) -> float:
        """Return seconds that never run backwards and never stand still."""
        boot_time: int | None = getattr(time, "CLOCK_BOOTTIME", None)  # Linux only
        return time.monotonic() if boot_time is None else time.clock_gettime(boot_time)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A destination in use, and the count of the calls made through it."""

    destination: Destination
    calls: CallLog


@asynccontextmanager
async def linked(
    link: Link,
    *,
    clock: Clock,
    connections: int | None = None,
    permit: Permit | None = None,
    timing: Timing | None = None,
) -> AsyncIterator[Linked]:
    """Open an account's API; `connections` None: as many calls at once as Mailchimp allows; `timing` None: a run's.

    Once the permit is revoked, nothing more is sent.
    """
    from segue.mailchimp.calls import CallLog
    from segue.mailchimp.client import Client
    from segue.mailchimp.destination import mailchimp_destination
    from segue.mailchimp.limits import CONNECTIONS

    calls = CallLog()
    async with Client(
        link.base_url,
        link.credentials,
        clock=clock,
        calls=calls,
        connections=connections or CONNECTIONS.value,
        gate=permit.check if permit is not None else None,
        timing=timing,
    ) as client:
        destination = mailchimp_destination(
            client, honours_status_if_new=link.honours_status_if_new
        )
        yield Linked(destination=destination, calls=calls)


class Adapters:
    """What a workspace needs of the outside, for one configuration."""

    def __init__(
        self,
        configuration: Configuration,
        environment: Mapping[str, str],
        *,
        database: str = "",
        clock: Clock | None = None,
        links: Mapping[str, Link] | None = None,
        journals: Journals | None = None,
        attested: Attested | None = None,
    ) -> None:
        """Serve a configuration; `database` is the mark of the control database, "" where none is at work.

        `journals` says where those of audiences are; None: beside them. `attested` are those on lists who may
        be exported without a profile; None: nobody.

        `clock` is the one of whoever began the program; None: the machine's. `links` are those that are known already, by
        the connection's name; the others are resolved when they are first opened.
        """
        look_rarely()
        self.clock = clock or SystemClock()
        self.environment = environment
        self.database = database
        self._journals = journals
        self._attested = attested or {}
        self._configuration = configuration
        self._links = dict(links or {})

    @property
    def journals(self) -> Journals:
        """Return where the journals of audiences are. Raises: ConfigurationProblem `state_in_store`."""
        from segue.engines.duckdb.audience.journals import BESIDE

        if self._journals is None and self.environment.get(STATE, "").strip():
            raise ConfigurationProblem(
                "What is kept lies in a store of objects (SEGUE_STATE), and only the installation knows what is there.",
                action="Use the installation's own commands and pages, or leave SEGUE_STATE out for a state folder of your own.",
                code="state_in_store",
            )
        return self._journals or BESIDE

    @property
    def chance(self) -> Random:
        """Return the source of jitter."""
        return Random()  # noqa: S311 - waiting times, not secrets

    @property
    def fresh_id(self) -> str:
        """Return an id that no installation has."""
        from segue.sync.identity import ID_BYTES

        return secrets.token_hex(ID_BYTES)

    @asynccontextmanager
    async def linked(
        self, connection_name: str, permit: Permit | None = None
    ) -> AsyncIterator[Linked]:
        """Open a connection. Raises ConfigurationProblem when its name or its secret is missing."""
        link = await self._link(connection_name)
        async with linked(link, clock=self.clock, permit=permit) as opened:
            yield opened

    @contextmanager
    def session(
        self, snapshot: Snapshot, *, permit: Permit | None = None
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open a private session over an audience's state, in which a snapshot's tables are readable where they are here.

        What is kept of audiences lies with DuckDB whatever engine the profiles have. Raises: as `session.session`.
        """
        from segue.engines.duckdb.profiles.engine import opened_session
        from segue.engines.duckdb.session import session

        granted = self.resources(snapshot)
        if self.keeps_profiles_elsewhere:
            with session(self.scratch / "spill", resources=granted, permit=permit) as connection:
                yield connection
            return
        with opened_session(
            self.home, snapshot, granted=granted, permit=permit, scratch=self.scratch
        ) as connection:
            yield connection

    @contextmanager
    def inputs_at_hand(
        self,
        inputs: Inputs,
        snapshot: Snapshot,
        connection: duckdb.DuckDBPyConnection,
        *,
        chosen: Iterable[Segment],
        permit: Permit | None = None,
    ) -> Iterator[Inputs]:
        """Yield what a plan is made from so that the session can read it: as they are, or brought here from another engine.

        People of their own on `chosen` lists stand beside the profiles, whatever engine these come from.
        """
        from segue.engines.duckdb.audience.own_people import with_people_of_lists
        from segue.segments.walk import lists_among
        from segue.sync.own_people import OwnPeople, own_columns

        places = lists_among(chosen)
        own = OwnPeople(lists={name: self._attested.get(at, ()) for name, at in places.items()})
        if not self.keeps_profiles_elsewhere:
            yield with_people_of_lists(inputs, own, connection)
            return
        from segue.service.landing import landed

        spill = self.scratch / "spill"
        beside = own_columns(inputs.schema) if own else ()
        with landed(
            inputs, snapshot, self.profiles, connection, spill=spill, beside=beside, permit=permit
        ) as brought:
            yield with_people_of_lists(brought, own, connection)

    @property
    def keeps_profiles_elsewhere(self) -> bool:
        """Return whether the profiles are kept by another engine than the one that keeps the audiences."""
        return not isinstance(self._configuration.engine, OnThisMachine)

    def resources(self, snapshot: Snapshot) -> Resources:
        """Grant memory by the number of profiles."""
        from segue.engines.duckdb.profiles.engine import resources

        return resources(snapshot)

    @property
    def profiles(self) -> ProfileEngine:
        """Return the engine that keeps the profiles."""
        return profile_engine(
            self.home, self._configuration.engine, scratch=self.scratch, shared=self.journals.shared
        )

    @property
    def source_sizes(self) -> Sizes:
        """Return how much of a data source is taken in. Raises: ConfigurationProblem for a setting that says nonsense."""
        return sizes_from(self.environment)

    @property
    def home(self) -> Path:
        """Return the state folder."""
        return self._configuration.home

    @property
    def scratch(self) -> Path:
        """Return where this host locks, sorts and builds. Raises: as `places.scratch_of`."""
        return scratch_of(self.environment, self.home)

    async def _link(self, name: str) -> Link:
        """Return what opens a connection, resolved once for everything that these adapters serve."""
        if name not in self._links:
            connection = self._connection(name)
            self._links[name] = await link_of(connection, self.environment, clock=self.clock)
        return self._links[name]

    def _connection(self, name: str) -> Connection:
        connection = self._configuration.connections.get(name)
        if connection is None:
            raise ConfigurationProblem(
                said("There is no connection '%(name)s'.", name=name),
                action="Declare it under `connections` in the configuration.",
                code="connection_unknown",
                context={"connection": name},
            )
        return connection
