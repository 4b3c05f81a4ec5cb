"""The page on which an administrator sees which installation this is, and says once whether it is the real one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from segue.control.audit.meanwhile import Watched
from segue.control.audit.models import Action
from segue.control.identity import policy
from segue.control.people.policy import require
from segue.service.deciding import AudienceStamps, Decision, Shown, StampState
from segue.service.this_installation import decide_here, shown_installation
from segue.web.people.forms import ProofForm
from segue.web.people.signing_in_again import signing_in_again
from segue.web.requests import PersonRequest, door, go
from segue.web.sayings import reads
from segue.web.typed.editing import Editing
from segue.words.brakes import stop_sentence
from segue.words.faces import Face

_SAID = {
    Decision.THIS_ONE: gettext_lazy(
        "This installation is the real one from now on. Its next runs put its stamp on their audiences."
    ),
    Decision.A_COPY: gettext_lazy(
        "This installation is a copy from now on. It writes to no audience that it was copied with."
    ),
}


_STATES: Mapping[StampState, Promise] = {
    StampState.STAMPED: gettext_lazy("carries the stamp of this installation"),
    StampState.UNSTAMPED: gettext_lazy(
        "carries no stamp; the next run that writes anything puts ours on"
    ),
    StampState.STRANGE: gettext_lazy("carries the stamp of another installation: its exports wait"),
    StampState.REPLACED: gettext_lazy(
        "carries the stamp of another installation; the next run puts ours in its place"
    ),
    StampState.LEFT: gettext_lazy("belongs to the installation that this one is a copy of"),
    StampState.UNREADABLE: gettext_lazy("what is kept of it is lost or damaged"),
}
"""How audiences stand to this installation."""


class DecisionForm(ProofForm):
    """Which installation is the real one, and the reader's own password."""

    field_order = ("decision", "password")

    decision = forms.ChoiceField(
        label=gettext_lazy("Is this installation the real one?"),
        choices=[
            (
                Decision.THIS_ONE.value,
                gettext_lazy("Yes: it was moved, renamed or restored for good"),
            ),
            (Decision.A_COPY.value, gettext_lazy("No: it is a copy, to try something")),
        ],
        widget=forms.RadioSelect,
    )


@door("GET", "POST", form="installation-form")
def installation(request: PersonRequest) -> HttpResponse:
    """Show the installation; take the decision."""
    require(request.user, policy.see_installation)
    data = request.POST if request.method == "POST" else None
    form = DecisionForm(data, needs_password=True)
    if form.is_bound and form.succeeds(
        lambda: signing_in_again(request, lambda: _decide(request, form))
    ):
        return go(request, reverse("system-installation"))
    status = 422 if form.is_bound else 200
    shown = {
        **_context(shown_installation(), form),
        "opened_on": _editing(request).opened_on(),
    }
    return render(request, "segue/system/installation.html", shown, status=status)


def _editing(request: PersonRequest) -> Editing:
    watched = Watched(kind="installation", ids=(), actions=(Action.INSTALLATION_DECIDED,))
    return Editing(request=request, watched=watched, name=_("Installation"))


def _decide(request: PersonRequest, form: DecisionForm) -> None:
    decision = Decision(form.cleaned_data["decision"])
    _editing(request).check()
    decide_here(
        decision,
        actor=request.user,
        password=form.cleaned_data["password"],
        now=request.now,
    )
    messages.success(request, str(_SAID[decision]))


def _context(shown: Shown, form: DecisionForm) -> dict[str, Any]:
    return {
        "shown": shown,
        "stops": [stop_sentence(stop, reads(), Face.PAGE) for stop in shown.stops],
        "audiences": [(one.folder, _state(one)) for one in shown.audiences],
        "form": form,
    }


def _state(audience: AudienceStamps) -> str:
    words = str(_STATES[audience.state])
    return f"{words} ({', '.join(audience.others)})" if audience.others else words
