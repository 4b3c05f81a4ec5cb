"""What a run writes down comes back as it was, its people only for a while and never readable in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from django.db import connection

from segue.control.people.models import Person
from segue.control.refreshes import queries, run_work
from segue.control.refreshes.models import Run, RunPaper
from segue.control.refreshes.papers import SamplePerson, forget_samples, samples_of
from segue.control.refreshes.run_work import RunEnd
from segue.control.statuses import Status
from segue.core.retention import SAMPLES_KEPT
from segue.sync.brakes import SegmentChange, Stop, StopKind
from segue.sync.kinds import Kind, Skip
from segue.sync.outcomes import Outcomes
from segue.sync.plan import Misfit, Plan
from segue.sync.ports import Counted, Reason
from segue.sync.report import RunReport, RunStatus
from tests.cast import NADIA
from tests.control import stage_jobs
from tests.control.stage_jobs import NOW

PLAN = Plan(
    export="export_1",
    audience_id="aud1",
    audience_name="Newsletter",
    made_at=NOW,
    digest="digest1",
    members=10,
    wanted=9,
    acknowledged=3,
    counts={Kind.ADD: 5, Kind.SKIP: 1},
    skips={Skip.UNSUBSCRIBED: 1},
    segments=[SegmentChange(segment="vip", tag="VIP", before=3, after=8, adds=5, removes=0)],
    tags_removed=0,
    misfits=[Misfit(tag="AGE", people=2)],
    fields_to_create=[],
    stops=[
        Stop(kind=StopKind.LARGE_ADDITION, subject="additions", count=5, total=3, threshold=1.0)
    ],
    calls=1,
    contacts_before=3,
    contacts_limit=None,
    fields=[],
    drift=[],
    leftovers=[],
    found_tags=[],
    unread=[],
    guards=[],
)
REPORT = RunReport(
    run_id="run1",
    export="export_1",
    status=RunStatus.SUCCESSFUL_WITH_SKIPS,
    started_at=NOW,
    finished_at=NOW + timedelta(seconds=9),
    plan=replace(PLAN, digest="digest2"),
    outcomes=Outcomes(
        accepted=4,
        counted=Counted(created=4),
        rejected={Reason.FAKE_ADDRESS: 1},
    ),
    seconds={"observe": 0.5, "push": 1.25},
    retries=1,
    throttlings=0,
    recovered=[],
    calls={"POST /lists/{list_id}": 1},
)
SAMPLE = SamplePerson(address=NADIA.email, kind=int(Kind.ADD), skip=0, tags_added=("VIP",))


def test_the_plan_is_there_as_soon_as_it_is_made_and_the_report_at_the_end(
    alice: Person, tmp_path: Path
) -> None:
    run, lease = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))

    run_work.note_plan(run, lease, PLAN, [SAMPLE])
    run_work.note_seconds(run, lease, {"observe": 0.5})
    before = (queries.plan_of(run), queries.report_of(run), samples_of(run))
    run_work.end_run(run, lease, RunEnd(status=Status.SUCCESSFUL), now=NOW, report=REPORT)

    assert before == (PLAN, None, [SAMPLE])
    assert queries.report_of(run) == REPORT
    assert queries.plan_of(run) == REPORT.plan
    assert samples_of(run) == [SAMPLE]
    assert RunPaper.objects.get(run=run).step_seconds == {"observe": 0.5, "push": 1.25}


def test_a_run_without_papers_has_neither_plan_nor_people(alice: Person, tmp_path: Path) -> None:
    run = stage_jobs.queued_run(alice, *stage_jobs.exports(alice, tmp_path))

    assert (queries.plan_of(run), queries.report_of(run), list(samples_of(run))) == (None, None, [])


def test_people_are_not_readable_in_the_database(alice: Person, tmp_path: Path) -> None:
    run, lease = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))

    run_work.note_plan(run, lease, PLAN, [SAMPLE])

    with connection.cursor() as cursor:
        cursor.execute("SELECT plan, report, samples FROM refreshes_runpaper")
        stored = " ".join(cursor.fetchone())
    assert "nadia" not in stored
    assert "digest1" in stored


def test_people_are_forgotten_after_a_month_and_the_plan_stays(
    alice: Person, tmp_path: Path
) -> None:
    run, lease = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))
    run_work.note_plan(run, lease, PLAN, [SAMPLE])

    too_early = forget_samples(now=NOW + SAMPLES_KEPT)
    forgotten = forget_samples(now=NOW + SAMPLES_KEPT + timedelta(seconds=1))

    assert (too_early, forgotten) == (0, 1)
    assert list(samples_of(run)) == []
    assert queries.plan_of(Run.objects.get(pk=run.pk)) == PLAN


def test_a_worker_that_lost_the_run_keeps_nothing_of_it(alice: Person, tmp_path: Path) -> None:
    run, lease = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))
    assert stage_jobs.taken_over(run_work.claim_run) is not None

    run_work.note_plan(run, lease, PLAN, [SAMPLE])
    run_work.end_run(run, lease, RunEnd(status=Status.SUCCESSFUL), now=NOW, report=REPORT)

    assert queries.plan_of(run) is None
    assert queries.report_of(run) is None
