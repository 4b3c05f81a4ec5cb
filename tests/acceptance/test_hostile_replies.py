"""Whatever the service answers, a run ends with a problem or does its work; nobody is lost, and the next run goes on."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mailchimp_sandbox.faults import Fault
from segue.core.errors import ConfigurationProblem, Problem, TryLater
from segue.mailchimp import limits
from segue.sync.pacing import Patience
from tests.acceptance.world import (
    BATCH_ROUTE,
    LIST,
    PAGES_ROUTE,
    TAG_ROUTE,
    audience,
    crowd,
    person,
    second_run_is_empty,
)
from tests.fakes.laboratory import Laboratory, laboratory

READ = ("/", "/lists/{list_id}/segments", PAGES_ROUTE)
BEYOND = ("gzip_bomb", "endless_body", "deep_json", "wide_json")
ALL = {"nadia": ("subscribed", {"Vip"}), "omar": ("subscribed", {"Vip"})}


def people() -> list[Any]:
    """Return two people of the export."""
    return [person(1, "Nadia"), person(2, "Omar")]


@contextmanager
def world(home: Path, *some: Any) -> Iterator[Laboratory]:
    """Open the small world with a patience that is soon over: each hostile reply costs megabytes."""
    patience = Patience(attempts=2)
    with laboratory(home, *(some or people()), patience=patience) as lab:
        yield lab


def refused(lab: Laboratory) -> Problem:
    """Return the problem in which a run ends."""
    with pytest.raises(Problem) as caught:
        lab.run()
    assert caught.value.message
    assert caught.value.action
    return caught.value


def test_another_audience_in_the_reply_is_not_taken_for_the_one_that_was_asked_for(
    tmp_path: Path,
) -> None:
    """Its people would be read in place of those who must not be written, and its absent ones be taken for erased."""
    other = "b1b2c3d4e5"
    with world(tmp_path) as lab:
        lab.sandbox.add_audience(other)
        lab.sandbox.add_contact(other, "omar@shop.example")
        told = Fault(
            kind="altered",
            method="GET",
            path_pattern="/lists/{list_id}",
            times=None,
            changes={"id": other},
        )
        lab.sandbox.add_fault(told)

        assert refused(lab).code == "mailchimp_unreadable_reply"
        assert lab.sandbox.writes == []
        lab.sandbox.clear_faults()
        lab.run()
        assert audience(lab) == ALL


@pytest.mark.parametrize("route", READ)
def test_a_run_whose_reading_is_answered_with_hostility_ends_before_it_writes(
    tmp_path: Path, route: str
) -> None:
    with world(tmp_path) as lab:
        for kind in BEYOND if route != PAGES_ROUTE else ("deep_json",):
            lab.sandbox.clear_faults()
            lab.sandbox.add_fault(Fault(kind=kind, method="GET", path_pattern=route, times=None))
            problem = refused(lab)
            assert isinstance(problem, TryLater)
            assert problem.code in ("mailchimp_reply_too_large", "mailchimp_unreadable_reply")
            assert lab.sandbox.writes == []

        lab.sandbox.clear_faults()
        lab.run()

        assert audience(lab) == ALL
        second_run_is_empty(lab)


@pytest.mark.parametrize("kind", ["gzip_bomb", "deep_json"])
def test_a_batch_answered_with_hostility_is_looked_up_and_nobody_is_lost(
    tmp_path: Path, kind: str
) -> None:
    with world(tmp_path) as lab:
        lab.sandbox.add_fault(Fault(kind=kind, method="POST", path_pattern=BATCH_ROUTE, times=2))

        report = lab.run()

        assert (report.outcomes.accepted, report.outcomes.rejected_total) == (2, 0)
        assert audience(lab) == ALL
        second_run_is_empty(lab)


@pytest.mark.parametrize(
    "changes",
    [
        {"total_created": 3, "total_updated": -1},
        {"total_created": -1, "total_updated": 3},
        {"error_count": -2},
        {"total_created": 2**63},
        {"errors": [{"email_address": "", "error": "x", "error_code": "", "field": ""}] * 1_000},
    ],
    ids=["fewer updated", "fewer created", "fewer errors", "too many", "a thousand errors"],
)
def test_counts_that_cannot_be_are_not_believed(tmp_path: Path, changes: dict[str, object]) -> None:
    with world(tmp_path) as lab:
        lab.sandbox.add_fault(
            Fault(kind="altered", method="POST", path_pattern=BATCH_ROUTE, changes=changes)
        )

        report = lab.run()

        assert (report.outcomes.accepted, report.outcomes.rejected_total) == (2, 0)
        assert audience(lab) == ALL
        second_run_is_empty(lab)


def test_a_removal_of_a_tag_answered_with_hostility_is_made_again(tmp_path: Path) -> None:
    with world(tmp_path, *crowd(12)) as lab:
        lab.run()
        lab.people = lab.people[1:]
        lab.sandbox.add_fault(Fault(kind="deep_json", method="POST", path_pattern=TAG_ROUTE))

        lab.run()

        assert audience(lab)["p0001"] == ("subscribed", set())
        second_run_is_empty(lab)


def test_the_same_page_for_ever_ends_the_reading_after_a_few_calls(tmp_path: Path) -> None:
    with world(tmp_path) as lab:
        for n in range(3):
            lab.sandbox.add_contact(LIST, f"c{n}@shop.example", status="archived")
        lab.sandbox.add_fault(
            Fault(kind="repeated", path_pattern=PAGES_ROUTE, method="GET", times=None)
        )

        problem = refused(lab)

        assert (type(problem), problem.code) in [
            (TryLater, "listing_too_long"),
            (TryLater, "listing_stands_still"),
        ]
        assert lab.sandbox.call_counts()[f"GET {PAGES_ROUTE}"] < 200
        lab.sandbox.clear_faults()
        lab.run()
        assert {name: audience(lab)[name] for name in ALL} == ALL


def test_a_hundred_million_announced_contacts_are_not_asked_for(tmp_path: Path) -> None:
    with world(tmp_path) as lab:
        lab.sandbox.add_fault(
            Fault(
                kind="altered",
                method="GET",
                path_pattern=PAGES_ROUTE,
                times=None,
                changes={"total_items": 100_000_000},
            )
        )
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

        problem = refused(lab)

        assert problem.code in ("listing_too_long", "listing_stands_still")
        assert lab.sandbox.call_counts()[f"GET {PAGES_ROUTE}"] < 200
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024


def test_a_total_is_measured_by_the_audience_s_own_counts(tmp_path: Path) -> None:
    with world(tmp_path) as lab:
        lab.sandbox.add_fault(
            Fault(
                kind="altered",
                method="GET",
                path_pattern=PAGES_ROUTE,
                times=1,
                changes={"total_items": 2_000_001},
            )
        )

        problem = refused(lab)

        assert (problem.code, problem.context) == (
            "listing_too_long",
            {"announced": 2_000_001, "most": 2_000_000},
        )


def test_a_page_that_is_too_large_is_asked_for_in_halves(tmp_path: Path) -> None:
    with world(tmp_path) as lab:
        for n in range(300):
            lab.sandbox.add_contact(LIST, f"c{n:03}@shop.example")
        lab.sandbox.add_fault(
            Fault(kind="endless_body", method="GET", path_pattern=PAGES_ROUTE, times=4)
        )

        lab.run()

        assert len(audience(lab)) == 302
        second_run_is_empty(lab)


@pytest.mark.parametrize("whole", [False, True], ids=["run", "reconcile"])
def test_a_comparison_of_everything_ends_and_is_made_again(tmp_path: Path, *, whole: bool) -> None:
    with world(tmp_path) as lab:
        lab.run()
        lab.whole = whole
        lab.sandbox.add_fault(
            Fault(kind="deep_json", method="GET", path_pattern=PAGES_ROUTE, times=None)
        )
        assert isinstance(refused(lab), TryLater)

        lab.sandbox.clear_faults()
        assert second_run_is_empty(lab).outcomes.rejected_total == 0


@pytest.mark.parametrize("account_id", ["/any/where", "x/../../y", "a\0b", "a" * 5_000])
def test_an_account_that_cannot_be_one_ends_the_run_at_once(
    tmp_path: Path, account_id: str
) -> None:
    with world(tmp_path) as lab:
        lab.sandbox.set_account(account_id=account_id)

        problem = refused(lab)

        assert (type(problem), problem.code) == (ConfigurationProblem, "mailchimp_strange_reply")
        assert lab.sandbox.call_counts() == {"GET /": 1}


def test_odd_names_and_values_do_not_keep_a_run_from_its_work(tmp_path: Path) -> None:
    odd = "a\0b" + "x" * 50_000
    with world(tmp_path) as lab:
        lab.sandbox.add_contact(LIST, "old@shop.example", tags=["Old"])
        for route, changes in {
            "/": {
                "account_name": odd,
                "role": odd,
                "pricing_plan_type": odd,
                "total_subscribers": -1,
            },
            "/lists/{list_id}": {"name": odd, "stats.member_count": -(2**40)},
            "/lists/{list_id}/merge-fields": {"merge_fields.0.name": odd},
            "/lists/{list_id}/segments": {"segments.0.name": odd, "segments.0.member_count": 2**63},
        }.items():
            lab.sandbox.add_fault(
                Fault(kind="altered", method="GET", path_pattern=route, times=None, changes=changes)
            )

        lab.run()

        assert {name: audience(lab)[name] for name in ALL} == ALL
        assert len(odd) > limits.NAME_LENGTH.value
