"""What a run waits for: its turn while it is queued, and while it is at work a call that must be made again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from segue.control.refreshes.models import Run
from segue.control.refreshes.queries import ahead_of
from segue.control.statuses import Status
from segue.shown.rejected import call_failure
from segue.web.sayings import reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """A call that is made again: why the attempt before failed, which attempt comes, and in how many seconds.

    `left_s` 0: the attempt is under way by now.
    """

    why: str
    attempt: int
    left_s: float


def retry_of(run: Run, *, now: datetime) -> Retry | None:
    """Return the call of a run at work that was tried most often and waits; None: none does."""
    if run.status != Status.PROCESSING or run.wait_until is None:
        return None
    return Retry(
        why=call_failure(run.wait_code, reads()).text,
        attempt=run.wait_attempt,
        left_s=max((run.wait_until - now).total_seconds(), 0.0),
    )


def waits_for(run: Run) -> str:
    """Say what a queued run waits for; "" for any other."""
    if run.status != Status.QUEUED:
        return ""
    if run.refresh.data_ready_at is None:
        return _("It waits for the data sources, profiles and segments.")
    if (other := ahead_of(run)) is not None:
        return _(
            "It waits for the run of “%(name)s”: one run at a time uses a Mailchimp account."
        ) % {"name": other.export_name}
    return _("It waits for a worker.")
