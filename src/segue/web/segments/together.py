"""What is done to several segments at once, from the command bar of their list: all of it, or nothing."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from segue.control.exports.segment_uses import exports_using_any, remove_segments
from segue.control.segments import queries
from segue.control.segments.describing import tag as tag_segments
from segue.control.segments.operations import set_active
from segue.service.recounting import recount
from segue.web.picks import told
from segue.web.requests import PersonRequest, door, go
from segue.web.segments.forms import TagsForm
from segue.web.segments.picks import named, none_picked, picked
from segue.web.typed.keeping import is_shown_again


@door("POST")
def activate(request: PersonRequest) -> HttpResponse:
    """Let the chosen segments be counted and exported again."""
    chosen = picked(request)
    if not chosen:
        return none_picked(request)
    with transaction.atomic():
        for segment in chosen:
            set_active(segment=segment, active=True, actor=request.user, now=request.now)
    messages.success(request, _("Active: %(names)s.") % {"names": named(chosen)})
    return go(request, reverse("segments"))


@door("GET", "POST")
def deactivate(request: PersonRequest) -> HttpResponse:
    """Say which exports stop, and switch the chosen segments off once somebody has seen these."""
    chosen = picked(request)
    if not chosen:
        return none_picked(request)
    exports = exports_using_any(chosen)
    is_confirmed = request.method == "POST" and "confirmed" in request.POST
    seen = sorted(request.POST.getlist("seen"))
    if not is_confirmed or seen != sorted(str(one.pk) for one in exports):
        context = {"chosen": chosen, "exports": exports, "came_late": is_confirmed}
        status = 409 if is_confirmed else 200
        return render(request, "segue/segments/deactivate.html", context, status=status)
    with transaction.atomic():
        for segment in chosen:
            set_active(segment=segment, active=False, actor=request.user, now=request.now)
    messages.success(request, _("Inactive: %(names)s.") % {"names": named(chosen)})
    return go(request, reverse("segments"))


@door("GET", "POST")
def remove(request: PersonRequest) -> HttpResponse:
    """Say what removing the chosen segments means, and remove them."""
    chosen = picked(request)
    if not chosen:
        return none_picked(request)
    if request.method == "POST" and "confirmed" in request.POST:
        if told(
            request, lambda: remove_segments(chosen=chosen, actor=request.user, now=request.now)
        ):
            messages.success(request, _("Removed: %(names)s.") % {"names": named(chosen)})
        return go(request, reverse("segments"))
    context = {"chosen": chosen, "exports": exports_using_any(chosen)}
    return render(request, "segue/segments/remove_several.html", context)


@door("GET", "POST", form="tags-form")
def tag(request: PersonRequest) -> HttpResponse:
    """Add tags to the chosen segments, and take others away."""
    chosen = picked(request)
    if not chosen:
        return none_picked(request)
    is_sent = request.method == "POST" and "confirmed" in request.POST
    form = TagsForm(request.POST if is_sent else None)
    if is_sent and form.succeeds(
        lambda: tag_segments(chosen=chosen, actor=request.user, now=request.now, **form.wanted())
    ):
        messages.success(request, _("Tags changed: %(names)s.") % {"names": named(chosen)})
        return go(request, reverse("segments"))
    context = {"chosen": chosen, "form": form, "known": queries.tags_in_use()}
    status = 422 if is_sent and not is_shown_again() else 200
    return render(request, "segue/segments/tags.html", context, status=status)


@door("POST")
def refresh(request: PersonRequest) -> HttpResponse:
    """Count the members of the chosen segments anew, among the profiles that were read last."""
    chosen = picked(request)
    if not chosen:
        return none_picked(request)
    if told(request, lambda: recount(chosen=chosen, actor=request.user, now=request.now)):
        messages.success(request, _("Counted anew: %(names)s.") % {"names": named(chosen)})
    back = reverse("segment", args=[chosen[0].name]) if len(chosen) == 1 else reverse("segments")
    return go(request, back)
