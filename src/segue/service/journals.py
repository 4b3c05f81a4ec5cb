"""Where an installation keeps the journals of its audiences: beside them, or in its database when that is PostgreSQL.

Who may begin to write one there is asked of the rows of runs, in the same transaction: the run that holds the account,
or somebody else while no run does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from segue.core.errors import TryLater
from segue.core.sentences import said
from segue.engines.duckdb.audience.journals import BESIDE, Journals
from segue.observability.logs import log_event
from segue.service.databases import Database, Server

if TYPE_CHECKING:
    from segue.engines.duckdb.audience.journal_postgres import Database as Opened
    from segue.engines.duckdb.profiles.shared import Shared

__all__ = ["BESIDE", "Journals", "RunLease", "journals_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLease:
    """A worker's hold on a run, by the row of the run: `owner` and `fence` are the row's as long as it lasts."""

    run: int
    owner: str
    fence: int


def journals_in(
    database: Database, *, lease: RunLease | None = None, shared: Shared | None = None
) -> Journals:
    """Return where journals are; `lease` is the run that is to write them, None for whoever writes beside runs.

    `shared` is what hosts share that have no folder in common.
    """
    if not isinstance(database, Server):
        return BESIDE
    from segue.engines.duckdb.audience.journals_database import InDatabase

    def may_begin(opened: Opened, name: str) -> None:
        if lease is None:
            _refuse_beside_a_run(opened, name)
        else:
            _check(opened, lease)

    return InDatabase(database.reached_by, may_begin=may_begin, told=_tell, shared=shared)


def _check(opened: Opened, lease: RunLease) -> None:
    """Raise BrokenOff when another worker has the run by now; nobody takes it over while this transaction lasts."""
    from segue.engines.duckdb.audience.journal_postgres import taken_over

    held = "SELECT 1 FROM refreshes_run WHERE id = %s AND owner = %s AND fence = %s FOR SHARE"
    if opened.execute(held, [lease.run, lease.owner, lease.fence]).fetchone() is None:
        raise taken_over()


def _refuse_beside_a_run(opened: Opened, name: str) -> None:
    account, _, _ = name.rpartition("-")
    at_work = "SELECT owner FROM refreshes_run WHERE status = 'processing' AND account_id = %s"
    found = opened.execute(at_work, [account]).fetchone()
    if found is not None:
        raise TryLater(
            said(
                "Another run is using %(what)s (process %(holder)s).",
                what=said("the account %(name)s", name=account),
                holder=found[0] or "unknown",
            ),
            action="Wait until it is over, then run again.",
            code="already_running",
            context={"process": found[0]},
        )


def _tell(name: str) -> None:
    account, _, audience = name.rpartition("-")
    log_event("journal.moved_into_database", account=account, audience=audience)
