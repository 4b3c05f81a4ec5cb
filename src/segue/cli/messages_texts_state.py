"""What `segue manage repair` and `segue release` say, English and French. Text only."""

from __future__ import annotations

STATE: dict[str, tuple[str, str]] = {
    "repair_title": ("{place}: lost or damaged", "{place} : perdu ou endommagé"),
    "repair_whole": ("{place}: every file is whole.", "{place} : tous les fichiers sont intacts."),
    "repair_lost_journal": (
        "the journal: tags are registered anew, everything beside it is put into the folder before-repair",
        "le journal : les étiquettes sont enregistrées de nouveau, tout le reste va dans le dossier before-repair",
    ),
    "repair_lost_contacts": (
        "the observed contacts: the next plan reads all of them",
        "les contacts observés : le prochain plan les relit tous",
    ),
    "repair_lost_ledger": (
        "the ledger of {of}: carriers of its tags become acknowledged, and the next plan writes them in full",
        "le registre de {of} : les porteurs de ses étiquettes sont tenus pour confirmés, et le prochain plan les écrit en entier",
    ),
    "repair_lost_foreign": (
        "who carried tag number {of} before Segue",
        "qui portait l’étiquette numéro {of} avant Segue",
    ),
    "repair_lost_runs": (
        "the changes of the unfinished run {of}: what it reached is not known",
        "les modifications de l’exécution inachevée {of} : ce qu’elle a atteint n’est pas connu",
    ),
    "repair_lost_forms": (
        "in which forms Mailchimp keeps values of {of}",
        "sous quelles formes Mailchimp conserve les valeurs de {of}",
    ),
    "repair_tag": (
        "{tag}: {carriers} {carriers:person carries|people carry} it; {ours} {ours:is|are} taken as ours, {foreign} as somebody else’s.",
        "{tag} : {carriers} {carriers:personne la porte|personnes la portent} ; {ours} {ours:est attribuée à Segue|sont attribuées à Segue}, {foreign} à d’autres.",
    ),
    "repair_ask": ("Build these files anew?", "Reconstruire ces fichiers ?"),
    "repair_done": (
        "Built anew; nothing was written at Mailchimp. Look at the next plan: segue plan",
        "Reconstruit ; rien n’a été écrit chez Mailchimp. Examinez le prochain plan : segue plan",
    ),
    "release_title": (
        "{export} has left tags in the audience {audience} ({id}): {people} {people:person loses them and stays|people lose them and stay} in the audience.",
        "{export} a laissé des étiquettes dans l’audience {audience} ({id}) : {people} {people:personne les perd et reste|personnes les perdent et restent} dans l’audience.",
    ),
    "release_tag": (
        "{tag}: {people} {people:person|people}",
        "{tag} : {people} {people:personne|personnes}",
    ),
    "release_ask": ("Take these tags away?", "Retirer ces étiquettes ?"),
}
