"""Send one chunk and say what became of everybody in it. No order, no journal: those are the push's.

A call whose reply was lost is made again at once, while the first try may still be under way at Mailchimp for up to two
minutes. That two tries of one chunk run at the same time does no harm, whichever of them ends last:

- UPSERT and UPDATE: both write the same fields and add the same tags. A contact that Mailchimp knows gets no status from
  either, a new one `status_if_new` from the first and nothing from the second: who unsubscribes in between stays so.
- CREATE: the first to arrive creates; the other is refused for those contacts (ALREADY_THERE), which the ledger takes as
  unclear and the next plan writes without any status.
- UNTAG: taking a tag away twice is taking it away once.
- Steps of one run never contradict each other: nobody gets and loses the same tag, and a move ends before its writes.
- MOVE: renaming twice finds nothing under the old address the second time, and then the new one tells. Only one answer
  calls for an irreversible step, "the new address is there already", whose old contact is archived; after a lost try it
  may be our own renaming that is there. So that step waits until the first try must have ended, and looks again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from segue.core.errors import ConfigurationProblem, TryLater
from segue.sync.pacing import Attempts
from segue.sync.ports import Destination, Reason, Rejection, Tag, Upserted, WriteMode
from segue.sync.store import Acknowledgement, Chunk, Step
from segue.sync.tags import folded

REFUSED_PAYLOAD = "mailchimp_refused_payload"
"""The code of a call that was refused as a whole; one malformed contact may be the reason. Source: FACTS.md §4 #4."""

HALVINGS = 200
"""Calls that a run may spend on isolating malformed contacts; beyond it the fault is ours and the run stops."""

