"""The texts about how a command was called, English and French; see `messages_texts`."""

from __future__ import annotations

USAGE: dict[str, tuple[str, str]] = {
    "usage_no_command": (
        "There is no command '{name}'. See: {proposed}",
        "Il n’y a pas de commande '{name}'. Voir : {proposed}",
    ),
    "usage_near_command": (
        "There is no command '{name}'. Did you mean '{proposed}'?",
        "Il n’y a pas de commande '{name}'. Vouliez-vous dire '{proposed}' ?",
    ),
    "usage_nobody_to_ask": (
        "Nobody can be asked here; use {option}.",
        "Ici, personne ne peut répondre ; utilisez {option}.",
    ),
    "usage_exclude": (
        "{one} and {other} exclude each other.",
        "{one} et {other} s’excluent l’un l’autre.",
    ),
    "usage_which_installation": (
        "Give --this-one or --a-copy: it is one or the other.",
        "Indiquez --this-one ou --a-copy : c’est l’un ou l’autre.",
    ),
    "usage_several_releases": (
        "--approve approves one plan, and EXPORT has left tags in several.",
        "--approve approuve un seul plan, et EXPORTATION a laissé des étiquettes dans plusieurs audiences.",
    ),
    "usage_time_zone": (
        "'{zone}' is not a time zone; use an IANA name such as Europe/Paris.",
        "'{zone}' n’est pas un fuseau horaire ; utilisez un nom IANA comme Europe/Paris.",
    ),
    "usage_repair_missing": (
        "--yes and --approve say that a repair may write: add --repair.",
        "--yes et --approve disent qu’une réparation peut écrire : ajoutez --repair.",
    ),
    "usage_approve_one": (
        "--approve approves one plan: name its export with --export.",
        "--approve approuve un seul plan : nommez son exportation avec --export.",
    ),
    "yes_or_no": ("[y/N]:", "[o/N] :"),
    "yes_or_no_only": ("Answer y or n.", "Répondez par o ou n."),
}
