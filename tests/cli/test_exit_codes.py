"""Which exit code each end of a run gets, and what the JSON of a run says about it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from segue.cli.exit_codes import exit_code_of, is_lost_connection
from segue.core.errors import (
    ConfigurationProblem,
    ConnectionLost,
    Consequence,
    ContactRejected,
    Problem,
    TryLater,
)
from segue.shown.documents import report_as_json
from segue.sync.brakes import SegmentChange, Stop, StopKind
from segue.sync.kinds import Kind, Skip
from segue.sync.outcomes import NOTHING_SENT
from segue.sync.plan import Misfit, Plan
from segue.sync.report import RunReport, RunStatus

NOON = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
PLAN = Plan(
    export="news",
    audience_id="a1b2c3d4e5",
    audience_name="Customers",
    made_at=NOON,
    digest="0123456789abcdef",
    members=4,
    wanted=3,
    acknowledged=3,
    counts={Kind.LEAVE: 2, Kind.SKIP: 1},
    skips={Skip.UNSUBSCRIBED: 1},
    segments=[SegmentChange(segment="french", tag="French", before=3, after=1, adds=0, removes=2)],
    tags_removed=2,
    misfits=[Misfit(tag="ZIP", people=1)],
    fields_to_create=[],
    stops=[Stop(kind=StopKind.LARGE_REMOVAL, subject="removals", count=2, total=3, threshold=0.2)],
    calls=1,
    contacts_before=3,
    contacts_limit=None,
)


def _report(
    status: RunStatus, problem: str = "", consequence: Consequence | None = None
) -> RunReport:
    return RunReport(
        run_id="20260131T120000000-news",
        export="news",
        status=status,
        started_at=NOON,
        finished_at=NOON,
        plan=PLAN,
        outcomes=NOTHING_SENT,
        seconds={"plan": 0.5},
        retries=0,
        throttlings=0,
        problem=problem,
        consequence=consequence,
    )


@pytest.mark.parametrize(
    ("status", "problem", "code"),
    [
        (RunStatus.SUCCESSFUL, "", 0),
        (RunStatus.SUCCESSFUL_WITH_SKIPS, "", 0),
        (RunStatus.NEEDS_APPROVAL, "plan_needs_approval", 4),
        (RunStatus.FAILED_RETRYING, "", 5),
        (RunStatus.CANCELED, "", 5),
        (RunStatus.INCONSISTENT, "", 1),
        (RunStatus.FAILED, "of_an_older_report", 2),
    ],
)
def test_the_end_of_a_run_decides_the_exit_code(status: RunStatus, problem: str, code: int) -> None:
    assert exit_code_of(_report(status, problem)) == code


@pytest.mark.parametrize("code", ["mailchimp_key_refused", "a_code_of_no_catalogue"])
@pytest.mark.parametrize(
    ("kind", "exit_code"),
    [(ConnectionLost, 6), (TryLater, 5), (ConfigurationProblem, 2), (ContactRejected, 2)],
)
def test_a_failure_is_told_by_the_class_of_what_stopped_it_and_not_by_its_code(
    kind: type[Problem], exit_code: int, code: str
) -> None:
    stopped = kind("Something happened.", action="Do something.", code=code)

    report = _report(RunStatus.FAILED, stopped.code, stopped.consequence)

    assert exit_code_of(report) == exit_code
    assert is_lost_connection(report) is (kind is ConnectionLost)


def test_a_held_run_is_told_in_full_to_other_programs() -> None:
    told = report_as_json(_report(RunStatus.NEEDS_APPROVAL, "plan_needs_approval"))

    assert told["problem"] == {"code": "plan_needs_approval", "message": "", "action": ""}
    assert told["plan"] == {
        "export": "news",
        "audience": {"id": "a1b2c3d4e5", "name": "Customers"},
        "made_at": NOON,
        "digest": "0123456789abcdef",
        "needs_approval": True,
        "can_be_approved": True,
        "is_empty": False,
        "is_settled": False,
        "is_first": False,
        "members": 4,
        "wanted": 3,
        "acknowledged": 3,
        "changes": 2,
        "skipped": 1,
        "counts": {"leave": 2, "skip": 1},
        "skips": {"unsubscribed": 1},
        "segments": [
            {
                "segment": "french",
                "tag": "French",
                "before": 3,
                "after": 1,
                "wanted": 1,
                "adds": 0,
                "removes": 2,
                "released": 0,
            }
        ],
        "tags_removed": 2,
        "misfits": {"ZIP": 1},
        "fields_to_create": [],
        "fields": [],
        "archives": 0,
        "known": 0,
        "double_opt_in": False,
        "confirmations": 0,
        "unconfirmed": 0,
        "held": 0,
        "gone": 0,
        "drift": [],
        "leftovers": [],
        "found_tags": [],
        "reading": {"unread": [], "elsewhere": 0},
        "guards": [],
        "stamp": None,
        "stops": [
            {
                "kind": "large_removal",
                "subject": "removals",
                "count": 2,
                "total": 3,
                "threshold": 0.2,
                "approvable": True,
                "before": "",
                "after": "",
                "people": 0,
            }
        ],
        "calls": 1,
        "contacts": {"before": 3, "limit": None},
    }
