"""Say that an installation writes nothing before a person decided: beside what it still does, and where it is shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from segue.cli.invocation import Invocation
from segue.cli.messages import say
from segue.cli.plan_text import stop_sentence
from segue.cli.terminal import print_line

if TYPE_CHECKING:
    from segue.cli.invocation import Language
    from segue.workspace.deciding import Shown


def print_held(home: Path, invocation: Invocation) -> None:
    """Print why the installation of a state folder writes nothing, if that is so."""
    from segue.workspace.deciding import shown
    from segue.workspace.identity import place_of

    found = shown(home, place_of(home, invocation.environment))
    if found.is_held:
        print_why(found, invocation.language)


def print_why(found: Shown, language: Language) -> None:
    """Print what is to be decided, and how."""
    print_line(say(language, "identity_held"), style="bold red")
    if found.is_unreadable:
        print_line("  • " + say(language, "identity_damaged"), style="red")
    for stop in found.stops:
        print_line("  • " + stop_sentence(stop, language), style="red")
    print_line(say(language, "identity_choose"))
