"""What a segment of the pages is called, what it is for, and its tags."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from segue.control.audit.meanwhile import Watched
from segue.control.audit.models import Action
from segue.control.exports.segment_uses import tags_given
from segue.control.people.policy import require
from segue.control.segments import policy, queries
from segue.control.segments.describing import describe
from segue.control.segments.models import Segment
from segue.web.requests import PersonRequest, door, found, go
from segue.web.segments.forms import AboutForm
from segue.web.typed.editing import Editing, lines_of

_CHANGES = (
    *(Action.SEGMENT_DESCRIBED, Action.SEGMENT_TAGGED),
    *(Action.SEGMENT_ADOPTED, Action.SEGMENT_REMOVED),
)


@door("GET", "POST", form="about-form")
def about(request: PersonRequest, name: str) -> HttpResponse:
    """Rename, describe and tag a segment of the pages; of one from a file, say where that is done."""
    require(request.user, policy.see_segments)
    row = found(queries.segments(), name=name)
    require(request.user, policy.edit_segments, row, see=policy.see_segments)
    form = AboutForm.of(row, request.POST if request.method == "POST" else None)
    editing = _editing(request, row, form)
    if request.method == "POST" and form.succeeds(
        lambda: editing.do(
            lambda: describe(segment=row, actor=request.user, now=request.now, **form.wanted())
        )
    ):
        messages.success(
            request, _("The segment “%(name)s” is saved.") % {"name": form.cleaned_data["label"]}
        )
        return go(request, reverse("segment", args=[row.name]))
    context = {
        "segment": row,
        "form": form,
        "known": queries.tags_in_use(),
        "given": tags_given(row),
        "opened_on": editing.opened_on(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "segue/segments/about.html", context, status=status)


def _editing(request: PersonRequest, row: Segment, form: AboutForm) -> Editing:
    return Editing(
        request=request,
        watched=Watched(kind="segment", ids=(str(row.pk),), actions=_CHANGES),
        name=row.label,
        mine=lambda: lines_of(form),
        theirs=lambda: lines_of(AboutForm.of(Segment.objects.get(pk=row.pk), None)),
    )
