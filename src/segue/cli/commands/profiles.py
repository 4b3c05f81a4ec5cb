"""`segue profiles`: how many profiles the data gives, and what is wrong with which rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from segue.cli.held_text import held_as_json, print_held
from segue.cli.invocation import Invocation, Language, json_option, shared_options
from segue.cli.messages import say
from segue.cli.terminal import Heading, print_json, print_line, print_table
from segue.cli.working import open_work, refreshed
from segue.words.amounts import number, share

if TYPE_CHECKING:
    from segue.profiles.ports import ListedProblem, Snapshot


@click.command()
@click.option("--problems", is_flag=True, help="List the rows and values that could not be taken.")
@click.option("--kind", metavar="KIND", help="Only problems of this kind, such as not_a_date.")
@click.option(
    "-n",
    "--number",
    "limit",
    type=click.IntRange(1, 1_000_000),
    default=50,
    show_default=True,
    help="How many problems.",
)
@click.option(
    "--show-personal",
    "--show-addresses",
    "show_personal",
    is_flag=True,
    help="Show personal data in full.",
)
@click.option(
    "--force", is_flag=True, help="Read the data again even if nothing seems to have changed."
)
@shared_options
@json_option
def profiles(
    invocation: Invocation,
    *,
    problems: bool,
    kind: str | None,
    limit: int,
    show_personal: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Read the data sources and tell about the profiles: rows, addresses, and what is wrong with them."""
    workspace = open_work(invocation)
    snapshot = refreshed(invocation, workspace, force=force)
    listed: Sequence[ListedProblem] = ()
    if problems or kind:
        listed = workspace.problems(snapshot, limit, kind=kind, personal_values=show_personal)
    if as_json:
        held = held_as_json(workspace.configuration.home, invocation)
        print_json(_as_json(snapshot, listed) | {"installation": held})
        return
    if problems or kind:
        _print_problems(invocation.language, listed)
    else:
        _print_counts(invocation.language, snapshot)
    print_held(workspace.configuration.home, invocation)


def _as_json(snapshot: Snapshot, listed: Sequence[ListedProblem]) -> dict[str, object]:
    from dataclasses import asdict

    from segue.shown.documents import loss_as_json

    return {
        "taken_at": snapshot.taken_at,
        "tables": {name: asdict(counts) for name, counts in snapshot.counts.items()},
        "addresses": {name: asdict(counts) for name, counts in snapshot.addresses.items()},
        "files": {
            name: [asdict(facts) for facts in files]
            for name, files in snapshot.source_files.items()
        },
        "sources": {
            name: {
                "read_at": snapshot.source_read_at.get(name),
                "full_at": snapshot.full_at(name),
            }
            for name in snapshot.source_rows
        },
        "problem_counts": [asdict(count) for count in snapshot.problem_counts],
        "losses": [loss_as_json(loss) for loss in snapshot.reading.losses],
        "changes": [asdict(change) for change in snapshot.reading.changes],
        "problems": [asdict(problem) for problem in listed],
    }


def _print_counts(language: Language, snapshot: Snapshot) -> None:
    from segue.cli.reading_text import rising_lines, unchanged_lines

    count = number(snapshot.counts["profiles"].kept, language)
    print_line(say(language, "profiles_count", count=count))
    taken_at = f"{snapshot.taken_at:%Y-%m-%d %H:%M:%S}"
    print_line(say(language, "profiles_read", time=taken_at), style="dim")
    _print_rows(language, snapshot)
    for line in (*unchanged_lines(snapshot, language), *rising_lines(snapshot, language)):
        print_line(line, style="dim")
    _print_files(language, snapshot)
    _print_addresses(language, snapshot)
    _print_problem_counts(language, snapshot)


def _print_rows(language: Language, snapshot: Snapshot) -> None:
    rows = []
    for name, c in snapshot.counts.items():
        counted = (c.read, c.without_key, c.repeated, c.without_profile, c.kept)
        rows.append([name, *(number(n, language) for n in counted)])
    columns = ("table", "rows", "without_key", "repeated", "without_profile", "kept")
    print_table(_headings(language, *columns), rows)


