"""Ask for a few of those who seem to be gone: a listing that leaves people out must not pass for their absence.

Of whoever is gone nothing is written, and what they carried is given up when they leave: nobody would look for it again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from segue.core.errors import TryLater
from segue.core.sentences import said
from segue.sync.export import Export
from segue.sync.pacing import Attempts
from segue.sync.plan import DriftKind, Plan
from segue.sync.planning import Planner
from segue.sync.ports import Destination

ASKED = 5
"""Contacts that are asked for, at most: of a listing that is behind by a share of its contacts one is there all but surely."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absences:
    """Looks for the people of one export whom no listing named."""

    destination: Destination
    attempts: Attempts
    export: Export

    async def check(self, plan: Plan, planner: Planner) -> None:
        """Return when those asked for are gone, or when few are.

        Raises: TryLater `listing_behind` when one of them is there.
        """
        gone = sum(one.people for one in plan.drift if one.kind is DriftKind.GONE)
        are_many = gone > self.export.brakes.removal_share * plan.acknowledged
        if are_many and any(await self._there(planner.gone(ASKED))):
            raise _behind(self.export.audience_id)

    async def _there(self, subs: Sequence[str]) -> Sequence[bool]:
        return await asyncio.gather(*(self._is_there(sub) for sub in subs))

    async def _is_there(self, sub: str) -> bool:
        found = await self.attempts.run(
            lambda: self.destination.contact(self.export.audience_id, sub)
        )
        return found is not None


def _behind(audience_id: str) -> TryLater:
    return TryLater(
        said(
            "Mailchimp's listing of audience %(audience_id)s leaves out contacts that are there.",
            audience_id=audience_id,
        ),
        action="Run the export again in a few minutes, when Mailchimp lists everybody.",
        code="listing_behind",
        context={"audience": audience_id},
    )
