"""`segue report`: the last runs, one run, and the contacts that Mailchimp rejected."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from segue.cli.invocation import Invocation, json_option, shared_options
from segue.cli.messages import say
from segue.cli.places import Place
from segue.cli.terminal import print_json, print_line
from segue.cli.working import open_work
from segue.shown.spreadsheets import csv_file
from segue.words.amounts import number

if TYPE_CHECKING:
    from segue.service.exports import Workspace
    from segue.sync.report import RunReport


@click.command()
@click.argument("run_id", metavar="[RUN]", required=False)
@click.option(
    "-n",
    "--number",
    "limit",
    type=click.IntRange(1, 200),
    default=10,
    show_default=True,
    help="How many runs.",
)
@click.option(
    "--rejected",
    type=Place(dir_okay=False),
    metavar="FILE.csv",
    help="Write the rejected contacts with reason and fix.",
)
@shared_options
@json_option
def report(
    invocation: Invocation, *, run_id: str | None, limit: int, rejected: Path | None, as_json: bool
) -> None:
    """Show the last runs, or everything about one; --rejected writes who was rejected, why, and what to do.

    Who is left out because of a refusal in an earlier run is listed too, with since when and until when.

    Without RUN, --rejected takes the last run.
    """
    workspace = open_work(invocation)
    one = workspace.report(run_id) if run_id else None
    if rejected is not None:
        _write_rejected(invocation, workspace, one, rejected)
    elif as_json:
        _print_as_json(workspace, one, limit)
    elif one is not None:
        from segue.cli.report_text import print_report

        print_report(one, invocation.language)
    else:
        _print_list(invocation, workspace, limit)


def _print_as_json(workspace: Workspace, one: RunReport | None, limit: int) -> None:
    from segue.shown.documents import report_as_json

    shown = [one] if one is not None else workspace.reports(limit)
    print_json({"runs": [report_as_json(report) for report in shown]})


def _print_list(invocation: Invocation, workspace: Workspace, limit: int) -> None:
    from segue.cli.report_text import print_runs

    reports = workspace.reports(limit)
    if reports:
        print_runs(reports, invocation.language)
    else:
        print_line(say(invocation.language, "report_none"))


def _write_rejected(
    invocation: Invocation, workspace: Workspace, one: RunReport | None, path: Path
) -> None:
    from segue.shown.rejected import COLUMNS, file_row

    if one is None:
        latest = workspace.reports(1)
        if not latest:
            print_line(say(invocation.language, "report_none"))
            return
        one = latest[0]
    rows = held = 0
    with csv_file(path, COLUMNS) as write:
        for contact in workspace.rejected(one.run_id):
            write(file_row(contact, invocation.language))
            rows += 1
            held += contact.held_since is not None
    if invocation.wants_json:
        told = {"run": one.run_id, "rejected": rows - held, "held": held, "file": str(path)}
        print_json(told)
    else:
        print_line(
            say(
                invocation.language,
                "report_csv",
                rows=number(rows, invocation.language),
                held=number(held, invocation.language),
                file=str(path),
            )
        )
