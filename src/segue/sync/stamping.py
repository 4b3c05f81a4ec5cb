"""Look whose stamps an audience carries, and put ours on it: before anything is written there, and never where a stop stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from segue.sync.identity import (
    Judged,
    KeptStamps,
    Standing,
    judge,
    seen_on,
    stamp_name,
    stamps_of,
)
from segue.sync.observe import Observation
from segue.sync.pacing import Attempts
from segue.sync.plan import Plan
from segue.sync.ports import Destination, Tag
from segue.sync.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamping:
    """The stamps of one audience, for one walk. `standing` None: the walk knows of no installation, nothing is stamped."""

    destination: Destination
    attempts: Attempts
    store: Store
    audience_id: str
    standing: Standing | None

    def judged(self, observation: Observation) -> Observation:
        """Return the observation with what this installation may do, and keep whose stamps were seen."""
        return replace(observation, judged=self._judge(observation.tags))

    async def looked_again(self, plan: Plan, observation: Observation) -> tuple[Plan, Observation]:
        """Look once more right before the first write: another installation may have put its stamp on since the plan.

        Its stamp holds the plan, which is then returned with that stop.
        """
        if self.standing is None:
            return plan, observation
        tags = await self.attempts.run(lambda: self.destination.tags(self.audience_id))
        fresh = self.judged(replace(observation, tags=tags))
        if not fresh.judged.stops:
            return plan, fresh
        stops = (*fresh.judged.stops, *plan.stops)
        return replace(plan, stops=stops, stamp=None), fresh

    async def put_on(self, observation: Observation) -> None:
        """Put our stamp on the audience, or in the place of those that a person said are not the real one's."""
        if self.standing is None or observation.judged.stamp is None:
            return
        ours = self.standing.identity.id
        found = stamps_of(observation.tags)
        others: Sequence[Tag] = [tag for stamped, tag in found.items() if stamped != ours]
        if ours not in found:
            others = await self._begin(stamp_name(ours), others)
        for tag in others:
            await self.attempts.run(partial(self._delete, tag))
        self.store.keep_stamps(KeptStamps(stamped=ours, is_there=True))

    async def _begin(self, name: str, others: Sequence[Tag]) -> Sequence[Tag]:
        """Let the audience carry our stamp, by giving the first of the others its name. Returns the rest."""
        if not others:
            await self.attempts.run(lambda: self.destination.create_tag(self.audience_id, name))
            return ()
        first = others[0].tag_id
        await self.attempts.run(lambda: self.destination.rename_tag(self.audience_id, first, name))
        return others[1:]

    async def _delete(self, tag: Tag) -> None:
        await self.destination.delete_tag(self.audience_id, tag.tag_id)

    def _judge(self, tags: Sequence[Tag]) -> Judged:
        if self.standing is None:
            return Judged()
        seen = seen_on(tags, self.standing.identity, self.store.stamps())
        self.store.keep_stamps(seen)
        return judge(self.standing, seen)
