"""A machine whose clock is wrong writes to nobody: Mailchimp dates its replies, and the two must agree within an hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from segue.sync.brakes import StopKind
from segue.sync.report import RunReport, RunStatus
from tests.acceptance.world import (
    audience,
    changes,
    crowd,
    person,
    second_run_is_empty,
    status,
)
from tests.fakes.laboratory import Laboratory, laboratory

MINUTE, HOUR, DAY = 60, 3_600, 86_400


def held(lab: Laboratory) -> RunReport:
    """Run, and see that it waits for a person without any writing call."""
    lab.sandbox.reset_calls()
    report = lab.run()
    assert report.status is RunStatus.NEEDS_APPROVAL
    assert lab.sandbox.writes == []
    return report


def behind(lab: Laboratory, seconds: float) -> None:
    """Let this machine's clock be so late: the time at Mailchimp goes on without it."""
    lab.sandbox.forward(seconds)


@pytest.mark.parametrize("off_s", [-3 * DAY, -61 * MINUTE, 61 * MINUTE, 3 * DAY, 400 * DAY])
def test_a_clock_more_than_an_hour_from_mailchimp_s_holds_the_run(
    tmp_path: Path, off_s: int
) -> None:
    with laboratory(tmp_path, *crowd(3)) as lab:
        behind(lab, off_s)

        report = held(lab)

        (stop,) = report.plan.stops
        theirs = lab.clock.now() + timedelta(seconds=off_s)
        assert (stop.kind, stop.threshold, stop.approvable) == (StopKind.CLOCK_DIFFERS, 60.0, True)
        assert abs(stop.count - abs(off_s) // MINUTE) <= 1
        assert stop.after.startswith("2026-03-02 09:0")
        assert stop.before[:10] == f"{theirs:%Y-%m-%d}"
        assert report.problem == "plan_needs_approval"
        assert audience(lab) == {}


@pytest.mark.parametrize("off_s", [-45 * MINUTE, 0, 45 * MINUTE])
def test_less_than_an_hour_is_nobody_s_worry(tmp_path: Path, off_s: int) -> None:
    with laboratory(tmp_path, *crowd(3)) as lab:
        behind(lab, off_s)

        report = lab.run()

        assert report.status is RunStatus.SUCCESSFUL
        second_run_is_empty(lab)


def test_a_run_that_is_carried_on_by_a_wrong_clock_s_approval_must_be_of_that_plan(
    tmp_path: Path,
) -> None:
    with laboratory(tmp_path, *crowd(3)) as lab:
        behind(lab, 3 * DAY)
        waiting = held(lab)
        behind(lab, -3 * DAY)
        right = lab.plan()
        behind(lab, 3 * DAY)

        refused = lab.run(approve=right.digest)
        written = lab.run(approve=waiting.plan.digest)

        assert list(right.stops) == []
        assert right.digest != waiting.plan.digest
        assert (refused.status, refused.problem) == (RunStatus.NEEDS_APPROVAL, "plan_changed")
        assert written.status is RunStatus.SUCCESSFUL


def test_once_the_clock_is_set_the_run_goes_by_itself(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(3)) as lab:
        behind(lab, 3 * DAY)
        held(lab)
        behind(lab, -3 * DAY)

        report = lab.run()

        assert report.status is RunStatus.SUCCESSFUL
        assert len(audience(lab)) == 3


def test_a_clock_that_is_three_days_late_takes_no_tag_away(tmp_path: Path) -> None:
    people = crowd(20)
    with laboratory(tmp_path, *people) as lab:
        lab.run()
        lab.people[:2] = [replace(one, vip=False) for one in people[:2]]
        behind(lab, 3 * DAY)

        report = held(lab)

        assert report.plan.tags_removed == 2
        assert all(tags == {"Vip"} for _, tags in audience(lab).values())


def test_a_quiet_run_is_not_taken_from_memory_while_the_clock_is_wrong(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(3)) as lab:
        lab.run()
        second_run_is_empty(lab)
        behind(lab, 2 * HOUR)

        report = held(lab)
        behind(lab, -2 * HOUR)

        assert [stop.kind for stop in report.plan.stops] == [StopKind.CLOCK_DIFFERS]
        assert changes(report.plan) == {}
        second_run_is_empty(lab)


def test_a_hold_that_a_fast_clock_wrote_down_ends_within_the_longest_wait(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        lab.sandbox.refuse_addresses("nadia@*", number=5)
        lab.clock.slept_s += 400 * DAY
        lab.run()
        lab.sandbox.clear_faults()
        lab.clock.slept_s -= 400 * DAY

        report = lab.run()

        assert report.plan.skips == {}
        assert status(lab, "nadia") == "subscribed"
