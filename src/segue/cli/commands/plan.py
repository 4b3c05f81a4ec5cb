"""`segue plan`: what a run would do. Nothing is written at Mailchimp."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from segue.cli.invocation import Invocation, json_option, shared_options
from segue.cli.left_behind import left_elsewhere, print_left_elsewhere
from segue.cli.messages import say
from segue.cli.places import Place
from segue.cli.terminal import print_json, print_line
from segue.cli.working import busy, chosen_exports, open_work, refreshed
from segue.core.errors import UnsafePlan
from segue.shown.spreadsheets import csv_file
from segue.words.amounts import number

if TYPE_CHECKING:
    from segue.configuration.values import Configuration
    from segue.profiles.ports import Snapshot
    from segue.service.exports import PlanView
    from segue.sync.people import PersonChange


@click.command()
@click.option(
    "--export", "names", multiple=True, metavar="NAME", help="An export; repeatable. Default: all."
)
@click.option(
    "--full",
    is_flag=True,
    help="As if nothing had been acknowledged yet: everybody is compared afresh.",
)
@click.option(
    "--retry-held",
    is_flag=True,
    help="Also people whom Mailchimp refused earlier, but for those who said no themselves.",
)
@click.option("--show-addresses", is_flag=True, help="Show addresses in full.")
@click.option(
    "--csv",
    "csv_path",
    type=Place(dir_okay=False),
    metavar="FILE",
    help="Write every person of the plan, with address.",
)
@shared_options
@json_option
def plan(
    invocation: Invocation,
    *,
    names: tuple[str, ...],
    full: bool,
    retry_held: bool,
    show_addresses: bool,
    csv_path: Path | None,
    as_json: bool,
) -> None:
    """Show what a run would do: people to add, update, tag, untag and skip, with reasons; nothing is sent.

    Ends with exit code 4 when a plan would wait for approval, whether or not `segue run` is told --yes: a first run
    alone, which --yes approves, ends with 0.
    """
    from segue.profiles.personal import key_is_personal

    workspace = open_work(invocation)
    exports = chosen_exports(workspace.configuration, names)
    shown = _Shown(in_full=show_addresses, keys=key_is_personal(workspace.configuration.schema))
    snapshot = refreshed(invocation, workspace)
    views: list[PlanView] = []
    with _people_file(csv_path) as people:
        for name in exports:
            each = people.writer(name) if people else None
            with busy(invocation, "plan"):
                made = workspace.plan(name, snapshot, full=full, retry_held=retry_held, each=each)
                view = asyncio.run(made)
            views.append(view)
            if not as_json:
                options = _options(full=full, retry_held=retry_held)
                _print(invocation, view, options, shown)
    if as_json:
        _print_as_json(views, shown, left_elsewhere(workspace.configuration))
    else:
        _print_beside(invocation, snapshot, workspace.configuration)
    if people and not as_json:
        _print_file(invocation, people, csv_path)
    if _waits(views):
        invocation.exit_code = UnsafePlan.exit_code


def _print_beside(invocation: Invocation, snapshot: Snapshot, configuration: Configuration) -> None:
    """Print what no plan tells by itself."""
    from segue.cli.reading_text import rising_lines

    for line in rising_lines(snapshot, invocation.language):
        print_line(line, style="dim")
    print_left_elsewhere(configuration, invocation.language)


def _waits(views: list[PlanView]) -> bool:
    """Tell whether a plan waits for approval even where somebody says yes to first runs."""
    from segue.sync.permission import Permission

    yes = Permission(first_run=True)
    return any(yes.refusal(view.plan) is not None for view in views)


def _print_file(invocation: Invocation, people: _People, path: Path | None) -> None:
    rows = number(people.rows, invocation.language)
    print_line(say(invocation.language, "plan_csv", rows=rows, file=str(path)))


def _options(*, full: bool, retry_held: bool) -> str:
    """Return the options with which a run makes the same plan."""
    return f"{' --full' if full else ''}{' --retry-held' if retry_held else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """How people are shown: `in_full`, else with addresses masked, and their keys (`keys`) where these are personal."""

    in_full: bool
    keys: bool


def _print(invocation: Invocation, view: PlanView, options: str, shown: _Shown) -> None:
    from segue.cli.plan_text import print_next, print_plan, print_samples

    print_plan(view.plan, invocation.language)
    print_samples(
        view.samples, invocation.language, in_full=shown.in_full, personal_keys=shown.keys
    )
    print_next(view.plan, invocation.language, options)
    print_line()


def _print_as_json(views: list[PlanView], shown: _Shown, elsewhere: list[dict[str, str]]) -> None:
    from segue.shown.documents import plan_as_json, samples_as_json

    plans = [
        plan_as_json(view.plan)
        | {
            "samples": samples_as_json(
                view.samples, in_full=shown.in_full, personal_keys=shown.keys
            )
        }
        for view in views
    ]
    print_json({"plans": plans, "left_elsewhere": elsewhere})


@dataclass(slots=True)
class _People:
    """Writes people to an open CSV file and counts them."""

    write: Callable[[list[str]], None]
    rows: int = field(default=0)

    def writer(self, export: str) -> Callable[[PersonChange], None]:
        from segue.shown.people import file_row

        def each(person: PersonChange) -> None:
            self.rows += 1
            self.write([export, *file_row(person)])

        return each


@contextmanager
def _people_file(path: Path | None) -> Iterator[_People | None]:
    if path is None:
        yield None
        return
    from segue.shown.people import COLUMNS

    with csv_file(path, ("export", *COLUMNS)) as write:
        yield _People(write)
