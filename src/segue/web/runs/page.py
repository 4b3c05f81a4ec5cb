"""What the page of a run shows, put together: header, steps, problem, held plan, outcome, and the chosen tab."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from segue.control.people.models import Person
from segue.control.refreshes import policy
from segue.control.refreshes.models import Run, RunKind
from segue.control.refreshes.papers import samples_of
from segue.control.refreshes.queries import Papers, has_plan, papers_of, runs, seconds_of
from segue.control.refreshes.workers import clock_moves_during
from segue.control.statuses import OPEN, WORKING, Status
from segue.service.plan_files import has_plan_file
from segue.sync.plan import Plan
from segue.web.clock_words import move_words
from segue.web.live import Piece, Read
from segue.web.problems import Worded
from segue.web.requests import PersonRequest
from segue.web.runs.failed_view import failed_rows
from segue.web.runs.forms import ApproveForm
from segue.web.runs.log_view import log_of, started_by
from segue.web.runs.next_steps import cause_of, next_steps
from segue.web.runs.outcome import done_of, outcome_bar, outcome_of, progress_of
from segue.web.runs.plan_view import PlanView, plan_view, sample_rows
from segue.web.runs.rejected_view import Looking, rejected_view
from segue.web.runs.steps import is_over, shown_seconds, steps_of
from segue.web.runs.waiting import retry_of, waits_for

_TOLD = frozenset({Status.FAILED, Status.FAILED_RETRYING, Status.SKIPPED, Status.CANCELED})
"""Statuses whose reason is shown at the top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One tab; its address holds the whole state."""

    name: str
    label: str
    href: str
    is_current: bool


def run_page(
    request: PersonRequest,
    run: Run,
    *,
    looking: Looking,
    tab: str = "",
    approve_form: ApproveForm | None = None,
) -> dict[str, Any]:
    """Return what the template of a run reads."""
    papers = papers_of(run)
    tabs = tabs_of(run, tab)
    current = next((one.name for one in tabs if one.is_current), "plan")
    plan = plan_view(papers.plan) if papers.plan else None
    return {
        **live_part(run, papers.seconds, now=request.now),
        "follows": run.status in OPEN,
        "clock_moves": [move_words(move) for move in clock_moves_during(run)],
        "rights": _rights(request.user, run),
        "problem": (problem := _problem(run)),
        "next_steps": next_steps(run, request.user) if problem or run.status in _TOLD else None,
        "problem_tone": "error" if run.status == Status.FAILED else "warning",
        "done": () if run.status in OPEN else done_of(run),
        "outcome": (rows := () if run.status in OPEN else outcome_of(run)),
        "outcome_bar": outcome_bar(rows),
        "failed_calls": failed_rows(papers.report),
        "is_unbalanced": bool(papers.report and not papers.report.outcomes.balances),
        "tabs": tabs,
        "tab": current,
        "tab_template": f"segue/runs/tab_{current}.html",
        "plan": plan,
        "approve_form": _approve_form(run, plan, approve_form),
        "can_be_run": plan is not None and can_be_run(run, plan.plan),
        **_tab_part(request.user, run, papers, looking, current),
    }


def live_part(run: Run, seconds: Mapping[str, float], *, now: datetime) -> dict[str, Any]:
    """Return what changes while a run goes on."""
    return {
        "run": run,
        "now": now,
        "started_by": started_by(run.refresh),
        "seconds": _duration(run, now),
        "waits_for": waits_for(run),
        "retry": retry_of(run, now=now),
        "steps": steps_of(run, shown_seconds(seconds), now=now),
        "progress": progress_of(run, now=now),
    }


def reads_run(pk: int, *, shows_plan: bool) -> Read:
    """Return what reads the changing part of a run's page. The page is loaded again when its plan has come, too."""

    def read(now: datetime) -> Piece:
        run = runs().get(pk=pk)
        part = live_part(run, seconds_of([run]).get(pk, {}), now=now)
        is_new = is_over(run) or (not shows_plan and has_plan(run))
        return Piece(html=render_to_string("segue/runs/live.html", part), is_over=is_new)

    return read


def tabs_of(run: Run, asked: str) -> Sequence[Tab]:
    """Return the tabs; a run that only plans has none."""
    if run.kind == RunKind.PLAN:
        return ()
    labels = {
        "plan": _("Plan"),
        "rejected": pgettext("people", "Rejected"),
        "calls": _("Calls"),
        "log": _("Log"),
    }
    current = asked if asked in labels else "plan"
    at = reverse("run", kwargs={"pk": run.pk})
    return [
        Tab(
            name=name,
            label=label,
            href=f"{at}?{urlencode({'tab': name})}",
            is_current=name == current,
        )
        for name, label in labels.items()
    ]


def _tab_part(
    person: Person, run: Run, papers: Papers, looking: Looking, tab: str
) -> dict[str, Any]:
    """Return what only the chosen tab shows."""
    sees_people = policy.see_people_in_runs.test(person, run)
    part: dict[str, Any] = {"looking": looking, "sees_people": sees_people}
    if tab == "plan" and sees_people:
        part["samples"] = sample_rows(samples_of(run), in_full=looking.in_full)
        part["has_plan_file"] = has_plan_file(run.pk)
    if tab == "rejected":
        part["rejected"] = rejected_view(run, papers.report, looking, with_people=sees_people)
    if tab == "calls" and papers.report:
        calls = sorted(papers.report.calls.items(), key=lambda item: -item[1])
        part |= {"report": papers.report, "calls": calls, "all_calls": sum(n for _c, n in calls)}
    if tab == "log":
        part["log"] = log_of(run, shown_seconds(papers.seconds))
    return part


def _rights(person: Person, run: Run) -> dict[str, bool]:
    return {
        "cancel": _goes_on(run) and policy.cancel_run.test(person, run),
        "approve": policy.approve_plan.test(person, run),
    }


def _goes_on(run: Run) -> bool:
    """Tell whether a run is not over, and no worker is about to end it because somebody asked for it."""
    is_ending = run.status in WORKING and run.cancel_requested_at is not None
    return run.status in OPEN and not is_ending


def _problem(run: Run) -> Worded | None:
    is_other_plan = run.status == Status.NEEDS_APPROVAL and run.code == "plan_changed"
    if not (run.code or run.message) or not (run.status in _TOLD or is_other_plan):
        return None
    return cause_of(run)


def _approve_form(
    run: Run, plan: PlanView | None, filled: ApproveForm | None
) -> ApproveForm | None:
    if plan is None or plan.plan.refusals:
        return filled
    if run.status == Status.NEEDS_APPROVAL:
        return filled or ApproveForm(plan=plan.plan)
    return filled or (to_run(run, plan.plan) if can_be_run(run, plan.plan) else None)


def can_be_run(run: Run, plan: Plan) -> bool:
    """Tell whether a plan that was made by itself has something to do that may be done."""
    is_made = run.kind == RunKind.PLAN and run.status == Status.SUCCESSFUL
    return is_made and not plan.is_empty and not plan.refusals and not run.export.removed_at


def to_run(run: Run, plan: Plan, filled: QueryDict | None = None) -> ApproveForm:
    """Return the form that approves or runs a plan."""
    proof = run.kind == RunKind.EXPORT or plan.needs_approval
    return ApproveForm(filled, plan=plan, takes_proof=proof)


def _duration(run: Run, now: datetime) -> float | None:
    if run.started_at is None:
        return None
    return max(((run.finished_at or now) - run.started_at).total_seconds(), 0.0)
