"""The exports that a request means: those that were ticked in a list, or the one of a row's menu."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from segue.control.exports import policy, queries
from segue.control.exports.models import Export
from segue.control.people.policy import not_visible, require
from segue.core.errors import ConfigurationProblem
from segue.web.limits import CHOSEN
from segue.web.picks import listed
from segue.web.requests import PersonRequest, go


def picked(request: PersonRequest) -> Sequence[Export]:
    """Return the exports that the request names; none when it names none.

    Raises: ConfigurationProblem for too many; NotVisible when one of them is not there, NotAllowed when the person may
    not change one of them.
    """
    named = {*request.GET.getlist("pick"), *request.POST.getlist("pick")}
    if len(named) > CHOSEN.value:
        raise _too_many(len(named))
    if not all(key.isdecimal() and len(key) < 19 for key in named):
        raise not_visible()
    found = list(queries.chosen([int(key) for key in named]))
    if len(found) != len(named):
        raise not_visible()
    require(request.user, policy.add_exports, see=policy.see_exports)
    for export in found:
        require(
            request.user, policy.edit_export, export, see=policy.see_exports, refusal=policy.refusal
        )
    return found


def _too_many(count: int) -> ConfigurationProblem:
    return ConfigurationProblem(
        _("At most %(most)d exports are changed together.") % {"most": CHOSEN.value},
        action=_("Choose fewer of them; removing a connection treats all that use it."),
        code="too_many_chosen",
        context={"exports": count},
    )


def none_picked(request: HttpRequest) -> HttpResponse:
    """Go back to the list and say that nothing was ticked."""
    messages.error(request, _("No export is chosen. Tick one or more in the list."))
    return go(request, reverse("exports"))


def named(exports: Sequence[Export]) -> str:
    """Name the exports, some of them when there are many."""
    return listed([one.name for one in exports])
