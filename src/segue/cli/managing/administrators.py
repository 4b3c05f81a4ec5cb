"""`segue manage add-administrator`: for the first one, and for when nobody can sign in any more."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from segue.cli.invocation import Invocation
from segue.cli.managing.opened import installation_options, open_installation
from segue.cli.messages import say
from segue.cli.misuse import misuse
from segue.cli.terminal import is_watched, print_line


@click.command()
@click.option("--link", is_flag=True, help="Print a one-time link instead of asking here.")
@installation_options
def add_administrator(invocation: Invocation, *, link: bool) -> None:
    """Add an administrator: asks for name, e-mail and password, or prints a link for whoever becomes one."""
    if not link and not is_watched():
        raise misuse(invocation, "usage_nobody_to_ask", option="--link")
    open_installation(invocation)
    from segue.cli.serving.first_person import ask_for_administrator, invitation_link
    from segue.control.people.operations import invite_administrator

    if not link:
        ask_for_administrator(invocation)
        return
    token = invite_administrator(now=datetime.now(UTC))
    print_line(say(invocation.language, "administrator_link"))
    print_line(invitation_link(token))
