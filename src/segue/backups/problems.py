"""What can be wrong with a backup, the place for it, or the place to restore to: each with its next step."""

from __future__ import annotations

from pathlib import Path

from segue.core.errors import ConfigurationProblem, MachineTrouble
from segue.core.sentences import said

_ANOTHER = said("Take another backup. Nothing was changed.")


def not_a_backup(file: Path) -> ConfigurationProblem:
    """Say that a file is something else."""
    return ConfigurationProblem(
        said("%(file)s is no backup that `segue backup` made.", file=file),
        action="Name the file of a backup. Nothing was changed.",
        code="backup_foreign",
    )


def not_readable(file: Path, why: str) -> ConfigurationProblem:
    """Say that a backup is not where it was named, or not this user's to read."""
    return ConfigurationProblem(
        said("The backup %(file)s cannot be read (the system says: %(why)s).", file=file, why=why),
        action="Name the file of a backup that you may read. Nothing was changed.",
        code="backup_not_readable",
    )


def damaged(file: Path, why: str) -> ConfigurationProblem:
    """Say that a backup is cut or was changed."""
    return ConfigurationProblem(
        said("The backup %(file)s is damaged: %(why)s.", file=file, why=why),
        action=_ANOTHER,
        code="backup_damaged",
    )


def unsafe(file: Path, why: str) -> ConfigurationProblem:
    """Say that a backup holds what no backup holds."""
    return ConfigurationProblem(
        said(
            "The backup %(file)s holds what `segue backup` never writes: %(why)s.",
            file=file,
            why=why,
        ),
        action="Somebody has changed it: trust nothing in it, and take another one. Nothing was changed.",
        code="backup_unsafe",
    )


def newer(file: Path) -> ConfigurationProblem:
    """Say that a later version made a backup."""
    return ConfigurationProblem(
        said("The backup %(file)s was made by a newer Segue than this one.", file=file),
        action="Restore it with that version. Nothing was changed.",
        code="backup_newer",
    )


def other_database(kind: str, wanted: str) -> ConfigurationProblem:
    """Say that the database of the backup cannot become that of the settings."""
    return ConfigurationProblem(
        said(
            "The backup holds a %(kind)s database, and the settings name a %(wanted)s one.",
            kind=kind,
            wanted=wanted,
        ),
        action="Set DATABASE_URL for the database of the backup (unset: SQLite in the state folder), then restore again."
        " Nothing was changed.",
        code="backup_database_differs",
    )


def wrong_passphrase() -> ConfigurationProblem:
    """Say that the keys in a backup cannot be decrypted."""
    return ConfigurationProblem(
        "The passphrase is not the one that the keys in the backup were encrypted with.",
        action="Give the right one, or restore --without-keys and put the key file in place yourself. Nothing was changed.",
        code="passphrase_wrong",
    )


def no_passphrase() -> ConfigurationProblem:
    """Say that a passphrase is needed and nobody can be asked."""
    return ConfigurationProblem(
        "The keys in the backup are encrypted by a passphrase, and nobody can be asked for it here.",
        action="Name a file that holds it with --passphrase-file, or restore --without-keys. Nothing was changed.",
        code="passphrase_missing",
    )


def empty_passphrase(place: str) -> ConfigurationProblem:
    """Say that a passphrase is empty or cannot be read."""
    return ConfigurationProblem(
        said("%(place)s holds no passphrase.", place=place),
        action="Write the passphrase into the first line of a file that only you can read, and name that file.",
        code="passphrase_empty",
    )


def not_empty(home: Path) -> ConfigurationProblem:
    """Say that there is something where a backup would be put."""
    return ConfigurationProblem(
        said("There is something in %(home)s already.", home=home),
        action="Name an empty folder with --home, or add --replace: the old folder is then set aside under another name,"
        " never deleted.",
        code="restore_not_empty",
    )


def database_not_empty(place: str) -> ConfigurationProblem:
    """Say that the database of the settings holds something."""
    return ConfigurationProblem(
        said(
            "The database that the backup would be put into holds something already: %(place)s.",
            place=place,
        ),
        action="Name an empty one in DATABASE_URL, or add --replace: what it holds is then set aside, never deleted.",
        code="restore_not_empty",
    )


def in_use(home: Path) -> ConfigurationProblem:
    """Say that an installation is at work."""
    return ConfigurationProblem(
        said("Something works in %(home)s: Segue itself, a refresh or a run.", home=home),
        action="Stop Segue, wait until every command has ended, and restore again. Nothing was changed.",
        code="restore_in_use",
    )


def in_use_elsewhere() -> ConfigurationProblem:
    """Say that a worker of another host is at work with the database that would be replaced."""
    return ConfigurationProblem(
        "A worker, of this host or another one, is at work with the database that would be replaced.",
        action="Stop Segue on all hosts, and restore again. Nothing was changed.",
        code="restore_in_use",
    )


def nothing_there(home: Path) -> ConfigurationProblem:
    """Say that there is no state folder to back up."""
    return ConfigurationProblem(
        said("There is nothing to back up in %(home)s.", home=home),
        action="Name the state folder with --home, or the configuration with --config.",
        code="backup_of_nothing",
    )


def inside_home(file: Path, home: Path) -> ConfigurationProblem:
    """Say that a backup would lie in what it is a backup of."""
    return ConfigurationProblem(
        said("%(file)s lies in the state folder %(home)s itself.", file=file, home=home),
        action="Name a file elsewhere, best on another disk: whoever loses the folder would lose its backup too.",
        code="backup_in_home",
    )


def among_data(file: Path, folder: Path) -> ConfigurationProblem:
    """Say that a data source could read the backup."""
    return ConfigurationProblem(
        said(
            "%(file)s lies in the data folder %(folder)s, where data sources are read from.",
            file=file,
            folder=folder,
        ),
        action="Name a file elsewhere, or add --among-data when nobody may read data sources there who may not read everything.",
        code="backup_among_data",
    )


def file_exists(file: Path) -> ConfigurationProblem:
    """Say that a backup would replace something."""
    return ConfigurationProblem(
        said("%(file)s is there already.", file=file),
        action="Name another file: a backup never replaces an older one.",
        code="file_exists",
    )


def not_writable(file: Path, why: str) -> ConfigurationProblem:
    """Say that a file cannot be made where it should be."""
    return ConfigurationProblem(
        said("The file %(file)s cannot be written: %(why)s.", file=file, why=why),
        action="Name a file in a folder that exists and that you may write to.",
        code="file_not_writable",
    )


def no_room(place: Path, size_bytes: int) -> MachineTrouble:
    """Say that a disk has not the room for what a backup holds."""
    return MachineTrouble(
        said("The disk that holds %(place)s is full.", place=place),
        action="Make room on it, or name a state folder on another disk with --home; then run again: what was finished is"
        " kept.",
        code="disk_full",
        context={"cause": "ENOSPC", "needed_bytes": size_bytes},
    )
