"""The bar of a run: accepted contacts of all, rate, time left. Imported only when it is shown."""

from __future__ import annotations

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from segue.cli.invocation import Language
from segue.cli.messages import say
from segue.words.amounts import number


class RateColumn(ProgressColumn):
    """Contacts a second, nothing as long as it is not known."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self._language = language

    def render(self, task: Task) -> Text:
        """Return the rate."""
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{number(round(speed), self._language)}/s")


def progress_bar(console: Console, language: Language) -> Progress:
    """Return a bar that goes away when the run is over."""
    return Progress(
        TextColumn(say(language, "run_progress")),
        BarColumn(),
        MofNCompleteColumn(),
        RateColumn(language),
        TimeRemainingColumn(),
        TextColumn(say(language, "run_left")),
        console=console,
        transient=True,
    )
