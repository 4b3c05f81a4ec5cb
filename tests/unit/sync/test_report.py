"""How a run ended: from its plan, its outcomes and what stopped it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from segue.core.errors import (
    BrokenOff,
    ConfigurationProblem,
    ConnectionLost,
    Consequence,
    Problem,
    TryLater,
)
from segue.sync.kinds import Skip
from segue.sync.outcomes import NOTHING_SENT, Outcomes
from segue.sync.plan import Plan
from segue.sync.ports import Counted, Reason
from segue.sync.report import RunReport, RunStatus, as_document, from_document, status_of

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def plan(**changes: Any) -> Plan:
    empty: dict[str, Any] = {
        "export": "newsletter",
        "audience_id": "list",
        "audience_name": "Customers",
        "made_at": NOW,
        "digest": "",
        "members": 0,
        "wanted": 0,
        "acknowledged": 0,
        "counts": {},
        "skips": {},
        "segments": (),
        "tags_removed": 0,
        "misfits": (),
        "fields_to_create": (),
        "stops": (),
        "calls": 0,
        "contacts_before": None,
        "contacts_limit": None,
    }
    return Plan(**(empty | changes))


def sent(*, accepted: int = 0, rejected: int = 0, not_sent: int = 0) -> Outcomes:
    return Outcomes(
        accepted=accepted,
        counted=Counted(created=accepted),
        rejected={Reason.FORGOTTEN: rejected} if rejected else {},
        not_sent=not_sent,
    )


def end(outcomes: Outcomes, *, stopped_by: Problem | None = None, **of_plan: Any) -> RunStatus:
    return status_of(plan(**of_plan), outcomes, held=False, stopped_by=stopped_by)


@pytest.mark.parametrize("rejected", [1, 9])
def test_a_refusal_among_nobody_else_is_with_skips(rejected: int) -> None:
    assert end(sent(rejected=rejected)) is RunStatus.SUCCESSFUL_WITH_SKIPS


@pytest.mark.parametrize("rejected", [10, 11, 5_000])
def test_a_run_of_some_size_that_reaches_nobody_has_failed(rejected: int) -> None:
    assert end(sent(rejected=rejected)) is RunStatus.FAILED
    assert end(sent(rejected=rejected, accepted=1)) is RunStatus.SUCCESSFUL_WITH_SKIPS


def test_who_was_not_sent_makes_the_run_one_that_is_tried_again() -> None:
    assert end(sent(accepted=5, not_sent=1)) is RunStatus.FAILED_RETRYING
    assert end(sent(rejected=50, not_sent=1)) is RunStatus.FAILED_RETRYING


def test_the_other_ends() -> None:
    later = TryLater("", action="", code="")
    broken = ConfigurationProblem("", action="", code="")
    stopped = BrokenOff("", action="", code="")

    assert end(NOTHING_SENT) is RunStatus.SUCCESSFUL
    assert end(sent(accepted=5)) is RunStatus.SUCCESSFUL
    assert end(sent(accepted=5), skips={Skip.NO_CONSENT: 1}) is RunStatus.SUCCESSFUL_WITH_SKIPS
    assert end(sent(accepted=5), stopped_by=later) is RunStatus.FAILED_RETRYING
    assert end(sent(accepted=5), stopped_by=broken) is RunStatus.FAILED
    assert end(sent(accepted=5), stopped_by=stopped) is RunStatus.CANCELED


def _report(**changes: Any) -> RunReport:
    values: dict[str, Any] = {
        "run_id": "20260302T090000000-news",
        "export": "news",
        "status": RunStatus.FAILED,
        "started_at": NOW,
        "finished_at": NOW,
        "plan": plan(),
        "outcomes": Outcomes(
            accepted=4, counted=Counted(created=3, updated=1), rejected={Reason.GONE: 2}, unknown=1
        ),
        "seconds": {"plan": 0.5},
        "retries": 0,
        "throttlings": 0,
    }
    return RunReport(**values | changes)


def test_a_report_comes_back_with_the_consequence_of_what_stopped_it() -> None:
    lost = ConnectionLost("Refused.", action="Connect again.", code="mailchimp_key_refused")
    report = _report(problem=lost.code, message=lost.message, consequence=lost.consequence)

    found = from_document(as_document(report))

    assert as_document(found) == as_document(report)
    assert found.consequence is Consequence.CONNECTION


def test_a_report_that_an_earlier_version_kept_is_read() -> None:
    older = json.loads(as_document(_report(problem="mailchimp_key_refused")))
    del older["consequence"]
    counted = older["outcomes"].pop("counted")
    older["outcomes"] |= {"sent": 6, **counted}

    found = from_document(json.dumps(older))

    assert as_document(found) == as_document(_report(problem="mailchimp_key_refused"))
    assert found.outcomes.counted == Counted(created=3, updated=1)
