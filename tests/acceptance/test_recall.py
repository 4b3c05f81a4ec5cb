"""A plan that found nothing to do may be remembered: whatever changes afterwards is noticed all the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from segue.segments.rules import Compare, Comparison, Segment
from segue.sync.export import Consent, FieldMatch, MergeType, SegmentTag, Winner
from segue.sync.kinds import Kind, Skip
from tests.acceptance.world import (
    LIST,
    changes,
    other_export,
    person,
    second_run_is_empty,
    tags,
)
from tests.fakes.laboratory import Laboratory, export, laboratory


def change_person(lab: Laboratory, **more: Any) -> None:
    lab.people[0] = replace(lab.people[0], **more)


def delete_tag(lab: Laboratory) -> None:
    held = lab.sandbox._audience(LIST)
    held.forget_tag(held.tag_by_name["vip"], "vip")


def redefine(lab: Laboratory) -> None:
    rule = Compare(attribute="first_name", comparison=Comparison.IS, values=("Pia",))
    lab.segments = {**lab.segments, "local": Segment(name="local", label="Local", rule=rule)}


CHANGES: dict[str, tuple[Callable[[Laboratory], object], dict[Kind, int]]] = {
    "a name": (lambda lab: change_person(lab, first_name="Nadja"), {Kind.UPDATE: 1}),
    "an address": (lambda lab: change_person(lab, email="n@shop.example"), {Kind.MOVE: 1}),
    "a membership": (lambda lab: change_person(lab, local=True), {Kind.TAG: 1}),
    "a new person": (lambda lab: lab.people.append(person(3, "Omar")), {Kind.ADD: 1}),
    "a person less": (lambda lab: lab.people.pop(), {Kind.LEAVE: 1}),
    "a deleted tag": (delete_tag, {Kind.TAG: 3}),
    "a segment's rule": (redefine, {Kind.TAG: 1, Kind.UNTAG: 1}),
}


def test_changes_after_idle_runs_are_noticed(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia"), person(4, "Quentin")) as lab:
        lab.run()

        noticed = {}
        for name, (change, _) in CHANGES.items():
            second_run_is_empty(lab)
            second_run_is_empty(lab)
            change(lab)
            noticed[name] = changes(lab.approve().plan)

        assert noticed == {name: expected for name, (_, expected) in CHANGES.items()}


def test_another_export_of_the_same_audience_does_not_see_this_one_s_memory(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia", local=True), person(2, "Pia")) as lab:
        lab.run()
        second_run_is_empty(lab)

        report = lab.run(other_export())

        assert changes(report.plan) == {Kind.ADD: 1}
        second_run_is_empty(lab)
        second_run_is_empty(lab, other_export())


SETTINGS: tuple[dict[str, Any], ...] = (
    {"fields": (FieldMatch(tag="LNAME", attribute="zip"),)},
    {"segments": (SegmentTag(segment="vip", tag="Gold"),)},
    {"segments": (SegmentTag(segment="local", tag="Vip"),)},
    {"consent": Consent(attribute="agreed")},
    {"winner": Winner(newest_by="joined")},
    {"fields": (FieldMatch(tag="ZIP", attribute="zip", type=MergeType.ZIP, create=True),)},
)


def test_other_settings_of_the_export_are_noticed(tmp_path: Path) -> None:
    people = [
        person(1, "Nadia", agreed=False, joined=date(2020, 1, 1)),
        person(2, "Other", email="nadia@shop.example", joined=date(2024, 1, 1)),
        person(3, "Pia", local=True, zip="75001"),
    ]
    with laboratory(tmp_path, *people) as lab:
        lab.run()
        second_run_is_empty(lab)

        noticed = [changes(lab.plan(export(**settings))) for settings in SETTINGS]

        assert {} not in noticed
        second_run_is_empty(lab)


def test_an_opt_out_and_a_return_are_noticed(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Omar")) as lab:
        lab.run()
        second_run_is_empty(lab)
        lab.sandbox.contact_unsubscribes(LIST, "omar@shop.example")
        gone = second_run_is_empty(lab)
        again = second_run_is_empty(lab)
        lab.sandbox.resubscribe_by_form(LIST, "omar@shop.example")
        back = second_run_is_empty(lab)

        assert gone.plan.skips == again.plan.skips == {Skip.UNSUBSCRIBED: 1}
        assert back.plan.skips == {}


def test_the_end_of_a_wait_is_noticed(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia")) as lab:
        lab.sandbox.refuse_addresses("nadia@*", number=5, times=1)
        lab.run()
        second_run_is_empty(lab)
        second_run_is_empty(lab)
        lab.clock.slept_s += 301

        report = lab.run()

        assert changes(report.plan) == {Kind.ADD: 1}


def test_what_another_export_gives_up_is_noticed(tmp_path: Path) -> None:
    magazine = other_export()
    with laboratory(tmp_path, person(1, "Nadia", local=True), person(2, "Pia", local=True)) as lab:
        first = export(segments=(SegmentTag(segment="vip", tag="Vip"),))
        lab.run(first)
        lab.run(magazine)
        second_run_is_empty(lab, first)
        lab.people[0] = replace(lab.people[0], local=False)
        lab.run(magazine)
        second_run_is_empty(lab, first)
        lab.people[0] = replace(lab.people[0], vip=False)

        report = lab.run(first)

        assert changes(report.plan) == {Kind.LEAVE: 1}
        assert tags(lab, "nadia") == set()


def test_a_full_run_writes_everybody_after_an_idle_one(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia")) as lab:
        lab.run()
        second_run_is_empty(lab)
        lab.sandbox.set_merge_field(LIST, "nadia@shop.example", tag="FNAME", value="Other")

        report = lab.run(full=True)

        assert changes(report.plan) == {Kind.UPDATE: 2}
        assert lab.sandbox.members(LIST)[0].merge_fields == {"FNAME": "Nadia"}


def test_choices_that_somebody_adds_in_mailchimp_are_noticed(tmp_path: Path) -> None:
    sizes = export(fields=(FieldMatch(tag="SIZE", attribute="size", type=MergeType.DROPDOWN),))
    with laboratory(tmp_path, person(1, "Nadia", size="L")) as lab:
        lab.sandbox.add_merge_field(LIST, "SIZE", "dropdown", choices=("S", "M"))
        lab.run(sizes)
        second_run_is_empty(lab, sizes)
        lab.sandbox._audience(LIST).fields["SIZE"].options["choices"] = ["S", "M", "L"]

        report = lab.run(sizes)

        assert changes(report.plan) == {Kind.UPDATE: 1}
        assert lab.sandbox.members(LIST)[0].merge_fields == {"SIZE": "L"}
