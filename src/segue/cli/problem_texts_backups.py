"""What the problems of backups and restores are called in French, by code. Text only.

They are raised without Django, whose catalogs are not there yet.
"""

from __future__ import annotations

from segue.cli.problem_texts import French

_NOTHING = "Rien n’a été modifié."

BACKUPS: dict[str, French] = {
    "backup_foreign": French(
        message="{file} n’est pas une sauvegarde faite par « segue backup ».",
        action=f"Indiquez le fichier d’une sauvegarde. {_NOTHING}",
        named=r"^(?P<file>.+) is no backup that",
    ),
    "backup_damaged": French(
        message="La sauvegarde {file} est endommagée : elle est coupée, ou des octets en ont été changés.",
        action=f"Prenez une autre sauvegarde. {_NOTHING}",
        named=r"^The backup (?P<file>.+) is damaged: ",
    ),
    "backup_unsafe": French(
        message="La sauvegarde {file} contient ce que « segue backup » n’écrit jamais : un lien, un nom qui mène ailleurs, plus "
        "que ce qu’elle annonce.",
        action=f"Quelqu’un l’a modifiée : n’en croyez rien, et prenez-en une autre. {_NOTHING}",
        named=r"^The backup (?P<file>.+) holds what `segue backup` never writes: ",
    ),
    "backup_newer": French(
        message="La sauvegarde a été faite par une version de Segue plus récente que celle-ci.",
        action=f"Restaurez-la avec cette version. {_NOTHING}",
    ),
    "backup_database_differs": French(
        message="La sauvegarde contient une base de données {kind}, et les réglages en désignent une {wanted}.",
        action="Réglez DATABASE_URL sur une base du genre de celle de la sauvegarde (vide : SQLite dans le dossier d’état), puis "
        f"relancez la restauration. {_NOTHING}",
        named=r"^The backup holds a (?P<kind>\S+) database, and the settings name a (?P<wanted>\S+) one",
    ),
    "backup_of_nothing": French(
        message="Il n’y a rien à sauvegarder dans {home}.",
        action="Indiquez le dossier d’état avec --home, ou la configuration avec --config.",
        named=r"^There is nothing to back up in (?P<home>.+)\.\n",
    ),
    "backup_in_home": French(
        message="{file} est dans le dossier d’état lui-même.",
        action="Indiquez un fichier ailleurs, de préférence sur un autre disque : qui perd le dossier perdrait aussi sa sauvegarde.",
        named=r"^(?P<file>.+) lies in the state folder",
    ),
    "backup_among_data": French(
        message="{file} est dans un dossier de données, où sont lues des sources de données.",
        action="Indiquez un fichier ailleurs, ou ajoutez --among-data si personne ne peut y lire de sources qui ne pourrait tout lire.",
        named=r"^(?P<file>.+) lies in the data folder",
    ),
    "backup_disturbed": French(
        message="Les fichiers à sauvegarder changent plus vite qu’ils ne se copient.",
        action="Relancez la sauvegarde quand moins d’exécutions ou d’actualisations sont en cours.",
    ),
    "passphrase_wrong": French(
        message="Ce n’est pas la phrase secrète avec laquelle les clés de la sauvegarde ont été chiffrées.",
        action="Donnez la bonne, ou restaurez avec --without-keys et remettez vous-même le fichier de clés. "
        + _NOTHING,
    ),
    "passphrase_missing": French(
        message="Les clés de la sauvegarde sont chiffrées par une phrase secrète, et personne ne peut la donner ici.",
        action="Indiquez avec --passphrase-file un fichier qui la contient, ou restaurez avec --without-keys. "
        + _NOTHING,
    ),
    "passphrase_empty": French(
        message="{place} ne contient pas de phrase secrète.",
        action="Écrivez-la en première ligne d’un fichier que vous seul pouvez lire, et indiquez ce fichier.",
        named=r"^(?P<place>.+) holds no passphrase\.",
    ),
    "restore_not_empty": French(
        message="Il y a déjà quelque chose à l’endroit où la sauvegarde serait restaurée.",
        action="Indiquez un dossier vide avec --home et une base de données vide, ou ajoutez --replace : ce qui s’y trouve est alors "
        "mis de côté, jamais supprimé.",
    ),
    "restore_in_use": French(
        message="On travaille dans {home} : Segue lui-même, une actualisation ou une exécution.",
        action="Arrêtez Segue, attendez la fin de toutes les commandes, et relancez la restauration. "
        + _NOTHING,
        named=r"^Something works in (?P<home>.+): Segue itself",
    ),
    "restore_under_way": French(
        message="Une sauvegarde est en cours de restauration dans ce dossier d’état.",
        action="Attendez qu’elle soit terminée, puis démarrez de nouveau.",
    ),
}
