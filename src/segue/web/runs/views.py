"""The page of a run, the same page as it goes on, and what people do there: look at people, approve, discard, cancel."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from segue.control.people.policy import not_visible, require
from segue.control.refreshes import operations, policy
from segue.control.refreshes.models import Run, RunKind
from segue.control.refreshes.queries import plan_of, runs
from segue.control.sources.operations import note_personal_data_shown
from segue.web import live
from segue.web.people.signing_in_again import signing_in_again
from segue.web.requests import PersonRequest, door, found, go
from segue.web.runs.page import reads_run, run_page, to_run
from segue.web.runs.rejected_view import Looking


@door("GET")
def run(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a run."""
    one = _visible(request, pk)
    looking = Looking(
        reason=request.GET.get("reason", "")[:40], page=request.GET.get("page", "1")[:9]
    )
    page = run_page(request, one, looking=looking, tab=request.GET.get("tab", ""))
    return render(request, "segue/runs/run.html", page)


@door("GET", "POST", once=False)
def run_people(request: PersonRequest, pk: int) -> HttpResponse:
    """Show people of a run by name: their addresses, or those who fit a search. It is written down.

    What is searched for is personal, so that it is posted; whoever comes back to the address sees the run.
    """
    one = _visible(request, pk)
    require(request.user, policy.see_people_in_runs, one, see=policy.see_runs)
    looking, tab = _looking(request.POST), request.POST.get("tab", "")
    if not looking.is_personal:
        query = urlencode({"tab": tab, "reason": looking.reason})
        return go(request, f"{reverse('run', kwargs={'pk': pk})}?{query}")
    what = operations.subject_of(one)
    note_personal_data_shown(what=what, actor=request.user, now=request.now)
    page = run_page(request, one, looking=looking, tab=tab)
    return render(request, "segue/runs/run.html", page)


@door("GET")
def run_live(request: PersonRequest, pk: int) -> HttpResponse:
    """Answer a page that asks how a run goes on."""
    return live.answer(request, _reads(request, pk))


@door("GET")
def run_events(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Tell a page how a run goes on."""
    return live.events(request, _reads(request, pk))


@door("POST")
def run_approve(request: PersonRequest, pk: int) -> HttpResponse:
    """Approve exactly the plan that the page showed."""
    one = _visible(request, pk)
    require(request.user, policy.approve_plan, one, see=policy.see_runs, refusal=policy.refusal)
    plan = plan_of(one)
    if plan is None:
        raise not_visible()
    form = to_run(one, plan, request.POST)
    started: list[int] = []
    if form.succeeds(lambda: started.append(_approved(request, one, form.cleaned_data))):
        messages.success(
            request, _("The plan is approved. The run goes on with exactly this plan.")
        )
        return go(request, reverse("run", kwargs={"pk": started[0]}))
    page = run_page(request, one, looking=Looking(), approve_form=form)
    return render(request, "segue/runs/run.html", page, status=422)


def _approved(request: PersonRequest, run: Run, given: Mapping[str, str]) -> int:
    """Approve a held plan, or run one that was made by itself. Returns the key of the run that carries it out."""
    carried_out = [run.pk]
    approves = operations.approve_plan if run.kind == RunKind.EXPORT else operations.run_plan

    def approve() -> None:
        password = given.get("password", "")
        going_on = approves(
            run=run,
            digest=given["digest"],
            password=password,
            actor=request.user,
            now=request.now,
        )
        carried_out.append(going_on.pk)

    if "password" in given:
        signing_in_again(request, approve)
    else:
        approve()
    return carried_out[-1]


@door("POST")
def run_discard(request: PersonRequest, pk: int) -> HttpResponse:
    """Discard a held plan."""
    one = _visible(request, pk)
    if operations.discard_plan(run=one, actor=request.user, now=request.now):
        messages.success(request, _("The plan is discarded. Nothing was written."))
    else:
        messages.error(request, _("This plan no longer waits for approval."))
    return go(request, reverse("run", kwargs={"pk": pk}))


@door("GET", "POST")
def run_cancel(request: PersonRequest, pk: int) -> HttpResponse:
    """Say what canceling means, then cancel."""
    one = _visible(request, pk)
    require(request.user, policy.cancel_run, one, see=policy.see_runs, refusal=policy.refusal)
    if request.method != "POST":
        context = {"run": one, "cancel_wait_s": settings.SEGUE_CANCEL_WAIT_S}
        return render(request, "segue/runs/cancel.html", context)
    if operations.cancel_run(run=one, actor=request.user, now=request.now):
        messages.success(request, _("The run is being canceled."))
    else:
        messages.error(request, _("The run was over already."))
    return go(request, reverse("run", kwargs={"pk": pk}))


def _reads(request: PersonRequest, pk: int) -> live.Read:
    return reads_run(_visible(request, pk).pk, shows_plan="unplanned" not in request.GET)


def _looking(posted: QueryDict) -> Looking:
    return Looking(
        reason=posted.get("reason", "")[:40],
        search=posted.get("search", "").strip()[:100],
        in_full="show" in posted,
        page=posted.get("page", "1")[:9],
    )


def _visible(request: PersonRequest, pk: int) -> Run:
    one = found(runs(), pk=pk)
    require(request.user, policy.see_runs, one)
    return one
