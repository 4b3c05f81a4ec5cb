"""Where a state folder keeps what it keeps of an audience: the one place that makes paths of accounts' and audiences' ids."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from segue.core.names import path_name


def account_lock(home: Path, account_id: str) -> Path:
    """Return the lock of an account. Raises: ConfigurationProblem `name_unsafe`."""
    return home / "locks" / path_name(f"account-{account_id}.lock", what="id of the account")


def audience_folder(home: Path, account_id: str, audience_id: str) -> Path:
    """Return the folder of an audience. Raises: ConfigurationProblem `name_unsafe`."""
    name = path_name(f"{account_id}-{audience_id}", what="id of the audience or of its account")
    return home / "audiences" / name


def audience_folders(home: Path, audience_id: str) -> Sequence[Path]:
    """Return the folders of an audience in all accounts; none for an id that cannot be one."""
    audiences = home / "audiences"
    found = sorted(audiences.iterdir()) if audiences.is_dir() else []
    return [one for one in found if one.is_dir() and one.name.rpartition("-")[2] == audience_id]
