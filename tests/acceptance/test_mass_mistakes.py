"""A mistake at the source that would change most of an audience is held before the first write. No approval, no change."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from segue.sync.brakes import StopKind
from segue.sync.export import Blanks, Brakes, Export, FieldMatch, MergeType, SegmentTag
from segue.sync.kinds import Kind
from segue.sync.report import RunStatus
from tests.acceptance import by_hand
from tests.acceptance.world import (
    LIST,
    changes,
    crowd,
    just_before_writing,
    person,
    second_run_is_empty,
)
from tests.fakes.laboratory import Laboratory, Someone, export, laboratory

FNAME = FieldMatch(tag="FNAME", attribute="first_name")
CITY = FieldMatch(tag="CITY", attribute="town", create=True)
KEEPING = export(fields=(FNAME, CITY))
CLEARING = export(fields=(replace(FNAME, blanks=Blanks.CLEAR), replace(CITY, blanks=Blanks.CLEAR)))


def people(count: int = 20) -> list[Someone]:
    """Return so many people of four towns."""
    towns = ("Lyon", "Nice", "Brest", "Lille")
    return [replace(one, town=towns[n % 4]) for n, one in enumerate(crowd(count))]


def holds(lab: Laboratory) -> dict[str, tuple[str, object, frozenset[str]]]:
    """Return status, fields and tags of every contact by address."""
    return {
        m.email: (m.status, tuple(sorted(m.merge_fields.items())), frozenset(m.tags))
        for m in lab.sandbox.members(LIST)
    }


def nobody(everybody: Sequence[Someone]) -> list[Someone]:
    return [replace(one, first_name="") for one in everybody]


def one_name(everybody: Sequence[Someone]) -> list[Someone]:
    return [replace(one, first_name="Customer") for one in everybody]


def shifted(everybody: Sequence[Someone]) -> list[Someone]:
    names = [one.first_name for one in everybody]
    return [replace(o, first_name=n) for o, n in zip(everybody, names[1:] + names[:1], strict=True)]


def shifted_towns(everybody: Sequence[Someone]) -> list[Someone]:
    return [
        replace(o, town={"Lyon": "Nice", "Nice": "Lyon"}.get(o.town or "", "Metz"))
        for o in everybody
    ]


def other_addresses(everybody: Sequence[Someone]) -> list[Someone]:
    return [replace(one, email=f"x{one.id}@other.example") for one in everybody]


def other_case_by_case(everybody: Sequence[Someone]) -> list[Someone]:
    """Change every third address: as many as a fifth and more."""
    return [
        replace(one, email=f"x{one.id}@other.example") if n % 2 == 0 else one
        for n, one in enumerate(everybody)
    ]


MISTAKES: dict[str, tuple[Export, Callable[[Sequence[Someone]], list[Someone]], StopKind]] = {
    "names emptied, blanks clear": (CLEARING, nobody, StopKind.FIELD_WIPED),
    "names emptied, blanks keep": (KEEPING, nobody, StopKind.FIELD_EMPTIED),
    "one name for all": (KEEPING, one_name, StopKind.FIELD_LEVELLED),
    "a column shifted by a row": (KEEPING, shifted, StopKind.FIELD_CHANGED),
    "another column shifted": (KEEPING, shifted_towns, StopKind.FIELD_CHANGED),
    "every address replaced": (KEEPING, other_addresses, StopKind.LARGE_MOVE),
    "half of the addresses replaced": (KEEPING, other_case_by_case, StopKind.LARGE_MOVE),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mass_mistake_is_held_before_the_first_write(tmp_path: Path, mistake: str) -> None:
    exported, spoil, stop = MISTAKES[mistake]
    with laboratory(tmp_path, *people()) as lab:
        lab.run(exported)
        second_run_is_empty(lab, exported)
        before = holds(lab)
        lab.people = spoil(lab.people)
        lab.sandbox.reset_calls()

        report = lab.run(exported)

        assert report.status is RunStatus.NEEDS_APPROVAL
        assert stop in {one.kind for one in report.plan.stops}
        assert lab.sandbox.writes == []
        assert holds(lab) == before


def test_a_copied_state_folder_with_other_people_is_held(tmp_path: Path) -> None:
    with laboratory(tmp_path / "production", *people()) as lab:
        lab.run()
        before = holds(lab)
        shutil.copytree(tmp_path / "production", tmp_path / "copy")
        lab.home = tmp_path / "copy"
        lab.people = [
            replace(one, email=f"anon{one.id}@test.example", first_name=f"Anon{one.id}")
            for one in lab.people
        ]

        report = lab.run()

        assert report.status is RunStatus.NEEDS_APPROVAL
        assert holds(lab) == before


def test_approved_mass_moves_leave_and_are_added_and_nobody_is_renamed(tmp_path: Path) -> None:
    with laboratory(tmp_path, *people()) as lab:
        lab.run()
        lab.people = other_addresses(lab.people)
        held = lab.run()
        assert changes(held.plan) == {Kind.LEAVE: 20, Kind.ADD: 20}
        assert [
            (s.kind, s.count, s.total) for s in held.plan.stops if s.kind is StopKind.LARGE_MOVE
        ] == [(StopKind.LARGE_MOVE, 20, 20)]

        lab.approve()

        routes = lab.sandbox.call_counts()
        assert "PATCH /lists/{list_id}/members/{subscriber_hash}" not in routes
        assert len(holds(lab)) == 40
        second_run_is_empty(lab)


def test_a_few_moves_rename_as_ever(tmp_path: Path) -> None:
    with laboratory(tmp_path, *people(60)) as lab:
        lab.run()
        lab.people = [*other_addresses(lab.people[:9]), *lab.people[9:]]

        report = lab.run()

        assert changes(report.plan) == {Kind.MOVE: 9}
        assert len(holds(lab)) == 60


def test_moves_onto_contacts_that_are_there_are_planned_as_archives(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        lab.run()
        lab.sandbox.add_contact(LIST, "new@home.example")
        lab.people = [person(1, "Nadia", email="new@home.example")]

        plan = lab.plan()
        lab.run()

        assert (plan.counts, plan.archives) == ({Kind.MOVE: 1}, 1)
        assert {a: status for a, (status, _, _) in holds(lab).items()} == {
            "nadia@shop.example": "archived",
            "new@home.example": "subscribed",
        }
        second_run_is_empty(lab)


def test_a_move_onto_a_contact_that_came_meanwhile_is_left_to_the_next_plan(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        lab.run()
        lab.people = [person(1, "Nadia", email="new@home.example")]
        just_before_writing(lab, lambda: lab.sandbox.add_contact(LIST, "new@home.example"))

        lab.run()

        assert holds(lab)["nadia@shop.example"][0] == "subscribed"
        lab.around = None
        assert lab.plan().archives == 1


def test_an_approved_change_of_all_names_is_carried_out_and_not_asked_again(tmp_path: Path) -> None:
    with laboratory(tmp_path, *people()) as lab:
        lab.run(KEEPING)
        lab.people = shifted(lab.people)

        report = lab.approve(KEEPING)

        assert report.outcomes.accepted == 20
        assert not second_run_is_empty(lab, KEEPING).plan.stops


def test_names_emptied_at_the_source_stay_and_are_asked_about_once(tmp_path: Path) -> None:
    with laboratory(tmp_path, *people()) as lab:
        lab.run(KEEPING)
        before = holds(lab)
        lab.people = nobody(lab.people)
        held = lab.run(KEEPING)
        assert [(f.tag, f.kept, f.cleared) for f in held.plan.fields] == [("FNAME", 20, 0)]

        lab.approve(KEEPING)

        assert holds(lab) == before
        second_run_is_empty(lab, KEEPING)
        lab.people = people()
        second_run_is_empty(lab, KEEPING)
        lab.people = [replace(lab.people[0], first_name="Else"), *lab.people[1:]]
        assert changes(lab.run(KEEPING).plan) == {Kind.UPDATE: 1}


def test_a_field_that_few_hold_has_its_own_brake(tmp_path: Path) -> None:
    everybody = [*crowd(100)]
    everybody[:12] = [replace(one, town=f"Town {one.id}") for one in everybody[:12]]
    with laboratory(tmp_path, *everybody) as lab:
        lab.run(CLEARING)
        lab.people = [replace(one, town=None) for one in lab.people]

        report = lab.run(CLEARING)

        assert [(s.kind, s.subject, s.count, s.total) for s in report.plan.stops] == [
            (StopKind.FIELD_WIPED, "CITY", 12, 12)
        ]


def test_a_field_that_is_fed_for_the_first_time_overwrites_only_with_approval(
    tmp_path: Path,
) -> None:
    with laboratory(tmp_path, *people()) as lab:
        lab.sandbox.add_merge_field(LIST, "CITY")
        lab.run(export(fields=(FNAME,)))
        for one in lab.sandbox.members(LIST):
            lab.sandbox.set_merge_field(LIST, one.email, tag="CITY", value="from the form")

        report = lab.run(KEEPING)

        assert [(s.kind, s.subject, s.count) for s in report.plan.stops] == [
            (StopKind.FIELD_CHANGED, "CITY", 20)
        ]
        assert lab.approve(KEEPING).outcomes.accepted == 20
        second_run_is_empty(lab, KEEPING)


def test_a_field_that_the_run_creates_asks_nothing(tmp_path: Path) -> None:
    with laboratory(tmp_path, *people()) as lab:
        lab.run(export(fields=(FNAME,)))

        report = lab.run(KEEPING)

        assert report.plan.stops == ()
        assert report.outcomes.accepted == 20
        second_run_is_empty(lab, KEEPING)


def test_brakes_of_fields_can_be_loosened(tmp_path: Path) -> None:
    loose = replace(KEEPING, brakes=Brakes(change_share=1.0, wipe_share=1.0))
    with laboratory(tmp_path, *people()) as lab:
        lab.run(loose)
        lab.people = shifted(lab.people)

        assert lab.run(loose).outcomes.accepted == 20


def test_every_type_of_field_has_the_brake(tmp_path: Path) -> None:
    fields = export(
        fields=(
            FieldMatch(tag="DAY", attribute="joined", type=MergeType.DATE, create=True),
            FieldMatch(tag="BIRTH", attribute="joined", type=MergeType.BIRTHDAY, create=True),
        )
    )
    days = [replace(one, joined=date(2000, 1 + n % 12, 1 + n)) for n, one in enumerate(crowd(20))]
    with laboratory(tmp_path, *days) as lab:
        lab.run(fields)
        lab.people = [replace(one, joined=date(1999, 1, 1)) for one in days]

        report = lab.run(fields)

        assert {(s.kind, s.subject) for s in report.plan.stops} == {
            (kind, tag)
            for kind in (StopKind.FIELD_CHANGED, StopKind.FIELD_LEVELLED)
            for tag in ("DAY", "BIRTH")
        }


def test_a_field_that_was_made_again_and_filled_by_hand_is_overwritten_only_with_approval(
    tmp_path: Path,
) -> None:
    with laboratory(tmp_path, *people()) as lab:
        lab.run(KEEPING)
        by_hand.delete_merge_field(lab, "CITY")
        by_hand.make_merge_field(lab, "CITY")
        for one in lab.sandbox.members(LIST):
            lab.sandbox.set_merge_field(LIST, one.email, tag="CITY", value="from the form")

        report = lab.run(KEEPING)

        assert StopKind.FIELD_CHANGED in {stop.kind for stop in report.plan.stops}
        assert {
            fields for _, fields, _ in holds(lab).values() if ("CITY", "from the form") in fields
        }
        lab.approve(KEEPING)
        second_run_is_empty(lab, KEEPING)


def test_a_tag_that_is_named_anew_for_everybody_is_held_once(tmp_path: Path) -> None:
    anew = replace(KEEPING, segments=(SegmentTag(segment="vip", tag="Very important"),))
    with laboratory(tmp_path, *people()) as lab:
        lab.run(KEEPING)

        report = lab.run(anew)

        assert [(s.kind, s.count) for s in report.plan.stops] == [(StopKind.LARGE_REMOVAL, 20)]
        assert [(s.tag, s.adds, s.removes) for s in report.plan.segments] == [
            ("Very important", 20, 0),
            ("Vip", 0, 20),
        ]
        assert lab.approve(anew).outcomes.accepted == 20
        second_run_is_empty(lab, anew)
