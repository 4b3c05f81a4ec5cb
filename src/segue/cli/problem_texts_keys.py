"""What the problems of lost keys are called in French, by code. Text only.

They are raised without Django, whose catalogs are not there yet.
"""

from __future__ import annotations

from segue.cli.problem_texts import French

KEYS: dict[str, French] = {
    "keys_lost": French(
        message="Les clés de cette installation sont perdues : il n’y en a pas dans {file}, et la base de données contient des "
        "secrets qu’elles seules peuvent lire. Aucune nouvelle clé n’a été créée.",
        action="Remettez le fichier de clés à partir de sa copie, réglez SEGUE_KEYS, ou restaurez une sauvegarde qui contient les "
        "clés (segue restore). Seulement si elles sont perdues pour toujours : segue manage new-key > {file}, puis reconnectez "
        "chaque connexion.",
        named=r"^The keys of this installation are lost: (?P<file>.+) holds none, and",
    ),
    "keys_not_checked": French(
        message="Il n’y a pas de clés, et la base de données ne répond pas : on ne sait pas si elle en a besoin.",
        action="Vérifiez DATABASE_URL et que la base fonctionne ; remettez les clés de cette installation, ou démarrez-en une "
        "nouvelle quand la base répond.",
    ),
}
