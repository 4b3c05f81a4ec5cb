"""What became of the people of a run, each once: accepted, rejected with a reason, not sent, or unknown. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from segue.sync.ports import Counted, Reason

SUBSTANTIAL = 10
"""People sent from which on a run that reaches none of them has failed; the refusal of fewer is told as skips.

Source: PRODUCT.md §4.2, whose brakes take fewer than ten people as too few to judge by.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What became of the people of a run, each counted once, by the worst of their changes: unknown, not sent, rejected, accepted.

    `not_sent` and `unknown` are taken up again by the next run. `unknown` are people for whom a call went out that nobody
    heard the answer of: Mailchimp may hold their changes, all or some. To nobody of `not_sent` anything of what is open
    went out. `untagged` people lost a tag or more, `moved` ones have a new address; both may be among any of the others.

    `counted` are contacts as Mailchimp counted them; `archived` are old contacts of people who moved to an address that
    had one already; `unexplained` are people for whom its replies do not add up.
    """

    accepted: int = 0
    counted: Counted = field(default_factory=Counted)
    untagged: int = 0
    moved: int = 0
    rejected: Mapping[Reason, int] = field(default_factory=dict)
    not_sent: int = 0
    unknown: int = 0
    archived: int = 0
    unexplained: int = 0

    def plus(self, other: Outcomes) -> Outcomes:
        """Return both together."""
        rejected = dict(self.rejected)
        for reason, people in other.rejected.items():
            rejected[reason] = rejected.get(reason, 0) + people
        return Outcomes(
            accepted=self.accepted + other.accepted,
            counted=self.counted.plus(other.counted),
            untagged=self.untagged + other.untagged,
            moved=self.moved + other.moved,
            rejected=rejected,
            not_sent=self.not_sent + other.not_sent,
            unknown=self.unknown + other.unknown,
            archived=self.archived + other.archived,
            unexplained=self.unexplained + other.unexplained,
        )

    @property
    def rejected_total(self) -> int:
        """Return how many people were rejected, for whatever reason."""
        return sum(self.rejected.values())

    @property
    def sent(self) -> int:
        """Return how many people were sent and have an answer."""
        return self.accepted + self.rejected_total

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
        """Return whether Mailchimp's replies explain what became of everybody."""
        return not self.unexplained


NOTHING_SENT = Outcomes()
"""The outcome of a run that wrote nothing."""
