"""Whoever opted out is not mailed because the opt-outs vanished overnight, nor because another profile says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from segue.segments.rules import All, Compare, Comparison, Segment
from segue.sync.brakes import StopKind
from segue.sync.export import SegmentTag
from segue.sync.kinds import Kind, Skip
from segue.sync.report import RunStatus
from tests.acceptance.world import audience, changes, crowd, person, second_run_is_empty
from tests.fakes.laboratory import Laboratory, export, laboratory

NEWS = export(segments=(SegmentTag(segment="news", tag="News"),))
SEGMENTS: Mapping[str, Segment] = {
    "news": Segment(
        name="news",
        rule=All(
            rules=(
                Compare(attribute="vip", comparison=Comparison.IS, values=(True,)),
                Compare(attribute="local", comparison=Comparison.IS_NOT, values=(True,)),
            )
        ),
    )
}
"""`local` stands for an opt-out."""


def mailed(lab: Laboratory) -> set[str]:
    return {name for name, (_, tags) in audience(lab).items() if "News" in tags}


@pytest.mark.parametrize("value", [None, False], ids=["blank", "all no"])
def test_opt_outs_that_vanish_hold_every_run_until_a_person_approves(
    tmp_path: Path, value: bool | None
) -> None:
    people = [*crowd(12, local=True), person(1, "Nadia", local=False)]
    with laboratory(tmp_path, *people, segments=SEGMENTS) as lab:
        lab.run(NEWS)
        lab.people = [replace(one, local=value) for one in lab.people]

        held = [lab.run(NEWS), lab.run(NEWS, watched=True)]
        before = mailed(lab)
        approved = lab.approve(NEWS)

        assert [one.status for one in held] == [RunStatus.NEEDS_APPROVAL] * 2
        opened = held[1].plan.stops[0]
        assert (opened.kind, opened.count, opened.total) == (StopKind.GUARD_OPENED, 12, 12)
        assert (opened.people, before) == (12, {"nadia"})
        assert (approved.status, len(mailed(lab))) == (RunStatus.SUCCESSFUL, 13)
        second_run_is_empty(lab, NEWS)


def test_opt_outs_that_are_repaired_need_no_approval(tmp_path: Path) -> None:
    people = [*crowd(12, local=True), person(1, "Nadia")]
    with laboratory(tmp_path, *people, segments=SEGMENTS) as lab:
        lab.run(NEWS)
        lab.people = [replace(one, local=None) for one in people]
        lab.run(NEWS)
        lab.people = people

        second_run_is_empty(lab, NEWS)

        assert mailed(lab) == {"nadia"}


def test_whoever_opts_out_in_one_profile_is_mailed_by_none(tmp_path: Path) -> None:
    people = [person(1, "Nadia"), person(2, "Other", email="NADIA@shop.example"), person(3, "Pia")]
    with laboratory(tmp_path, *people, segments=SEGMENTS) as lab:
        lab.run(NEWS)
        lab.people[1] = replace(lab.people[1], local=True)

        report = lab.run(NEWS)

        assert changes(report.plan) == {Kind.LEAVE: 1}
        assert report.plan.skips == {Skip.OTHER_PROFILE_LEFT_OUT: 1}
        assert mailed(lab) == {"pia"}
        second_run_is_empty(lab, NEWS)
