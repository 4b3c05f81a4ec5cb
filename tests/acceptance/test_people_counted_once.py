"""Every number counts people, once: whatever a person's changes are, and whatever becomes of each of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from segue.sync.export import SegmentTag
from segue.sync.kinds import Kind
from segue.sync.ports import Reason
from segue.sync.report import RunReport
from tests.acceptance.world import LIST, crowd, person, second_run_is_empty, tags
from tests.fakes.laboratory import Laboratory, Silence, export, laboratory
from tests.fixtures.forms import long_but

BOTH = {"local": True}
RENAMED = export(
    segments=(SegmentTag(segment="vip", tag="Very"), SegmentTag(segment="local", tag="Near"))
)


def balances(report: RunReport) -> None:
    """See that plan and outcome speak of the same people."""
    found, plan = report.outcomes, report.plan
    assert found.balances
    assert found.sent == found.accepted + found.rejected_total
    assert plan.writes + plan.removals == found.sent + found.not_sent


def heard(lab: Laboratory) -> Silence:
    lab.listener = Silence()
    return lab.listener  # type: ignore[no-any-return]


def test_a_person_who_gets_a_tag_and_loses_another_counts_once(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(3, **BOTH)) as lab:
        lab.run()
        listener = heard(lab)

        report = lab.approve(RENAMED)

        assert (report.outcomes.sent, report.outcomes.accepted) == (3, 3)
        assert report.outcomes.untagged == 3
        assert listener.people == 3
        balances(report)
        second_run_is_empty(lab, RENAMED)


def test_a_person_who_loses_two_tags_counts_once(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(30, **BOTH)) as lab:
        lab.run()
        lab.people[:2] = [replace(one, vip=False, local=False) for one in lab.people[:2]]
        listener = heard(lab)

        report = lab.run()

        assert report.plan.tags_removed == 4
        assert (report.outcomes.accepted, report.outcomes.untagged) == (2, 2)
        assert listener.people == 2
        balances(report)


def test_a_person_who_moves_and_loses_a_tag_counts_once(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(20, **BOTH)) as lab:
        lab.run()
        lab.people[0] = replace(lab.people[0], local=False, email="anew@shop.example")
        listener = heard(lab)

        report = lab.approve()

        assert report.plan.counts[Kind.MOVE] == 1
        found = report.outcomes
        assert (found.accepted, found.moved, found.untagged) == (1, 1, 1)
        assert listener.people == 1
        assert tags(lab, "anew") == {"Vip"}
        balances(report)


class Half:
    """A hook around a destination: removals fail for good, or refuse everybody; writes go well."""

    def __init__(self, destination: Any, problem: Exception | None) -> None:
        self._destination = destination
        self._problem = problem

    def __getattr__(self, name: str) -> Any:
        return getattr(self._destination, name)

    async def untag(self, audience_id: str, tag_id: int, addresses: Any) -> Any:
        from segue.core.emails import subscriber_hash
        from segue.sync.ports import Rejection, Untagged

        if self._problem is not None:
            raise self._problem
        refused = [
            Rejection(subscriber_hash=subscriber_hash(a), reason=Reason.OTHER) for a in addresses
        ]
        return Untagged(removed=0, rejected=tuple(refused), request_id="")


def test_the_worst_of_a_persons_changes_is_their_outcome(tmp_path: Path) -> None:
    from segue.core.errors import TryLater

    with laboratory(tmp_path, *crowd(3, **BOTH)) as lab:
        lab.run()
        lab.around = lambda destination: Half(
            destination, TryLater("Away.", action="", code="mailchimp_unreachable")
        )
        away = lab.approve(RENAMED)
        lab.around = lambda destination: Half(destination, None)
        refused = lab.approve(RENAMED)

        assert refused.outcomes.rejected == {Reason.OTHER: 3}
        assert refused.outcomes.accepted == 0
        assert (away.outcomes.sent, away.outcomes.not_sent) == (0, 3)
        balances(refused)
        balances(away)


@pytest.mark.parametrize("seed", long_but(range(6), 0, 1, 2))
def test_plan_and_outcome_speak_of_the_same_people_whatever_happens(
    tmp_path: Path, seed: int
) -> None:
    chance = Random(seed)
    people = [
        person(n, f"P{n:03}", vip=chance.random() < 0.7, local=chance.random() < 0.5)
        for n in range(60)
    ]
    with laboratory(tmp_path, *people, batch_size=7) as lab:
        lab.sandbox.add_contact(LIST, "p001@shop.example", status="subscribed", tags=["Vip"])
        balances(lab.approve())
        for round_ in range(2):
            lab.people = [_changed(one, chance, round_) for one in lab.people]
            lab.sandbox.refuse_addresses(f"p0{round_ + 1}*", number=2)
            lab.sandbox.random_faults(0.25, seed=seed, kinds=["500", "drop_after", "429"])
            listener = heard(lab)
            report = lab.approve(RENAMED if chance.random() < 0.3 else None)
            balances(report)
            assert listener.people >= report.outcomes.accepted


def _changed(someone: Any, chance: Random, round_: int) -> Any:
    dice = chance.random()
    if dice < 0.2:
        return replace(someone, vip=not someone.vip, local=not someone.local)
    if dice < 0.4:
        return replace(someone, first_name=f"Name {round_}", vip=False)
    if dice < 0.45:
        return replace(someone, email=f"m{someone.id}-{round_}@shop.example", local=False)
    return someone
