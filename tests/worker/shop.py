"""A shop with an installation, data files, and a sandbox for each Mailchimp account. No expectations."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mailchimp_sandbox.faults import Fault
from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from segue.control.connections.models import Connection
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.refreshes import operations
from segue.control.refreshes.models import Refresh, Run, RunKind
from segue.control.statuses import OPEN
from segue.service.adapters import WorkerClock
from segue.sync.export import FieldMatch, SegmentTag
from segue.sync.identity import id_of
from segue.worker.worker import Worker, new_owner
from tests.control import stage
from tests.fakes.clocks import START
from tests.patience import HANGS_S, PATIENCE_S

PEOPLE = SegmentTag(segment="newcomers", tag="Newcomers")
"""The segment of all people but the cast."""


UNDISTURBED_S = 0.2
"""How long what is at work is left alone: every look for more takes the processor away from it."""


@dataclass
class Shop:
    """The installation of one test: `folder` holds the data files, `home` the state."""

    folder: Path
    home: Path
    alice: Person
    stack: ExitStack
    sandboxes: list[Sandbox] = field(default_factory=list)
    connections: list[Connection] = field(default_factory=list)

    @property
    def sandbox(self) -> Sandbox:
        """Return the first account."""
        return self.sandboxes[0]

    def account(self) -> Connection:
        """Add an account and a connection to it."""
        number = len(self.sandboxes)
        key = f"sandbox-key{number}-us1" if number else "sandbox-key-us1"
        sandbox = self.stack.enter_context(
            Sandbox.in_thread(api_key=key, switches=Switches(stats_cache_s=0))
        )
        sandbox.set_account(account_id=f"account{number}")
        self.sandboxes.append(sandbox)
        connected = stage.connection(
            self.alice,
            name=f"Account {number}",
            base_url=sandbox.base_url,
            secret=key,
            account_id=f"account{number}",
        )
        self.connections.append(connected)
        return connected

    def export(self, number: int = 1, account: int = 0, **changes: Any) -> Export:
        """Add an export of all people to an audience of its own."""
        audience_id = f"a{account}b{number:04}"
        self.sandboxes[account].add_audience(audience_id)
        wanted = {
            "name": f"Export {number}",
            "audience_id": audience_id,
            "segments": (PEOPLE,),
            "fields": (FieldMatch(tag="FNAME", attribute="first_name", name="Fname"),),
        }
        return stage.export(self.alice, self.connections[account], **{**wanted, **changes})

    def people(self, count: int) -> None:
        """Write so many people besides the cast."""
        stage.data_folder(self.folder, people=count)

    def run(self, *exports: Export, kind: RunKind = RunKind.EXPORT) -> list[Run]:
        """Ask for runs."""
        refresh = operations.run_exports(
            exports=exports, actor=self.alice, now=self.now(), kind=kind
        )
        return list(refresh.runs.order_by("id"))

    def hold(self) -> None:
        """Let every batch of contacts hang until they are released: whatever begins stays at work."""
        for sandbox in self.sandboxes:
            order = {"seconds": HANGS_S, "times": None}
            sandbox.add_fault(
                Fault(kind="slow", method="POST", path_pattern="/lists/{list_id}", **order)
            )

    def release(self) -> None:
        """Let the batches that hang, and all others, be carried out."""
        for sandbox in self.sandboxes:
            sandbox.clear_faults()

    def now(self) -> Any:
        """Return the time that a worker in this process sees."""
        return WorkerClock().now()

    def worker(self, slots: int = 2) -> Worker:
        """Return a worker in this process."""
        return Worker(clock=WorkerClock(), slots=slots, owner=new_owner())

    def settle(self, worker: Worker, seconds: float = PATIENCE_S) -> None:
        """Let a worker do what is to be done now."""
        wait_for(lambda: _turned(worker), seconds=seconds, every_s=0.02)

    def tagged(self, export: Export, account: int = 0) -> dict[str, int]:
        """Return how many contacts carry which tag in the audience of an export; nobody carries a stamp."""
        tags = self.sandboxes[account].audience(export.audience_id).tags
        return {name: people for name, people in tags.items() if id_of(name) is None}

    def stamps(self, export: Export, account: int = 0) -> list[str | None]:
        """Return the ids of installations that the audience of an export carries."""
        tags = self.sandboxes[account].audience(export.audience_id).tags
        return [id_of(name) for name in tags if id_of(name) is not None]

    def statuses(self, export: Export, account: int = 0) -> dict[str, int]:
        """Return how many contacts of each status the audience of an export holds."""
        return dict(self.sandboxes[account].audience(export.audience_id).statuses)


def _turned(worker: Worker) -> bool:
    worker.turn()
    worker.wait(UNDISTURBED_S)
    waits = Run.objects.filter(status__in=OPEN - {"failed_retrying"}, retry_at=None).exists()
    return worker.is_idle and not waits and not Refresh.objects.filter(status__in=OPEN).exists()


def wait_for(
    done: Callable[[], object], *, seconds: float = PATIENCE_S, every_s: float = 0.05
) -> None:
    """Wait until something is so."""
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, "it did not come about in time"
        time.sleep(every_s)


def fresh(row: Any) -> Any:
    """Return a row as the database holds it now."""
    return type(row).objects.get(pk=row.pk)


def facts_of(runs: Iterable[Run]) -> list[tuple[str, str]]:
    """Return status and code of each run."""
    return [(run.status, run.code) for run in map(fresh, runs)]


@contextmanager
def shop(folder: Path, alice: Person, home: Path) -> Iterator[Shop]:
    """Open a shop with one account and ten people besides the cast."""
    with ExitStack() as stack:
        opened = Shop(folder=folder, home=home, alice=alice, stack=stack)
        opened.people(10)
        stage.declared(folder, now=START)
        opened.account()
        yield opened
