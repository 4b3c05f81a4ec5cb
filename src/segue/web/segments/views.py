"""Pages of segments: the list, one segment with its rules and sizes, and its switch."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from segue.control.exports.segment_uses import exports_using, with_uses
from segue.control.folding import Folded, holds
from segue.control.people.policy import require
from segue.control.segments import policy, queries
from segue.control.segments.drafts import begun_by
from segue.control.segments.models import Segment
from segue.control.segments.operations import set_active
from segue.control.segments.scheduling import schedule_of
from segue.control.sources.queries import current_definition
from segue.segments.tags import LONGEST_TAG
from segue.service.readings import losses_of_segments
from segue.service.words import sentences
from segue.web.lists import page_of, search_of, sorted_rows
from segue.web.live import watched
from segue.web.reading_words import loss_line
from segue.web.requests import PersonRequest, door, found, go
from segue.web.schedule_words import recurrence_words
from segue.web.segments.rule_tree import tree_of
from segue.web.segments.trend import trend_of
from segue.web.sources.views import refresh_button

COLUMNS = {
    "name": "label_folded",
    "members": "members",
    "status": "status",
    "refreshed": "refreshed_at",
    "used": "uses",
}
SHOWN = {"active": Q(is_active=True), "inactive": Q(is_active=False)}


@door("GET")
@watched
def segments(request: PersonRequest) -> HttpResponse:
    """List the segments."""
    require(request.user, policy.see_segments)
    show, search = request.GET.get("show", ""), search_of(request)
    words = holds(search, "label", "name", "description")
    chosen = queries.segments().filter(words, SHOWN.get(show, Q()))
    chosen = chosen.alias(label_folded=Folded("label"))
    tag = request.GET.get("tag", "").strip()[:LONGEST_TAG]
    if tag:
        chosen = queries.with_tag(chosen, tag)
    rows, sort = sorted_rows(with_uses(chosen), request, COLUMNS, default="name")
    context = {
        "page": page_of(rows, request),
        "sort": sort,
        "search": search,
        "show": show if show in SHOWN else "",
        "tag": tag,
        "tags": queries.tags_in_use(),
        "has_any": queries.segments().exists(),
        "drafts": begun_by(request.user),
        "definition": current_definition(),
        "may_edit": policy.edit_segments.test(request.user),
        "may_adopt": policy.adopt_segments.test(request.user),
        "unread": losses_of_segments(),
        **refresh_button(request),
    }
    return render(request, "segue/segments/segments.html", context)


@door("GET")
@watched
def segment(request: PersonRequest, name: str) -> HttpResponse:
    """Show one segment: who is in it, in words and as its rules, its sizes, and what uses it."""
    row = _segment(request, name)
    schedule = schedule_of(row)
    context = {
        "segment": row,
        "schedule": schedule,
        "schedule_words": recurrence_words(schedule.recurrence) if schedule.recurrence else "",
        "words": sentences([row], request.LANGUAGE_CODE)[row.name],
        "tree": tree_of(row, request.LANGUAGE_CODE),
        "trend": trend_of(row, days=request.GET.get("days", ""), now=request.now),
        "exports": exports_using(row),
        "unread": [loss_line(loss) for loss in losses_of_segments().get(row.name, ())],
        "may_edit": policy.edit_segments.test(request.user, row),
        "may_adopt": row.is_from_file and policy.adopt_segments.test(request.user, row),
        "may_see_members": policy.see_members.test(request.user, row),
        **refresh_button(request),
    }
    return render(request, "segue/segments/segment.html", context)


@door("GET", "POST")
def switch(request: PersonRequest, name: str) -> HttpResponse:
    """Switch a segment on or off; one that exports use is switched off by who has seen which ones stop."""
    row = _segment(request, name)
    require(request.user, policy.edit_segments, row, see=policy.see_segments)
    exports = exports_using(row)
    active = request.POST.get("active") == "1"
    seen = request.POST.get("seen", "").split()
    if request.method != "POST" or (not active and seen != [str(one.pk) for one in exports]):
        context = {"segment": row, "exports": exports, "came_late": request.method == "POST"}
        status = 409 if request.method == "POST" else 200
        return render(request, "segue/segments/switch.html", context, status=status)
    set_active(segment=row, active=active, actor=request.user, now=request.now)
    text = _("%(name)s is active again.") if active else _("%(name)s is inactive now.")
    messages.success(request, text % {"name": row.label})
    return go(request, reverse("segments"))


def _segment(request: PersonRequest, name: str) -> Segment:
    require(request.user, policy.see_segments)
    return found(queries.segments(), name=name)
