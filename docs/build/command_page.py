"""Write the page of the command line from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator

import click

from segue.cli import main as entry
from segue.cli.speaking import in_words

_HEAD = """\
<!-- Written by `make docs` from the commands; change their texts in src/segue/cli instead. -->

# Command line

How commands end: [exit codes](exit-codes.md). What their errors mean: [error codes](errors.md).
"""


def root_command() -> click.Group:
    """Return the group that holds every command of `segue`."""
    return next(value for value in vars(entry).values() if isinstance(value, click.Group))


def commands() -> Iterator[tuple[str, click.Context]]:
    """Walk every visible command with its whole name, outer before inner."""
    yield from _walk("segue", in_words(root_command(), None), parent=None)


def command_page() -> str:
    """Return the page of the command line."""
    return _HEAD + "".join(_section(name, context) for name, context in commands())


def _walk(
    name: str, command: click.Command, *, parent: click.Context | None
) -> Iterator[tuple[str, click.Context]]:
    context = click.Context(
        command,
        info_name=name.rpartition(" ")[2],
        parent=parent,
        max_content_width=100,
        terminal_width=100,
        **command.context_settings,
    )
    yield name, context
    if isinstance(command, click.Group):
        for part in command.list_commands(context):
            inner = command.get_command(context, part)
            if inner is not None and not inner.hidden:
                yield from _walk(f"{name} {part}", inner, parent=context)


def _section(name: str, context: click.Context) -> str:
    shown = click.unstyle(context.command.get_help(context)).strip()
    return f"\n## {name}\n\n```\n{shown}\n```\n"
