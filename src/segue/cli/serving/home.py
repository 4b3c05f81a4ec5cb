"""The home folder and its keys: made for the owner alone. What lies in them is not looked at."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import OF_PLACES

DEFAULT = Path(".segue")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def work_in(home: Path) -> None:
    """Make this process and its children those of one installation; what they write is for their user alone."""
    os.umask(0o077)
    os.environ["SEGUE_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = (
        "segue.settings"  # whatever another project of the user has there
    )


def make_home(home: Path) -> bool:
    """Make the folder; False when it is there already.

    Raises: ConfigurationProblem when it cannot be made or written into.
    """
    is_new = not home.exists()
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise_trouble(error, but=OF_PLACES)
        raise _not_writable(home, error.strerror or "") from None
    if not os.access(home, os.W_OK | os.X_OK):
        raise _not_writable(home, "no right to write")
    return is_new


def open_to_others(home: Path) -> list[Path]:
    """Return what of the home other users of the machine can read or change: the folder, its keys, its database."""
    places = [home, *home.glob("segue.keys"), *home.glob("segue.sqlite3*")]
    return [place for place in places if place.stat().st_mode & _OTHERS]


def make_keys_once(environment: Mapping[str, str], home: Path, *, wanted: bool) -> Path | None:
    """Make the key file of a new installation; None when the keys are given or there already.

    With a database server keys are made only when `wanted`: other machines need the very same ones.

    Raises: ConfigurationProblem when there are none and they may not be made, data need those that are missing, or the
    file cannot be written.
    """
    from segue.service.databases import Server, database_of
    from segue.service.keys import keys_file, make_keys, refuse_beside_data

    file = keys_file(environment, home)
    if environment.get("SEGUE_KEYS", "").strip() or file.exists():
        return None
    if not wanted and isinstance(database_of(environment, home), Server):
        raise ConfigurationProblem(
            "This installation uses a database server, and no keys are given.",
            action="Set SEGUE_KEYS or SEGUE_KEYS_FILE to the keys of this installation;"
            " if it is a new one, let them be made with --make-keys and copy them to its other machines.",
            code="keys_not_given",
        )
    refuse_beside_data(environment, home)
    try:
        return file if make_keys(file) else None
    except OSError as error:
        raise_trouble(error, but=OF_PLACES)
        raise _not_writable(file, error.strerror or "") from None


def _not_writable(place: Path, why: str) -> ConfigurationProblem:
    return ConfigurationProblem(
        said("%(place)s cannot be written: %(why)s.", place=place, why=why),
        action="Name a folder that this user may write to with --home, or give it the right to.",
        code="home_not_writable",
    )
