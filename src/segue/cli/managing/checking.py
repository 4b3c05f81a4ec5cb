"""`segue manage check`: look an installation over before people depend on it."""

from __future__ import annotations

from shlex import quote

import click

from segue.cli.invocation import Invocation
from segue.cli.managing.opened import installation_options, open_installation
from segue.cli.messages import say
from segue.cli.terminal import print_line
from segue.core.errors import ConfigurationProblem


@click.command()
@click.option("--deploy", is_flag=True, help="Also what matters once others reach it by https.")
@installation_options
def check(invocation: Invocation, *, deploy: bool) -> None:
    """Check the settings, the database and the rights on the state folder. Exit code 2 when something is found."""
    from segue.cli.serving.home import open_to_others

    folder = open_installation(invocation)
    from segue.service.rotation import fit_nothing

    found = [
        say(invocation.language, "up_open_to_others", place=str(place), quoted=quote(str(place)))
        for place in open_to_others(folder)
    ]
    if fit_nothing():
        found.append(say(invocation.language, "keys_fit_nothing"))
    found += _found_by_django(deployed=deploy)
    for line in found:
        print_line(line, style="yellow")
    if found:
        invocation.exit_code = ConfigurationProblem.exit_code
    else:
        print_line(say(invocation.language, "manage_check_good"), style="green")


def _found_by_django(*, deployed: bool) -> list[str]:
    from django.core.checks import run_checks

    return [
        f"{one.id}: {one.msg} {one.hint or ''}".rstrip()
        for one in run_checks(include_deployment_checks=deployed)
        if not one.is_silenced()
    ]
