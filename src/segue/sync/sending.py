"""Send one chunk and say what became of everybody in it. No order, no journal: those are the push's.

A call whose reply was lost is made again at once, while the first try may still be under way at Mailchimp for up to two
minutes. That two tries of one chunk run at the same time does no harm, whichever of them ends last:

- UPSERT and UPDATE: both write the same fields and add the same tags. A contact that Mailchimp knows gets no status from
  either, a new one `status_if_new` from the first and nothing from the second: who unsubscribes in between stays so.
- CREATE: the first to arrive creates; the other is refused for those contacts (ALREADY_THERE). They are no rejections:
  they are read back, and whoever does not hold what was sent is written by the next plan without any status.
- UNTAG: taking a tag away twice is taking it away once.
- Steps of one run never contradict each other: nobody gets and loses the same tag, and a move ends before its writes.
- MOVE: renaming twice finds nothing under the old address the second time, and then the new one tells. Only one answer
  calls for an irreversible step, "the new address is there already", whose old contact is archived; after a lost try it
  may be our own renaming that is there. So that step waits until the first try must have ended, and looks again.

What this leaves open: a first try that goes on after its run has ended could overtake what another run, begun within
these two minutes, writes to the same contact. Waiting would not close that: a run may also die.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

from segue.core.errors import TryLater
from segue.sync.carriers import Carriers
from segue.sync.doubts import Doubts
from segue.sync.failures import LEFT_OUT, FailedCalls, Failures
from segue.sync.isolating import Answer, Isolating, Work
from segue.sync.pacing import Attempts
from segue.sync.ports import Counted, Destination, Reason, Rejection, Tag
from segue.sync.store import Acknowledgement, Chunk, Group, Step
from segue.sync.tags import folded

READ_BACKS = 1_000
"""Contacts that a run looks up because no reply told of them: those of two batches, in about half a minute.

The rest counts as not sent and is written again.
"""

TAG_READINGS = 20
"""Replies to batches in which the ids of new tags are looked for: reading everybody's tags takes longer than the rest."""

IDENTIFIED = 5_000
"""People of a run whose contacts' ids are taken from replies, 4 us each: of the others the next reading tells the ids."""

_PAIR_BYTES = 32


