"""`segue export-config`: print the whole installation as `segue.yaml`, secrets by reference.

Django is loaded when the command runs, never for `--help`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from segue.cli.invocation import Invocation
from segue.cli.managing.opened import installation_options, open_installation
from segue.cli.messages import say
from segue.cli.places import Place
from segue.cli.terminal import print_line
from segue.cli.whole_files import write_whole
from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.words.catalogue import in_language

if TYPE_CHECKING:
    from segue.service.as_code import AsCode


@click.command("export-config")
@click.option("--output", type=Place(), metavar="FILE", help="Write a file instead.")
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@installation_options
def export_config(invocation: Invocation, *, output: Path | None, force: bool) -> None:
    """Print the whole installation in --home as segue.yaml: what was made in the pages and what came from files.

    Secrets are references to environment variables or files, never values. Applied to an empty installation with `segue
    apply`, the file gives the same; schedules, people and what was run are no part of it. What a file cannot say is named
    on standard error.
    """
    open_installation(invocation)
    from segue.service.as_code import installation_as_code

    made = installation_as_code()
    if output is None:
        click.echo(made.text, nl=False)
    else:
        _refuse_to_replace(output, force=force)
        write_whole(output.absolute(), made.text)
        print_line(say(invocation.language, "export_config_written", file=str(output)))
    _tell(invocation, made)


def _tell(invocation: Invocation, made: AsCode) -> None:
    """Say on standard error what is not in the text, and which variables it counts on."""
    language = invocation.language
    for one in made.left_out:
        why = in_language(one.why, language)
        line = say(language, "export_config_left_out", name=one.name, section=one.section, why=why)
        click.echo(line, err=True)
    if made.variables:
        names = ", ".join(made.variables)
        click.echo(say(language, "export_config_variables", names=names), err=True)


def _refuse_to_replace(target: Path, *, force: bool) -> None:
    if target.exists() and not force:
        raise ConfigurationProblem(
            said("%(target)s is there already.", target=target),
            action="Name another file with --output, or replace it with --force.",
            code="file_exists",
        )
