"""Which state folder a command means that works on folders as a whole: an installation's, or that of a configuration."""

from __future__ import annotations

from pathlib import Path

from segue.cli.invocation import Invocation, find_file
from segue.cli.serving.home import DEFAULT
from segue.core.errors import ConfigurationProblem


def folder_at_work(invocation: Invocation) -> Path:
    """Return the folder that was named, that of the installation here, or that of the configuration.

    Raises: ConfigurationProblem for a configuration that cannot be read.
    """
    here = DEFAULT.absolute()
    if invocation.home is None and invocation.config is None and _is_installation(invocation, here):
        return here
    return folder_to_fill(invocation)


def folder_to_fill(invocation: Invocation) -> Path:
    """Return the folder that was named, that of the configuration, or the usual one. Raises: as `folder_at_work`."""
    if invocation.home is not None:
        return invocation.home
    if invocation.config is None and not _finds_configuration():
        return DEFAULT.absolute()
    return invocation.configuration().home.absolute()


def _is_installation(invocation: Invocation, folder: Path) -> bool:
    from segue.service.databases import Embedded, database_of

    if not folder.is_dir():
        return False
    database = database_of(invocation.environment, folder)
    return not isinstance(database, Embedded) or database.path.is_file()


def _finds_configuration() -> bool:
    try:
        find_file(Path.cwd())
    except ConfigurationProblem:
        return False
    return True
