"""Repair what is kept of one audience: look what is lost, read what Mailchimp holds, ask, build anew. Nothing is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.service.exports import Workspace
from segue.service.places import account_lock, audience_folders
from segue.service.releasing import connection_to
from segue.sync.ports import Contact

if TYPE_CHECKING:
    from segue.engines.duckdb.audience.repair import Repair
    from segue.sync.lost_files import Lost, TakenTag


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What is lost of an audience and what a repair would make of who carries its tags; `carriers` is personal."""

    place: str
    lost: Lost
    tags: Sequence[TakenTag]
    carriers: Mapping[str, Sequence[Contact]]
    repair: Repair

    def carry_out(self) -> None:
        """Build the lost files anew."""
        self.repair.carry_out(self.carriers)


def folders_of(audience_id: str, workspace: Workspace) -> Sequence[Path]:
    """Return where the audience is kept. Raises: ConfigurationProblem when nothing is kept of it."""
    home = workspace.configuration.home
    found = audience_folders(home, audience_id, workspace.journals)
    if not found:
        raise ConfigurationProblem(
            said(
                "Nothing is kept of an audience %(audience_id)s in %(folder)s.",
                audience_id=audience_id,
                folder=home / "audiences",
            ),
            action="Name the ID of the audience, and the state folder with --home.",
            code="audience_not_kept",
            context={"audience": audience_id},
        )
    return found


@asynccontextmanager
async def proposed(
    folder: Path, workspace: Workspace, *, ours: bool
) -> AsyncIterator[Proposed | None]:
    """Look at one audience's state and read what is needed; None: every file is whole.

    No run of the account can begin meanwhile. Raises: what reading at Mailchimp raises.
    """
    from segue.engines.duckdb.audience.repair import Repair, find_lost
    from segue.engines.duckdb.session import session
    from segue.service.locks import only_one

    account, _, audience = folder.name.rpartition("-")
    scratch, journals = workspace.scratch, workspace.journals
    with only_one(account_lock(scratch, account), what=said("the account %(name)s", name=account)):
        lost = find_lost(folder, journals=journals)
        if lost.is_nothing:
            yield None
            return
        exports = workspace.configuration.exports.values()
        declared = {
            one.name: [chosen.tag for chosen in one.segments]
            for one in exports
            if one.audience_id == audience
        }
        with (
            session(scratch / "spill") as engine,
            closing(
                Repair(folder, engine, lost=lost, declared=declared, ours=ours, journals=journals)
            ) as repair,
        ):
            connection = await connection_to(account, audience, workspace)
            carriers = await workspace.carriers(connection, audience, repair.tags)
            yield Proposed(
                place=f"{folder.parent.name}/{folder.name}",
                lost=lost,
                tags=repair.proposal(carriers),
                carriers=carriers,
                repair=repair,
            )
