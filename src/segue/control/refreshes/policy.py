"""Who may start, stop and look at refreshes and runs."""

from __future__ import annotations

from segue.control.exports import policy as exports
from segue.control.people.models import Person
from segue.control.people.policy import is_administrator, is_contributor, is_person
from segue.control.predicates import predicate
from segue.control.refreshes.models import Refresh, Run
from segue.core.errors import NotAllowed


@predicate
def may_run_its_export(actor: Person | None, run: Run | None) -> bool:
    """Tell whether the actor may run the export of the run."""
    return run is not None and exports.run_export.test(actor, run.export)


@predicate
def asked_for_it(actor: Person | None, refresh: Refresh | None) -> bool:
    """Tell whether the actor started the refresh."""
    return actor is not None and refresh is not None and refresh.requested_by_id == actor.pk


see_refreshes = is_person
see_runs = is_person
refresh_everything = is_administrator
refresh_data = is_contributor
schedule_refresh = is_administrator
cancel_refresh = is_administrator | (is_contributor & asked_for_it)
cancel_run = is_administrator | (is_contributor & may_run_its_export)
approve_plan = cancel_run
see_people_in_runs = is_contributor


def refusal(actor: Person | None, run: Run | None) -> NotAllowed:
    """Return why somebody may not stop, approve or discard a run, as its export says it."""
    return exports.refusal(actor, run.export if run is not None else None)
