"""A group of commands that are imported when they are called, not when they are listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

from segue.core.sentences import said


@dataclass(frozen=True, slots=True)
class Target:
    """Where a command is (`module:name`) and its line in the list."""

    place: str
    summary: str


class LazyGroup(click.Group):
    """A click group over `Target`s; the list of commands is written without importing any."""

    def __init__(self, *args: Any, targets: Mapping[str, Target], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._targets = targets

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which they are used."""
        return list(self._targets)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None when there is none of that name."""
        target = self._targets.get(cmd_name)
        if target is None:
            return None
        module, _, name = target.place.partition(":")
        found = getattr(import_module(module), name)
        assert isinstance(found, click.Command)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or propose the nearest one."""
        if args and args[0] not in self._targets and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], self._targets, n=1)
            hint = (
                said(" Did you mean '%(near)s'?", near=near[0])
                if near
                else f" See: {ctx.command_path} --help"
            )
            raise click.UsageError(f"There is no command '{args[0]}'.{hint}", ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, target.summary) for name, target in self._targets.items()])
