"""A brake compares with the people whom a plan can touch: years of leavers and opt-outs make no mistake look small."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from segue.sync.brakes import Stop, StopKind
from segue.sync.export import Blanks, FieldMatch
from segue.sync.kinds import Kind, Skip
from segue.sync.pacing import Patience
from segue.sync.report import RunStatus
from tests.acceptance.world import LIST, batch_fault, changes, crowd, person, second_run_is_empty
from tests.fakes.laboratory import Laboratory, export, laboratory

FNAME = FieldMatch(tag="FNAME", attribute="first_name")
CLEARING = export(fields=(replace(FNAME, blanks=Blanks.CLEAR),))
GONE = ["contact_unsubscribes", "admin_unsubscribes", "clean", "archive", "erase"]


def stops(lab: Laboratory) -> list[tuple[StopKind, str, int, int]]:
    """Run what is held, and return by what."""
    report = lab.run(CLEARING)
    assert report.plan.needs_approval
    return [(one.kind, one.subject, one.count, one.total) for one in report.plan.stops]


def renamed(lab: Laboratory) -> None:
    lab.people = [replace(one, first_name=f"Else{one.id}") for one in lab.people]


def emptied(lab: Laboratory) -> None:
    lab.people = [replace(one, first_name="") for one in lab.people]


def test_many_who_left_do_not_make_a_change_of_all_others_small(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(100)) as lab:
        lab.run(CLEARING)
        lab.people = lab.people[:20]
        lab.approve(CLEARING)

        renamed(lab)
        assert stops(lab) == [(StopKind.FIELD_CHANGED, "FNAME", 20, 20)]
        emptied(lab)
        assert stops(lab) == [(StopKind.FIELD_WIPED, "FNAME", 20, 20)]

        lab.approve(CLEARING)
        second_run_is_empty(lab, CLEARING)


@pytest.mark.parametrize("gone", GONE)
def test_many_who_cannot_be_written_do_not_make_a_mistake_among_the_others_small(
    tmp_path: Path, gone: str
) -> None:
    with laboratory(tmp_path, *crowd(60)) as lab:
        lab.run(CLEARING)
        for one in lab.people[12:]:
            getattr(lab.sandbox, gone)(LIST, one.email)

        renamed(lab)
        assert stops(lab) == [(StopKind.FIELD_CHANGED, "FNAME", 12, 12)]
        lab.people = crowd(60)[12:]
        assert (StopKind.LARGE_REMOVAL, "removals", 12, 12) in stops(lab)
        lab.people = [replace(one, email=f"x{one.email}") for one in crowd(60)]
        assert (StopKind.LARGE_MOVE, "moves", 12, 12) in stops(lab)


def test_a_segment_shrinks_by_its_share_of_those_who_can_lose_its_tag(tmp_path: Path) -> None:
    people = [*crowd(40, local=True), person(1, "Nadia"), *crowd(200)[100:]]
    with laboratory(tmp_path, *people) as lab:
        lab.run()
        for one in people[:20]:
            lab.sandbox.contact_unsubscribes(LIST, one.email or "")
        lab.people = [replace(one, local=n < 29) for n, one in enumerate(people)]

        assert lab.run().plan.stops == (
            Stop(
                kind=StopKind.SHRUNKEN_SEGMENT, subject="local", count=11, total=20, threshold=0.5
            ),
        )


def test_who_comes_back_in_numbers_counts_among_those_who_are_there(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(31)) as lab:
        lab.run(CLEARING)
        lab.people = lab.people[:1]
        lab.approve(CLEARING)

        lab.people = [replace(one, first_name=f"Else{one.id}") for one in crowd(31)]
        assert stops(lab) == [(StopKind.FIELD_CHANGED, "FNAME", 31, 31)]


def test_values_of_whom_nothing_is_known_are_wiped_only_with_approval(tmp_path: Path) -> None:
    """The field is fed for the first time and what it held is told by nobody: the number says of how many."""
    with laboratory(tmp_path, *crowd(20)) as lab:
        lab.run(export(fields=()))
        for one in lab.people:
            lab.sandbox.set_merge_field(LIST, one.email or "", tag="FNAME", value="from the form")
        emptied(lab)

        assert stops(lab) == [(StopKind.FIELD_WIPED, "FNAME", 20, 20)]


@pytest.mark.parametrize("before", [0, 20])
def test_contacts_that_are_taken_over_lose_values_only_with_approval(
    tmp_path: Path, before: int
) -> None:
    """Also at a first run that needs no approval as such, and beside people who were there before."""
    everybody = crowd(before + 12)
    with laboratory(tmp_path, *everybody[:before]) as lab:
        for one in everybody[before:]:
            lab.sandbox.add_contact(LIST, one.email or "", merge_fields={"FNAME": "by hand"})
        lab.run(CLEARING)
        lab.people = [
            replace(one, first_name="" if n >= before else one.first_name)
            for n, one in enumerate(everybody)
        ]

        assert stops(lab) == [(StopKind.FIELD_WIPED, "FNAME", 12, before + 12)]
        assert lab.approve(CLEARING).outcomes.accepted == 12
        second_run_is_empty(lab, CLEARING)


def test_a_late_first_name_of_a_few_is_no_other_value(tmp_path: Path) -> None:
    """Of 12 people a name is known only now, 8 had one: nobody's value changes, and 12 of 30 are no majority."""
    people = [replace(one, first_name="" if n >= 8 else "Ana") for n, one in enumerate(crowd(30))]
    with laboratory(tmp_path, *people) as lab:
        lab.run(export(fields=(FNAME,)))
        lab.people = [replace(one, first_name="Ana") for one in people[:20]] + people[20:]

        report = lab.run(export(fields=(FNAME,)))

        assert report.plan.stops == ()
        assert report.outcomes.accepted == 12


