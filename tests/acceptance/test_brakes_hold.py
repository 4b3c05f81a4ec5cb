"""The brakes of a plan: each stops the run before its first write, says why, and lets exactly the approved plan pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mailchimp_sandbox.switches import Switches
from segue.sync.brakes import SourceAge, Stop, StopKind
from segue.sync.export import Brakes, Export
from segue.sync.kinds import Kind
from segue.sync.pacing import Patience
from segue.sync.report import RunReport, RunStatus
from tests.acceptance.world import (
    LIST,
    audience,
    batch_fault,
    changes,
    crowd,
    person,
    second_run_is_empty,
    status,
)
from tests.fakes.laboratory import Laboratory, Someone, export, laboratory


def held(lab: Laboratory, exported: Export | None = None) -> RunReport:
    """Run, and see that it waits for approval without any writing call."""
    lab.sandbox.reset_calls()
    report = lab.run(exported)
    assert report.status is RunStatus.NEEDS_APPROVAL
    assert report.problem == "plan_needs_approval"
    assert report.plan.digest in report.action
    assert lab.sandbox.writes == []
    return report


def approved(lab: Laboratory, waiting: RunReport, exported: Export | None = None) -> None:
    """Run the plan that waits, and see that nothing is left to do."""
    assert lab.run(exported, approve=waiting.plan.digest).status is RunStatus.SUCCESSFUL
    second_run_is_empty(lab, exported)


def test_an_emptied_segment_waits(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia", local=True), person(2, "Pia")) as lab:
        lab.run()
        lab.people[0] = replace(lab.people[0], local=False)

        waiting = held(lab)

        assert waiting.plan.stops == (
            Stop(kind=StopKind.EMPTY_SEGMENT, subject="local", count=1, total=1, threshold=0.0),
        )
        approved(lab, waiting)


def test_a_segment_of_which_more_than_half_leaves_waits(tmp_path: Path) -> None:
    people = crowd(19, local=True)
    with laboratory(tmp_path, *people) as lab:
        lab.run()
        lab.people = [replace(one, local=n >= 10) for n, one in enumerate(people)]

        waiting = held(lab)

        assert waiting.plan.stops[0] == Stop(
            kind=StopKind.SHRUNKEN_SEGMENT, subject="local", count=10, total=19, threshold=0.5
        )
        approved(lab, waiting)


def test_a_removal_of_more_than_a_fifth_and_at_least_ten_waits(tmp_path: Path) -> None:
    people = crowd(49, local=True)
    with laboratory(tmp_path, *people) as lab:
        lab.run()
        lab.people = people[10:]

        waiting = held(lab)

        assert waiting.plan.stops == (
            Stop(
                kind=StopKind.LARGE_REMOVAL, subject="removals", count=10, total=49, threshold=0.2
            ),
        )
        approved(lab, waiting)


@pytest.mark.parametrize(("before", "leaving"), [(50, 10), (40, 9)])
def test_a_removal_of_a_fifth_or_of_fewer_than_ten_runs(
    tmp_path: Path, before: int, leaving: int
) -> None:
    people = crowd(before)
    with laboratory(tmp_path, *people) as lab:
        lab.run()
        lab.people = people[leaving:]

        report = lab.run()

        assert report.status is RunStatus.SUCCESSFUL
        assert changes(report.plan) == {Kind.LEAVE: leaving}


def test_a_sudden_growth_waits(tmp_path: Path) -> None:
    careful = export(brakes=Brakes(growth_least=5))
    with laboratory(tmp_path, *crowd(4)) as lab:
        first = lab.run(careful)
        lab.people = crowd(9)

        waiting = held(lab, careful)

        assert first.status is RunStatus.SUCCESSFUL
        assert waiting.plan.stops == (
            Stop(
                kind=StopKind.LARGE_ADDITION, subject="additions", count=5, total=4, threshold=1.0
            ),
        )
        approved(lab, waiting, careful)


def test_a_source_that_was_not_renewed_waits(tmp_path: Path) -> None:
    careful = export(brakes=Brakes(stale_after_days=2))
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        changed_at = lab.clock.now() - timedelta(days=3)
        lab.sources = (SourceAge(source="customers", changed_at=changed_at),)

        waiting = held(lab, careful)

        assert waiting.plan.stops == (
            Stop(kind=StopKind.STALE_SOURCE, subject="customers", count=3, total=3, threshold=2),
        )
        lab.run(careful, approve=waiting.plan.digest)
        assert status(lab, "nadia") == "subscribed"


def test_more_contacts_than_the_account_allows_wait(tmp_path: Path) -> None:
    small = export(contact_limit=4)
    with laboratory(tmp_path, *crowd(3)) as lab:
        for name in ("anna", "bert"):
            lab.sandbox.add_contact(LIST, f"{name}@shop.example")

        waiting = held(lab, small)

        assert waiting.plan.stops == (
            Stop(kind=StopKind.CONTACT_LIMIT, subject="main", count=5, total=2, threshold=4),
        )
        assert (waiting.plan.contacts_before, waiting.plan.contacts_limit) == (2, 4)


def test_contacts_that_are_there_already_take_no_more_room(tmp_path: Path) -> None:
    people = crowd(5)
    with laboratory(tmp_path, *people) as lab:
        for one in people[:4]:
            lab.sandbox.add_contact(LIST, one.email or "")

        waiting = held(lab, export(contact_limit=4))
        report = lab.run(export(contact_limit=5))

        assert [(s.kind, s.count, s.total) for s in waiting.plan.stops] == [
            (StopKind.CONTACT_LIMIT, 5, 4)
        ]
        assert report.outcomes.accepted == 5


def test_people_whom_mailchimp_has_no_room_for_are_told_one_by_one(tmp_path: Path) -> None:
    full = Switches(stats_cache_s=0, contact_limit=3)
    with laboratory(tmp_path, *crowd(5), switches=full) as lab:
        report = lab.run()

        assert (report.outcomes.accepted, report.outcomes.rejected_total) == (3, 2)
        assert len(audience(lab)) == 3
        second_run_is_empty(lab)


def test_the_limit_of_profiles_is_not_a_matter_of_approval(tmp_path: Path) -> None:
    small = export(profile_limit=4)
    people = [*crowd(5), person(1, "P0001")]
    with laboratory(tmp_path, *people) as lab:
        first = lab.run(small)

        second = lab.run(small, approve=first.plan.digest)

        for report in (first, second):
            assert report.status is RunStatus.NEEDS_APPROVAL
            assert report.problem == "profile_limit_exceeded"
            assert "selects 5 people, 1 more than its limit of 4" in report.message
        assert audience(lab) == {}
        lab.people = people[:4]
        assert lab.run(small).status is RunStatus.SUCCESSFUL


def test_an_approval_is_for_exactly_one_plan(tmp_path: Path) -> None:
    people = [person(1, "Nadia", local=True), person(2, "Pia"), person(3, "Omar")]
    with laboratory(tmp_path, *people) as lab:
        lab.run()
        lab.people = [replace(people[0], local=False), *people[1:]]
        old = held(lab).plan.digest
        lab.people.pop()

        refused = lab.run(approve=old)

        assert (refused.status, refused.problem) == (RunStatus.NEEDS_APPROVAL, "plan_changed")
        assert audience(lab)["nadia"] == ("subscribed", {"Vip", "Local"})
        assert refused.plan.digest in refused.message
        assert lab.run(approve=refused.plan.digest).status is RunStatus.SUCCESSFUL


def test_every_change_of_the_plan_changes_its_digest_and_nothing_else_does(tmp_path: Path) -> None:
    people = crowd(3)
    alike = [people, people[::-1], [replace(people[0], agreed=False), *people[1:]]]
    others = [
        [replace(people[0], first_name="Changed"), *people[1:]],
        [replace(people[0], email="changed@shop.example"), *people[1:]],
        [replace(people[0], vip=False, local=True), *people[1:]],
        people[1:],
    ]
    with laboratory(tmp_path) as lab:

        def digest(chosen: list[Someone]) -> str:
            lab.people = chosen
            return lab.plan().digest

        assert len({digest(chosen) for chosen in alike}) == 1
        assert len({digest(chosen) for chosen in (people, *others)}) == 5


def test_people_who_left_mailchimp_do_not_trip_a_brake_for_ever(tmp_path: Path) -> None:
    people = [person(1, "Nadia", vip=False, local=True), person(2, "Omar")]
    with laboratory(tmp_path, *people) as lab:
        lab.run()
        lab.sandbox.contact_unsubscribes(LIST, "omar@shop.example")
        lab.people[1] = replace(people[1], vip=False)

        lab.approve()

        second_run_is_empty(lab)


def test_a_held_plan_leaves_nothing_behind(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(3)) as lab:
        lab.run()
        lab.people = [replace(one, vip=False) for one in lab.people]
        held(lab)
        lab.people = [replace(one, vip=True) for one in lab.people]

        second_run_is_empty(lab)

        assert lab.sandbox.audience(LIST).tags == {"Vip": 3}


def test_a_segment_that_takes_in_most_contacts_at_once_waits(tmp_path: Path) -> None:
    """They are contacts already, so that nobody is added; a run that is cut short goes on without another question."""
    careful = export(brakes=Brakes(growth_least=5))
    people = [replace(one, local=n < 5) for n, one in enumerate(crowd(12))]
    with laboratory(tmp_path, *people, patience=Patience(attempts=1)) as lab:
        lab.run(careful)
        lab.people = [replace(one, local=True) for one in people]

        waiting = held(lab, careful)
        assert waiting.plan.stops == (
            Stop(kind=StopKind.GROWN_SEGMENT, subject="local", count=7, total=5, threshold=1.0),
        )
        lab.sandbox.add_fault(batch_fault("drop_before", times=None))
        lab.run(careful, approve=waiting.plan.digest)
        lab.sandbox.clear_faults()

        assert lab.run(careful).outcomes.accepted == 7
        second_run_is_empty(lab, careful)


def test_a_segment_that_is_new_in_the_export_is_not_held_for_its_people(tmp_path: Path) -> None:
    careful = export(brakes=Brakes(growth_least=5))
    with laboratory(tmp_path, *crowd(12)) as lab:
        lab.run(careful)
        lab.people = [replace(one, local=True) for one in lab.people]

        assert lab.run(careful).outcomes.accepted == 12
