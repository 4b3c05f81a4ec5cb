"""Send stored changes, chunk by chunk and several at once, and make every acknowledgement durable.

A chunk that fails leaves the others alone; a contact that makes a whole call fail is isolated by halving and rejected
once. Nobody is sent twice at the same time: moves end before writes begin, writes before tags are taken away.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import islice
from typing import Protocol

from segue.core.errors import BrokenOff, ConfigurationProblem, ConnectionLost, Problem, TryLater
from segue.sync.isolating import FAILURES_IN_A_ROW
from segue.sync.outcomes import NOTHING_SENT, Outcomes
from segue.sync.sending import Sending
from segue.sync.store import Acknowledgement, Chunk, Group, Step, Store

log = logging.getLogger("segue.sync")

STEPS = (Step.MOVE, Step.WRITE, Step.UNTAG)
QUEUE = 10
"""Chunks rendered ahead of the calls, and as many again on their way from the store: they are fetched together."""


class Listener(Protocol):
    """Hears how a push goes on."""

    def accepted(self, people: int) -> None:
        """Hear that so many more people were accepted."""
        ...


class Push:
    """One run's push. `problem` is why it stopped early, None when every chunk was tried."""

    def __init__(self, *, run_id: str, sending: Sending, store: Store, listener: Listener) -> None:
        self.problem: Problem | None = None
        self._run_id = run_id
        self._sending = sending
        self._store = store
        self._listener = listener
        self._told = NOTHING_SENT
        self._failures = 0

    async def run(self, groups: Sequence[Group]) -> Outcomes:
        """Push all groups in the order of their steps and return what became of everybody.

        Whoever is in no acknowledged chunk counts as unknown when a call for them went out whose answer nobody heard, and
        as not sent otherwise.
        """
        for step in STEPS:
            if self.problem is None:
                await self._step([group for group in groups if group.step is step])
        fates = self._store.fates(self._run_id, self._sending.doubts.people)
        return fates.plus(self._told)

    async def _step(self, groups: Sequence[Group]) -> None:
        if not groups:
            return
        queue: asyncio.Queue[Chunk | None] = asyncio.Queue(maxsize=QUEUE)
        workers = self._sending.most_at_once
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._feed(groups, queue, workers))
            for _ in range(workers):
                tasks.create_task(self._work(queue))

    async def _feed(
        self, groups: Sequence[Group], queue: asyncio.Queue[Chunk | None], workers: int
    ) -> None:
        async for chunk in self._chunks(groups):
            if self.problem is not None:
                break
            await queue.put(chunk)
        for _ in range(workers):
            await queue.put(None)

    async def _chunks(self, groups: Sequence[Group]) -> AsyncIterator[Chunk]:
        for group in groups:
            chunks = self._store.chunks(self._run_id, group)
            while some := await asyncio.to_thread(_next, chunks):
                for chunk in some:
                    yield chunk

    async def _work(self, queue: asyncio.Queue[Chunk | None]) -> None:
        while (chunk := await queue.get()) is not None:
            if self.problem is None:
                await self._push(chunk)

    async def _push(self, chunk: Chunk) -> None:
        try:
            acknowledgement = await self._sending.send(chunk)
        except TryLater as problem:
            self._failed(chunk, problem)
        except (ConnectionLost, ConfigurationProblem, BrokenOff) as problem:
            self.problem = self.problem or problem
        else:
            self._acknowledged(chunk, acknowledgement)

    def _acknowledged(self, chunk: Chunk, acknowledgement: Acknowledgement) -> None:
        try:
            self._store.acknowledge(self._run_id, acknowledgement)
        except BrokenOff as taken_over:  # somebody else writes the audience's journal by now
            self.problem = self.problem or taken_over
            return
        self._failures = 0
        self._told = self._told.plus(told_of(chunk.group, acknowledgement))
        self._listener.accepted(newly_accepted(chunk, acknowledgement))

    def _failed(self, chunk: Chunk, problem: TryLater) -> None:
        """Leave the chunk for the next run; stop when nothing gets through any more."""
        log.warning(
            "run.chunk_failed",
            extra={
                "run": self._run_id,
                "group": chunk.group.name,
                "chunk": chunk.number,
                "code": problem.code,
            },
        )
        self._failures += 1
        if self._failures >= FAILURES_IN_A_ROW:
            self.problem = self.problem or problem


def told_of(group: Group, acknowledgement: Acknowledgement) -> Outcomes:
    """Return what the service told of one acknowledged chunk: how it counted its contacts, and whether that adds up.

    Of removals it counts only tags that were there, so that these need not add up.
    """
    if group.step is Step.UNTAG:
        return NOTHING_SENT
    left = len(acknowledgement.rejections) + len(acknowledgement.unsent)
    return Outcomes(
        counted=acknowledgement.counted,
        archived=acknowledgement.sent - left if group.archives else 0,
        unexplained=abs(acknowledgement.sent - left - acknowledgement.counted.named),
    )


def newly_accepted(chunk: Chunk, acknowledgement: Acknowledgement) -> int:
    """Return how many people an acknowledged chunk adds to those accepted; who counts with another one is passed over."""
    out = {r.subscriber_hash for r in acknowledgement.rejections} | set(acknowledgement.unsent)
    out |= set(chunk.counted_elsewhere)
    return chunk.count - len(out)


def _next(chunks: Iterator[Chunk]) -> Sequence[Chunk]:
    return list(islice(chunks, QUEUE))