def _print_files(language: Language, snapshot: Snapshot) -> None:
    """Say how text files were read: nothing in them tells it for certain."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for name, files in snapshot.source_files.items():
        for facts in files:
            if facts.encoding:
                form = (name, facts.encoding, repr(facts.separator)[1:-1])
                alike.setdefault(form, []).append(Path(facts.file).name)
    rows = [
        [name, files[0] if len(files) == 1 else f"{files[0]} + {len(files) - 1}", encoding, sign]
        for (name, encoding, sign), files in alike.items()
    ]
    if rows:
        print_table(_headings(language, "source", "file", "encoding", "separator"), rows)


def _print_addresses(language: Language, snapshot: Snapshot) -> None:
    rows = []
    for name, c in snapshot.addresses.items():
        counted = (c.valid, c.missing, sum(c.problems.values()), c.duplicates)
        rows.append([name, *(number(n, language) for n in counted)])
    columns = ("address_attribute", "valid", "missing", "invalid", "duplicates")
    print_table(_headings(language, *columns), rows)


def _print_problem_counts(language: Language, snapshot: Snapshot) -> None:
    from segue.cli.problem_words import words_of_kind

    if not snapshot.problem_counts:
        print_line(say(language, "profiles_none_wrong"))
        return
    rows = [
        [
            p.source,
            p.column or "",
            p.kind,
            words_of_kind(p.kind, language).message,
            number(p.count, language),
        ]
        for p in snapshot.problem_counts
    ]
    print_table(_headings(language, "source", "column", "kind", "problem", "count"), rows)
    _print_losses(language, snapshot)


def _print_losses(language: Language, snapshot: Snapshot) -> None:
    """Print how much of what is written was not read, and what changed in the form of the files."""
    from segue.cli.reading_text import change_sentence

    rows = [
        [
            loss.label,
            number(loss.written, language),
            number(loss.lost, language),
            share(loss.share, language),
            ", ".join(loss.samples),
        ]
        for loss in snapshot.reading.losses
        if loss.lost
    ]
    if rows:
        columns = ("place", "written", "lost", "share", "samples")
        title = say(language, "reading_status")
        print_table(_headings(language, *columns), rows, title=title)
    for change in snapshot.reading.changes:
        print_line(change_sentence(change, language), style="yellow")


def _print_problems(language: Language, listed: Sequence[ListedProblem]) -> None:
    from segue.cli.problem_words import words_of_kind

    if not listed:
        print_line(say(language, "profiles_none_wrong"))
        return
    print_table(
        _headings(language, "source", "row", "column", "value", "problem", "fix"),
        [
            [
                p.source,
                str(p.row),
                p.column or "",
                p.value or "",
                f"{words_of_kind(p.kind, language).message}{_won(language, p)}",
                words_of_kind(p.kind, language).action,
            ]
            for p in listed
        ],
    )


def _won(language: Language, problem: ListedProblem) -> str:
    """Return which row won where this one lost: by its number, and by its file where that is another one."""
    if problem.won_row is None:
        return ""
    if problem.won_file in (None, problem.file):
        return " " + say(language, "profiles_won", row=str(problem.won_row))
    file = Path(str(problem.won_file)).name
    return " " + say(language, "profiles_won_elsewhere", row=str(problem.won_row), file=file)


_NUMBERS = frozenset(
    (
        "rows",
        "without_key",
        "repeated",
        "without_profile",
        "kept",
        "valid",
        "missing",
        "invalid",
        "duplicates",
        "count",
        "row",
        "written",
        "lost",
        "share",
    )
)


def _headings(language: Language, *keys: str) -> list[Heading]:
    return [Heading(text=say(language, f"head_{key}"), is_number=key in _NUMBERS) for key in keys]
