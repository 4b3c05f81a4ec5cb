"""The texts of `segue up` and `segue manage`, English and French. Text only."""

from __future__ import annotations

from typing import TypeAlias

Pair: TypeAlias = tuple[str, str]

UP: dict[str, Pair] = {
    "up_home": ("Home: {home}", "Dossier : {home}"),
    "up_home_new": ("Home: {home} (made now)", "Dossier : {home} (créé à l’instant)"),
    "up_keys_new": (
        "Keys: {file} (made now). Keep a copy elsewhere: without it stored secrets cannot be read.",
        "Clés : {file} (créées à l’instant). Gardez-en une copie ailleurs : sans elle, les secrets enregistrés"
        " sont illisibles.",
    ),
    "up_open_to_others": (
        "Note: other users of this machine can read or change {place}; close it with: chmod go= {quoted}",
        "À noter : d’autres utilisateurs de cette machine peuvent lire ou modifier {place} ; fermez-le avec :"
        " chmod go= {quoted}",
    ),
    "up_database": ("Database: {database}", "Base de données : {database}"),
    "up_migrated": (
        "The database was brought up to date ({steps} {steps:step|steps}).",
        "La base de données a été mise à jour ({steps} {steps:étape|étapes}).",
    ),
    "up_first": (
        "Nobody can sign in yet. Add the first administrator:",
        "Personne ne peut encore se connecter. Ajoutez le premier administrateur :",
    ),
    "up_first_link": (
        "Nobody can sign in yet. The first administrator opens this link, once, within seven days:\n{link}",
        "Personne ne peut encore se connecter. Le premier administrateur ouvre ce lien, une seule fois, sous sept jours :\n{link}",
    ),
    "up_url_not_set": (
        "Note: set SEGUE_URL to the address that people type; until then only {url} is answered.",
        "À noter : indiquez dans SEGUE_URL l’adresse que l’on saisit dans le navigateur ; d’ici là, seule {url} répond.",
    ),
    "up_address": ("Segue is at {url}", "Segue est à l’adresse {url}"),
    "up_listening": ("Listening on {place}", "À l’écoute sur {place}"),
    "up_stop": ("Ctrl-C ends it.", "Ctrl-C l’arrête."),
    "ask_name": ("Name", "Nom"),
    "ask_email": ("E-mail", "E-mail"),
    "ask_password": ("Password", "Mot de passe"),
    "ask_password_again": ("The same password again", "Le même mot de passe encore une fois"),
    "administrator_added": (
        "{name} is an administrator now.",
        "{name} est maintenant administrateur.",
    ),
}

MANAGE: dict[str, Pair] = {
    "manage_check_good": ("Everything is in order.", "Tout est en ordre."),
    "manage_up_to_date": (
        "The database is up to date already.",
        "La base de données est déjà à jour.",
    ),
    "keys_rotated": (
        "{changed} stored {changed:value was|values were} encrypted anew. Keys in use: {keys}.",
        "{changed} {changed:valeur enregistrée a été chiffrée|valeurs enregistrées ont été chiffrées} de nouveau. Clés en service : {keys}.",
    ),
    "keys_unreadable": (
        "{count} stored {count:value fits|values fit} none of the keys and {count:was left as it is|were left as they are}; reconnect what {count:it belongs|they belong} to.",
        "{count} {count:valeur enregistrée ne correspond à aucune clé et est restée telle quelle|valeurs enregistrées ne correspondent à aucune clé et sont restées telles quelles} ; reconnectez ce"
        " à quoi {count:elle appartient|elles appartiennent}.",
    ),
    "keys_copy": (
        "Copy the key file to every other machine of this installation now, and keep a copy elsewhere. When all"
        " copies and backups have it: segue manage rotate-keys --drop-old",
        "Copiez maintenant le fichier de clés sur toutes les autres machines de cette installation, et gardez-en"
        " une copie ailleurs. Quand toutes les copies et sauvegardes l’ont : segue manage rotate-keys --drop-old",
    ),
    "keys_fit_nothing": (
        "Note: the keys in use open none of the stored secrets; they are another installation’s, or new. Put the old ones into"
        " the key file too, one a line; if they are gone for good, reconnect every connection.",
        "À noter : les clés en usage n’ouvrent aucun des secrets enregistrés ; elles sont d’une autre installation, ou nouvelles."
        " Ajoutez les anciennes au fichier de clés, une par ligne ; si elles sont perdues pour toujours, reconnectez chaque"
        " connexion.",
    ),
    "keys_dropped": (
        "The older keys are gone. People who have not come since the rotation sign in again.",
        "Les anciennes clés ont disparu. Les personnes qui ne sont pas venues depuis se connectent de nouveau.",
    ),
    "administrator_link": (
        "Whoever opens this link, once, within seven days, becomes an administrator:",
        "La personne qui ouvre ce lien, une seule fois, sous sept jours, devient administrateur :",
    ),
}
