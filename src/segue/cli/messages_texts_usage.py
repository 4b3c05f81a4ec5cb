"""The texts about how a command was called, in English; see `messages_texts`."""

from __future__ import annotations

USAGE: dict[str, str] = {
    "usage_no_command": "There is no command '{name}'. See: {proposed}",
    "usage_near_command": "There is no command '{name}'. Did you mean '{proposed}'?",
    "usage_nobody_to_ask": "Nobody can be asked here; use {option}.",
    "usage_exclude": "{one} and {other} exclude each other.",
    "usage_which_installation": "Give --this-one or --a-copy: it is one or the other.",
    "usage_several_releases": "--approve approves one plan, and EXPORT has left tags in several.",
    "usage_time_zone": "'{zone}' is not a time zone; use an IANA name such as Europe/Paris.",
    "usage_repair_missing": "--yes and --approve say that a repair may write: add --repair.",
    "usage_approve_one": "--approve approves one plan: name its export with --export.",
    "yes_or_no": "[y/N]:",
    "yes_or_no_only": "Answer y or n.",
}
