"""Why a job in progress is broken off before its end, as the engine's `BrokenOff`: the code tells what becomes of the job.

Where people stop it, calls under way are waited for (`SEGUE_CANCEL_WAIT_S`), so that the run can say what became of
whom; where this worker is to end, for a shorter time (`SEGUE_DRAIN_S`), and the job goes on elsewhere at the border of
a chunk. Where another worker has the job there is no time for that.
"""

from __future__ import annotations

from django.conf import settings

from segue.control.refreshes.leases import Renewal, Verdict
from segue.control.refreshes.run_work import words_for
from segue.core.errors import BrokenOff

CANCELED = "run_canceled"
LEASE_LOST = "lease_lost"
WORKER_ENDS = "worker_ends"


def for_renewal(renewal: Renewal) -> BrokenOff | None:
    """Return why the job must be broken off after this renewal, None when it may go on."""
    match renewal.verdict:
        case Verdict.GO_ON:
            return None
        case Verdict.LOST:
            return lease_lost()
        case Verdict.CANCEL | Verdict.FAIL:
            return _by_change(renewal.code) if renewal.code else _canceled()


def lease_lost() -> BrokenOff:
    """Say that this worker no longer holds the job."""
    return BrokenOff(
        "Another worker took the job over.",
        action="Nothing: it goes on there.",
        code="lease_lost",
    )


def worker_ends() -> BrokenOff:
    """Say that the worker is asked to end."""
    return BrokenOff(
        "The worker was ended while it was at work.",
        action="Nothing: the next worker goes on with it.",
        code="worker_ends",
        grace_s=settings.SEGUE_DRAIN_S,
    )


def _canceled() -> BrokenOff:
    return BrokenOff(
        "Somebody canceled it.",
        action="Run it again: what Mailchimp accepted is kept, the next run does the rest.",
        code="run_canceled",
        grace_s=settings.SEGUE_CANCEL_WAIT_S,
    )


def _by_change(code: str) -> BrokenOff:
    message, action = words_for(code)
    return BrokenOff(message, action=action, code=code, grace_s=settings.SEGUE_CANCEL_WAIT_S)
