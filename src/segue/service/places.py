"""Where a state folder keeps what it keeps of an audience: the one place that makes paths of accounts' and audiences' ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from segue.core.errors import ConfigurationProblem
from segue.core.names import path_name
from segue.core.sentences import said

if TYPE_CHECKING:
    from segue.engines.duckdb.audience.journals import Journals

SCRATCH = "SEGUE_SCRATCH"
"""The setting that names a folder of this host's own, where several hosts share a state folder."""


def scratch_of(environment: Mapping[str, str], home: Path) -> Path:
    """Return where this host locks, sorts and builds: the state folder itself, unless a folder is named for it.

    Raises: ConfigurationProblem `setting_invalid` for a folder inside of the state folder: other hosts would see it.
    """
    named = environment.get(SCRATCH, "").strip()
    scratch = Path(named).absolute() if named else home
    if named and scratch.resolve().is_relative_to(home.resolve()):
        raise ConfigurationProblem(
            said("The setting %(name)s cannot be used as it is.", name=SCRATCH),
            action="Name a folder of this host's own, outside of the state folder that hosts share.",
            code="setting_invalid",
        )
    return scratch


def account_lock(scratch: Path, account_id: str) -> Path:
    """Return the lock of an account on this host. Raises: ConfigurationProblem `name_unsafe`."""
    return scratch / "locks" / path_name(f"account-{account_id}.lock", what="id of the account")


def audience_folder(home: Path, account_id: str, audience_id: str) -> Path:
    """Return the folder of an audience. Raises: ConfigurationProblem `name_unsafe`."""
    name = path_name(f"{account_id}-{audience_id}", what="id of the audience or of its account")
    return home / "audiences" / name


def audience_folders(
    home: Path, audience_id: str, journals: Journals | None = None
) -> Sequence[Path]:
    """Return the folders of an audience in all accounts; none for an id that cannot be one. `journals` None: they are beside."""
    from segue.engines.duckdb.audience.journals import BESIDE

    found = (journals or BESIDE).folders(home)
    return [one for one in found if one.name.rpartition("-")[2] == audience_id]


def may_hold(folder: Path, run_id: str, journals: Journals) -> bool:
    """Tell whether the changes of a run may still be kept in an audience's folder."""
    if journals.shared is None or (folder / "runs" / run_id).is_dir():
        return (folder / "runs" / run_id).is_dir()
    with closing(journals.look(folder)) as journal:
        return run_id in journal.runs()
