"""Which status may follow which, and that nothing changes one but a guarded move or a claim."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path

import pytest

from segue.control.people.models import Person
from segue.control.refreshes.models import Refresh, Run, Scope, Task, TaskKind, Trigger
from segue.control.refreshes.states import (
    REFRESH_MOVES,
    RUN_MOVES,
    TASK_MOVES,
    move,
    sources_of,
)
from segue.control.statuses import ENDED, OPEN, WORKING, Status
from tests.control import stage_jobs
from tests.control.stage_jobs import NOW
from tests.guards import tree

TABLES = {"refresh": REFRESH_MOVES, "task": TASK_MOVES, "run": RUN_MOVES}


@pytest.mark.parametrize("name", TABLES)
def test_nothing_follows_what_has_ended_but_what_was_read_may_turn_out_incomplete(
    name: str,
) -> None:
    followed = {status: moves for status, moves in TABLES[name].items() if status in ENDED}

    more = {Status.SUCCESSFUL: frozenset({Status.READ_WITH_PROBLEMS})}
    assert followed == (more if name == "task" else {})


@pytest.mark.parametrize("name", TABLES)
def test_everything_open_can_be_canceled_and_comes_to_an_end(name: str) -> None:
    moves = TABLES[name]

    for status in OPEN & set(moves):
        assert Status.CANCELED in moves[status]
        assert moves[status] & ENDED


def test_a_refresh_that_failed_is_not_begun_again(alice: Person) -> None:
    refresh = Refresh.objects.create(
        scope=Scope.DATA, trigger=Trigger.PERSON, status=Status.FAILED, created_at=NOW
    )

    moved = move(Refresh.objects.all(), REFRESH_MOVES, Status.REFRESHING)

    assert (moved, stage_jobs.status_of(refresh)) == (0, Status.FAILED)


def test_every_pair_of_statuses_of_a_run_moves_as_the_table_says(
    alice: Person, tmp_path: Path
) -> None:
    run = stage_jobs.queued_run(alice, *stage_jobs.exports(alice, tmp_path))

    for before in Status:
        for after in Status:
            Run.objects.filter(pk=run.pk).update(status=before)

            moved = move(Run.objects.filter(pk=run.pk), RUN_MOVES, after)

            allowed = after in RUN_MOVES.get(before, frozenset())
            assert (moved, stage_jobs.status_of(run)) == (allowed, after if allowed else before)


def test_a_move_writes_what_comes_with_it_and_only_to_rows_that_may(alice: Person) -> None:
    refresh = Refresh.objects.create(scope=Scope.DATA, trigger=Trigger.PERSON, created_at=NOW)
    for position, status in enumerate([Status.QUEUED, Status.REFRESHING, Status.SUCCESSFUL]):
        Task.objects.create(
            refresh=refresh,
            kind=TaskKind.SOURCE,
            name=f"s{position}",
            position=position,
            status=status,
        )
    later = NOW + timedelta(minutes=1)

    moved = move(refresh.tasks.all(), TASK_MOVES, Status.SKIPPED, finished_at=later, code="why")

    assert moved == 2
    assert list(refresh.tasks.values_list("name", "status", "code", "finished_at")) == [
        ("s0", "skipped", "why", later),
        ("s1", "skipped", "why", later),
        ("s2", "successful", "", None),
    ]


def test_what_leads_somewhere_is_told_in_a_fixed_order() -> None:
    assert sources_of(REFRESH_MOVES, Status.PROCESSING) == [Status.REFRESHING]
    assert sources_of(RUN_MOVES, Status.SKIPPED) == [Status.QUEUED]
    assert set(sources_of(RUN_MOVES, Status.PROCESSING)) >= WORKING - {Status.REFRESHING}


CHANGED_ELSEWHERE = {"src/segue/control/refreshes/states.py"}


def test_no_status_of_a_job_is_written_but_by_a_move_or_a_claim() -> None:
    folders = ("src/segue/control/refreshes", "src/segue/worker", "src/segue/service")
    found = [
        f"{path}:{node.lineno}"
        for path in tree.python_files(*folders)
        if path not in CHANGED_ELSEWHERE and "/migrations/" not in path
        for node in ast.walk(tree.tree_of(path))
        if _writes_a_status(node)
    ]

    assert found == []


def _writes_a_status(node: ast.AST) -> bool:
    """Tell whether this is `….update(status=…)`, or a row whose status is set and that is saved."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    names = {keyword.arg for keyword in node.keywords}
    if node.func.attr in ("update", "bulk_update", "update_or_create"):
        return "status" in names
    return node.func.attr in ("save", "bulk_update")
