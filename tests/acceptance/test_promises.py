"""Mistakes seen in other exporters, each kept out by a test: the list of the style guide, word for word."""

from __future__ import annotations

import logging
from dataclasses import replace
from math import ceil
from pathlib import Path

import pytest

from mailchimp_sandbox.faults import Fault
from segue.core.errors import ConfigurationProblem, TryLater
from segue.sync.kinds import Kind, Skip
from segue.sync.pacing import Patience
from segue.sync.ports import Reason
from segue.sync.report import RunStatus
from tests.acceptance.world import (
    BATCH,
    LIST,
    PAGES_ROUTE,
    audience,
    batch_fault,
    changes,
    crowd,
    person,
    second_run_is_empty,
    status,
    tags,
)
from tests.cast import EMILE_AS_TYPED
from tests.fakes.laboratory import export, laboratory
from tests.fixtures.logs import LeakWatch


def test_capital_letters_find_the_same_contact(tmp_path: Path) -> None:
    people = [person(1, "Emile", email=EMILE_AS_TYPED, first_name="Émile")]
    with laboratory(tmp_path, *people) as lab:
        lab.sandbox.add_contact(LIST, "EMILE@shop.Example", merge_fields={"FNAME": "E."})

        report = lab.run()

        assert report.outcomes.counted.updated == 1
        assert audience(lab) == {"emile": ("subscribed", {"Vip"})}
        assert lab.sandbox.members(LIST)[0].merge_fields == {"FNAME": "Émile"}
        second_run_is_empty(lab)


@pytest.mark.parametrize("kind", ["500", "504", "429", "403", "truncated_json", "drop_before"])
def test_an_error_is_never_read_as_absence(tmp_path: Path, kind: str) -> None:
    with laboratory(tmp_path, person(1, "Omar"), patience=Patience(attempts=2)) as lab:
        lab.sandbox.add_contact(LIST, "omar@shop.example", status="unsubscribed")
        lab.sandbox.add_fault(Fault(kind=kind, path_pattern=PAGES_ROUTE, times=None))

        with pytest.raises(TryLater):
            lab.run()

        assert lab.sandbox.writes == []
        assert status(lab, "omar") == "unsubscribed"


