"""`segue reconcile`: compare everything that Mailchimp holds with what it acknowledged, and repair it on demand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from segue.cli.invocation import Invocation, json_option, shared_options
from segue.cli.messages import say
from segue.cli.misuse import digest_of, misuse
from segue.cli.places import Place
from segue.cli.terminal import is_watched, print_json, print_line
from segue.cli.working import busy, chosen_exports, open_work, refreshed
from segue.core.errors import UnsafePlan
from segue.shown.spreadsheets import csv_file
from segue.words.amounts import number

if TYPE_CHECKING:
    from segue.profiles.ports import Snapshot
    from segue.service.exports import PlanView, Workspace
    from segue.sync.people import Drifted


@click.command()
@click.argument("export")
@click.option(
    "--csv",
    "csv_path",
    type=Place(dir_okay=False),
    metavar="FILE",
    help="Write everybody who differs, with address and what differs.",
)
@click.option(
    "--repair",
    is_flag=True,
    help="Send again what differs: a plan like any other, with the same brakes.",
)
@click.option(
    "--yes",
    is_flag=True,
    help="With --repair: do not ask on a terminal, and approve a first run. A plan that another brake holds still waits.",
)
@click.option("--approve", metavar="DIGEST", help="With --repair: approve exactly this held plan.")
@shared_options
@json_option
def reconcile(
    invocation: Invocation,
    *,
    export: str,
    csv_path: Path | None,
    repair: bool,
    yes: bool,
    approve: str | None,
    as_json: bool,
) -> None:
    """Compare every contact and every tag of an export's audience with what Mailchimp acknowledged.

    Nothing is sent without --repair. Ends with exit code 4 when something differs that a repair would mend; contacts
    that are gone from the audience are told, and stay out until they sign up again.
    """
    if (yes or approve is not None) and not repair:
        raise misuse(invocation, "usage_repair_missing")
    approve = digest_of(invocation, approve)
    invocation.sends = repair
    workspace = open_work(invocation)
    name = chosen_exports(workspace.configuration, (export,))[0]
    snapshot = refreshed(invocation, workspace)
    comparison = _Comparison(invocation, workspace, snapshot, name)
    with _people_file(csv_path) as people:
        told = (
            comparison.repair(people, yes=yes, digest=approve)
            if repair
            else comparison.look(people)
        )
    if as_json:
        print_json(told)
    elif people.rows and csv_path is not None:
        rows = number(people.rows, invocation.language)
        print_line(say(invocation.language, "plan_csv", rows=rows, file=str(csv_path)))


class _Comparison:
    """One export's audience compared in full, once."""

    def __init__(
        self, invocation: Invocation, workspace: Workspace, snapshot: Snapshot, export: str
    ) -> None:
        self._invocation = invocation
        self._workspace = workspace
        self._snapshot = snapshot
        self._export = export
        self._view: PlanView | None = None

    def look(self, people: _People) -> dict[str, Any]:
        """Compare and tell; nothing is written at Mailchimp."""
        from segue.cli.drift_text import is_repairable, print_repair

        with busy(self._invocation, "observe"):
            view = asyncio.run(
                self._workspace.plan(self._export, self._snapshot, whole=True, drifted=people.write)
            )
        self._show(view)
        if is_repairable(view.plan.drift):
            self._invocation.exit_code = UnsafePlan.exit_code
            if not self._invocation.wants_json:
                print_repair(view.plan, self._invocation.language)
        return self._told()

    def repair(self, people: _People, *, yes: bool, digest: str | None) -> dict[str, Any]:
        """Compare, tell and send what differs."""
        from segue.cli.commands.run import Runner
        from segue.shown.documents import report_as_json

        runner = Runner(
            self._invocation,
            self._workspace,
            self._snapshot,
            full=False,
            retry_held=False,
            digest=digest,
            yes=yes,
            asks=is_watched() and not (yes or digest or self._invocation.wants_json),
            whole=True,
            seen=self._show,
            drifted=people.write,
        )
        reports = runner.run([self._export])
        runs = [report_as_json(report) for report in reports]
        return self._told() | {"runs": runs, "errors": runner.errors}

    def _show(self, view: PlanView) -> None:
        from segue.cli.drift_text import print_drift

        self._view = view
        if not self._invocation.wants_json:
            print_drift(view.plan, view.looked_at, self._invocation.language)

    def _told(self) -> dict[str, Any]:
        from segue.cli.drift_text import drift_as_json

        return {"export": self._export} | (
            drift_as_json(self._view.plan, self._view.looked_at) if self._view else {}
        )


@dataclass(slots=True)
class _People:
    """Writes everybody who differs to an open CSV file, if there is one, and counts them."""

    row: Callable[[list[str]], None] | None
    rows: int = field(default=0)

    @property
    def write(self) -> Callable[[Drifted], None] | None:
        """What takes a person; None when there is no file."""
        return None if self.row is None else self._write

    def _write(self, person: Drifted) -> None:
        from segue.shown.people import drift_row

        if self.row is not None:
            self.rows += 1
            self.row(drift_row(person))


@contextmanager
def _people_file(path: Path | None) -> Iterator[_People]:
    if path is None:
        yield _People(None)
        return
    from segue.shown.people import DRIFT_COLUMNS

    with csv_file(path, DRIFT_COLUMNS) as write:
        yield _People(write)
