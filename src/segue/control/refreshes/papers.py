"""Keep what a run wrote down: its plan, its report, a few people of the plan, the seconds of its steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from segue.control.refreshes.models import Run, RunPaper
from segue.core.retention import SAMPLES_KEPT
from segue.sync.plan import Plan
from segue.sync.report import RunReport, as_document


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePerson:
    """One person of a plan, for the eye. `address` is personal. `kind` and `skip` are the engine's codes."""

    address: str
    kind: int
    skip: int
    tags_added: tuple[str, ...] = ()
    tags_removed: tuple[str, ...] = ()


def keep_plan(run: Run, plan: Plan, samples: Sequence[SamplePerson]) -> None:
    """Keep the plan of a run's attempt, in place of an earlier attempt's."""
    RunPaper.objects.update_or_create(
        run=run,
        defaults={
            "plan": msgspec.json.encode(plan).decode(),
            "samples": msgspec.json.encode(list(samples)).decode(),
        },
    )


def keep_report(run: Run, report: RunReport) -> None:
    """Keep what a run reported at its end."""
    RunPaper.objects.update_or_create(
        run=run,
        defaults={
            "report": as_document(report).decode(),
            "plan": msgspec.json.encode(report.plan).decode(),
            "step_seconds": dict(report.seconds),
        },
    )


def keep_seconds(run: Run, seconds: Mapping[str, float]) -> None:
    """Keep how long each step took so far."""
    RunPaper.objects.update_or_create(run=run, defaults={"step_seconds": dict(seconds)})


def samples_of(run: Run) -> Sequence[SamplePerson]:
    """Return the few people of the run's plan; none when it has no plan or they are forgotten by now."""
    paper = RunPaper.objects.filter(run=run).first()
    if paper is None or not paper.samples:
        return ()
    return msgspec.json.decode(paper.samples, type=list[SamplePerson])


def forget_samples(*, now: datetime) -> int:
    """Empty the samples of runs that ended long ago. Returns how many were."""
    old = RunPaper.objects.filter(run__created_at__lt=now - SAMPLES_KEPT).exclude(samples="")
    return old.update(samples="")
