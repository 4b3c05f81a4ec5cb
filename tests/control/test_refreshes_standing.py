"""How everything stands: the last task of each source and segment, and how much of a refresh is over."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.refreshes import operations, papers, queries, standing
from segue.control.segments.queries import segments
from segue.control.sources.queries import sources
from segue.control.statuses import Status
from tests.control import stage_runs
from tests.fakes.clocks import START


@pytest.fixture
def export(alice: Person, tmp_path: Path) -> Export:
    """Return an export of the VIPs."""
    return stage_runs.small_export(alice, tmp_path)


def test_the_last_task_of_each_source_and_segment_counts(export: Export, alice: Person) -> None:
    stage_runs.successful(alice, export)
    later = operations.refresh_data(actor=alice, now=START + timedelta(hours=1))

    of_sources = standing.last_tasks_of_sources(sources())
    of_segments = standing.last_tasks_of_segments(segments())
    profiles = standing.last_profiles_task()

    assert {name: task.refresh_id for name, task in of_sources.items()} == {"customers": later.pk}
    assert {name: task.refresh_id for name, task in of_segments.items()} == {
        "vip": later.pk,
        "newcomers": later.pk,
    }
    assert profiles is not None
    assert (profiles.refresh_id, profiles.status) == (later.pk, Status.QUEUED)


def test_before_the_first_refresh_there_is_no_last_task(export: Export) -> None:
    assert standing.last_tasks_of_sources(sources()) == {}
    assert standing.last_profiles_task() is None


def test_profiles_that_did_not_change_were_made_again_all_the_same(
    export: Export, alice: Person
) -> None:
    assert standing.profiles_refreshed_at(None, None) is None
    for hours in (0, 5):
        at = START + timedelta(hours=hours)
        operations.refresh_data(actor=alice, now=at)
        stage_runs.next_data_ready(now=at)
    operations.refresh_data(actor=alice, now=START + timedelta(hours=9))

    last = standing.last_profiles_task()
    assert last is not None
    assert standing.profiles_refreshed_at(last, None) == START + timedelta(hours=5, seconds=12)


def test_it_is_counted_how_much_of_each_refresh_is_over(export: Export, alice: Person) -> None:
    done = stage_runs.successful(alice, export).refresh
    waiting = operations.refresh_data(actor=alice, now=START + timedelta(hours=1))

    tasks = standing.tasks_done([done, waiting])
    runs = standing.runs_done([done, waiting])

    assert tasks == {
        done.pk: standing.Done(done=3, all=3),
        waiting.pk: standing.Done(done=0, all=4),
    }
    assert runs == {done.pk: standing.Done(done=1, all=1)}


def test_what_a_run_wrote_down_is_read_in_one_question(
    export: Export, alice: Person, django_assert_num_queries: object
) -> None:
    said = stage_runs.report()
    run = stage_runs.successful(alice, export, of=said)

    with django_assert_num_queries(1):  # type: ignore[operator]
        found = queries.papers_of(run)

    assert found == queries.Papers(
        plan=queries.plan_of(run), report=queries.report_of(run), seconds=said.seconds
    )
    assert found.plan is not None
    assert found.plan.digest == said.plan.digest


def test_a_run_that_wrote_nothing_has_no_papers(export: Export, alice: Person) -> None:
    run = stage_runs.queued(alice, export)

    assert queries.papers_of(run) == queries.Papers()
    assert queries.seconds_of([run]) == {}


def test_the_seconds_of_several_runs_are_read_together(export: Export, alice: Person) -> None:
    one = stage_runs.successful(alice, export)
    other = stage_runs.queued(alice, export, now=START + timedelta(hours=1))
    papers.keep_seconds(other, {"observe": 2.5})

    assert queries.seconds_of([one, other]) == {
        one.pk: stage_runs.report().seconds,
        other.pk: {"observe": 2.5},
    }
