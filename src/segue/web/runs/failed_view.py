"""The calls of a run that failed for good: what failed, for how many people, and what to quote to Mailchimp's support."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from segue.shown.rejected import call_failure
from segue.sync.failures import FailedCalls
from segue.sync.report import RunReport
from segue.web.sayings import reads


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedRow:
    """Calls that failed alike. `facts` are HTTP status, code and request id, the same in every language."""

    text: str
    facts: str
    calls: int
    people: int


def failed_rows(report: RunReport | None) -> Sequence[FailedRow]:
    """Return the failed calls of a run; none before it has a report."""
    return [_row(failed) for failed in report.failed_calls] if report else []


def _row(failed: FailedCalls) -> FailedRow:
    status = f"HTTP {failed.http_status}" if failed.http_status else ""
    return FailedRow(
        text=call_failure(failed.code, reads()).text,
        facts=" · ".join(filter(None, (status, failed.code, failed.request_id))),
        calls=failed.calls,
        people=failed.people,
    )
