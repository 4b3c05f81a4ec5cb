"""What the machine's troubles are called in French, by code. Text only.

They are told without Django: its catalogs need memory and files, which may be what is lacking.
"""

from __future__ import annotations

from segue.cli.problem_texts import French
from segue.core.waits import JOURNAL_S

_AGAIN = "relancez ensuite : ce qui était terminé est conservé."

TROUBLES: dict[str, French] = {
    "disk_full": French(
        message="Le disque de {place} est plein.",
        unnamed="Un disque est plein : celui du dossier d’état, de sa base de données, des fichiers temporaires ou de "
        "ce qui s’affiche.",
        action=f"Faites-y de la place, ou indiquez avec --home un dossier d’état sur un autre disque ; {_AGAIN}",
        named=r"^The disk that holds (?P<place>.+) is full\.\n",
    ),
    "file_size_limited": French(
        message="Le système ne permet plus au fichier {place} de grossir.",
        unnamed="Le système ne permet plus à un fichier de grossir.",
        action=f"Augmentez la taille des fichiers permise à l’utilisateur qui exécute Segue (ulimit -f) ; {_AGAIN}",
        named=r"^The system does not let the file (?P<place>.+) grow any more\.\n",
    ),
    "place_read_only": French(
        message="Le disque de {place} est en lecture seule.",
        unnamed="Le disque du dossier d’état est en lecture seule.",
        action=f"Montez-le en écriture, ou indiquez avec --home un dossier d’état sur un autre disque ; {_AGAIN}",
        named=r"^The disk that holds (?P<place>.+) can only be read\.\n",
    ),
    "place_not_permitted": French(
        message="L’utilisateur qui exécute Segue n’a pas les droits qu’il lui faut sur {place}.",
        unnamed="L’utilisateur qui exécute Segue n’a pas les droits qu’il lui faut.",
        action=f"Donnez-lui le droit d’y lire et d’y écrire, ou indiquez un autre dossier ; {_AGAIN}",
        named=r"no right to use (?P<place>.+) as it must\.\n",
    ),
    "place_unusable": French(
        message="{place} est inutilisable : il n’y est pas, ou autre chose est à sa place.",
        unnamed="Un fichier ou un dossier nécessaire à Segue n’est pas là, ou autre chose est à sa place.",
        action=f"Remettez-le en ordre, ou indiquez avec --home un autre dossier d’état ; {_AGAIN}",
        named=r"^(?P<place>.+) cannot be used: it is not there",
    ),
    "disk_failing": French(
        message="Le disque de {place} signale des erreurs.",
        unnamed="Le disque signale des erreurs, ou un fichier ne peut plus y grossir.",
        action=f"Vérifiez le disque et la place qui y reste ; {_AGAIN}",
        named=r"^The disk that holds (?P<place>.+) answers with errors\.\n",
    ),
    "memory_short": French(
        message="Il n’y a pas assez de mémoire pour cela.",
        action=f"Donnez plus de mémoire à Segue, ou terminez d’autres programmes de cette machine ; {_AGAIN}",
    ),
    "spill_full": French(
        message="Le tri de la source de données « {place} » demande plus d’espace disque que Segue ne peut en prendre.",
        unnamed="Le tri demande plus d’espace disque que Segue ne peut en prendre.",
        action="Faites de la place sur le disque du dossier d’état, et cherchez une source de données qui a grossi ; "
        + _AGAIN,
        named=r"^Sorting the data source '(?P<place>.+)' needs more room",
    ),
    "files_exhausted": French(
        message="Le système ne permet plus à Segue d’ouvrir de fichiers.",
        action=f"Augmentez le nombre de fichiers ouverts permis à l’utilisateur qui exécute Segue (ulimit -n) ; {_AGAIN}",
    ),
    "threads_exhausted": French(
        message="Le système ne permet plus à Segue de lancer de tâches ni de processus.",
        action="Augmentez-en le nombre permis à l’utilisateur qui exécute Segue (ulimit -u), ou donnez-lui plus de mémoire ; "
        f"{_AGAIN}",
    ),
    "stored_file_damaged": French(
        message="Le fichier {place} est endommagé.",
        unnamed="Un fichier du dossier d’état est endommagé.",
        action="Actualisez les profils (segue profiles --force), ou restaurez le dossier d’état depuis une sauvegarde.",
        named=r"^The file (?P<place>.+) is damaged\.\n",
    ),
    "database_busy": French(
        message=f"Un autre programme tient {{place}} verrouillé ; Segue a attendu {JOURNAL_S} secondes.",
        unnamed="Un autre programme tient verrouillée une base de données de Segue plus longtemps que Segue n’attend.",
        action="Attendez qu’il ait fini, une sauvegarde peut-être ; relancez ensuite : ce qui était terminé est conservé.",
        named=r"^Another program holds (?P<place>.+) locked; Segue waited",
    ),
    "database_lost": French(
        message="Une base de données de Segue ne peut pas être ouverte, ou ne répond plus.",
        action="Vérifiez qu’elle est là, fonctionne et accepte cet utilisateur, et que des fichiers peuvent être "
        f"ouverts ; {_AGAIN}",
    ),
    "database_empty": French(
        message="La base de données de Segue n’a pas ses tables : elle a été retirée ou remplacée, ou elle est d’une autre version.",
        action=f"Remettez-la en place, ou mettez-la à jour avec : segue manage migrate ; {_AGAIN}",
    ),
    "database_read_only": French(
        message="Une base de données de Segue est en lecture seule.",
        action=f"Donnez à l’utilisateur qui exécute Segue le droit d’écrire dans son fichier et son dossier ; {_AGAIN}",
    ),
    "database_damaged": French(
        message="Une base de données de Segue est endommagée.",
        action="Restaurez le dossier d’état depuis une sauvegarde, en entier ; pour une audience : segue manage repair.",
    ),
    "output_not_writable": French(
        message="Ce qui devait s’afficher n’a pas pu être écrit.",
        action="Faites de la place là où cela va, ou affichez ailleurs ; ce que la commande a fait est fait.",
    ),
}
