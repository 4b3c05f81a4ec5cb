"""Whose tag is it: ours, another export's, a colleague's. Who leaves loses our tags and nothing else."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from segue.segments.rules import Compare, Comparison, Segment
from segue.sync.export import SegmentTag
from segue.sync.kinds import Kind
from segue.sync.report import RunStatus
from tests.acceptance.world import (
    LIST,
    TAG_ROUTE,
    audience,
    changes,
    just_before_writing,
    other_export,
    person,
    second_run_is_empty,
    tags,
)
from tests.fakes.laboratory import SEGMENTS, Laboratory, export, laboratory
from tests.fixtures.forms import long_but


def delete_tag(lab: Laboratory, name: str) -> None:
    """A user of the account deletes a tag everywhere."""
    held = lab.sandbox._audience(LIST)
    held.forget_tag(held.tag_by_name[name.lower()], name.lower())


def test_leavers_lose_our_tags_and_stay_in_the_audience(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia", local=True), person(2, "Pia")) as lab:
        lab.run()
        lab.people = [person(2, "Pia")]

        report = lab.approve()

        assert changes(report.plan) == {Kind.LEAVE: 1}
        assert audience(lab) == {"nadia": ("subscribed", set()), "pia": ("subscribed", {"Vip"})}
        assert (report.outcomes.untagged, report.plan.tags_removed) == (1, 2)
        second_run_is_empty(lab)


def test_who_leaves_one_segment_of_two_loses_one_tag_of_two(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia", local=True), person(2, "Pia")) as lab:
        lab.run()
        lab.people[0] = replace(lab.people[0], vip=False)

        report = lab.run()

        assert changes(report.plan) == {Kind.UNTAG: 1}
        assert audience(lab) == {"nadia": ("subscribed", {"Local"}), "pia": ("subscribed", {"Vip"})}
        second_run_is_empty(lab)


def test_who_leaves_while_unsubscribed_loses_the_tag_on_coming_back(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Omar"), person(2, "Pia")) as lab:
        lab.run()
        lab.sandbox.contact_unsubscribes(LIST, "omar@shop.example")
        lab.people = [person(2, "Pia")]
        second_run_is_empty(lab)
        lab.sandbox.resubscribe_by_form(LIST, "omar@shop.example")

        report = lab.run()

        assert changes(report.plan) == {Kind.LEAVE: 1}
        assert audience(lab)["omar"] == ("subscribed", set())


def test_a_tag_that_was_there_before_us_survives_leaving(tmp_path: Path) -> None:
    people = [person(1, "Nadia"), person(2, "Pia"), person(3, "Omar")]
    with laboratory(tmp_path, *people) as lab:
        lab.sandbox.add_contact(LIST, "nadia@shop.example", tags=["VIP"])
        lab.sandbox.add_contact(LIST, "omar@shop.example", status="unsubscribed", tags=["VIP"])
        lab.run()
        lab.sandbox.resubscribe_by_form(LIST, "omar@shop.example")
        lab.people = [replace(one, vip=False) for one in people]

        report = lab.approve()

        assert {name: found for name, (_, found) in audience(lab).items()} == {
            "nadia": {"VIP"},
            "omar": {"VIP"},
            "pia": set(),
        }
        assert report.plan.counts[Kind.LEAVE] == 1
        second_run_is_empty(lab)


@pytest.mark.parametrize(
    "before",
    long_but(["unsubscribed", "cleaned", "pending", "archived"], "unsubscribed", "archived"),
)
def test_a_tag_that_was_there_before_us_survives_whatever_the_status_was(
    tmp_path: Path, before: str
) -> None:
    with laboratory(tmp_path, person(1, "Omar"), person(2, "Pia")) as lab:
        lab.sandbox.add_contact(LIST, "omar@shop.example", status=before, tags=["Vip"])
        lab.run()
        lab.sandbox.resubscribe_by_form(LIST, "omar@shop.example")
        lab.run()
        lab.people[0] = person(1, "Omar", vip=False, local=True)

        lab.run()

        assert audience(lab)["omar"] == ("subscribed", {"Vip", "Local"})


def test_a_tag_shared_by_two_exports_goes_when_the_last_one_gives_it_up(tmp_path: Path) -> None:
    magazine = other_export()
    with laboratory(tmp_path, person(1, "Nadia", local=True), person(2, "Pia", local=True)) as lab:
        lab.run(export(segments=(SegmentTag(segment="vip", tag="Vip"),)))
        lab.run(magazine)
        first = export(segments=(SegmentTag(segment="vip", tag="Vip"),))

        lab.people[0] = replace(lab.people[0], vip=False)
        released = lab.approve(first)
        between = tags(lab, "nadia")
        lab.people[0] = replace(lab.people[0], local=False)
        removed = lab.approve(magazine)

        assert changes(released.plan) == {Kind.RELEASE: 1}
        assert between == {"Vip"}
        assert changes(removed.plan) == {Kind.LEAVE: 1}
        assert audience(lab) == {"nadia": ("subscribed", set()), "pia": ("subscribed", {"Vip"})}
        second_run_is_empty(lab, first)
        second_run_is_empty(lab, magazine)


def test_a_tag_that_somebody_deleted_comes_back_for_those_wanted(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia", local=True)) as lab:
        lab.run()
        delete_tag(lab, "Vip")
        lab.people[1] = replace(lab.people[1], vip=False)

        report = lab.run()

        assert changes(report.plan) == {Kind.TAG: 1, Kind.RELEASE: 1}
        assert audience(lab) == {"nadia": ("subscribed", {"Vip"}), "pia": ("subscribed", {"Local"})}
        second_run_is_empty(lab)


def test_a_tag_deleted_during_a_run_leaves_the_rest_to_the_next(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia", local=True), person(2, "Pia")) as lab:
        lab.run()
        lab.people = [person(2, "Pia", first_name="Pia L.")]
        just_before_writing(lab, lambda: delete_tag(lab, "Local"))

        first = lab.approve()
        lab.around = None
        second = lab.approve()

        assert (first.status, first.problem) == (RunStatus.FAILED, "tag_not_found")
        assert second.status is RunStatus.SUCCESSFUL
        assert audience(lab) == {"nadia": ("subscribed", set()), "pia": ("subscribed", {"Vip"})}
        second_run_is_empty(lab)


def test_tags_that_differ_by_case_only_are_one_tag(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia")) as lab:
        lab.run()

        renamed = export(segments=(SegmentTag(segment="vip", tag=" VIP "),))
        second_run_is_empty(lab, renamed)
        lab.people = [person(1, "Nadia")]
        lab.run(renamed)

        assert audience(lab) == {"nadia": ("subscribed", {"Vip"}), "pia": ("subscribed", set())}


def test_seventy_tags_need_two_words_and_arrive_whole(tmp_path: Path) -> None:
    levels = {f"over{n}": _over(n) for n in range(70)}
    chosen = tuple(SegmentTag(segment=name, tag=name.title()) for name in levels)
    wide = export(segments=chosen)
    people = [
        person(1, "Nadia", spent=Decimal(69)),
        person(2, "Pia", spent=Decimal(62)),
        person(3, "Omar", spent=Decimal(0)),
    ]
    with laboratory(tmp_path, *people, segments={**SEGMENTS, **levels}) as lab:
        lab.run(wide)
        lab.people[0] = replace(people[0], spent=Decimal(60))
        lab.people[1] = replace(people[1], spent=Decimal(65))
        lab.approve(wide)

        assert tags(lab, "nadia") == {f"Over{n}" for n in range(61)}
        assert tags(lab, "pia") == {f"Over{n}" for n in range(66)}
        assert tags(lab, "omar") == {"Over0"}
        second_run_is_empty(lab, wide)


def test_a_wider_registry_reads_ledgers_from_narrower_times(tmp_path: Path) -> None:
    levels = {f"over{n}": _over(n) for n in range(70)}
    wide = export(segments=tuple(SegmentTag(segment=name, tag=name.title()) for name in levels))
    narrow = other_export()
    nadia = person(1, "Nadia", local=True, spent=Decimal(69))
    with laboratory(tmp_path, nadia, segments={**SEGMENTS, **levels}) as lab:
        lab.run(narrow)
        lab.run(wide)
        second_run_is_empty(lab, narrow)

        lab.people = [replace(nadia, local=False)]
        report = lab.approve(narrow)

        assert changes(report.plan) == {Kind.LEAVE: 1}
        assert tags(lab, "nadia") == {f"Over{n}" for n in range(70)}
        second_run_is_empty(lab, wide)


def test_tags_are_taken_away_five_hundred_people_a_call(tmp_path: Path) -> None:
    people = [person(n, f"P{n}", local=True) for n in range(1, 8)]
    with laboratory(tmp_path, *people, batch_size=3) as lab:
        lab.run()
        lab.people = [replace(one, local=False) for one in people]
        lab.sandbox.reset_calls()

        report = lab.approve()

        assert lab.sandbox.call_counts()[f"POST {TAG_ROUTE}"] == 3
        assert report.plan.calls == 3
        assert lab.sandbox.audience(LIST).tags == {"Vip": 7, "Local": 0}


def _over(level: int) -> Segment:
    rule = Compare(attribute="spent", comparison=Comparison.AT_LEAST, values=(Decimal(level),))
    return Segment(name=f"over{level}", label=f"Over {level}", rule=rule)
