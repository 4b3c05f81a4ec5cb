"""Chunks in their order, several at once: what one failure does to the others, and when the rest is left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, cast

import pytest

from segue.core.emails import subscriber_hash
from segue.core.errors import BrokenOff, ConfigurationProblem, ConnectionLost, Problem, TryLater
from segue.sync.doubts import Doubts
from segue.sync.isolating import FAILURES_IN_A_ROW
from segue.sync.outcomes import Outcomes
from segue.sync.ports import Counted
from segue.sync.push import Push
from segue.sync.store import Acknowledgement, Chunk, Group, Step
from tests.fakes.laboratory import Silence

MOVE = Group(name="move", step=Step.MOVE, size=50)
WRITE = Group(name="add", step=Step.WRITE, size=10)
UNTAG = Group(name="untag-0", step=Step.UNTAG, size=10)


class Chunks:
    """A store of chunks in memory: hands them out and keeps what is acknowledged."""

    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = counts
        self.acknowledged: list[Acknowledgement] = []

    def chunks(self, run_id: str, group: Group) -> Iterator[Chunk]:
        """Return a group's chunks."""
        for number, start in enumerate(range(0, self.counts[group.name], group.size)):
            count = min(group.size, self.counts[group.name] - start)
            subs = [subscriber_hash(f"{group.name}{start + n}@shop.example") for n in range(count)]
            yield Chunk(group=group, number=number, count=count, subs=subs)

    def acknowledge(self, run_id: str, acknowledgement: Acknowledgement) -> None:
        """Keep an acknowledgement."""
        self.acknowledged.append(acknowledgement)

    def fates(self, run_id: str, unsure: Collection[str] = ()) -> Outcomes:
        """Count who was acknowledged."""
        accepted = sum(a.sent for a in self.acknowledged)
        left = sum(self.counts.values()) - accepted
        return Outcomes(accepted=accepted, not_sent=left - len(unsure), unknown=len(unsure))


class Line:
    """Sends one chunk after the other, `most_at_once` at a time; `fate` raises for those that fail."""

    def __init__(self, fate: Callable[[Chunk], Problem | None], most_at_once: int = 1) -> None:
        self.fate = fate
        self.most_at_once = most_at_once
        self.doubts = Doubts()
        self.sent: list[tuple[str, int]] = []

    async def send(self, chunk: Chunk) -> Acknowledgement:
        """Send a chunk."""
        self.sent.append((chunk.group.name, chunk.number))
        await asyncio.sleep(0)
        if (problem := self.fate(chunk)) is not None:
            raise problem
        return Acknowledgement(
            group=chunk.group.name,
            number=chunk.number,
            sent=chunk.count,
            counted=Counted(updated=chunk.count),
        )


def later() -> TryLater:
    return TryLater("Busy.", action="Wait.", code="mailchimp_unavailable")


def push(line: Line, groups: Sequence[Group], **counts: int) -> tuple[Push, Outcomes, Silence]:
    names = {"move": MOVE.name, "write": WRITE.name, "untag": UNTAG.name}
    listener = Silence()
    one = Push(
        run_id="run",
        sending=cast(Any, line),
        store=cast(Any, Chunks({names[key]: count for key, count in counts.items()})),
        listener=listener,
    )
    return one, asyncio.run(one.run(groups)), listener


def fails(*numbers: int) -> Callable[[Chunk], Problem | None]:
    return lambda chunk: later() if chunk.number in numbers else None


def test_moves_end_before_writes_and_writes_before_removals() -> None:
    line = Line(fails(), most_at_once=9)

    found, outcomes, listener = push(line, [UNTAG, WRITE, MOVE], move=60, write=25, untag=5)

    order = ["move"] * 2 + ["add"] * 3 + ["untag-0"]
    assert [name for name, _ in line.sent] == order
    assert (found.problem, outcomes.accepted, listener.people) == (None, 90, 90)


def test_the_third_failure_in_a_row_leaves_the_rest_for_the_next_run() -> None:
    line = Line(fails(2, 3, 4))

    found, outcomes, _ = push(line, [WRITE], write=100)

    assert FAILURES_IN_A_ROW == 3
    assert [number for _, number in line.sent] == [0, 1, 2, 3, 4]
    assert found.problem is not None
    assert (outcomes.accepted, outcomes.not_sent) == (20, 80)


def test_two_failures_in_a_row_leave_only_their_chunks() -> None:
    line = Line(fails(2, 3, 5, 6))

    found, outcomes, _ = push(line, [WRITE], write=100)

    assert found.problem is None
    assert len(line.sent) == 10
    assert (outcomes.accepted, outcomes.not_sent) == (60, 40)


def test_a_run_that_stopped_goes_on_to_no_further_step() -> None:
    line = Line(lambda chunk: later() if chunk.group.step is Step.WRITE else None)

    push(line, [WRITE, UNTAG], write=50, untag=10)

    assert [name for name, _ in line.sent] == ["add"] * 3


@pytest.mark.parametrize(
    "problem",
    [
        ConnectionLost("Lost.", action="", code="lost"),
        ConfigurationProblem("Gone.", action="", code="audience_not_found"),
        BrokenOff("Over.", action="", code="canceled"),
    ],
    ids=lambda p: p.code,
)
def test_what_stops_the_run_stops_it_at_once_and_the_first_reason_stays(problem: Problem) -> None:
    line = Line(lambda chunk: problem if chunk.number == 1 else None)

    found, outcomes, _ = push(line, [WRITE], write=100)

    assert found.problem is problem
    assert [number for _, number in line.sent] == [0, 1]
    assert outcomes.accepted == 10
