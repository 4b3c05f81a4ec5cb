"""The steps of a run as a list: what is done, what is being done and for how long, what waits, where it stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from segue.control.refreshes.models import Refresh, Run, RunKind
from segue.control.statuses import ENDED, Status
from segue.web import formats
from segue.web.sayings import reads
from segue.words.amounts import TENTH
from segue.words.plans import BEFORE_STEPS, STEPS, step_words

_ENGINE_STEPS = tuple(name for name in STEPS if name != "refresh")
_PLAN_STEPS = ("observe", "plan")


class StepState(Enum):
    """How a step stands: its icon and its tone."""

    DONE = ("good", "good")
    NOW = ("working", "busy")
    WAITS = ("empty", "quiet")
    HELD = ("hand", "warn")
    AGAIN = ("again", "warn")
    FAILED = ("bad", "bad")
    STOPPED = ("stop", "quiet")

    @property
    def icon(self) -> str:
        """Return the icon's name."""
        return self.value[0]

    @property
    def tone(self) -> str:
        """Return the tone."""
        return self.value[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One step. `seconds` None: it has not begun, or nobody measured it. `is_before`: it is no part of the run's time."""

    label: str
    state: StepState
    seconds: float | None = None
    is_before: bool = False

    @property
    def word(self) -> str:
        """Return in a word how the step stands where its run does not go on by itself; "" elsewhere."""
        words = {
            StepState.HELD: _("waits for approval"),
            StepState.AGAIN: _("is tried again"),
            StepState.FAILED: pgettext("step", "failed"),
            StepState.STOPPED: _("stopped here"),
        }
        return words.get(self.state, "")


_WHERE_IT_STOPPED = {
    Status.NEEDS_APPROVAL: StepState.HELD,
    Status.FAILED_RETRYING: StepState.AGAIN,
    Status.FAILED: StepState.FAILED,
    Status.CANCELED: StepState.STOPPED,
    Status.SKIPPED: StepState.FAILED,
}


def steps_of(run: Run, seconds: Mapping[str, float], *, now: datetime) -> Sequence[StepRow]:
    """Return the steps from the data sources to the report; a run that only plans ends with the plan.

    Together they took as long as the run, but for what went before it.
    """
    names = _PLAN_STEPS if run.kind == RunKind.PLAN else _ENGINE_STEPS
    rows = [_data_step(run.refresh, now), *_earlier(seconds)]
    rows += [_engine_step(run, name, seconds, now) for name in names]
    return _marked_where_stopped(rows, run, seconds)


def shown_seconds(seconds: Mapping[str, float]) -> Mapping[str, float]:
    """Return the seconds of measured steps in their order, so that what is shown adds up to the run's own."""
    names = [name for name in (BEFORE_STEPS, *STEPS) if name in seconds]
    return dict(zip(names, formats.in_tenths([seconds[name] for name in names]), strict=True))


def _earlier(seconds: Mapping[str, float]) -> Sequence[StepRow]:
    if BEFORE_STEPS not in seconds:
        return ()
    return [
        StepRow(
            label=step_words(BEFORE_STEPS, reads()),
            state=StepState.DONE,
            seconds=seconds[BEFORE_STEPS],
        )
    ]


def _data_step(refresh: Refresh, now: datetime) -> StepRow:
    """Return the step that the refresh does for all of its runs."""
    label = step_words("refresh", reads())
    end = refresh.data_ready_at or refresh.finished_at
    begun = refresh.started_at
    seconds = ((end or now) - begun).total_seconds() if begun else None
    state = StepState.WAITS
    if refresh.data_ready_at is not None:
        state = StepState.DONE
    elif refresh.status == Status.REFRESHING:
        state = StepState.NOW
    return StepRow(label=label, state=state, seconds=seconds, is_before=True)


def _engine_step(run: Run, name: str, seconds: Mapping[str, float], now: datetime) -> StepRow:
    label = step_words(name, reads())
    if run.step == name and run.status == Status.PROCESSING:
        begun = run.step_at or now
        return StepRow(
            label=label, state=StepState.NOW, seconds=max((now - begun).total_seconds(), 0.0)
        )
    if name in seconds or (name == "report" and run.finished_at and "ledger" in seconds):
        return StepRow(label=label, state=StepState.DONE, seconds=seconds.get(name))
    return StepRow(label=label, state=StepState.WAITS)


def _marked_where_stopped(
    rows: Sequence[StepRow], run: Run, seconds: Mapping[str, float]
) -> Sequence[StepRow]:
    """Mark the step that went wrong, when nothing more is being done; what no step took was its time.

    It is the first that was not done; where all were, the sending, after which only the books are closed; and that of
    the data, where the run was skipped for them.
    """
    marked, status = list(rows), Status(run.status)
    if status not in _WHERE_IT_STOPPED:
        return marked
    open_ = [place for place, row in enumerate(rows) if row.state is StepState.WAITS]
    sent = [place for place, row in enumerate(rows) if row.label == step_words("push", reads())]
    for place in ([0] if status is Status.SKIPPED else open_ or sent)[:1]:
        took = _rest(run, seconds) if place in open_ else rows[place].seconds
        marked[place] = replace(rows[place], state=_WHERE_IT_STOPPED[status], seconds=took)
    return marked


def _rest(run: Run, seconds: Mapping[str, float]) -> float | None:
    """Return what the steps that are over leave of a run's time, None where that is next to nothing or not known."""
    if run.started_at is None or run.finished_at is None:
        return None
    rest = (run.finished_at - run.started_at).total_seconds() - sum(seconds.values())
    return rest if rest >= TENTH else None


def is_over(run: Run) -> bool:
    """Tell whether nothing more happens to a run by itself."""
    return Status(run.status) in ENDED | {Status.NEEDS_APPROVAL}