def test_an_audience_that_is_gone_is_not_an_empty_one(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        lab.run()

        with pytest.raises(ConfigurationProblem) as refused:
            lab.run(export(audience_id="ffffffffff"))

        assert refused.value.code == "audience_not_found"
        assert audience(lab) == {"nadia": ("subscribed", {"Vip"})}


@pytest.mark.parametrize("before", ["subscribed", "unsubscribed", "cleaned", "pending", "archived"])
def test_an_address_change_never_changes_status(tmp_path: Path, before: str) -> None:
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        lab.run()
        if before == "pending":
            lab.sandbox.erase(LIST, "nadia@shop.example")
            lab.sandbox.add_contact(LIST, "new@shop.example", status="pending")
        elif before != "subscribed":
            lab.sandbox.add_contact(LIST, "new@shop.example", status=before)
        lab.people = [person(1, "Nadia", email="new@shop.example")]

        lab.approve()

        assert status(lab, "new") == before


def test_one_bad_row_marks_only_itself(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(5)) as lab:
        lab.sandbox.refuse_addresses("p0003@*", number=1)

        report = lab.run()

        assert report.status is RunStatus.SUCCESSFUL_WITH_SKIPS
        assert report.outcomes.rejected == {Reason.INVALID_ADDRESS: 1}
        assert (report.outcomes.sent, report.outcomes.accepted) == (5, 4)
        assert set(audience(lab)) == {"p0001", "p0002", "p0004", "p0005"}
        again = second_run_is_empty(lab)
        assert again.plan.skips == {Skip.INVALID_ADDRESS_SAYS_MAILCHIMP: 1}


@pytest.mark.slow
def test_ten_thousand_people_cost_at_most_n_requests(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(10_000)) as lab:
        lab.run()

        calls = lab.sandbox.call_counts()

        assert calls[BATCH] == 20
        assert sum(calls.values()) <= 20 + 12
        assert lab.sandbox.audience(LIST).statuses == {"subscribed": 10_000}
        second_run_is_empty(lab)
        # What changed since is read: all ten thousand, as every write of theirs was of the last second.
        pages = 2 * (ceil(10_000 / 999) + 1)
        assert sum(lab.sandbox.call_counts().values()) <= pages + 16
        second_run_is_empty(lab)


def test_logs_hold_no_address(tmp_path: Path, no_personal_data_in_logs: LeakWatch) -> None:
    seen = Events()
    logging.getLogger("segue").addHandler(seen)
    try:
        with laboratory(tmp_path, *crowd(4), person(1, "Nadia")) as lab:
            lab.sandbox.refuse_addresses("p0001@*", number=2)
            lab.sandbox.add_fault(Fault(kind="poison_call", address_pattern="p0002@*"))
            lab.sandbox.add_fault(batch_fault("drop_after", times=2))

            lab.run()
            lab.people = [person(1, "Nadia", email="new@shop.example")]
            lab.approve()
    finally:
        logging.getLogger("segue").removeHandler(seen)

    assert {"mailchimp.called", "mailchimp.call_lost", "run.retry_scheduled"} <= seen.names
    assert no_personal_data_in_logs.leaks == []


class Events(logging.Handler):
    """Remember which events were logged."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.names: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        self.names.add(record.getMessage())


def test_a_full_resync_still_removes_leavers(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia")) as lab:
        lab.run()
        lab.people[1] = replace(lab.people[1], vip=False)

        report = lab.run(full=True)

        assert changes(report.plan) == {Kind.UPDATE: 1, Kind.LEAVE: 1}
        assert audience(lab) == {"nadia": ("subscribed", {"Vip"}), "pia": ("subscribed", set())}
        second_run_is_empty(lab)


def test_an_archived_contact_is_not_revived_as_subscribed(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Rosa"), person(2, "Nadia")) as lab:
        lab.sandbox.add_contact(LIST, "rosa@shop.example", status="archived", tags=["Old"])

        report = lab.run()

        assert audience(lab) == {"nadia": ("subscribed", {"Vip"}), "rosa": ("archived", {"Old"})}
        assert report.plan.skips == {Skip.ARCHIVED: 1}


def test_a_tag_someone_else_added_survives(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia", local=True)) as lab:
        lab.sandbox.add_contact(LIST, "nadia@shop.example", tags=["Vip", "Colleague"])
        lab.run()
        lab.sandbox.add_tag(LIST, "pia@shop.example", "Colleague")
        lab.people = [replace(someone, vip=False) for someone in lab.people]

        lab.approve()

        assert tags(lab, "nadia") == {"Vip", "Colleague"}
        assert tags(lab, "pia") == {"Local", "Colleague"}
        second_run_is_empty(lab)


def test_an_empty_segment_removes_nobody_without_approval(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia")) as lab:
        lab.run()
        lab.people = [replace(someone, vip=False) for someone in lab.people]
        lab.sandbox.reset_calls()

        held = lab.run()

        assert held.status is RunStatus.NEEDS_APPROVAL
        assert lab.sandbox.writes == []
        assert audience(lab) == {"nadia": ("subscribed", {"Vip"}), "pia": ("subscribed", {"Vip"})}
        assert lab.run(approve=held.plan.digest).status is RunStatus.SUCCESSFUL
        assert audience(lab) == {"nadia": ("subscribed", set()), "pia": ("subscribed", set())}
        second_run_is_empty(lab)


def test_a_200_with_member_errors_is_not_success(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(10)) as lab:
        lab.sandbox.refuse_addresses("*", number=2)

        report = lab.run()

        assert {call.status for call in lab.sandbox.writes} == {200}
        assert (report.status, report.problem) == (RunStatus.FAILED, "everybody_rejected")
        assert report.outcomes.accepted == 0
        assert report.outcomes.rejected == {Reason.FAKE_ADDRESS: 10}
        assert report.plan.acknowledged == 0
        assert lab.run().plan.acknowledged == 0


@pytest.mark.slow
def test_the_1001st_audience_is_found(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        for number in range(1000):
            lab.sandbox.add_audience(f"{number:010x}", name=f"Audience {number}")
        last = lab.sandbox.add_audience("eeeeeeeeee", name="The last one")

        lab.run(export(audience_id=last))
        with pytest.raises(ConfigurationProblem) as refused:
            lab.run(export(audience_id="ffffffffff"))

        assert [m.email for m in lab.sandbox.members(last)] == ["nadia@shop.example"]
        assert "and 982 more" in refused.value.message
