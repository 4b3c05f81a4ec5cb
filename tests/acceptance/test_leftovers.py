"""Exports that are declared no more claim nothing; their tags are shown, taken away on request, or taken along on renaming."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from segue.sync.export import Export, FirstRun, Leftovers, SegmentTag
from segue.sync.kinds import Kind, Skip
from segue.sync.plan import FoundTag
from tests.acceptance.world import LIST, audience, changes, crowd, person, second_run_is_empty, tags
from tests.fakes.laboratory import Silence, export, laboratory

OLD = export(name="newsletter", segments=(SegmentTag(segment="vip", tag="Vip"),))
NEW = replace(OLD, name="news")
LOCALS = export(name="locals", segments=(SegmentTag(segment="local", tag="Local"),))
BOB = person(1, "Bob", local=True)
PIA = person(2, "Pia", local=True)
GONE = replace(BOB, vip=False, local=False)


def released(name: str = "newsletter") -> Export:
    """Return what `segue release` runs: the export as one that wants nobody."""
    return export(name=name, segments=(), fields=(), first_run=FirstRun.FREE)


def test_without_its_old_name_a_renamed_export_owns_what_it_acknowledged_itself(
    tmp_path: Path,
) -> None:
    with laboratory(tmp_path, BOB, PIA, living=frozenset({"news"})) as lab:
        lab.approve(OLD)
        lab.approve(NEW)
        lab.people = [GONE, PIA]

        report = lab.approve(NEW)

        assert changes(report.plan) == {Kind.LEAVE: 1}
        assert (tags(lab, "bob"), tags(lab, "pia")) == (set(), {"Vip"})
        assert report.plan.leftovers == ()
        second_run_is_empty(lab, NEW)


def test_with_its_old_name_a_renamed_export_takes_its_ledger_along(tmp_path: Path) -> None:
    renamed = replace(NEW, was="newsletter")
    with laboratory(tmp_path, BOB, PIA, living=frozenset({"news"})) as lab:
        lab.approve(OLD)
        lab.people = [GONE, PIA]

        looked = lab.plan(renamed)
        lab.people = [BOB, PIA]
        undone = lab.run(OLD)  # a plan alone moves nothing
        lab.people = [GONE, PIA]
        report = lab.approve(renamed)

        assert changes(looked) == changes(report.plan) == {Kind.LEAVE: 1}
        assert changes(undone.plan) == {}
        assert tags(lab, "bob") == set()
        assert sorted(
            p.name for p in (lab.home / "audience/ledger").iterdir() if any(p.iterdir())
        ) == ["news"]
        second_run_is_empty(lab, renamed)
        second_run_is_empty(lab, NEW)


def test_an_old_name_that_is_said_too_late_joins_both_ledgers(tmp_path: Path) -> None:
    with laboratory(tmp_path, BOB, PIA, living=frozenset({"news"})) as lab:
        lab.approve(OLD)
        lab.people = [GONE, PIA]
        lab.approve(NEW)
        assert tags(lab, "bob") == {"Vip"}

        report = lab.approve(replace(NEW, was="newsletter"))

        assert changes(report.plan) == {Kind.LEAVE: 1}
        assert tags(lab, "bob") == set()
        second_run_is_empty(lab, replace(NEW, was="newsletter"))


def test_holds_follow_a_renamed_export(tmp_path: Path) -> None:
    renamed = replace(NEW, was="newsletter")
    with laboratory(tmp_path, BOB, PIA, living=frozenset({"news"})) as lab:
        lab.sandbox.refuse_addresses("pia@shop.example", number=8)
        first = lab.approve(OLD)
        lab.sandbox.clear_faults()

        again = [lab.run(renamed), lab.run(renamed)]

        assert first.outcomes.rejected_total == 1
        for report in again:
            assert changes(report.plan) == {}
            assert sum(report.plan.skips.values()) == 1


def test_a_removed_export_s_tags_are_shown_in_the_next_plan_of_the_audience(tmp_path: Path) -> None:
    with laboratory(tmp_path, BOB, PIA, living=frozenset({"locals"})) as lab:
        lab.approve(OLD)
        shown = lab.approve(LOCALS).plan
        idle = second_run_is_empty(lab, LOCALS).plan

        for plan in (shown, idle):
            (left,) = plan.leftovers
            assert (left.export, list(left.tags), left.people) == ("newsletter", ["Vip"], 2)
        assert tags(lab, "bob") == {"Vip", "Local"}


def test_leftovers_are_only_what_may_be_taken(tmp_path: Path) -> None:
    nadia, rosa = person(3, "Nadia"), person(4, "Rosa")
    with laboratory(tmp_path, BOB, PIA, nadia, rosa, living=frozenset({"locals", "other"})) as lab:
        lab.sandbox.add_contact(LIST, "nadia@shop.example", tags=["Vip"])  # hers before us
        other = replace(OLD, name="other", segments=(SegmentTag(segment="local", tag="Vip"),))
        lab.approve(OLD)
        lab.people = [person(1, "Bob", local=False, vip=False), PIA, nadia, rosa]
        lab.approve(other)  # wants the tag for Pia
        lab.sandbox.contact_unsubscribes(LIST, "rosa@shop.example")

        plan = lab.plan(LOCALS)

        assert [(one.export, list(one.tags), one.people) for one in plan.leftovers] == [
            ("newsletter", ["Vip"], 1)  # Bob's
        ]


def test_a_release_takes_the_tags_away_and_closes_the_ledger(tmp_path: Path) -> None:
    with laboratory(tmp_path, BOB, PIA, living=frozenset({"locals"})) as lab:
        lab.sandbox.add_contact(LIST, "pia@shop.example", tags=["Vip"])
        lab.approve(OLD)
        lab.approve(LOCALS)

        report = lab.approve(released())

        assert report.outcomes.untagged == 1
        assert (tags(lab, "bob"), tags(lab, "pia")) == ({"Local"}, {"Vip", "Local"})
        assert not list((lab.home / "audience/ledger/newsletter").iterdir())
        assert lab.plan(LOCALS).leftovers == ()
        second_run_is_empty(lab, LOCALS)
        second_run_is_empty(lab, released())


def test_a_large_release_waits_for_approval(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(12), living=frozenset({"locals"})) as lab:
        lab.approve(OLD)

        held = lab.run(released())
        lab.run(released(), approve=held.plan.digest)

        assert held.plan.needs_approval
        assert {tuple(found) for _, found in audience(lab).values()} == {()}


def test_who_cannot_be_written_to_stays_in_the_released_ledger(tmp_path: Path) -> None:
    with laboratory(tmp_path, BOB, PIA, living=frozenset({"locals"})) as lab:
        lab.approve(OLD)
        lab.sandbox.contact_unsubscribes(LIST, "pia@shop.example")
        lab.approve(released())
        assert (tags(lab, "bob"), tags(lab, "pia")) == (set(), {"Vip"})
        lab.sandbox.resubscribe_by_form(LIST, "pia@shop.example")

        lab.approve(released())

        assert tags(lab, "pia") == set()


def test_leftovers_remove_takes_them_away_inside_the_next_run(tmp_path: Path) -> None:
    clean = replace(LOCALS, leftovers=Leftovers.REMOVE)
    with laboratory(tmp_path, BOB, PIA, living=frozenset({"locals"})) as lab:
        lab.approve(OLD)
        lab.approve(LOCALS)
        shutil.copytree(lab.home / "audience", tmp_path / "copy")

        looked = lab.plan(clean)
        report = lab.approve(clean)

        assert changes(looked) == changes(report.plan) == {Kind.UNTAG: 2}
        assert report.plan.tags_removed == 2
        assert {name: held for name, (_, held) in audience(lab).items()} == {
            "bob": {"Local"},
            "pia": {"Local"},
        }
        second_run_is_empty(lab, clean)
        assert lab.plan(LOCALS).leftovers == ()


def test_leftovers_of_people_who_are_no_members_go_too_and_a_brake_holds_many(
    tmp_path: Path,
) -> None:
    clean = replace(LOCALS, leftovers=Leftovers.REMOVE)
    with laboratory(tmp_path, *crowd(12), PIA, living=frozenset({"locals"})) as lab:
        lab.approve(OLD)

        held = lab.run(clean)
        lab.run(clean, approve=held.plan.digest)

        assert held.plan.needs_approval
        assert changes(held.plan)[Kind.LEAVE] == 12
        assert lab.sandbox.audience(LIST).tags["Vip"] == 0
        assert tags(lab, "pia") == {"Local"}
        second_run_is_empty(lab, clean)


def test_a_first_plan_says_which_of_its_tags_the_audience_carries_already(tmp_path: Path) -> None:
    with laboratory(tmp_path, BOB, PIA) as lab:
        lab.approve(OLD)
        shutil.rmtree(lab.home / "audience")
        lab.people = [PIA]

        plan = lab.plan(OLD)

        assert plan.found_tags == (FoundTag(tag="Vip", people=2),)
        assert plan.skips.get(Skip.NONE) is None
        lab.approve(OLD)
        assert lab.plan(OLD).found_tags == ()


@pytest.mark.parametrize("gone", [frozenset({"news"}), frozenset()])
def test_a_removed_export_keeps_nobody_s_tag_from_going(
    tmp_path: Path, gone: frozenset[str]
) -> None:
    with laboratory(tmp_path, BOB, PIA) as lab:
        lab.approve(OLD)
        lab.approve(NEW)
        lab.living = gone
        lab.people = [GONE, PIA]

        lab.approve(NEW)

        assert tags(lab, "bob") == set()


class Dies(Silence):
    """A listener under which the process dies once a chunk was acknowledged."""

    def accepted(self, people: int) -> None:
        raise KeyboardInterrupt


def test_a_release_that_dies_in_the_middle_is_gone_on_with(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(6), living=frozenset({"locals"}), batch_size=2) as lab:
        lab.approve(OLD)
        lab.listener = Dies()
        with pytest.raises(BaseException) as died:
            lab.approve(released())
        lab.listener = None

        report = lab.approve(released())

        assert isinstance(died.value, KeyboardInterrupt | BaseExceptionGroup)
        assert 0 < report.outcomes.untagged < 6
        assert lab.sandbox.audience(LIST).tags == {"Vip": 0}
        assert not list((lab.home / "audience/ledger/newsletter").iterdir())


@pytest.mark.parametrize("way", ["was", "leftovers"])
def test_a_run_that_takes_a_ledger_over_and_dies_is_gone_on_with(tmp_path: Path, way: str) -> None:
    taking = {
        "was": replace(NEW, was="newsletter"),
        "leftovers": replace(NEW, leftovers=Leftovers.REMOVE),
    }[way]
    people = crowd(6)
    with laboratory(tmp_path, *people, living=frozenset({"news"}), batch_size=2) as lab:
        lab.approve(OLD)
        lab.people = [replace(one, vip=False) for one in people[:4]] + people[4:]
        lab.listener = Dies()
        with pytest.raises(BaseException):  # noqa: B017 - whatever the task group makes of it
            lab.approve(taking)
        lab.listener = None

        lab.approve(taking)

        assert lab.sandbox.audience(LIST).tags == {"Vip": 2}
        second_run_is_empty(lab, taking)