READ_BACKS = 48
"""Contacts that a run looks up because a reply left them out; the rest counts as not sent and is written again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    created: int
    updated: int
    rejections: tuple[Rejection, ...]
    request_id: str
    unsent: tuple[str, ...] = ()

    def plus(self, other: _Answer) -> _Answer:
        return _Answer(
            created=self.created + other.created,
            updated=self.updated + other.updated,
            rejections=self.rejections + other.rejections,
            request_id=self.request_id or other.request_id,
            unsent=self.unsent + other.unsent,
        )


class Sending:
    """Sends chunks to one audience."""

    def __init__(
        self, *, destination: Destination, attempts: Attempts, audience_id: str, tags: Sequence[Tag]
    ) -> None:
        self._destination = destination
        self._attempts = attempts
        self._audience_id = audience_id
        self._tag_ids: Mapping[str, int] = {folded(tag.name): tag.tag_id for tag in tags}
        self._halvings_left = HALVINGS
        self._read_backs_left = READ_BACKS

    @property
    def batch_size(self) -> int:
        """Return how many people one call takes."""
        return self._destination.batch_size

    @property
    def most_at_once(self) -> int:
        """Return how many calls are under way at most."""
        return self._attempts.pace.most

    async def send(self, chunk: Chunk) -> Acknowledgement:
        """Send a chunk. Raises TryLater when patience ended, other problems when the run must stop."""
        if chunk.group.step is Step.UNTAG:
            return await self._untag(chunk)
        if chunk.group.step is Step.MOVE:
            return await self._move(chunk)
        answer = await self._write(chunk.subs, chunk.members, chunk.group.mode, joined=chunk.joined)
        return _acknowledged(chunk, answer)

    async def _write(
        self, subs: Sequence[str], members: Sequence[bytes], mode: WriteMode, *, joined: bytes
    ) -> _Answer:
        count = len(members)
        try:
            reply = await self._attempts.run(
                lambda: self._destination.upsert(self._audience_id, joined, count=count, mode=mode)
            )
        except ConfigurationProblem as problem:
            if problem.code != REFUSED_PAYLOAD:
                raise
            return await self._write_halves(subs, members, mode, problem)
        return await self._accounted(reply, dict(zip(subs, members, strict=True)))

    async def _write_halves(
        self,
        subs: Sequence[str],
        members: Sequence[bytes],
        mode: WriteMode,
        problem: ConfigurationProblem,
    ) -> _Answer:
        """Isolate who makes the whole call fail; that contact is rejected once and held while its fields stay."""
        if len(members) == 1:
            reason = Reason(str(problem.context.get("reason") or Reason.UNREADABLE.value))
            words = str(problem.context.get("words", ""))
            poison = Rejection(subscriber_hash=subs[0], reason=reason, words=words)
            return _Answer(created=0, updated=0, rejections=(poison,), request_id="")
        if self._halvings_left <= 0:
            raise problem
        self._halvings_left -= 2
        half = len(members) // 2
        answer = _Answer(created=0, updated=0, rejections=(), request_id="")
        for part in (slice(0, half), slice(half, None)):
            some = members[part]
            answer = answer.plus(await self._write(subs[part], some, mode, joined=b",".join(some)))
        return answer

    async def _accounted(self, reply: Upserted, sent: Mapping[str, bytes]) -> _Answer:
        """Read back who was left out of the reply: an unknown outcome is neither a good one nor a refusal.

        Who holds what was sent is accepted. Everybody else counts as not sent: the contact may be missing or older,
        and the next plan writes it again, whichever it is.
        """
        asked = [sub for sub in reply.unaccounted if sub in sent][: self._read_backs_left]
        self._read_backs_left -= len(asked)
        found = await asyncio.gather(*(self._holds(sub, sent[sub]) for sub in asked))
        kept = {sub for sub, is_held in zip(asked, found, strict=True) if is_held}
        lost = [sub for sub in reply.unaccounted if sub not in kept]
        return _Answer(
            created=reply.created,
            updated=reply.updated + len(kept),
            rejections=reply.rejected,
            request_id=reply.request_id,
            unsent=(*lost, *reply.postponed),
        )

    async def _holds(self, sub: str, member: bytes) -> bool:
        try:
            return await self._attempts.run(
                lambda: self._destination.holds(self._audience_id, sub, member)
            )
        except TryLater:
            return False

    async def _find(self, sub: str) -> bool:
        contact = await self._attempts.run(
            lambda: self._destination.contact(self._audience_id, sub)
        )
        return contact is not None

    async def _untag(self, chunk: Chunk) -> Acknowledgement:
        bit = chunk.group.bit
        tag_id = self._tag_ids.get(folded(bit.name)) if bit else None
        if tag_id is None:
            return Acknowledgement(group=chunk.group.name, number=chunk.number, sent=chunk.count)
        reply = await self._attempts.run(
            lambda: self._destination.untag(self._audience_id, tag_id, chunk.addresses)
        )
        return Acknowledgement(
            group=chunk.group.name,
            number=chunk.number,
            sent=chunk.count,
            updated=reply.removed,
            rejections=reply.rejected,
            request_id=reply.request_id,
            unsent=reply.postponed,
        )

    async def _move(self, chunk: Chunk) -> Acknowledgement:
        """Rename each contact, then write fields and tags of those that were renamed, without any status."""
        refused: list[Rejection] = []
        held: list[Rejection] = []
        for old, new, address in zip(chunk.old_subs, chunk.subs, chunk.addresses, strict=True):
            refusal = await self._rename(old, new, address, archives=chunk.group.archives)
            if refusal is not None:
                refused.append(replace(refusal, subscriber_hash=new))
                if refusal.reason is Reason.FORGOTTEN:
                    held.append(replace(refusal, subscriber_hash=old))
        out = {refusal.subscriber_hash for refusal in refused}
        rest = [(s, m) for s, m in zip(chunk.subs, chunk.members, strict=True) if s not in out]
        answer = _Answer(created=0, updated=0, rejections=tuple(refused), request_id="")
        if rest:
            subs, members = [s for s, _ in rest], [m for _, m in rest]
            joined = b",".join(members)
            answer = answer.plus(await self._write(subs, members, chunk.group.mode, joined=joined))
        return _acknowledged(chunk, answer, also_held=held)

    async def _rename(
        self, old: str, new: str, address: str, *, archives: bool
    ) -> Rejection | None:
        if archives:
            # Planned: the new address has a contact of its own, which goes on; the old one must not be mailed any more.
            await self._attempts.run(lambda: self._destination.archive(self._audience_id, old))
            return None
        ends_at = 0.0

        async def once() -> Rejection | None:
            nonlocal ends_at
            try:
                return await self._destination.move(self._audience_id, old, address=address)
            except TryLater as lost:
                ends_at = max(ends_at, self._attempts.now() + lost.occupies_s)
                raise

        refusal = await self._attempts.run(once)
        if refusal is None:
            return None
        if refusal.reason is Reason.ALREADY_THERE and ends_at:
            # Perhaps by an earlier try of ours whose reply was lost: then the old address is gone once that has ended.
            await self._attempts.wait_until(ends_at)
            return refusal if await self._find(old) else None
        if refusal.reason is Reason.GONE:
            # Gone under the old address: renamed by an earlier try of ours, or erased by somebody.
            return None if await self._find(new) else replace(refusal, reason=Reason.FORGOTTEN)
        return refusal


def _acknowledged(
    chunk: Chunk, answer: _Answer, *, also_held: Sequence[Rejection] = ()
) -> Acknowledgement:
    mine = set(chunk.subs) if answer.rejections else set()
    rejections = {r.subscriber_hash: r for r in answer.rejections if r.subscriber_hash in mine}
    return Acknowledgement(
        group=chunk.group.name,
        number=chunk.number,
        sent=chunk.count,
        created=answer.created,
        updated=answer.updated,
        rejections=tuple(rejections.values()),
        also_held=tuple(also_held),
        request_id=answer.request_id,
        unsent=tuple(sub for sub in answer.unsent if sub not in rejections),
    )
