"""`segue run`: run exports one after the other, and leave the exit code of the gravest end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from segue.cli.invocation import Invocation, json_option, shared_options
from segue.cli.left_behind import left_elsewhere, print_left_elsewhere
from segue.cli.messages import say
from segue.cli.misuse import digest_of, misuse
from segue.cli.terminal import is_watched, print_json, print_line
from segue.cli.working import chosen_exports, open_work, refreshed
from segue.core.errors import BrokenOff, ConnectionLost, Problem

if TYPE_CHECKING:
    from segue.configuration.values import Configuration
    from segue.profiles.ports import Snapshot
    from segue.service.exports import PlanView, Workspace
    from segue.sync.people import Drifted
    from segue.sync.report import RunReport


@click.command()
@click.option(
    "--export",
    "names",
    multiple=True,
    metavar="NAME",
    help="An export; repeatable. Default: all, in the order of the file.",
)
@click.option(
    "--full",
    is_flag=True,
    help="As if nothing had been acknowledged yet: everybody is sent again; leavers still lose their tags.",
)
@click.option(
    "--retry-held",
    is_flag=True,
    help="Also people whom Mailchimp refused earlier, but for those who said no themselves.",
)
@click.option(
    "--yes",
    is_flag=True,
    help="Do not ask on a terminal, and approve first runs. A plan that another brake holds still waits.",
)
@click.option(
    "--approve", metavar="DIGEST", help="Approve exactly this held plan; needs one export."
)
@shared_options
@json_option
def run(
    invocation: Invocation,
    *,
    names: tuple[str, ...],
    full: bool,
    retry_held: bool,
    yes: bool,
    approve: str | None,
    as_json: bool,
) -> None:
    """Run exports: plan, then send only the differences to Mailchimp, and keep what it acknowledged.

    A plan that trips a brake writes nothing and ends with exit code 4; look at it with `segue plan` and run exactly
    that plan with --approve. The first run of an export waits too, where nobody says yes on a terminal or by --yes.
    """
    approve = digest_of(invocation, approve)
    workspace = open_work(invocation)
    exports = chosen_exports(workspace.configuration, names)
    if approve is not None and len(exports) != 1:
        raise misuse(invocation, "usage_approve_one")
    runner = Runner(
        invocation,
        workspace,
        refreshed(invocation, workspace),
        full=full,
        retry_held=retry_held,
        digest=approve,
        yes=yes,
        asks=is_watched() and not (yes or as_json or approve),
    )
    reports = runner.run(exports)
    if as_json:
        _print_as_json(runner, reports, workspace.configuration)
    else:
        print_left_elsewhere(workspace.configuration, invocation.language)


def _print_as_json(runner: Runner, reports: list[RunReport], configuration: Configuration) -> None:
    from segue.shown.documents import report_as_json

    runs = [report_as_json(report) for report in reports]
    print_json(
        {
            "runs": runs,
            "errors": runner.errors,
            "left_out": runner.left_out,
            "left_elsewhere": left_elsewhere(configuration),
        }
    )


class Runner:
    """Runs exports in turn; after a lost connection the other exports of that connection are left out.

    Whoever presses Ctrl-C ends the run that is at work in order, and leaves out the exports that come after it.

    `whole` compares every contact with the ledger first; `drifted` is called with everybody who differs and `seen` with
    each plan before anything is written.
    """

    def __init__(
        self,
        invocation: Invocation,
        workspace: Workspace,
        snapshot: Snapshot,
        *,
        full: bool,
        retry_held: bool,
        digest: str | None,
        yes: bool,
        asks: bool,
        whole: bool = False,
        seen: Callable[[PlanView], None] | None = None,
        drifted: Callable[[Drifted], None] | None = None,
    ) -> None:
        from segue.cli.interrupts import Interrupts
        from segue.sync.permission import Permission

        self.left_out: list[str] = []
        self.errors: list[dict[str, Any]] = []
        self._invocation = invocation
        self._workspace = workspace
        self._snapshot = snapshot
        self._full = full
        # Whoever is asked on the terminal sees the plan and says yes before the permission counts.
        self._permission = Permission(digest=digest, first_run=yes or asks)
        self._retry_held = retry_held
        self._asks = asks
        self._whole = whole
        self._seen = seen
        self._drifted = drifted
        self._lost: set[str] = set()
        self._interrupts = Interrupts(invocation)

    def run(self, exports: list[str]) -> list[RunReport]:
        """Run the exports, print how each ended, and leave the exit code of the gravest end."""
        from segue.cli.exit_codes import gravest

        reports: list[RunReport] = []
        codes: list[int] = []
        with self._interrupts:
            for name in exports:
                connection = self._workspace.configuration.exports[name].connection
                if self._interrupts.number:
                    self._leave_out("run_left_out_interrupted", name, connection)
                elif connection in self._lost:
                    self._leave_out("run_left_out", name, connection)
                else:
                    codes.append(self._try_one(name, connection, reports))
        self._invocation.exit_code = self._interrupts.exit_code or gravest(codes)
        return reports

    def _try_one(self, name: str, connection: str, reports: list[RunReport]) -> int:
        """Run an export and add its report. Returns the exit code that it deserves."""
        from segue.cli.exit_codes import exit_code_of, is_lost_connection

        try:
            report = asyncio.run(self._run_one(name))
        except Problem as problem:
            if isinstance(problem, ConnectionLost):
                self._lost.add(connection)
            return self._fail(name, problem)
        reports.append(report)
        if is_lost_connection(report):
            self._lost.add(connection)
        self._print(report)
        return exit_code_of(report)

    async def _run_one(self, name: str) -> RunReport:
        from segue.cli.progress import RunProgress

        with RunProgress(
            self._invocation.language,
            permission=self._permission,
            asks=self._asks,
            asking=self._interrupts.at_once,
        ) as progress:
            return await self._workspace.run(
                name,
                self._snapshot,
                permission=self._permission,
                full=self._full,
                retry_held=self._retry_held,
                whole=self._whole,
                listener=progress,
                seen=self._seen,
                drifted=self._drifted,
                permit=self._interrupts.permit,
            )

    def _leave_out(self, key: str, name: str, connection: str) -> None:
        self.left_out.append(name)
        if not self._invocation.wants_json:
            print_line(say(self._invocation.language, key, export=name, connection=connection))

    def _fail(self, name: str, problem: Problem) -> int:
        """Note that an export could not even be planned; the others still run."""
        from segue.cli.problems import print_problem, problem_as_json

        if self._invocation.wants_json:
            self.errors.append({"export": name} | problem_as_json(problem))
        elif isinstance(problem, BrokenOff):
            print_line(say(self._invocation.language, "run_stopped_before", export=name))
        else:
            print_problem(self._invocation, problem)
        return problem.exit_code

    def _print(self, report: RunReport) -> None:
        from segue.cli.report_text import print_summary

        if not self._invocation.wants_json:
            print_summary(report, self._invocation.language)
