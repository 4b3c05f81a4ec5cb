"""The page of one export: what it is in words, and how its last runs went."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from segue.control.exports import policy, queries
from segue.control.exports.models import Export
from segue.control.people.policy import require
from segue.control.refreshes.forecast import forecast
from segue.control.refreshes.models import Run
from segue.control.refreshes.queries import last_runs
from segue.web import formats
from segue.web.charts import Bar, bar_chart
from segue.web.exports.settings_words import settings_of
from segue.web.exports.standstill import Mark, marks
from segue.web.live import watched
from segue.web.requests import PersonRequest, door, found
from segue.web.schedule_words import next_run_words, schedule_words


@door("GET")
@watched
def export(request: PersonRequest, pk: int) -> HttpResponse:
    """Show an export."""
    shown = found(queries.exports().prefetch_related("fields", "segments__segment"), pk=pk)
    require(request.user, policy.see_exports, shown, see=policy.see_exports)
    runs = last_runs(shown)
    mark = marks(request.user, [shown]).get(shown.pk)
    context = {
        "export": shown,
        "settings": settings_of(shown),
        "schedule": schedule_words(shown),
        "next_run": _next_run(request, shown, mark),
        "mark": mark,
        "can_edit": policy.edit_export.test(request.user, shown),
        "may_adopt": shown.is_from_file and policy.adopt_exports.test(request.user, shown),
        "runs": list(reversed(runs)),
        "chart": _chart(runs, shown),
    }
    return render(request, "segue/exports/export.html", context)


def _next_run(request: PersonRequest, export: Export, mark: Mark | None) -> str:
    """Say when the export runs next; nothing where it will not run, which is said above."""
    next_one = forecast(export, now=request.now)
    if next_one.at is not None and mark is not None and not mark.is_choice:
        return ""
    return next_run_words(next_one, now=request.now)


def _chart(runs: Sequence[Run], export: Export) -> SafeString:
    bars = [
        Bar(
            at=run.finished_at or run.created_at,
            label=formats.filled(
                _("%(when)s: %(accepted)s accepted, %(skipped)s skipped, %(rejected)s rejected"),
                when=formats.exact(run.finished_at or run.created_at),
                accepted=formats.number(run.accepted_in_all),
                skipped=formats.number(run.skipped),
                rejected=formats.number(run.rejected),
            ),
            parts=(run.accepted_in_all, run.skipped, run.rejected),
        )
        for run in runs
    ]
    return bar_chart(bars, title=_("Contacts of the last runs of %(name)s") % {"name": export.name})
