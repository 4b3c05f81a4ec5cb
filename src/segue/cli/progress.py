"""The progress of a run on the terminal, in accepted contacts, with rate and time left. Also asks before sending."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

from segue.cli.asking import agreed
from segue.cli.invocation import Language
from segue.cli.messages import say
from segue.cli.terminal import errors
from segue.words.plans import step_words

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from segue.sync.permission import Permission
    from segue.sync.plan import Plan


class RunProgress:
    """Hears the steps of one run.

    `asks` lets the person who watches say no before anything is written; whoever says yes has `permission`. `asking` is
    entered while the answer is waited for.
    """

    def __init__(
        self,
        language: Language,
        *,
        permission: Permission,
        asks: bool,
        asking: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._language = language
        self._permission = permission
        self._asks = asks
        self._asking = asking
        self._total = 0
        self._bar: tuple[Progress, TaskID] | None = None

    def __enter__(self) -> Self:
        """Begin to listen."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar away, whatever happened."""
        self._stop()

    def step(self, name: str) -> None:
        """Show which step begins."""
        if name == "push" and self._total:
            self._start()
            return
        self._stop()
        if errors().is_terminal:
            errors().print(step_words(name, self._language) + " …", style="dim", markup=False)

    def planned(self, plan: Plan) -> None:
        """Show the plan and ask, unless it will be held anyway. Raises: click.Exit when the person says no."""
        self._total = plan.changes
        if not self._asks or plan.is_empty or self._permission.refusal(plan):
            return
        from segue.cli.plan_text import print_plan

        print_plan(plan, self._language)
        with self._asking():
            says_yes = agreed(self._language, "run_confirm")
        if not says_yes:
            click.echo(say(self._language, "run_declined"), err=True)
            raise click.exceptions.Exit(code=130)

    def accepted(self, people: int) -> None:
        """Move the bar by contacts that Mailchimp accepted."""
        if self._bar is not None:
            progress, task = self._bar
            progress.advance(task, people)

    def _start(self) -> None:
        if not errors().is_terminal:
            return
        from segue.cli.progress_bar import progress_bar

        progress = progress_bar(errors(), self._language)
        self._bar = (progress, progress.add_task("", total=self._total))
        progress.start()

    def _stop(self) -> None:
        if self._bar is not None:
            self._bar[0].stop()
            self._bar = None
