"""A group of commands that are imported when they are called, not when they are listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from gettext import gettext
from importlib import import_module
from typing import Any

import click

from segue.cli.speaking import in_words


@dataclass(frozen=True, slots=True)
class Target:
    """Where a command is (`module:name`) and its line in the list."""

    place: str
    summary: str


class ReaderLeft(Exception):
    """Whoever read the output has stopped. Not an OSError: of those click ends the program itself, with code 1."""


class LazyGroup(click.Group):
    """A click group over `Target`s; the list of commands is written without importing any."""

    def __init__(self, *args: Any, targets: Mapping[str, Target], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.targets = targets

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which they are used."""
        return list(self.targets)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command and let it speak; None when there is none of that name."""
        target = self.targets.get(cmd_name)
        if target is None:
            return None
        module, _, name = target.place.partition(":")
        found = getattr(import_module(module), name)
        assert isinstance(found, click.Command)
        return in_words(found, ctx)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Raises: ReaderLeft when what it prints is read no more."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ReaderLeft from error

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or propose the nearest one."""
        if args and args[0] not in self.targets and not args[0].startswith("-"):
            import difflib

            from segue.cli.misuse import misuse

            near = difflib.get_close_matches(args[0], self.targets, n=1)
            key = "usage_near_command" if near else "usage_no_command"
            proposed = near[0] if near else f"{ctx.command_path} --help"
            raise misuse(ctx.obj, key, ctx=ctx, name=args[0], proposed=proposed)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        with formatter.section(gettext("Commands")):
            formatter.write_dl(
                [(name, gettext(target.summary)) for name, target in self.targets.items()]
            )
