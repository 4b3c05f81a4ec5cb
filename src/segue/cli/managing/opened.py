"""The options that every command on an installation has, and the installation that they name."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from segue.cli.invocation import LANGUAGES, Invocation
from segue.cli.places import Place

_Command = TypeVar("_Command", bound=Callable[..., Any])


def installation_options(command: _Command) -> _Command:
    """Give a command `--home` and `--language`, and the Invocation as first argument."""

    @click.option("--home", type=Place(), metavar="FOLDER", help="State folder.")
    @click.option("--language", type=click.Choice(LANGUAGES), help="Language of what is printed.")
    @click.pass_obj
    @wraps(command)
    def wrapped(
        invocation: Invocation, /, *args: Any, home: Path | None, language: str | None, **kw: Any
    ) -> Any:
        invocation.choose(config=None, home=home, language=language)
        return command(invocation, *args, **kw)

    return wrapped  # type: ignore[return-value]


def folder_of(invocation: Invocation) -> Path:
    """Return the state folder that was named, or the usual one, and make this process its installation's."""
    from segue.cli.serving.home import DEFAULT, work_in

    folder = invocation.home = invocation.home or DEFAULT.absolute()
    work_in(folder)
    # What the database's library says of a failure is told by the problem that follows, without its place and user.
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
    return folder


def open_installation(invocation: Invocation) -> Path:
    """Set Django up for the installation and return its folder. Raises: ConfigurationProblem when there is none."""
    from segue.service.django import set_up

    folder = folder_of(invocation)
    set_up(folder)
    from django.utils import translation

    # What operations say of an answer is said by them, in the language of whoever asked, until the command ends.
    click.get_current_context().with_resource(translation.override(invocation.language))
    return folder
