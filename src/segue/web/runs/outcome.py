"""What became of everybody: the progress while contacts are sent, and the outcome counts as rows and one bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from segue.control.refreshes.models import Run
from segue.control.statuses import Status
from segue.web import formats

_WIDTH, _HEIGHT = 640, 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far sending has come. `per_second` and `left_s` None: too early to say."""

    accepted: int
    to_send: int
    per_second: float | None
    left_s: float | None
    connections: int
    retries: int

    @property
    def words(self) -> str:
        """Say how many of the contacts were accepted."""
        return formats.filled(
            _("%(accepted)s of %(all)s {all:contact|contacts} accepted"),
            accepted=formats.number(self.accepted),
            all=formats.number(self.to_send),
        )

    @property
    def share(self) -> float:
        """Return the share that was accepted, 0 to 1."""
        return min(self.accepted / self.to_send, 1.0) if self.to_send else 0.0

    @property
    def rate(self) -> float | None:
        """Return the contacts per second as they are shown: whole ones, tenths below ten."""
        if self.per_second is None or self.per_second >= 10:
            return round(self.per_second) if self.per_second else None
        return round(self.per_second, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRow:
    """One outcome. `colour` is the number of its swatch, None for a part of the row before."""

    label: str
    people: int
    colour: int | None = None


def progress_of(run: Run, *, now: datetime) -> Progress | None:
    """Return how far sending has come, None when the run is not sending."""
    if run.status != Status.PROCESSING or run.step != "push":
        return None
    elapsed = (now - run.push_started_at).total_seconds() if run.push_started_at else 0.0
    rate = run.accepted / elapsed if elapsed >= 1 and run.accepted else None
    left = max(run.to_send - run.accepted, 0)
    return Progress(
        accepted=run.accepted,
        to_send=run.to_send,
        per_second=rate,
        left_s=round(left / rate) if rate else None,
        connections=run.connections_in_use,
        retries=run.retries,
    )


def outcome_of(run: Run) -> Sequence[OutcomeRow]:
    """Return the counts of a run that sent something or skipped somebody; none before. Each person is in one of them.

    What is a part of the row before says so.
    """
    before = run.accepted_before
    rows = [
        OutcomeRow(label=pgettext("people", "Accepted"), people=run.accepted_in_all, colour=1),
        *([OutcomeRow(label=_("of these in earlier attempts"), people=before)] if before else []),
        OutcomeRow(label=pgettext("people", "Skipped"), people=run.skipped, colour=2),
        OutcomeRow(label=pgettext("people", "Rejected"), people=run.rejected, colour=3),
        OutcomeRow(label=pgettext("people", "Not sent"), people=run.not_sent, colour=4),
        OutcomeRow(label=pgettext("people", "Sent, answer unknown"), people=run.unknown, colour=5),
    ]
    return rows if any(row.people for row in rows) else ()


def done_of(run: Run) -> Sequence[OutcomeRow]:
    """Return what was done in the last attempt. One person may be in several of the rows, whatever became of them."""
    rows = (
        (pgettext("people", "Added"), run.created),
        (pgettext("people", "Updated"), run.updated),
        (pgettext("people", "Tags taken away"), run.untagged),
        (pgettext("people", "Moved to a new address"), run.moved),
    )
    return [OutcomeRow(label=label, people=people) for label, people in rows if people]


def outcome_bar(rows: Sequence[OutcomeRow]) -> SafeString:
    """Draw the outcomes as one bar; "" without any. The table beside it says the numbers."""
    shown = [row for row in rows if row.colour and row.people]
    total = sum(row.people for row in shown)
    if not total:
        return SafeString("")
    rects, x = [], 0.0
    for row in shown:
        width = row.people / total * _WIDTH
        title = f"{row.label}: {formats.number(row.people)}"
        rects.append((row.colour, f"{x:.1f}", f"{width:.1f}", _HEIGHT, title))
        x += width
    inside = format_html_join(
        "",
        '<rect class="bar-{}" x="{}" y="0" width="{}" height="{}"><title>{}</title></rect>',
        rects,
    )
    return format_html(
        '<svg class="outcome-bar" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img">'
        "<title>{}</title>{}</svg>",
        _WIDTH,
        _HEIGHT,
        _("What became of everybody"),
        inside,
    )
