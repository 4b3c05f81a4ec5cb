"""What a run says when it is over: plan, outcomes, times and calls. Values only; kept with the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

import msgspec

from segue.core.errors import BrokenOff, Consequence, Problem, TryLater
from segue.core.sentences import Sentence, kept, recalled
from segue.sync.failures import FailedCalls
from segue.sync.outcomes import Outcomes
from segue.sync.plan import Plan
from segue.sync.ports import Counted


class RunStatus(StrEnum):
    """How a run ended. Source of the words: PRODUCT.md §3."""

    SUCCESSFUL = "successful"
    SUCCESSFUL_WITH_SKIPS = "successful_with_skips"
    NEEDS_APPROVAL = "needs_approval"
    FAILED = "failed"
    FAILED_RETRYING = "failed_retrying"
    INCONSISTENT = "inconsistent"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """One run. `seconds` are per step; `problem` is the code of what stopped it, empty when nothing did.

    `consequence` is what that means, None when nothing did, or in a report that was kept before this was.

    `failed_calls` are those that failed for good: their people were rejected for it or not sent.
    """

    run_id: str
    export: str
    status: RunStatus
    started_at: datetime
    finished_at: datetime
    plan: Plan
    outcomes: Outcomes
    seconds: Mapping[str, float]
    retries: int
    throttlings: int
    recovered: Sequence[str] = ()
    problem: str = ""
    message: str = ""
    action: str = ""
    consequence: Consequence | None = None
    calls: Mapping[str, int] = field(default_factory=dict)
    failed_calls: tuple[FailedCalls, ...] = ()


def as_document(report: RunReport) -> bytes:
    """Return a report as it is stored, with what its sentences are made of."""
    return msgspec.json.encode(report, enc_hook=_kept)


def from_document(document: bytes | str) -> RunReport:
    """Return a report as it was. Raises: msgspec.DecodeError when the document is none."""
    report = msgspec.json.decode(document, type=RunReport)
    if report.outcomes.counted == Counted():
        counted = msgspec.json.decode(document, type=_Older).outcomes
        report = replace(report, outcomes=replace(report.outcomes, counted=counted))
    return replace(report, message=recalled(report.message), action=recalled(report.action))


class _Older(msgspec.Struct):
    """A report as it was kept while the contacts that Mailchimp counted stood beside the other outcomes."""

    outcomes: Counted


def _kept(value: object) -> str:
    """Return what the encoder does not know: a sentence, which is more than its text. Raises: TypeError for anything else."""
    if isinstance(value, Sentence):
        return kept(value)
    raise TypeError(type(value).__name__)


def status_of(
    plan: Plan, outcomes: Outcomes, *, held: bool, stopped_by: Problem | None
) -> RunStatus:
    """Name the end of a run; `stopped_by` is what ended it early, None when every chunk was tried."""
    if held:
        return RunStatus.NEEDS_APPROVAL
    if isinstance(stopped_by, BrokenOff):
        return RunStatus.CANCELED
    if stopped_by is not None and not isinstance(stopped_by, TryLater):
        return RunStatus.FAILED
    if stopped_by is not None or outcomes.left:
        return RunStatus.FAILED_RETRYING
    if not outcomes.balances:
        return RunStatus.INCONSISTENT
    if outcomes.reached_nobody:
        return RunStatus.FAILED
    if outcomes.rejected_total or plan.skipped:
        return RunStatus.SUCCESSFUL_WITH_SKIPS
    return RunStatus.SUCCESSFUL
