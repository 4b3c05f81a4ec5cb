"""`segue manage repair`: build lost files of an audience's state anew, after asking. Nothing is written at Mailchimp."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from segue.cli.asking import must_agree
from segue.cli.invocation import Invocation, json_option
from segue.cli.managing.opened import installation_options
from segue.cli.messages import say
from segue.cli.misuse import misuse
from segue.cli.terminal import is_watched, print_json, print_line
from segue.words.amounts import number

if TYPE_CHECKING:
    from segue.cli.invocation import Language
    from segue.service.exports import Workspace
    from segue.service.repairing import Proposed
    from segue.sync.lost_files import Lost


@click.command()
@click.argument("audience", metavar="AUDIENCE")
@click.option(
    "--ours",
    is_flag=True,
    help="People who carry a tag of ours, and of whom nothing is known any more, got it from Segue.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@installation_options
@json_option
def repair(invocation: Invocation, *, audience: str, ours: bool, yes: bool, as_json: bool) -> None:
    """Build lost or damaged files of AUDIENCE's state anew from what Mailchimp holds; nothing is written there.

    Says what is lost and whom it would take as ours, and asks. Where nothing tells who gave a tag to people, they keep
    it, unless --ours. The next plan is a plan like any other: look at it.
    """
    from segue.service.repairing import folders_of

    if not (yes or is_watched()):
        raise misuse(invocation, "usage_nobody_to_ask", option="--yes")
    workspace = _workspace(invocation, audience)
    told = [
        asyncio.run(_repair(invocation, folder, workspace, ours=ours, yes=yes))
        for folder in folders_of(audience, workspace)
    ]
    if as_json:
        print_json({"repairs": told})


def _workspace(invocation: Invocation, audience: str) -> Workspace:
    """Return the installation's workspace when it fills the audience, else that of the configuration file."""
    from segue.cli.managing.opened import open_installation
    from segue.cli.working import open_work
    from segue.core.errors import ConfigurationProblem

    if invocation.config is None:
        given = invocation.home
        try:
            open_installation(invocation)
        except ConfigurationProblem:
            invocation.home = given
        else:
            from segue.service.configured import workspace_of_audience

            found = workspace_of_audience(audience)
            if found is not None:
                return found
            invocation.home = given
    return open_work(invocation)


async def _repair(
    invocation: Invocation, folder: Path, workspace: Workspace, *, ours: bool, yes: bool
) -> dict[str, Any]:
    from segue.service.repairing import proposed

    language = invocation.language
    async with proposed(folder, workspace, ours=ours) as proposal:
        if proposal is None:
            if not invocation.wants_json:
                print_line(say(language, "repair_whole", place=folder.name))
            return {"place": folder.name, "lost": [], "tags": []}
        if not invocation.wants_json:
            _show(proposal, language)
        if not yes:
            must_agree(language, "repair_ask")
        proposal.carry_out()
    if not invocation.wants_json:
        print_line(say(language, "repair_done"), style="green")
    tags = [asdict(tag) for tag in proposal.tags]
    return {"place": proposal.place, "lost": _names(proposal.lost), "tags": tags}


def _show(proposal: Proposed, language: Language) -> None:
    print_line(say(language, "repair_title", place=proposal.place), style="bold")
    for name in _names(proposal.lost):
        kind, _, of = name.partition("/")
        print_line("  • " + say(language, f"repair_lost_{kind}", of=of))
    for tag in proposal.tags:
        counted = {"carriers": tag.carriers, "ours": tag.ours, "foreign": tag.foreign}
        shown = {key: number(count, language) for key, count in counted.items()}
        print_line("  " + say(language, "repair_tag", tag=tag.tag, **shown))


def _names(lost: Lost) -> list[str]:
    """Name what is lost."""
    return [
        *(["journal"] if lost.journal else []),
        *(["contacts"] if lost.contacts else []),
        *(f"ledger/{name}" for name in lost.ledgers),
        *(f"foreign/{position}" for position in lost.foreign),
        *(f"runs/{run_id}" for run_id in lost.runs),
        *lost.others,
    ]
