"""Help, and what click itself says of a command that is not understood, in the reader's language.

The English stands at the commands, where click wants it, and in click; the French of both in the catalogue, which
`make texts` keeps. Click asks gettext for its words, and gettext the environment for the language.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator
from contextlib import contextmanager
from gettext import bindtextdomain, gettext, textdomain
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from segue.cli.invocation import Language

DOMAIN = "django"
"""The one catalogue: Django looks for the texts of its apps under this name."""
_CATALOGS = Path(__file__).resolve().parents[1] / "locale"
_ASKED = "LANGUAGE"
"""The variable of the environment that gettext heeds before LC_ALL and LANG."""


@contextmanager
def spoken(language: Language) -> Iterator[None]:
    """Let click speak a language meanwhile, whatever that of the machine; processes that begin here inherit it."""
    before, known = textdomain(), os.environ.get(_ASKED)
    bindtextdomain(DOMAIN, str(_CATALOGS))
    textdomain(DOMAIN)
    os.environ[_ASKED] = language
    try:
        yield
    finally:
        textdomain(before)
        if known is None:
            os.environ.pop(_ASKED, None)
        else:
            os.environ[_ASKED] = known


def in_words(command: click.Command, above: click.Context | None) -> click.Command:
    """Return a command whose help is in the language that is spoken; the given one stays as it is."""
    told = copy.copy(command)
    told.help = "\n\n".join(map(gettext, paragraphs(command)))
    context = click.Context(command, parent=above)
    told.params = [_parameter(one, context) for one in command.params]
    if isinstance(told, click.Group):
        told.subcommand_metavar = gettext(told.subcommand_metavar)
        told.commands = {name: in_words(part, context) for name, part in told.commands.items()}
    return told


def paragraphs(command: click.Command) -> list[str]:
    """Return the paragraphs of a command's help, each in one line: the keys of their French."""
    parts = cleandoc(command.help or "").split("\n\n")
    return [" ".join(part.split()) for part in parts if part]


def _parameter(parameter: click.Parameter, context: click.Context) -> click.Parameter:
    told = copy.copy(parameter)
    told.type = copy.copy(parameter.type)
    told.type.name = gettext(parameter.type.name)
    if not getattr(parameter, "is_flag", False):
        told.metavar = gettext(told.make_metavar(context))
    if isinstance(told, click.Option) and told.help:
        told.help = gettext(told.help)
    return told
