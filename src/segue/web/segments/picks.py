"""The segments that a request means: those that were ticked in the list, or the one of a row's menu."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from segue.control.people.policy import not_visible, require
from segue.control.segments import policy, queries
from segue.control.segments.models import Segment
from segue.core.errors import ConfigurationProblem
from segue.web.limits import CHOSEN_SEGMENTS
from segue.web.picks import listed
from segue.web.requests import PersonRequest, go


def picked(request: PersonRequest) -> Sequence[Segment]:
    """Return the segments that the request names, by label; none when it names none.

    Raises: ConfigurationProblem for too many; NotVisible when one of them is not there, NotAllowed for who may not change
    segments.
    """
    named = {*request.GET.getlist("pick"), *request.POST.getlist("pick")}
    if len(named) > CHOSEN_SEGMENTS.value:
        raise ConfigurationProblem(
            _("At most %(most)d segments are changed together.") % {"most": CHOSEN_SEGMENTS.value},
            action=_("Choose fewer of them."),
            code="too_many_chosen",
            context={"segments": len(named)},
        )
    require(request.user, policy.edit_segments, see=policy.see_segments)
    found = list(queries.segments().filter(name__in=named))
    if len(found) != len(named):
        raise not_visible()
    return found


def none_picked(request: HttpRequest) -> HttpResponse:
    """Go back to the list and say that nothing was ticked."""
    messages.error(request, _("No segment is chosen. Tick one or more in the list."))
    return go(request, reverse("segments"))


def named(chosen: Sequence[Segment]) -> str:
    """Name the segments, some of them when there are many."""
    return listed([one.label for one in chosen])
