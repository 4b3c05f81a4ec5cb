"""`segue apply`: show what a file changes in the installation, ask, and make it the definition that counts.

Django is loaded when the command runs, never for `--help`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from segue.cli.asking import agreed
from segue.cli.invocation import Invocation, find_file, json_option, shared_options
from segue.cli.managing.opened import open_installation
from segue.cli.messages import say
from segue.cli.places import Place
from segue.cli.terminal import is_watched, print_json, print_line
from segue.core.errors import UnsafePlan

if TYPE_CHECKING:
    from segue.service.differences import PlanOfChanges
    from segue.service.reading import ReadDefinition


@click.command()
@click.argument("file", required=False, type=Place())
@click.option("--yes", is_flag=True, help="Do not ask.")
@shared_options
@json_option
def apply(invocation: Invocation, *, file: Path | None, yes: bool, as_json: bool) -> None:
    """Make what FILE declares that of the installation in --home: sources, profiles, segments, connections, exports.

    Only what came from files is created, changed and removed; what was made in the pages stays as it is, and a name that
    both claim is refused. The plan of changes is shown first. Without --yes somebody must agree to it on the terminal;
    where nobody can, and with --json, nothing is applied and the exit code is 4. Nothing is read before the next refresh,
    and nothing runs on a new connection before an administrator has completed it in the pages.
    """
    path = (file or invocation.config or find_file(Path.cwd())).absolute()
    _apply(invocation, path, open_installation(invocation), agreed=yes)


def _apply(invocation: Invocation, path: Path, home: Path, *, agreed: bool) -> None:
    from segue.configuration.load import text_at
    from segue.service.differences import plan_of_changes
    from segue.service.reading import read_definition

    read = read_definition(text_at(path), folder=path.parent, file_name=path.name)
    plan = plan_of_changes(read)
    if not invocation.wants_json:
        _show(invocation, plan, path, home)
    agreed = agreed or (not invocation.wants_json and not plan.is_same_text and _agree(invocation))
    applies = agreed and not plan.is_same_text
    if applies:
        _make_it_count(read, plan)
    if invocation.wants_json:
        from segue.cli.apply_text import plan_as_json

        print_json({**plan_as_json(plan, path), "applied": applies})
        invocation.exit_code = 0 if applies or plan.is_same_text else UnsafePlan.exit_code
    elif applies:
        print_line(say(invocation.language, "apply_done"), style="green")


def _show(invocation: Invocation, plan: PlanOfChanges, path: Path, home: Path) -> None:
    from segue.cli.apply_text import print_changes

    if plan.is_same_text:
        print_line(say(invocation.language, "apply_same", file=str(path)))
        return
    print_line(say(invocation.language, "apply_title", file=str(path), home=str(home)))
    print_changes(plan, invocation.language)


def _agree(invocation: Invocation) -> bool:
    """Ask on the terminal. Raises: Exit when the answer is no; UnsafePlan where nobody can answer."""
    if not is_watched():
        raise UnsafePlan(
            "Nobody could be asked; nothing was applied.",
            action="Look at the changes above and apply them with --yes.",
            code="not_confirmed",
        )
    if not agreed(invocation.language, "apply_confirm"):
        click.echo(say(invocation.language, "apply_declined"), err=True)
        raise click.exceptions.Exit(code=130)
    return True


def _make_it_count(read: ReadDefinition, plan: PlanOfChanges) -> None:
    """Apply exactly the plan that was shown, as the installation itself. Raises: UnsafePlan when it is another by now."""
    from segue.service.adapters import SystemClock
    from segue.service.definitions import apply as apply_definition

    apply_definition(
        read, arrival=read.arrival, actor=None, now=SystemClock().now(), plan=plan.digest
    )
