"""Say that an installation writes nothing before a person decided: beside what it still does, and where it is shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from segue.cli.invocation import Invocation
from segue.cli.messages import say
from segue.cli.plan_text import print_stops
from segue.cli.terminal import print_line

if TYPE_CHECKING:
    from segue.cli.invocation import Language
    from segue.service.deciding import Shown


def print_held(home: Path, invocation: Invocation) -> None:
    """Print why the installation of a state folder writes nothing, if that is so."""
    found = _shown(home, invocation)
    if found.is_held:
        print_why(found, invocation.language)


def held_as_json(home: Path, invocation: Invocation) -> dict[str, Any]:
    """Return whether the installation of a state folder writes nothing before a person decided, and why."""
    found = _shown(home, invocation)
    return {
        "is_held": found.is_held,
        "is_readable": not found.is_unreadable,
        "stops": stops_as_json(found),
    }


def stops_as_json(found: Shown) -> list[dict[str, Any]]:
    """Return what is to be decided."""
    return [
        {"kind": stop.kind.value, "before": stop.before, "after": stop.after}
        for stop in found.stops
    ]


def _shown(home: Path, invocation: Invocation) -> Shown:
    from segue.service.deciding import shown
    from segue.service.identity import place_of

    return shown(home, place_of(home, invocation.environment))


def print_why(found: Shown, language: Language) -> None:
    """Print what is to be decided, and how."""
    print_line(say(language, "identity_held"), style="bold red")
    if found.is_unreadable:
        print_line("  • " + say(language, "identity_damaged"), style="red")
    print_stops(found.stops, language)
    print_line(say(language, "identity_choose"))
