"""Put a configuration to work for one command: open the workspace, refresh the profiles, say what takes time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from segue.cli.invocation import Invocation
from segue.cli.terminal import errors
from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.words.plans import step_words

if TYPE_CHECKING:
    from segue.configuration import Configuration
    from segue.profiles.ports import Snapshot
    from segue.service.exports import Workspace


def open_work(invocation: Invocation) -> Workspace:
    """Load the configuration and open its workspace. Raises: ConfigurationProblem."""
    from segue.cli.log_file import log_into
    from segue.service.exports import open_workspace

    configuration = invocation.configuration()
    _write_for_the_owner_alone()
    log_into(configuration.home)
    return open_workspace(configuration, invocation.environment, clock=invocation.clock)


def _write_for_the_owner_alone() -> None:
    """Let nobody else read what is written until the command ends, also in a state folder that somebody made for all."""
    before = os.umask(0o077)
    click.get_current_context().find_root().call_on_close(lambda: os.umask(before))


def refreshed(invocation: Invocation, workspace: Workspace, *, force: bool = False) -> Snapshot:
    """Read the data sources into a snapshot, or return the one that is still right."""
    with busy(invocation, "refresh"):
        return workspace.refresh(force=force).snapshot


@contextmanager
def busy(invocation: Invocation, step: str) -> Iterator[None]:
    """Show on a terminal which step takes time."""
    console = errors()
    if not console.is_terminal:
        yield
        return
    with console.status(step_words(step, invocation.language) + " …"):
        yield


def chosen_exports(configuration: Configuration, names: tuple[str, ...]) -> list[str]:
    """Return the exports to work on, in the order of the file; all without names. Raises: ConfigurationProblem."""
    from segue.segments.mistakes import did_you_mean

    for name in names:
        if name not in configuration.exports:
            raise ConfigurationProblem(
                said("There is no export `%(name)s`.", name=name),
                action=did_you_mean(name, configuration.exports),
                code="export_unknown",
                context={"export": name},
            )
    if not configuration.exports:
        raise ConfigurationProblem(
            "The configuration declares no export.",
            action="Add one under `exports`: connection, audience, data matching and segments.",
            code="no_exports",
        )
    return [name for name in configuration.exports if not names or name in names]