def test_who_is_barred_changes_no_field(tmp_path: Path) -> None:
    """A refusal under the earlier address leaves nothing to send: no field is said to change, and no brake counts it."""
    people = crowd(12)
    with laboratory(tmp_path, *people) as lab:
        lab.run(CLEARING)
        for one in people:
            lab.sandbox.contact_unsubscribes(LIST, one.email or "")
        others = [replace(one, id=one.id + 500, email=f"x{one.email}") for one in people]
        lab.people = others
        lab.run(CLEARING)
        lab.people = [replace(one, id=one.id - 500, first_name="Else") for one in others]

        report = lab.run(CLEARING)

        assert report.plan.skips == {Skip.UNSUBSCRIBED_BEFORE_MOVE: 12}
        assert (report.plan.fields, changes(report.plan)) == ([], {})
        assert report.plan.stops == ()


def test_a_tag_that_another_export_keeps_is_not_counted_as_carried_any_more(tmp_path: Path) -> None:
    """What "after" says of one plan is what "before" says of the next."""
    people = crowd(3, local=True)
    magazine = export(name="magazine", segments=export().segments[1:])
    with laboratory(tmp_path, *people) as lab:
        lab.run()
        lab.others = (magazine,)
        lab.run(magazine)
        lab.people = [replace(people[0], local=False, first_name="Else"), *people[1:]]
        plan = lab.run(magazine).plan

        assert changes(plan) == {Kind.RELEASE: 1}
        assert [(one.before, one.carriers, one.removes, one.released) for one in plan.segments] == [
            (3, 2, 0, 1)
        ]
        assert [one.before for one in lab.plan(magazine).segments] == [2]


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_run_that_was_cut_short_leaves_nobody_for_whom_a_mistake_would_not_be_held(
    tmp_path: Path, kind: str
) -> None:
    """Of all it is not known which of two names they hold; a third one, or none, is another one all the same."""
    with laboratory(tmp_path, *crowd(20), patience=Patience(attempts=1)) as lab:
        lab.run(CLEARING)
        renamed(lab)
        meant = lab.people
        digest = lab.plan(CLEARING).digest
        lab.sandbox.add_fault(batch_fault(kind, times=None))
        cut_short = lab.run(CLEARING, approve=digest)
        assert (cut_short.status, cut_short.outcomes.left) == (RunStatus.FAILED_RETRYING, 20)
        lab.sandbox.clear_faults()

        emptied(lab)
        assert stops(lab) == [(StopKind.FIELD_WIPED, "FNAME", 20, 20)]
        lab.people = crowd(20)
        assert stops(lab) == [(StopKind.FIELD_CHANGED, "FNAME", 20, 20)]

        lab.people = meant
        going_on = lab.run(CLEARING)
        assert (going_on.plan.stops, going_on.outcomes.accepted) == ((), 20)
        second_run_is_empty(lab, CLEARING)
