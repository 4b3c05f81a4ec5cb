"""What `segue backup` and `segue restore` say, English and French. Text only."""

from __future__ import annotations

BACKUPS: dict[str, tuple[str, str]] = {
    "making_backup": ("Making the backup", "Création de la sauvegarde"),
    "restoring_backup": ("Restoring the backup", "Restauration de la sauvegarde"),
    "passphrase_new": ("Passphrase for the keys", "Phrase secrète pour les clés"),
    "passphrase_again": ("Once more", "Encore une fois"),
    "passphrase_of": (
        "Passphrase of the keys in the backup",
        "Phrase secrète des clés de la sauvegarde",
    ),
    "backup_made": (
        "{file} holds the backup: {files} {files:file|files}, {size} MB.",
        "{file} contient la sauvegarde : {files} {files:fichier|fichiers}, {size} Mo.",
    ),
    "backup_database_none": (
        "This state folder has no database: only commands worked in it.",
        "Ce dossier d’état n’a pas de base de données : seules des commandes y ont travaillé.",
    ),
    "backup_database_sqlite": (
        "In it: the database, without sessions and open invitations.",
        "Elle contient la base de données, sans les sessions ni les invitations ouvertes.",
    ),
    "backup_database_postgresql": (
        "In it: the database of the PostgreSQL server, without sessions and open invitations.",
        "Elle contient la base de données du serveur PostgreSQL, sans les sessions ni les invitations ouvertes.",
    ),
    "backup_without_keys": (
        "The keys are not in it: keep a copy of {home}/segue.keys, or of SEGUE_KEYS, in another place. Without them stored "
        "secrets cannot be read. With --passphrase they are put in, encrypted.",
        "Les clés n’y sont pas : gardez ailleurs une copie de {home}/segue.keys ou de SEGUE_KEYS. Sans elles, les secrets "
        "enregistrés sont illisibles. Avec --passphrase, elles y sont mises, chiffrées.",
    ),
    "backup_with_keys": (
        "The keys are in it, encrypted: whoever has the file and the passphrase has every secret.",
        "Les clés y sont, chiffrées : qui possède le fichier et la phrase secrète possède tous les secrets.",
    ),
    "backup_damaged": (
        "Not whole, and in the backup as it was: {file}. See docs/howto/repair-the-state-folder.md.",
        "Incomplet, et tel quel dans la sauvegarde : {file}. Voyez docs/fr/howto/repair-the-state-folder.md.",
    ),
    "restore_done": (
        "{home} holds the backup of {at} again: {files} {files:file|files}.",
        "{home} contient de nouveau la sauvegarde du {at} : {files} {files:fichier|fichiers}.",
    ),
    "restore_aside": (
        "What was there before lies in {place}; remove it when you need it no more.",
        "Ce qui s’y trouvait avant est dans {place} ; supprimez-le quand vous n’en avez plus besoin.",
    ),
    "restore_damaged": (
        "Was not whole when the backup was made: {file}. See docs/howto/repair-the-state-folder.md.",
        "N’était pas complet lors de la sauvegarde : {file}. Voyez docs/fr/howto/repair-the-state-folder.md.",
    ),
    "restore_keys": ("The keys lie in {file}.", "Les clés sont dans {file}."),
    "restore_without_keys": (
        "The keys were not restored: before Segue starts, put those of the backup's time into {home}/segue.keys, or into "
        "SEGUE_KEYS.",
        "Les clés n’ont pas été restaurées : avant de démarrer Segue, mettez celles de l’époque de la sauvegarde dans "
        "{home}/segue.keys ou dans SEGUE_KEYS.",
    ),
    "restore_held": (
        "Mailchimp went on meanwhile: nothing is written there before somebody says that this is the real installation. Look at"
        " the plans, then: segue manage installation --this-one. Everybody signs in again.",
        "Mailchimp a continué entre-temps : rien n’y est écrit avant que quelqu’un n’indique que cette installation est la vraie."
        " Examinez les plans, puis : segue manage installation --this-one. Tout le monde se connecte de nouveau.",
    ),
}
