"""Which calls of a run failed for good, and why: alike ones counted together. Values and a counter only."""

from __future__ import annotations

from dataclasses import dataclass, replace

from segue.core.errors import Problem
from segue.sync.store import Step

LEFT_OUT = "mailchimp_left_out"
"""The code of a reply that passed people over, or put them off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedCalls:
    """Calls of one step that failed alike, each after all its attempts.

    `people` were rejected for them or count as not sent. `http_status` is 0 when no reply came; `request_id` is
    Mailchimp's own of the first of them, empty when it gave none.
    """

    step: Step
    code: str
    http_status: int
    calls: int
    people: int
    request_id: str


class Failures:
    """Counts failed calls by step, code and HTTP status, in the order in which each kind was first met."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[Step, str, int], FailedCalls] = {}

    def add(self, step: Step, problem: Problem, *, people: int) -> None:
        """Count a call that ended in a problem."""
        context = problem.context
        status, request_id = context.get("http_status"), context.get("request_id")
        self.count(
            FailedCalls(
                step=step,
                code=problem.code,
                http_status=status if isinstance(status, int) else 0,
                calls=1,
                people=people,
                request_id=request_id if isinstance(request_id, str) else "",
            )
        )

    def count(self, failed: FailedCalls) -> None:
        """Count calls that failed alike."""
        kind = (failed.step, failed.code, failed.http_status)
        known = self._kinds.get(kind)
        if known is None:
            self._kinds[kind] = failed
            return
        self._kinds[kind] = replace(
            known,
            calls=known.calls + failed.calls,
            people=known.people + failed.people,
            request_id=known.request_id or failed.request_id,
        )

    @property
    def found(self) -> tuple[FailedCalls, ...]:
        """Return what was counted so far."""
        return tuple(self._kinds.values())
