"""What `segue backup` and `segue restore` say, in English. Text only."""

from __future__ import annotations

BACKUPS: dict[str, str] = {
    "making_backup": "Making the backup",
    "restoring_backup": "Restoring the backup",
    "passphrase_new": "Passphrase for the keys",
    "passphrase_again": "Once more",
    "passphrase_of": "Passphrase of the keys in the backup",
    "backup_made": "{file} holds the backup: {files} {files:file|files}, {size} MB.",
    "backup_database_none": "This state folder has no database: only commands worked in it.",
    "backup_database_sqlite": "In it: the database, without sessions and open invitations.",
    "backup_database_postgresql": "In it: the database of the PostgreSQL server, without sessions and open invitations.",
    "backup_without_keys": (
        "The keys are not in it: keep a copy of {home}/segue.keys, or of SEGUE_KEYS, in another place. Without them stored "
        "secrets cannot be read. With --passphrase they are put in, encrypted."
    ),
    "backup_with_keys": "The keys are in it, encrypted: whoever has the file and the passphrase has every secret.",
    "backup_damaged": "Not whole, and in the backup as it was: {file}. See docs/howto/repair-the-state-folder.md.",
    "restore_done": "{home} holds the backup of {at} again: {files} {files:file|files}.",
    "restore_aside": "What was there before lies in {place}; remove it when you need it no more.",
    "restore_damaged": "Was not whole when the backup was made: {file}. See docs/howto/repair-the-state-folder.md.",
    "restore_keys": "The keys lie in {file}.",
    "restore_without_keys": (
        "The keys were not restored: before Segue starts, put those of the backup's time into {home}/segue.keys, or into "
        "SEGUE_KEYS."
    ),
    "restore_held": (
        "Mailchimp went on meanwhile: nothing is written there before somebody says that this is the real installation. Look at"
        " the plans, then: segue manage installation --this-one. Everybody signs in again."
    ),
}
