"""The entire workflow of one refresh from top to bottom: data sources, profiles, segments, then the runs of exports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from segue.control.refreshes.models import Refresh, Run, Scope, Task, TaskKind
from segue.control.refreshes.queries import refreshes, seconds_of, troubled_first
from segue.control.sources.models import label_of
from segue.control.statuses import ENDED, GOOD, OPEN, Status
from segue.web.live import Piece, Read
from segue.web.problems import Worded, words_of
from segue.web.runs.log_view import started_by
from segue.web.runs.steps import shown_seconds
from segue.web.sayings import reads
from segue.words.plans import step_words

ROWS_A_STAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """One task of a stage."""

    label: str
    status: str
    seconds: float | None
    count: int | None
    problem: Worded | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run of the last stage. `steps` are its measured steps, with their seconds."""

    run: Run
    seconds: float | None
    steps: Sequence[tuple[str, float]]
    problem: Worded | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What is worked on together; the next stage needs all of it. `more` rows are not shown."""

    label: str
    counted: str
    tasks: Sequence[TaskRow] = ()
    runs: Sequence[RunRow] = ()
    more: int = 0


def reads_refresh(pk: int) -> Read:
    """Return what reads the workflow of a refresh as it stands."""

    def read(now: datetime) -> Piece:
        refresh = refreshes().get(pk=pk)
        html = render_to_string("segue/system/refresh_live.html", refresh_part(refresh, now))
        return Piece(html=html, is_over=refresh.status in ENDED)

    return read


def refresh_part(refresh: Refresh, now: datetime) -> dict[str, Any]:
    """Return what the page of a refresh reads."""
    return {
        "now": now,
        "refresh": refresh,
        "scope": Scope(refresh.scope).label,
        "started_by": started_by(refresh),
        "seconds": _seconds(refresh, now),
        "problem": _problem(refresh),
        "stages": _stages(refresh, now),
    }


def _stages(refresh: Refresh, now: datetime) -> Sequence[Stage]:
    tasks = list(refresh.tasks.all())
    stages = [
        _stage(_("Data sources"), _("Rows"), tasks, TaskKind.SOURCE, now),
        _stage(_("Profiles"), _("Profiles"), tasks, TaskKind.PROFILES, now),
        _stage(_("Segments"), _("Members"), tasks, TaskKind.SEGMENT, now),
        _runs_stage(refresh, now),
    ]
    return [stage for stage in stages if stage.tasks or stage.runs]


def _stage(label: str, counted: str, tasks: Sequence[Task], kind: TaskKind, now: datetime) -> Stage:
    mine = sorted((task for task in tasks if task.kind == kind), key=_troubled_first)
    rows = [
        TaskRow(
            label=_label(task),
            status=task.status,
            seconds=_seconds(task, now),
            count=task.count,
            problem=_problem(task),
        )
        for task in mine[:ROWS_A_STAGE]
    ]
    return Stage(label=label, counted=counted, tasks=rows, more=len(mine) - len(rows))


def _label(task: Task) -> str:
    if task.kind == TaskKind.SOURCE:
        return label_of(task.name)
    return task.label or _("Unified customer profiles")


def _runs_stage(refresh: Refresh, now: datetime) -> Stage:
    shown = list(troubled_first(refresh)[:ROWS_A_STAGE])
    measured = seconds_of(shown)
    rows = [
        RunRow(
            run=run,
            seconds=_seconds(run, now),
            steps=_steps(measured.get(run.pk, {})),
            problem=_problem(run),
        )
        for run in shown
    ]
    return Stage(
        label=_("Exports"),
        counted=pgettext("people", "Accepted"),
        runs=rows,
        more=refresh.runs.count() - len(rows),
    )


def _steps(seconds: Mapping[str, float]) -> Sequence[tuple[str, float]]:
    return [(step_words(name, reads()), took) for name, took in shown_seconds(seconds).items()]


def _troubled_first(work: Task) -> tuple[int, int]:
    """Sort what failed before what is at work, that before what went well; else in the order of the walk."""
    if work.status in GOOD:
        return 2, work.pk
    return (1 if work.status in OPEN else 0), work.pk


def _seconds(work: Refresh | Task | Run, now: datetime) -> float | None:
    if work.started_at is None:
        return None
    return ((work.finished_at or now) - work.started_at).total_seconds()


def _problem(work: Refresh | Task | Run) -> Worded | None:
    told = {Status.FAILED, Status.FAILED_RETRYING, Status.SKIPPED, Status.CANCELED}
    if not (work.code or work.message) or work.status not in told:
        return None
    return words_of(work.code, work.message, work.action)
