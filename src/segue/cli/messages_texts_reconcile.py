"""The texts of `segue reconcile`, English and French. Text only; see `messages_texts`."""

from __future__ import annotations

from typing import TypeAlias

Pair: TypeAlias = tuple[str, str]

RECONCILE: dict[str, Pair] = {
    "reconcile_looked": (
        "{export} and audience {audience} ({id}): {count} {count:contact|contacts} looked at.",
        "{export} et l’audience {audience} ({id}) : {count} {count:contact examiné|contacts examinés}.",
    ),
    "reconcile_none": (
        "Nothing differs: the audience holds what Mailchimp acknowledged.",
        "Aucun écart : l’audience contient ce que Mailchimp a confirmé.",
    ),
    "reconcile_gone": (
        "Who is no longer in the audience stays out until they sign up again; no repair adds them.",
        "Les personnes qui ne sont plus dans l’audience restent exclues jusqu’à une nouvelle inscription ; aucune réparation ne les ajoute.",
    ),
    "reconcile_repair": (
        "Nothing was written. To repair it: {command}",
        "Rien n’a été écrit. Pour réparer : {command}",
    ),
    "head_difference": ("Difference", "Écart"),
    "head_subject": ("Tag or merge field", "Étiquette ou champ de fusion"),
    "differs_tag_deleted": (
        "tag deleted, or deleted and made again",
        "étiquette supprimée, ou supprimée et recréée",
    ),
    "differs_tag_renamed": ("tag renamed", "étiquette renommée"),
    "differs_tag_lost": ("tag taken off people", "étiquette retirée à des personnes"),
    "differs_field_new": (
        "merge field deleted, or deleted and made again",
        "champ de fusion supprimé, ou supprimé et recréé",
    ),
    "differs_fields_differ": (
        "other values than those sent",
        "autres valeurs que celles envoyées",
    ),
    "differs_gone": ("no longer in the audience", "n’est plus dans l’audience"),
}
"""English and French by key."""
