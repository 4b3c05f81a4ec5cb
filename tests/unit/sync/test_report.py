"""How a run ended: from its plan, its outcomes and what stopped it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from segue.core.errors import ConfigurationProblem, Problem, Stopped, TryLater
from segue.sync.kinds import Skip
from segue.sync.outcomes import NOTHING_SENT, Outcomes
from segue.sync.plan import Plan
from segue.sync.ports import Reason
from segue.sync.report import RunStatus, status_of


def plan(**changes: Any) -> Plan:
    empty: dict[str, Any] = {
        "export": "newsletter",
        "audience_id": "list",
        "audience_name": "Customers",
        "made_at": datetime(2026, 3, 2, tzinfo=UTC),
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
        sent=accepted + rejected,
        accepted=accepted,
        created=accepted,
        updated=0,
        untagged=0,
        moved=0,
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
    stopped = Stopped("", action="", code="")

    assert end(NOTHING_SENT) is RunStatus.SUCCESSFUL
    assert end(sent(accepted=5)) is RunStatus.SUCCESSFUL
    assert end(sent(accepted=5), skips={Skip.NO_CONSENT: 1}) is RunStatus.SUCCESSFUL_WITH_SKIPS
    assert end(sent(accepted=5), stopped_by=later) is RunStatus.FAILED_RETRYING
    assert end(sent(accepted=5), stopped_by=broken) is RunStatus.FAILED
    assert end(sent(accepted=5), stopped_by=stopped) is RunStatus.CANCELED
