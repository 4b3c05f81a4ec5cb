"""Find what exports that are declared no more have left on people, and make the export that takes it away: one that wants nobody."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.profiles.schema import AttributeType, ProfileSchema
from segue.service.exports import Workspace
from segue.service.neighbours import on_audience, owners
from segue.sync.export import Export, FirstRun

if TYPE_CHECKING:
    from segue.configuration.values import Configuration


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftBehind:
    """The ledger of an export in an audience for which it is not declared."""

    export: str
    account_id: str
    audience_id: str


def left_behind(configuration: Configuration) -> Sequence[LeftBehind]:
    """Return what is left of exports, by audience and name.

    Raises: ConfigurationProblem when a file of the state folder is missing or damaged.
    """
    return [one for folder in _folders(configuration) for one in _left_in(folder, configuration)]


def left_elsewhere(configuration: Configuration) -> Sequence[LeftBehind]:
    """Return what is left in audiences for which no export is declared any more: no plan tells of it.

    What is wrong with such an audience's files is told by the commands that work on it, and stops no others.
    """
    found: list[LeftBehind] = []
    for folder in _folders(configuration):
        if not on_audience(configuration, _audience(folder)):
            with suppress(ConfigurationProblem):
                found += _left_in(folder, configuration)
    return found


def _folders(configuration: Configuration) -> Sequence[Path]:
    return sorted((configuration.home / "audiences").glob("*-*"))


def _audience(folder: Path) -> str:
    return folder.name.rpartition("-")[2]


def _left_in(folder: Path, configuration: Configuration) -> Sequence[LeftBehind]:
    from segue.engines.duckdb.audience.intact import glance_journal
    from segue.sync.neighbours import LEDGER, Door

    account, _, audience = folder.name.rpartition("-")
    living = owners(configuration, audience)
    with closing(glance_journal(folder)) as journal:
        names = [name.removeprefix(LEDGER) for name in journal.pointers(LEDGER)]
        return [
            LeftBehind(export=name, account_id=account, audience_id=audience)
            for name in names
            if name not in living and journal.fact(f"door/{name}") != Door.PAGES
        ]


def of_export(name: str, configuration: Configuration) -> Sequence[LeftBehind]:
    """Return where an export has left something. Raises: ConfigurationProblem when it has nowhere, or is declared still."""
    every = left_behind(configuration)
    found = [one for one in every if one.export == name]
    if found:
        return found
    if name in configuration.exports:
        raise ConfigurationProblem(
            said("The export '%(name)s' is declared: its tags are not left over.", name=name),
            action="Take it out of the configuration first, then release what it has left.",
            code="export_declared",
            context={"export": name},
        )
    known = ", ".join(dict.fromkeys(one.export for one in every)) or "none"
    raise ConfigurationProblem(
        said(
            "No export '%(name)s' has left tags on anybody; exports that have: %(known)s.",
            name=name,
            known=known,
        ),
        action="Name one of them. Plans say which exports have left tags.",
        code="nothing_left_over",
        context={"export": name},
    )


async def workspace_for(left: LeftBehind, workspace: Workspace) -> Workspace:
    """Return a workspace in which the export of that name wants nobody, so that its next run takes its tags away.

    Raises: ConfigurationProblem when no declared connection leads to the account.
    """
    configuration = workspace.configuration
    export = Export(
        name=left.export,
        connection=await connection_to(left.account_id, left.audience_id, workspace),
        audience_id=left.audience_id,
        email_attribute=_email(configuration.schema),
        segments=(),
        fields=(),
        first_run=FirstRun.FREE,
    )
    exports = {**configuration.exports, export.name: export}
    return workspace.with_configuration(replace(configuration, exports=exports))


async def connection_to(account_id: str, audience_id: str, workspace: Workspace) -> str:
    """Return a declared connection that leads to an account. Raises: ConfigurationProblem when there is none."""
    configuration = workspace.configuration
    near = [e.connection for e in configuration.exports.values() if e.audience_id == audience_id]
    for name in dict.fromkeys([*near, *configuration.connections]):
        account = await workspace.account(name)
        if account.account_id == account_id:
            return name
    raise ConfigurationProblem(
        said(
            "No connection leads to the account of audience %(audience_id)s.",
            audience_id=audience_id,
        ),
        action="Declare a connection to it under `connections`; an export is not needed.",
        code="account_unconnected",
        context={"audience": audience_id, "account": account_id},
    )


def _email(schema: ProfileSchema) -> str:
    """Return any attribute with addresses: nobody is written, so that it does not matter which."""
    found = [one.name for one in schema.profiles.attributes if one.type is AttributeType.EMAIL]
    if found:
        return found[0]
    raise ConfigurationProblem(
        "The profiles have no attribute of type email.",
        action="Declare one under `profiles.attributes`.",
        code="no_email_attribute",
    )
