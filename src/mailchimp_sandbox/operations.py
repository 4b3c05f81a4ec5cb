"""Batches of operations, `/batches`: what they hold, which state they are in, the archive of their results. No HTTP here.

Source: FACTS.md §3, §9.14.
"""

from __future__ import annotations

import gzip
import io
import random
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import orjson

RESULTS_A_FILE: Final = 100
"""The results lie in several files, in any order. Source: FACTS.md §3; the number is our choice."""
STATES: Final = ("pending", "preprocessing", "started", "finalizing", "finished")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One call to be made. `body` is the JSON as it was sent, "" for none; `operation_id` "" when it has none."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    operation_id: str = ""


class Result(NamedTuple):
    """What became of one operation; `response` is the JSON of the reply, "" for a 204."""

    status_code: int
    operation_id: str
    response: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds before a batch leaves the queue, and seconds of each of the three states after it."""

    wait_s: float
    step_s: float


@dataclass(slots=True, kw_only=True)
class OperationBatch:
    """A batch of operations. Times are seconds since 1970; `completed_at` 0 while it is not finished."""

    batch_id: str
    operations: Sequence[Operation]
    pace: Pace
    submitted_at: float
    caller_ip: str
    results: list[Result] = field(default_factory=list)
    completed_at: float = 0.0
    archive: bytes = b""

    def state(self, now: float) -> str:
        """Return which of `STATES` it is in."""
        if self.completed_at:
            return "finished"
        since_s = now - self.submitted_at - self.pace.wait_s
        if since_s < 0:
            return "pending"
        if since_s < self.pace.step_s:
            return "preprocessing"
        return "started" if since_s < 2 * self.pace.step_s else "finalizing"

    def due(self, now: float) -> int:
        """Return how many operations must be done by now: they are spread over the time of "started"."""
        since_s = now - self.submitted_at - self.pace.wait_s - self.pace.step_s
        if since_s < 0:
            return 0
        if since_s >= self.pace.step_s:
            return len(self.operations)
        return int(len(self.operations) * since_s / self.pace.step_s)

    @property
    def finished_at(self) -> float:
        """The moment at which it is finished."""
        return self.submitted_at + self.pace.wait_s + 3 * self.pace.step_s

    @property
    def errored(self) -> int:
        """How many of the operations done were refused."""
        return sum(one.status_code >= 400 for one in self.results)


def archived(batch_id: str, results: Sequence[Result]) -> bytes:
    """Return the results as a gzipped tar of JSON files; a `./` entry comes first. Source: FACTS.md §3."""
    shuffled = list(results)
    random.Random(batch_id).shuffle(shuffled)  # noqa: S311 - a test's dice, no secret
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", encoding="utf-8") as tar:
        folder = tarfile.TarInfo("./")
        folder.type, folder.mode = tarfile.DIRTYPE, 0o755
        tar.addfile(folder)
        for number, begin in enumerate(range(0, len(shuffled), RESULTS_A_FILE)):
            content = orjson.dumps(
                [one._asdict() for one in shuffled[begin : begin + RESULTS_A_FILE]]
            )
            entry = tarfile.TarInfo(f"./{batch_id}-{number}.json")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=0)
