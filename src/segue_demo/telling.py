"""How the story looks on the terminal: chapters, tables, checks and the progress of a run. Plain when nobody looks."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shlex import quote

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from segue.cli.terminal import Heading, output, print_line, print_table
from segue.sync.kinds import Kind, Skip
from segue.sync.plan import Plan
from segue.words.amounts import number
from segue.words.brakes import stop_sentence
from segue.words.faces import Face
from segue.words.plans import kind_words, skip_words, step_words

_SHOWN_STEPS = ("observe", "plan", "prepare", "push", "ledger")


class Teller:
    """Tells the story, chapter by chapter."""

    def __init__(self) -> None:
        self._chapter = 0

    def chapter(self, title: str) -> None:
        """Begin a chapter."""
        self._chapter += 1
        print_line()
        print_line(f"{self._chapter}. {title}", style="bold cyan")
        print_line("─" * (len(title) + 3), style="cyan")

    def line(self, text: str = "") -> None:
        """Say a sentence."""
        print_line(text)

    def command(self, text: str) -> None:
        """Show a command to type."""
        print_line(f"  {text}", style="green")

    def table(self, first: str, rows: Iterable[tuple[str, int]]) -> None:
        """Show numbers, each with what it counts."""
        shown = [(what, number(count, "en")) for what, count in rows]
        print_table([Heading(text=first), Heading(text="", is_number=True)], shown)

    def check(self, kept: int, of: int, text: str) -> None:
        """Say whether a promise was kept, by counting; `text` follows the two numbers."""
        sign, style = ("✓", "green") if kept == of else ("✗", "bold red")
        print_line(f"{sign} {number(kept, 'en')} of {number(of, 'en')} {text}", style=style)

    def plan(self, plan: Plan) -> None:
        """Show a plan in people."""
        self.table("What would happen", _rows_of(plan))
        changed = [one for one in plan.segments if one.adds or one.removes]
        if changed:
            print_table(
                [
                    Heading(text="Tag"),
                    *(
                        Heading(text=t, is_number=True)
                        for t in ("before", "after", "add", "remove")
                    ),
                ],
                [
                    [
                        one.tag,
                        *(
                            number(n, "en")
                            for n in (one.before, one.carriers, one.adds, one.removes)
                        ),
                    ]
                    for one in changed
                ],
            )

    def stops(self, plan: Plan) -> None:
        """Show which brakes hold a plan."""
        for stop in plan.stops:
            told = stop_sentence(stop, "en", Face.TERMINAL)
            print_line(f"! {told}", style="bold yellow")

    @contextmanager
    def progress(self) -> Iterator[RunProgress]:
        """Show a run while it goes on."""
        columns = TextColumn("  {task.description:<40}"), BarColumn(), MofNCompleteColumn()
        with Progress(
            *columns, console=output(), transient=True, disable=not output().is_terminal
        ) as bar:
            yield RunProgress(bar)


class RunProgress:
    """A run's listener that moves a progress bar, in accepted contacts."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=None)

    def step(self, name: str) -> None:
        """Hear that a step begins."""
        if name in _SHOWN_STEPS:
            self._bar.update(self._task, description=step_words(name, "en"))

    def planned(self, plan: Plan) -> None:
        """Hear the plan."""
        self._bar.update(self._task, total=plan.changes)

    def accepted(self, people: int) -> None:
        """Hear that people were accepted."""
        self._bar.advance(self._task, people)


def sentence(parts: Sequence[str]) -> str:
    """Join parts of an enumeration."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def program() -> str:
    """Return how `segue` is called from here: by its name where that is found, otherwise by its place."""
    place = Path(sys.executable).with_name("segue")
    if shutil.which("segue") or not place.is_file():
        return "segue"
    near = place.relative_to(Path.cwd()) if place.is_relative_to(Path.cwd()) else place
    return quote(str(near))


def _rows_of(plan: Plan) -> Iterator[tuple[str, int]]:
    for kind in Kind:
        if kind is not Kind.SKIP and plan.counts.get(kind, 0):
            yield kind_words(kind, "en"), plan.counts[kind]
    for skip in Skip:
        if plan.skips.get(skip, 0):
            yield f"skip: {skip_words(skip, 'en')}", plan.skips[skip]
