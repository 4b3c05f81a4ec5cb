"""Find and make the keys of an installation: in the environment, in a file, or made once. Nothing is encrypted here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from segue.control.encryption import checked_keys, new_key
from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import OF_FILES
from segue.service.databases import database_of, holds_encrypted

FILE_NAME = "segue.keys"


def keys_file(environment: Mapping[str, str], home: Path) -> Path:
    """Return where the keys are kept when they are not in the environment."""
    return Path(environment.get("SEGUE_KEYS_FILE", "").strip() or home / FILE_NAME)


def keys_from(environment: Mapping[str, str], home: Path) -> tuple[str, ...]:
    """Return the installation's keys, the newest first: from SEGUE_KEYS (by commas), else from the file (one a line).

    Raises: ConfigurationProblem when there is none or one is malformed, `keys_lost` when data need those that are missing.
    """
    given = environment.get("SEGUE_KEYS", "").strip()
    if not given:
        given = _written_in(keys_file(environment, home))
    if not given.strip():
        refuse_beside_data(environment, home)
    return checked_keys(given.replace(",", "\n").split())


def refuse_beside_data(environment: Mapping[str, str], home: Path) -> None:
    """Return when an installation without keys has lost nothing by it: new ones may be made.

    Raises: ConfigurationProblem `keys_lost` when its database holds what only its keys can read, `keys_not_checked` when
    that cannot be told because the database does not answer.
    """
    import psycopg

    try:
        is_lost = holds_encrypted(database_of(environment, home))
    except psycopg.Error:
        raise ConfigurationProblem(
            "There are no keys, and the database does not answer: it is not known whether it needs them.",
            action="Check DATABASE_URL and that the database runs; put the keys of this installation back, or start a new"
            " one when the database answers.",
            code="keys_not_checked",
        ) from None
    if is_lost:
        raise _lost(keys_file(environment, home))


def _lost(file: Path) -> ConfigurationProblem:
    return ConfigurationProblem(
        said(
            "The keys of this installation are lost: %(file)s holds none, and the database holds secrets that only they can read. No new ones were made.",
            file=file,
        ),
        action=said(
            "Put the key file back from its copy, set SEGUE_KEYS, or restore a backup that holds the keys (segue restore). Only if they are gone for good: segue manage new-key > %(file)s, then reconnect every connection.",
            file=file,
        ),
        code="keys_lost",
    )


def _written_in(file: Path) -> str:
    """Return what a key file holds, "" when there is none."""
    try:
        return file.read_text(encoding="ascii")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise_trouble(error, but=OF_FILES)
        raise ConfigurationProblem(
            said("The key file %(file)s cannot be read.", file=file),
            action="Let the user that runs Segue read it, or name another file in SEGUE_KEYS_FILE.",
            code="keys_unreadable",
        ) from None


def make_keys(file: Path) -> bool:
    """Make the file with one fresh key, for its owner alone; False when it is there already. Two never make two."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        write_keys(aside, [new_key()])
        os.link(aside, file)  # atomic, and refused when the file is there
    except FileExistsError:
        return False
    finally:
        aside.unlink(missing_ok=True)
    return True


def write_keys(file: Path, keys: list[str]) -> None:
    """Write keys to a new file, durably, for its owner alone."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write("\n".join(keys) + "\n")
        opened.flush()
        os.fsync(opened.fileno())


def replace_keys(file: Path, keys: list[str]) -> None:
    """Put keys in the place of those of an existing file, at once and durably: readers see the old ones or the new."""
    aside = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        write_keys(aside, keys)
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
