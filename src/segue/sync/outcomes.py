"""Count what became of everybody who was sent: accepted, rejected with a reason, or unknown. The sum must balance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from segue.sync.ports import Reason
from segue.sync.store import Acknowledgement, Group, Step

SUBSTANTIAL = 10
"""People sent from which on a run that reaches none of them has failed; the refusal of fewer is told as skips.

Source: PRODUCT.md §4.2, whose brakes take fewer than ten people as too few to judge by.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What became of the people of a run. `not_sent` belong to chunks that failed: the next run takes them up again."""

    sent: int
    accepted: int
    created: int
    updated: int
    untagged: int
    moved: int
    rejected: Mapping[Reason, int]
    not_sent: int

    @property
    def rejected_total(self) -> int:
        """Return how many people were rejected, for whatever reason."""
        return sum(self.rejected.values())

    @property
    def reached_nobody(self) -> bool:
        """Return whether a substantial number of people was sent and none of them accepted."""
        return self.sent >= SUBSTANTIAL and not self.accepted

    @property
    def balances(self) -> bool:
        """Return whether everybody sent ended in exactly one outcome."""
        return self.sent == self.accepted + self.rejected_total


NOTHING_SENT = Outcomes(
    sent=0, accepted=0, created=0, updated=0, untagged=0, moved=0, rejected={}, not_sent=0
)
"""The outcome of a run that wrote nothing."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """Adds up acknowledgements while a run goes on."""

    sent: int = 0
    accepted: int = 0
    created: int = 0
    updated: int = 0
    untagged: int = 0
    moved: int = 0
    not_sent: int = 0
    rejected: Counter[Reason] = field(default_factory=Counter)

    def add(self, group: Group, acknowledgement: Acknowledgement) -> int:
        """Count one acknowledged chunk and return how many people it accepted."""
        accepted = acknowledgement.created + acknowledgement.updated
        sent = acknowledgement.sent - len(acknowledgement.unsent)
        if group.step is Step.UNTAG:  # the service counts only tags that were there
            accepted = sent - len(acknowledgement.rejections)
        self.sent += sent
        self.accepted += accepted
        self.created += acknowledgement.created
        self.updated += acknowledgement.updated
        self.untagged += accepted if group.step is Step.UNTAG else 0
        self.moved += accepted if group.step is Step.MOVE else 0
        self.rejected.update(r.reason for r in acknowledgement.rejections)
        return accepted

    def outcomes(self) -> Outcomes:
        """Return the counts so far."""
        return Outcomes(
            sent=self.sent,
            accepted=self.accepted,
            created=self.created,
            updated=self.updated,
            untagged=self.untagged,
            moved=self.moved,
            rejected=dict(self.rejected),
            not_sent=self.not_sent,
        )
