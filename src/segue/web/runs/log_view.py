"""What happened in a run, in words and in order: from its row, its refresh and the audit log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from segue.control.audit.models import Action
from segue.control.audit.queries import EntryFilter, entries
from segue.control.refreshes.models import Refresh, Run, Trigger
from segue.control.statuses import Status
from segue.web import formats
from segue.web.problems import words_of
from segue.web.sayings import reads
from segue.words.plans import STEPS, step_words

_SHOWN_ACTIONS = (Action.PLAN_APPROVED, Action.PLAN_DISCARDED, Action.RUN_CANCELED)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One thing that happened; `seconds` says how long it took, None for what takes no time."""

    at: datetime
    words: str
    seconds: float | None = None


def log_of(run: Run, seconds: Mapping[str, float]) -> Sequence[LogLine]:
    """Return what happened, oldest first; what is still to come last."""
    lines = [*_beginning(run), *_steps(run, seconds), *_end(run), *_of_people(run), *_to_come(run)]
    return sorted(lines, key=lambda line: line.at)


def started_by(refresh: Refresh) -> str:
    """Return who or what started a refresh."""
    if refresh.trigger == Trigger.PERSON and refresh.requested_by_name:
        return refresh.requested_by_name
    return str(Trigger(refresh.trigger).label)


def _steps(run: Run, seconds: Mapping[str, float]) -> Iterator[LogLine]:
    """Yield the steps, each from when the ones before it were over."""
    if run.started_at is None:
        return
    at = run.started_at
    for name, took in seconds.items():
        at = min(at, run.finished_at or at)
        yield LogLine(at=at, words=step_words(name, reads()), seconds=took)
        at += timedelta(seconds=took)


def _beginning(run: Run) -> Iterator[LogLine]:
    by = started_by(run.refresh)
    yield LogLine(at=run.created_at, words=_("Queued. Started by: %(by)s.") % {"by": by})
    if run.refresh.data_ready_at is not None and run.refresh.started_at is not None:
        yield LogLine(
            at=run.refresh.data_ready_at,
            words=_("Data sources, profiles and segments were ready."),
        )
    if run.started_at is not None:
        yield LogLine(at=run.started_at, words=_worker_words(run.takeovers))
    if run.push_started_at is not None:
        yield LogLine(
            at=run.push_started_at,
            words=formats.filled(
                _("Sending began: %(count)s {count:person|people}."),
                count=formats.number(run.to_send),
            ),
        )


def _worker_words(takeovers: int) -> str:
    """Say that a worker began, and how many died at the run before one came to its end."""
    if not takeovers:
        return _("A worker began.")
    return ngettext(
        "A worker began. It died; another took the run over and does what was left.",
        "A worker began. %(count)s workers died; another took the run over and does what was left.",
        takeovers,
    ) % {"count": formats.number(takeovers)}


def _of_people(run: Run) -> Iterator[LogLine]:
    found = entries(EntryFilter(subject_kind="run", subject_id=str(run.pk)))
    for entry in found.filter(action__in=_SHOWN_ACTIONS):
        words = _("%(name)s %(action)s.")
        label = Action(entry.action).label
        yield LogLine(at=entry.at, words=words % {"name": entry.actor_name, "action": label})


def _end(run: Run) -> Iterator[LogLine]:
    if run.finished_at is None:
        return
    status = str(Status(run.status).label)
    told = words_of(run.code, run.message, run.action)
    words = _("Ended: %(status)s.") % {"status": status}
    yield LogLine(at=run.finished_at, words=f"{words} {told.message}".strip())


def _to_come(run: Run) -> Iterator[LogLine]:
    if run.status == Status.PROCESSING and run.step in STEPS and run.step_at is not None:
        words = _("Now: %(step)s.") % {"step": step_words(run.step, reads())}
        yield LogLine(at=run.step_at, words=words)
    if run.status == Status.FAILED_RETRYING and run.retry_at is not None:
        told = words_of(run.code, run.message, run.action)
        words = _("An attempt failed. Attempt %(attempt)s is next.") % {"attempt": run.attempt}
        yield LogLine(at=run.retry_at, words=f"{words} {told.message}".strip())
