"""The help of every command, and what click says of a call that it does not understand: the keys of their translations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from babel.messages.extract import extract

from docs.build.command_page import commands
from segue.cli.lazy import LazyGroup
from segue.cli.speaking import paragraphs

_MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types")
_KEYWORDS = {"_": None, "ngettext": (1, 2)}
_OF_PROGRAMMERS = (
    "Arguments take exactly", "Boolean option", "Choice(", "Confirm the action", "Could not determine",
    "DeprecationWarning", "Invalid start character", "Name '{name}' defined", "No options defined",
    "Show the version", "Unknown color", "%(prog)s, version", "{editor}", "{value!r} is not a valid UUID",
)  # fmt: skip
"""How texts of click begin that say what a program does wrong, or what no command of ours asks for."""


def terminal_texts() -> Iterator[str | tuple[str, ...]]:
    """Yield the help of every command, and what click says."""
    yield from _of_click()
    yield from of_commands()


def of_commands() -> Iterator[str]:
    """Yield the help of every command and option, and the names of what they are given."""
    for _, context in commands():
        command = context.command
        yield from paragraphs(command)
        if isinstance(command, click.Group):
            yield command.subcommand_metavar
        if isinstance(command, LazyGroup):
            yield from (target.summary for target in command.targets.values())
        for parameter in command.params:
            yield from _of_parameter(parameter, context)


def _of_parameter(parameter: click.Parameter, context: click.Context) -> Iterator[str]:
    if not (getattr(parameter, "is_flag", False) or isinstance(parameter.type, click.Choice)):
        shown, kind = parameter.make_metavar(context), parameter.type.name
        yield kind if shown == kind.upper() else shown
    if isinstance(parameter, click.Option) and parameter.help:
        yield parameter.help


def _of_click() -> Iterator[str | tuple[str, ...]]:
    for module in _MODULES:
        with (Path(click.__file__).parent / f"{module}.py").open("rb") as source:
            for _, text, _, _ in extract("python", source, keywords=_KEYWORDS):
                first = text if isinstance(text, str) else text[0]
                if not first.startswith(_OF_PROGRAMMERS):
                    yield text
