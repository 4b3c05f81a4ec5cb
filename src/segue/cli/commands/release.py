"""`segue release`: take away the tags that an export has left on people after it was taken out of the configuration."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import click

from segue.cli.asking import must_agree
from segue.cli.invocation import Invocation, json_option, shared_options
from segue.cli.messages import say
from segue.cli.misuse import digest_of, misuse
from segue.cli.terminal import is_watched, print_json, print_line
from segue.cli.working import busy, open_work, refreshed
from segue.core.errors import UnsafePlan
from segue.words.amounts import number

if TYPE_CHECKING:
    from segue.cli.interrupts import Interrupts
    from segue.profiles.ports import Snapshot
    from segue.service.exports import Workspace
    from segue.sync.plan import Plan
    from segue.sync.report import RunReport


@click.command()
@click.argument("export", metavar="EXPORT")
@click.option("--yes", is_flag=True, help="Do not ask. A plan that a brake holds still waits.")
@click.option("--approve", metavar="DIGEST", help="Approve exactly this held plan.")
@shared_options
@json_option
def release(
    invocation: Invocation, *, export: str, yes: bool, approve: str | None, as_json: bool
) -> None:
    """Take away the tags that EXPORT has left on people, once the configuration declares it no more.

    Nobody loses a tag that another export claims or that was there before Segue, and nobody leaves the audience. A plan
    that takes tags from many waits for --approve.
    """
    from segue.cli.exit_codes import gravest
    from segue.cli.interrupts import Interrupts
    from segue.service.releasing import of_export

    approve = digest_of(invocation, approve)
    workspace = open_work(invocation)
    places = of_export(export, workspace.configuration)
    if not (yes or approve or is_watched()):
        raise misuse(invocation, "usage_nobody_to_ask", option="--yes")
    snapshot = refreshed(invocation, workspace)
    codes: list[int] = []
    with Interrupts(invocation) as interrupts:
        release_one = _Release(
            invocation,
            snapshot,
            interrupts,
            asks=not (yes or approve),
            digest=approve,
            is_only=len(places) == 1,
        )
        for place in places:
            if not interrupts.number:
                codes.append(asyncio.run(release_one.run(place, workspace)))
    invocation.exit_code = interrupts.exit_code or gravest(codes)
    if as_json:
        print_json({"releases": release_one.told})


class _Release:
    """Shows plans that take tags away, asks, and carries them out.

    A digest approves one plan: of several (not `is_only`) the others are shown, and wait.
    """

    def __init__(
        self,
        invocation: Invocation,
        snapshot: Snapshot,
        interrupts: Interrupts,
        *,
        asks: bool,
        digest: str | None,
        is_only: bool,
    ) -> None:
        self.told: list[dict[str, Any]] = []
        self._invocation = invocation
        self._snapshot = snapshot
        self._interrupts = interrupts
        self._asks = asks
        self._digest = digest
        self._is_only = is_only

    async def run(self, place: Any, workspace: Workspace) -> int:
        """Release one audience. Returns the exit code."""
        from segue.cli.exit_codes import exit_code_of
        from segue.service.releasing import workspace_for
        from segue.sync.permission import Permission

        work = await workspace_for(place, workspace)
        with busy(self._invocation, "plan"):
            made = work.plan(place.export, self._snapshot, permit=self._interrupts.permit)
            plan = (await made).plan
        self._show(plan)
        is_approved = self._digest is not None and (self._is_only or self._digest == plan.digest)
        if not is_approved and (plan.needs_approval or self._digest is not None):
            self._tell(plan, None)
            return UnsafePlan.exit_code
        if self._asks and not plan.is_empty:
            with self._interrupts.at_once():
                must_agree(self._invocation.language, "release_ask")
        permission = Permission(digest=self._digest or plan.digest)
        report = await work.run(
            place.export, self._snapshot, permission=permission, permit=self._interrupts.permit
        )
        self._tell(plan, report)
        return exit_code_of(report)

    def _show(self, plan: Plan) -> None:
        if self._invocation.wants_json:
            return
        language = self._invocation.language
        title = say(
            language,
            "release_title",
            export=plan.export,
            audience=plan.audience_name,
            id=plan.audience_id,
            people=number(plan.removals, language),
        )
        print_line(title, style="bold")
        for one in plan.segments:
            people = number(one.removes, language)
            print_line("  " + say(language, "release_tag", tag=one.tag, people=people))

    def _tell(self, plan: Plan, report: RunReport | None) -> None:
        from segue.cli.plan_text import print_refused, print_stops
        from segue.cli.report_text import print_summary
        from segue.shown.documents import plan_as_json, report_as_json

        run = report_as_json(report) if report else None
        self.told.append({"plan": plan_as_json(plan), "run": run})
        if self._invocation.wants_json:
            return
        language = self._invocation.language
        if report is not None:
            print_summary(report, language)
            return
        print_stops(plan.stops, language)
        if plan.refusals:
            print_refused(plan, language)
            return
        command = f"segue release {plan.export} --approve {plan.digest}"
        print_line(say(language, "plan_approve", command=command))