class Sending:
    """Sends chunks to one audience.

    `failures` fills with the calls that failed for good, `doubts` with whom an answer is missing for, `tag_ids` with the
    service's ids of the tags `without_id`, as soon as a reply tells them, `contact_ids` with those of the first contacts: of
    each its hash and its id, 16 bytes both.
    """

    def __init__(
        self,
        *,
        destination: Destination,
        attempts: Attempts,
        audience_id: str,
        tags: Sequence[Tag],
        without_id: Collection[str] = (),
    ) -> None:
        self.failures = Failures()
        self.doubts = Doubts()
        self.tag_ids: dict[str, int] = {}
        self.contact_ids = bytearray()
        self._without_id = frozenset(without_id)
        self._tag_readings_left = TAG_READINGS
        self._destination = destination
        self._attempts = attempts
        self._audience_id = audience_id
        self._tags: Mapping[str, Tag] = {folded(tag.name): tag for tag in tags}
        self._carriers = Carriers(destination, attempts, audience_id)
        self._read_backs_left = READ_BACKS
        self._isolating = Isolating(
            attempts=attempts,
            carries_out=partial(destination.carries_out, audience_id),
            failures=self.failures,
        )

    @property
    def most_at_once(self) -> int:
        """Return how many calls are under way at most."""
        return self._attempts.pace.most

    async def send(self, chunk: Chunk) -> Acknowledgement:
        """Send a chunk. Raises TryLater when patience ended, other problems when the run must stop."""
        send = {Step.UNTAG: self._untag, Step.MOVE: self._move, Step.WRITE: self._written}
        try:
            return await send[chunk.group.step](chunk)
        except TryLater as problem:
            self.failures.add(chunk.group.step, problem, people=chunk.count)
            raise

    async def _written(self, chunk: Chunk) -> Acknowledgement:
        answer = await self._write(chunk, range(chunk.count), joined=chunk.joined)
        return _acknowledged(chunk, answer)

    async def _write(self, chunk: Chunk, places: Sequence[int], *, joined: bytes = b"") -> Answer:
        """Write the people at these places of a chunk; `joined` are all of them, rendered, where that is at hand."""
        subs = chunk.subs if joined else [chunk.subs[at] for at in places]

        async def call(part: Sequence[int]) -> Answer:
            is_whole = joined and len(part) == len(places)
            some = joined if is_whole else b",".join(chunk.members[places[n]] for n in part)
            people = subs if is_whole else [subs[n] for n in part]
            earlier = self.doubts.left_by_earlier(people)
            with self.doubts.sending(people) as doubt:
                answer = await self._upsert(some, len(part), chunk.group)
                answer = _without_own_tries(answer, earlier)
                doubt.left = answer.left_out
                return answer

        answer = await self._isolating.run(Work(step=chunk.group.step, subs=subs, call=call))
        if not answer.left_out:
            return answer
        return await self._accounted(answer, chunk, {chunk.subs[at]: at for at in places})

    async def _upsert(self, members: bytes, count: int, group: Group) -> Answer:
        reply = await self._destination.upsert(
            self._audience_id,
            members,
            count=count,
            mode=group.mode,
            tags=self._wanted_tags(),
            identify=len(self.contact_ids) < IDENTIFIED * _PAIR_BYTES,
        )
        # The first reply counts: a tag that somebody makes again meanwhile is another one.
        self.tag_ids = {**reply.tag_ids, **self.tag_ids}
        for sub, contact_id in reply.contact_ids.items():
            self.contact_ids += bytes.fromhex(sub + contact_id)
        self._passed_over(group.step, reply.postponed, reply.request_id)
        return Answer(
            counted=reply.counted,
            rejections=reply.rejected,
            request_id=reply.request_id,
            unsent=reply.postponed,
            left_out=reply.unaccounted,
        )

    def _wanted_tags(self) -> frozenset[str]:
        """Return the tags whose ids the next reply is to tell: what few people carry is asked for at the end instead."""
        wanted = self._without_id - self.tag_ids.keys()
        self._tag_readings_left -= 1
        return wanted if self._tag_readings_left >= 0 else frozenset()

    async def _accounted(self, answer: Answer, chunk: Chunk, people: Mapping[str, int]) -> Answer:
        """Read back who was left out of a reply: an unknown outcome is neither a good one nor a refusal.

        Who holds what was sent is accepted. The next plan writes everybody else again: whoever is missing or older counts
        as not sent, and of whom that was not found out the answer is unknown.
        """
        asked = [sub for sub in answer.left_out if sub in people][: self._read_backs_left]
        self._read_backs_left -= len(asked)
        found = await asyncio.gather(*(self._holds(s, chunk.members[people[s]]) for s in asked))
        told = dict(zip(asked, found, strict=True))
        self.doubts.settle(sub for sub, is_held in told.items() if is_held is not None)
        kept = {sub for sub, is_held in told.items() if is_held}
        lost = tuple(sub for sub in answer.left_out if sub not in kept)
        self._passed_over(chunk.group.step, lost, answer.request_id)
        counted = answer.counted.plus(Counted(updated=len(kept)))
        return replace(answer, counted=counted, unsent=answer.unsent + lost, left_out=())

    def _passed_over(self, step: Step, people: Sequence[str], request_id: str) -> None:
        """Count people of whom a reply did not say that they were written."""
        if people:
            failed = FailedCalls(
                step=step,
                code=LEFT_OUT,
                http_status=200,
                calls=1,
                people=len(people),
                request_id=request_id,
            )
            self.failures.count(failed)

    async def _holds(self, sub: str, member: bytes) -> bool | None:
        try:
            return await self._attempts.run(
                lambda: self._destination.holds(self._audience_id, sub, member)
            )
        except TryLater:
            return None

    async def _find(self, sub: str) -> bool:
        contact = await self._attempts.run(
            lambda: self._destination.contact(self._audience_id, sub)
        )
        return contact is not None

    async def _untag(self, chunk: Chunk) -> Acknowledgement:
        bit = chunk.group.bit
        tag = self._tags.get(folded(bit.name)) if bit else None
        if tag is None:
            return _acknowledged(chunk, Answer())

        addressed = await self._addressed(chunk)
        there = [at for at, address in enumerate(addressed) if address]

        async def call(part: Sequence[int]) -> Answer:
            addresses = [addressed[there[n]] for n in part]
            with self.doubts.sending([chunk.subs[there[n]] for n in part]) as doubt:
                reply = await self._destination.untag(self._audience_id, tag.tag_id, addresses)
                doubt.left = reply.unaccounted
            self._passed_over(Step.UNTAG, reply.postponed, reply.request_id)
            return Answer(
                counted=Counted(updated=reply.removed),
                rejections=reply.rejected,
                request_id=reply.request_id,
                unsent=reply.postponed,
                left_out=reply.unaccounted,
            )

        gone = tuple(chunk.subs[at] for at, address in enumerate(addressed) if not address)
        work = Work(step=Step.UNTAG, subs=[chunk.subs[at] for at in there], call=call)
        answer = await self._isolating.run(work) if there else Answer()
        self._passed_over(Step.UNTAG, gone, "")
        answer = replace(answer, unsent=answer.unsent + gone)
        if answer.left_out:
            told = await self._carriers.doubtful(tag, answer.left_out)
            self.doubts.settle(sub for sub in answer.left_out if told.get(sub, True))
            lost = tuple(told)
            self._passed_over(Step.UNTAG, lost, answer.request_id)
            answer = replace(answer, unsent=answer.unsent + lost)
        return _acknowledged(chunk, answer)

    async def _addressed(self, chunk: Chunk) -> Sequence[str]:
        """Return a chunk's addresses. Those that people changed at Mailchimp are asked for, "" where none is told."""

        async def told(sub: str, address: str) -> str:
            if address:
                return address
            try:
                contact = await self._attempts.run(
                    lambda: self._destination.contact(self._audience_id, sub)
                )
            except TryLater:  # the next plan asks again
                return ""
            return contact.address if contact else ""

        if "" not in chunk.addresses:
            return chunk.addresses
        return await asyncio.gather(*map(told, chunk.subs, chunk.addresses))

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
        rest = [at for at in range(chunk.count) if chunk.subs[at] not in out]
        answer = Answer(rejections=tuple(refused))
        if rest:
            answer = answer.plus(await self._write(chunk, rest))
        return _acknowledged(chunk, answer, also_held=held)

    async def _rename(
        self, old: str, new: str, address: str, *, archives: bool
    ) -> Rejection | None:
        if archives:
            # Planned: the new address has a contact of its own, which goes on; the old one must not be mailed any more.
            return await self._archive(old, new)
        ends_at = 0.0

        async def once() -> Rejection | None:
            nonlocal ends_at
            try:
                return await self._half(
                    new, self._destination.move(self._audience_id, old, address=address)
                )
            except TryLater as lost:
                ends_at = max(ends_at, self._attempts.now() + lost.occupies_s)
                raise

        refusal = await self._for_one(new, once)
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

    async def _archive(self, sub: str, new: str) -> Rejection | None:
        return await self._for_one(
            sub, lambda: self._half(new, self._destination.archive(self._audience_id, sub))
        )

    async def _half(self, sub: str, change: Awaitable[Rejection | None]) -> Rejection | None:
        """Await the first half of a move: who got through is in doubt until the fields are written too."""
        with self.doubts.sending([sub]) as doubt:
            refusal = await change
            doubt.left = () if refusal else (sub,)
            return refusal

    async def _for_one(
        self, sub: str, change: Callable[[], Awaitable[Rejection | None]]
    ) -> Rejection | None:
        """Make a call that changes one contact; one that fails for this person only is their rejection."""

        async def call(_: Sequence[int]) -> Answer:
            refusal = await change()
            return Answer(rejections=(refusal,) if refusal else ())

        answer = await self._isolating.run(Work(step=Step.MOVE, subs=(sub,), call=call))
        return answer.rejections[0] if answer.rejections else None


def _without_own_tries(answer: Answer, earlier: frozenset[str]) -> Answer:
    """Take refusals for being there already as no answer where an `earlier` try, of which none came, may have added them."""
    own = {
        refusal.subscriber_hash
        for refusal in answer.rejections
        if refusal.reason is Reason.ALREADY_THERE and refusal.subscriber_hash in earlier
    }
    if not own:
        return answer
    others = tuple(r for r in answer.rejections if r.subscriber_hash not in own)
    return replace(answer, rejections=others, left_out=(*answer.left_out, *sorted(own)))


def _acknowledged(
    chunk: Chunk, answer: Answer, *, also_held: Sequence[Rejection] = ()
) -> Acknowledgement:
    mine = set(chunk.subs) if answer.rejections else set()
    rejections = {r.subscriber_hash: r for r in answer.rejections if r.subscriber_hash in mine}
    return Acknowledgement(
        group=chunk.group.name,
        number=chunk.number,
        sent=chunk.count,
        counted=answer.counted,
        rejections=tuple(rejections.values()),
        also_held=tuple(also_held),
        request_id=answer.request_id,
        unsent=tuple(sub for sub in answer.unsent if sub not in rejections),
    )
