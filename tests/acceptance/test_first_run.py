"""The first run of an export waits for a person, once; whatever goes on from there asks nobody again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from segue.sync.brakes import Stop, StopKind
from segue.sync.export import Export, FirstRun, SegmentTag
from segue.sync.kinds import Kind
from segue.sync.report import RunReport, RunStatus
from tests.acceptance.deaths import die
from tests.acceptance.world import (
    LIST,
    audience,
    batch_fault,
    changes,
    crowd,
    person,
    second_run_is_empty,
)
from tests.fakes.laboratory import Laboratory, export, laboratory

NEW = export(first_run=FirstRun.APPROVE)


def asked(lab: Laboratory, exported: Export = NEW) -> RunReport:
    """Run, and see that it waits for approval of its first run, without any writing call."""
    lab.sandbox.reset_calls()
    report = lab.run(exported)
    assert (report.status, report.problem) == (
        RunStatus.NEEDS_APPROVAL,
        "first_run_needs_approval",
    )
    assert report.plan.is_first
    assert report.plan.digest in report.action
    assert "--yes" in report.action
    assert lab.sandbox.writes == []
    return report


def test_the_first_run_waits_for_approval_of_exactly_its_plan(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(3)) as lab:
        waiting = asked(lab)

        assert waiting.plan.stops == (
            Stop(kind=StopKind.FIRST_RUN, subject="newsletter", count=3, total=3, threshold=0.0),
        )
        lab.people.append(person(1, "Nadia"))
        assert lab.run(NEW, approve=waiting.plan.digest).problem == "plan_changed"
        assert audience(lab) == {}
        approved = lab.run(NEW, approve=lab.plan(NEW).digest)
        assert (approved.status, approved.outcomes.accepted) == (RunStatus.SUCCESSFUL, 4)
        second_run_is_empty(lab, NEW)


def test_somebody_who_watches_and_says_yes_approves_the_first_run(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(3)) as lab:
        report = lab.run(NEW, watched=True)

        assert (report.status, report.outcomes.accepted) == (RunStatus.SUCCESSFUL, 3)


def test_a_yes_to_the_first_run_lifts_no_other_brake(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(3)) as lab:
        report = lab.run(replace(NEW, contact_limit=2), watched=True)

        assert [stop.kind for stop in report.plan.stops] == [
            StopKind.CONTACT_LIMIT,
            StopKind.FIRST_RUN,
        ]
        assert (report.status, report.problem) == (RunStatus.NEEDS_APPROVAL, "plan_needs_approval")
        assert "(contact_limit)" in report.message
        assert audience(lab) == {}


def test_automation_may_be_told_that_first_runs_are_free(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(3)) as lab:
        report = lab.run(replace(NEW, first_run=FirstRun.FREE))

        assert report.plan.is_first
        assert (report.status, report.outcomes.accepted) == (RunStatus.SUCCESSFUL, 3)


def test_a_first_run_that_would_write_nobody_asks_nothing(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia", vip=False)) as lab:
        empty = lab.run(NEW)
        assert (empty.status, empty.plan.is_first) == (RunStatus.SUCCESSFUL, True)

        lab.people = [person(1, "Nadia")]

        asked(lab)


def test_people_left_out_who_were_noted_do_not_count_as_a_run(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Omar")) as lab:
        lab.sandbox.add_contact(LIST, "omar@shop.example", status="unsubscribed")
        assert changes(lab.run(NEW).plan) == {}

        lab.people.append(person(2, "Pia"))

        assert asked(lab).plan.counts[Kind.ADD] == 1


@pytest.mark.parametrize(
    ("step", "after"), [("push", 0), ("chunk", 1), ("chunk", 4), ("ledger", 0)]
)
def test_going_on_with_a_first_run_that_died_asks_nobody_again(
    tmp_path: Path, step: str, after: int
) -> None:
    with laboratory(tmp_path, *crowd(12), batch_size=2) as lab:
        die(lab, step, after, NEW)

        report = lab.run(NEW)

        assert report.status is RunStatus.SUCCESSFUL
        assert not report.plan.is_first
        assert lab.sandbox.audience(LIST).statuses == {"subscribed": 12}
        second_run_is_empty(lab, NEW)


def test_a_first_run_that_died_before_anything_was_stored_is_approved_already(
    tmp_path: Path,
) -> None:
    with laboratory(tmp_path, *crowd(3)) as lab:
        digest = asked(lab).plan.digest
        die(lab, "prepare", 0, NEW)

        assert lab.run(NEW, approve=digest).status is RunStatus.SUCCESSFUL


def test_going_on_after_an_outage_in_mid_push_asks_nobody_again(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(12), batch_size=2) as lab:
        lab.sandbox.add_fault(batch_fault("503", after=2, times=None))
        broken = lab.run(NEW, watched=True)
        assert broken.status is RunStatus.FAILED_RETRYING
        lab.sandbox.clear_faults()

        assert lab.run(NEW).status is RunStatus.SUCCESSFUL


def test_an_export_that_ran_is_not_asked_for_new_segments_and_people(tmp_path: Path) -> None:
    vip = replace(NEW, segments=(SegmentTag(segment="vip", tag="Vip"),))
    with laboratory(tmp_path, *crowd(3)) as lab:
        lab.run(vip, watched=True)
        lab.people.append(person(1, "Nadia", vip=False, local=True))

        report = lab.run(NEW)

        assert (report.status, report.outcomes.accepted) == (RunStatus.SUCCESSFUL, 1)


def test_an_export_that_everybody_left_is_not_asked_again(tmp_path: Path) -> None:
    people = crowd(3)
    with laboratory(tmp_path, *people) as lab:
        lab.run(NEW, watched=True)
        lab.people = []
        lab.approve(NEW)
        lab.people = people

        report = lab.run(NEW)

        assert (report.status, report.outcomes.accepted) == (RunStatus.SUCCESSFUL, 3)


def test_a_full_run_of_an_export_that_never_ran_asks_as_well(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(3)) as lab:
        report = lab.run(NEW, full=True)

        assert report.problem == "first_run_needs_approval"


def test_another_export_of_the_same_audience_asks_for_itself(tmp_path: Path) -> None:
    other = replace(NEW, name="magazine", segments=(SegmentTag(segment="vip", tag="Readers"),))
    with laboratory(tmp_path, *crowd(3)) as lab:
        lab.run(NEW, watched=True)

        asked(lab, other)
