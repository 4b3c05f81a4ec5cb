"""How each end of an attempt is told: every status of a report and every class of problem has its one translation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from segue.control.statuses import Status
from segue.core.errors import (
    BrokenOff,
    ConfigurationProblem,
    ConnectionLost,
    MachineTrouble,
    Problem,
    TryLater,
)
from segue.sync.brakes import Stop, StopKind
from segue.sync.report import RunReport, RunStatus
from segue.worker import breaking_off, ends
from segue.worker.edge import bug_of
from tests.control.test_refreshes_papers import PLAN, REPORT

pytestmark = pytest.mark.one_database

TOO_MANY = Stop(
    kind=StopKind.PROFILE_LIMIT,
    subject="e",
    count=10,
    total=10,
    threshold=9.0,
    approvable=False,
)


def report(status: RunStatus, problem: str = "") -> RunReport:
    return replace(REPORT, status=status, problem=problem, message="What.", action="Do.")


@pytest.mark.parametrize(
    ("status", "problem", "told", "code"),
    [
        (RunStatus.SUCCESSFUL, "", Status.SUCCESSFUL, ""),
        (RunStatus.SUCCESSFUL_WITH_SKIPS, "", Status.SUCCESSFUL_WITH_SKIPS, ""),
        (RunStatus.NEEDS_APPROVAL, "plan_changed", Status.NEEDS_APPROVAL, "plan_changed"),
        (RunStatus.FAILED, "everybody_rejected", Status.FAILED, "everybody_rejected"),
        (RunStatus.FAILED_RETRYING, "", Status.FAILED_RETRYING, "people_left"),
        (RunStatus.FAILED_RETRYING, "mailchimp_unavailable", Status.FAILED_RETRYING, "mailchimp_unavailable"),
        (RunStatus.INCONSISTENT, "", Status.FAILED, "inconsistent"),
    ],
)  # fmt: skip
def test_every_status_of_a_report_has_its_word(
    status: RunStatus, problem: str, told: Status, code: str
) -> None:
    end = ends.of_report(report(status, problem), None)

    assert (end.status, end.code, end.digest, end.engine_run_id) == (
        told, code, "digest2", "run1"
    )  # fmt: skip
    assert end.message


def test_the_numbers_of_a_report_are_those_of_its_outcomes() -> None:
    end = ends.of_report(report(RunStatus.SUCCESSFUL), None)

    assert end.numbers == {
        "to_send": 5,
        "unread": 0,
        "sent": 5,
        "accepted": 4,
        "created": 4,
        "updated": 0,
        "untagged": 0,
        "moved": 0,
        "rejected": 1,
        "skipped": 1,
        "not_sent": 0,
        "unknown": 0,
        "retries": 1,
    }


def test_a_plan_that_no_approval_helps_is_a_failure() -> None:
    held = report(RunStatus.NEEDS_APPROVAL, "profile_limit_exceeded")
    refused = replace(held, plan=replace(held.plan, stops=[TOO_MANY]))

    end = ends.of_report(refused, None)

    assert (end.status, end.code) == (Status.FAILED, "profile_limit_exceeded")


def stopped(code: str) -> BrokenOff:
    return BrokenOff("What.", action="Do.", code=code)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (breaking_off.CANCELED, Status.CANCELED),
        ("export_removed", Status.CANCELED),
        ("export_detached", Status.CANCELED),
        ("export_user_gone", Status.FAILED),
        ("connection_revoked", Status.FAILED),
        (breaking_off.WORKER_ENDS, Status.QUEUED),
    ],
)
def test_a_stop_before_and_after_the_plan_is_told_alike(code: str, told: Status) -> None:
    before = ends.of_problem(stopped(code))
    after = ends.of_report(report(RunStatus.CANCELED, code), stopped(code))

    assert (before.status, before.code) == (after.status, after.code) == (told, code)


def test_a_run_that_ended_before_its_stop_was_heard_keeps_its_end() -> None:
    end = ends.of_report(report(RunStatus.SUCCESSFUL), stopped(breaking_off.CANCELED))

    assert end.status == Status.SUCCESSFUL


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (TryLater("What.", action="Do.", code="mailchimp_time_out"), Status.FAILED_RETRYING),
        (MachineTrouble("What.", action="Do.", code="disk_full"), Status.FAILED_RETRYING),
        (ConnectionLost("What.", action="Do.", code="mailchimp_key_refused"), Status.FAILED),
        (ConfigurationProblem("What.", action="Do.", code="audience_not_found"), Status.FAILED),
        (bug_of(KeyError("nobody@shop.example")), Status.FAILED),
    ],
)
def test_every_class_of_problem_has_its_word(problem: Problem, told: Status) -> None:
    end = ends.of_problem(problem)

    assert (end.status, end.code, end.message, end.action) == (
        told, problem.code, problem.message, problem.action
    )  # fmt: skip


def test_a_lost_connection_is_told_apart_whether_it_was_raised_or_reported() -> None:
    lost = ConnectionLost("What.", action="Do.", code="mailchimp_key_refused")
    later = TryLater("What.", action="Do.", code="mailchimp_time_out")

    reported = replace(
        report(RunStatus.FAILED, "a_code_of_no_catalogue"), consequence=lost.consequence
    )

    from_report = ends.lost_connection(reported)

    assert ends.lost_connection(lost) is lost
    assert isinstance(from_report, ConnectionLost)
    assert (from_report.code, from_report.message) == ("a_code_of_no_catalogue", "What.")
    assert ends.lost_connection(later) is None
    assert ends.lost_connection(report(RunStatus.SUCCESSFUL)) is None
    assert ends.lost_connection(report(RunStatus.FAILED, "audience_not_found")) is None


def test_a_plan_alone_is_a_success_even_where_a_brake_would_hold_it() -> None:
    end = ends.of_plan(PLAN)

    assert (end.status, end.digest, end.numbers) == (
        Status.SUCCESSFUL, "digest1", {"to_send": 5, "skipped": 1, "unread": 0}
    )  # fmt: skip
