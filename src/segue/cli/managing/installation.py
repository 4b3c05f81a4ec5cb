"""`segue manage installation`: which installation this is, and the one decision whether it is the real one."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from segue.cli.held_text import print_why, stops_as_json
from segue.cli.invocation import Invocation, json_option
from segue.cli.managing.desk import Desk, desk_of
from segue.cli.managing.opened import installation_options
from segue.cli.messages import say
from segue.cli.misuse import misuse
from segue.cli.places import Place
from segue.cli.terminal import print_json, print_line
from segue.core.errors import UnsafePlan
from segue.service.deciding import Decision, Shown

if TYPE_CHECKING:
    from segue.cli.invocation import Language


@click.command()
@click.option(
    "--this-one", is_flag=True, help="This installation is the real one, where it stands now."
)
@click.option(
    "--a-copy", is_flag=True, help="This is a copy: the audiences that it knows belong to another."
)
@click.option("--config", type=Place(), metavar="FILE", help="Configuration file.")
@installation_options
@json_option
def installation(
    invocation: Invocation, *, this_one: bool, a_copy: bool, config: Path | None, as_json: bool
) -> None:
    """Show which installation this is: its id, where it belongs, and whose stamp its audiences carry.

    A state folder that was copied, moved or restored, or whose audiences another installation stamped, writes nothing to
    Mailchimp before somebody says once, with --this-one or --a-copy, which installation is the real one. No approval
    of a plan does, nor --yes. Exit code 4 while that is to be said.
    """
    if this_one and a_copy:
        raise misuse(invocation, "usage_which_installation")
    invocation.choose(config=config, home=None, language=None)
    desk = desk_of(invocation)
    before = desk.shown()
    if a_copy or (this_one and before.is_to_be_decided):
        _decide(invocation, desk, Decision.THIS_ONE if this_one else Decision.A_COPY)
    elif as_json:
        print_json(_as_json(before))
    else:
        _print(before, invocation.language)
    if desk.shown().is_held:
        invocation.exit_code = UnsafePlan.exit_code


def _decide(invocation: Invocation, desk: Desk, decision: Decision) -> None:
    decided = desk.decide(decision)
    if invocation.wants_json:
        print_json(_as_json(desk.shown()))
        return
    key = "identity_is_real" if decision is Decision.THIS_ONE else "identity_is_a_copy"
    print_line(say(invocation.language, key, id=decided.id), style="green")


def _print(shown: Shown, language: Language) -> None:
    _print_identity(shown, language)
    for audience in shown.audiences:
        state = say(language, f"stamp_is_{audience.state}", others=", ".join(audience.others))
        print_line("  " + say(language, "identity_audience", folder=audience.folder, state=state))
    if not shown.is_held:
        if shown.identity is not None:
            print_line(say(language, "identity_good"), style="green")
        return
    print_why(shown, language)


def _print_identity(shown: Shown, language: Language) -> None:
    identity, home = shown.identity, shown.here.home
    if identity is None:
        key = "place_home" if shown.is_held else "identity_none"
        print_line(say(language, key, home=home, value=home))
        return
    made_at = f"{identity.made_at:%Y-%m-%d %H:%M}"
    print_line(say(language, "identity_id", id=identity.id, made_at=made_at), style="bold")
    if identity.copy_of:
        print_line(say(language, "identity_copy_of", id=identity.copy_of))
    for key, value in asdict(identity.place).items():
        if value:
            print_line(say(language, f"place_{key}", value=value))


def _as_json(shown: Shown) -> dict[str, Any]:
    identity = shown.identity
    return {
        "id": identity.id if identity else None,
        "made_at": identity.made_at if identity else None,
        "copy_of": (identity.copy_of or None) if identity else None,
        "recorded": asdict(identity.place) if identity else None,
        "here": asdict(shown.here),
        "is_held": shown.is_held,
        "is_readable": not shown.is_unreadable,
        "stops": stops_as_json(shown),
        "audiences": [
            {"folder": one.folder, "state": one.state.value, "others": list(one.others)}
            for one in shown.audiences
        ],
    }
