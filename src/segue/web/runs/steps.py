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
from segue.web.words import STEPS

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
    """One step. `seconds` None: it has not begun, or nobody measured it."""

    label: str
    state: StepState
    seconds: float | None = None

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
    """Return the steps from the data sources to the report; a run that only plans ends with the plan."""
    names = _PLAN_STEPS if run.kind == RunKind.PLAN else _ENGINE_STEPS
    rows = [_data_step(run.refresh, now), *(_engine_step(run, n, seconds, now) for n in names)]
    rows = _marked_where_stopped(rows, Status(run.status), sending=str(STEPS["push"]))
    if run.kind == RunKind.EXPORT:
        is_written = run.finished_at is not None and set(names) <= set(seconds)
        state = StepState.DONE if is_written else StepState.WAITS
        rows.append(StepRow(label=_("Writing the report"), state=state))
    return rows


def _data_step(refresh: Refresh, now: datetime) -> StepRow:
    """Return the step that the refresh does for all of its runs."""
    label = str(STEPS["refresh"])
    end = refresh.data_ready_at or refresh.finished_at
    begun = refresh.started_at
    seconds = ((end or now) - begun).total_seconds() if begun else None
    if refresh.data_ready_at is not None:
        return StepRow(label=label, state=StepState.DONE, seconds=seconds)
    if refresh.status == Status.REFRESHING:
        return StepRow(label=label, state=StepState.NOW, seconds=seconds)
    return StepRow(label=label, state=StepState.WAITS, seconds=seconds)


def _engine_step(run: Run, name: str, seconds: Mapping[str, float], now: datetime) -> StepRow:
    label = str(STEPS[name])
    if run.step == name and run.status == Status.PROCESSING:
        begun = run.step_at or now
        return StepRow(
            label=label, state=StepState.NOW, seconds=max((now - begun).total_seconds(), 0.0)
        )
    if name in seconds:
        return StepRow(label=label, state=StepState.DONE, seconds=seconds[name])
    return StepRow(label=label, state=StepState.WAITS)


def _marked_where_stopped(
    rows: Sequence[StepRow], status: Status, *, sending: str
) -> list[StepRow]:
    """Mark the step that went wrong, when nothing more is being done.

    It is the first that was not done; where all were, the sending, after which only the books are closed; and that of
    the data, where the run was skipped for them.
    """
    marked = list(rows)
    if status not in _WHERE_IT_STOPPED:
        return marked
    open_ = [place for place, row in enumerate(rows) if row.state is StepState.WAITS]
    sent = [place for place, row in enumerate(rows) if row.label == sending]
    for place in ([0] if status is Status.SKIPPED else open_ or sent)[:1]:
        marked[place] = replace(rows[place], state=_WHERE_IT_STOPPED[status])
    return marked


def is_over(run: Run) -> bool:
    """Tell whether nothing more happens to a run by itself."""
    return Status(run.status) in ENDED | {Status.NEEDS_APPROVAL}
