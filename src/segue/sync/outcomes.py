"""Count what became of the people of a run, each once: accepted, rejected with a reason, or not sent. Sums must balance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from segue.sync.ports import Reason
from segue.sync.store import Acknowledgement, Chunk, Group, Step

SUBSTANTIAL = 10
"""People sent from which on a run that reaches none of them has failed; the refusal of fewer is told as skips.

Source: PRODUCT.md §4.2, whose brakes take fewer than ten people as too few to judge by.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fates:
    """What became of a run's people, each counted once, by the worst of their changes: unknown, not sent, rejected, accepted.

    `unknown` are people for whom a call went out that nobody heard the answer of: Mailchimp may hold their changes, all
    or some. To nobody of `not_sent` anything of what is open went out. `untagged` people lost a tag or more, `moved` ones have a new address; both may be among any of the three.
    """

    accepted: int = 0
    rejected: Mapping[Reason, int] = field(default_factory=dict)
    not_sent: int = 0
    unknown: int = 0
    untagged: int = 0
    moved: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What became of the people of a run, each counted once. `not_sent` and `unknown` are taken up again by the next run.

    `unknown` were sent, or in part, and the answer is not known; nothing that is open of `not_sent` was.

    `created` and `updated` are contacts as Mailchimp counted them; `archived` are old contacts of people who moved to an
    address that had one already; `unexplained` are people for whom its replies do not add up.
    """

    sent: int
    accepted: int
    created: int
    updated: int
    untagged: int
    moved: int
    rejected: Mapping[Reason, int]
    not_sent: int
    unknown: int = 0
    archived: int = 0
    unexplained: int = 0

    @property
    def rejected_total(self) -> int:
        """Return how many people were rejected, for whatever reason."""
        return sum(self.rejected.values())

    @property
    def left(self) -> int:
        """Return how many people the next run takes up again."""
        return self.not_sent + self.unknown

    @property
    def reached_nobody(self) -> bool:
        """Return whether a substantial number of people was sent and none of them accepted."""
        return self.sent >= SUBSTANTIAL and not self.accepted

    @property
    def balances(self) -> bool:
        """Return whether everybody sent ended in exactly one outcome."""
        return self.sent == self.accepted + self.rejected_total and not self.unexplained


NOTHING_SENT = Outcomes(
    sent=0, accepted=0, created=0, updated=0, untagged=0, moved=0, rejected={}, not_sent=0
)
"""The outcome of a run that wrote nothing."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """Adds up acknowledgements while a run goes on: what Mailchimp counted, and whether it adds up."""

    created: int = 0
    updated: int = 0
    archived: int = 0
    unexplained: int = 0

    def add(self, group: Group, acknowledgement: Acknowledgement) -> None:
        """Count one acknowledged chunk. The service counts only tags that were there, so removals need not add up."""
        if group.step is Step.UNTAG:
            return
        self.created += acknowledgement.created
        self.updated += acknowledgement.updated
        named = acknowledgement.created + acknowledgement.updated
        left = len(acknowledgement.rejections) + len(acknowledgement.unsent)
        self.archived += acknowledgement.sent - left if group.archives else 0
        named += left
        self.unexplained += abs(acknowledgement.sent - named)

    def outcomes(self, fates: Fates) -> Outcomes:
        """Return the counts of a run whose people came to these fates."""
        return Outcomes(
            sent=fates.accepted + sum(fates.rejected.values()),
            accepted=fates.accepted,
            created=self.created,
            updated=self.updated,
            untagged=fates.untagged,
            moved=fates.moved,
            rejected=fates.rejected,
            not_sent=fates.not_sent,
            unknown=fates.unknown,
            archived=self.archived,
            unexplained=self.unexplained,
        )


def newly_accepted(chunk: Chunk, acknowledgement: Acknowledgement) -> int:
    """Return how many people an acknowledged chunk adds to those accepted; who counts with another one is passed over."""
    out = {r.subscriber_hash for r in acknowledgement.rejections} | set(acknowledgement.unsent)
    out |= set(chunk.counted_elsewhere)
    return chunk.count - len(out)
