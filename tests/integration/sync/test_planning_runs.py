"""Plans of several runs on a small audience with its files: second plans, moves, brakes, drift, and no plan twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from segue.core.errors import ConfigurationProblem
from segue.mailchimp.destination import mailchimp_destination
from segue.sync.brakes import StopKind
from segue.sync.export import Brakes, Export, FieldMatch, NewStatus
from segue.sync.kinds import Kind, Skip
from segue.sync.plan import Drift, DriftKind, FieldChange, Plan
from segue.sync.planning import Planner
from segue.sync.ports import MergeFields
from tests.fakes.laboratory import Someone, export
from tests.integration.engines.small_audience import (
    CLEARING,
    NOW,
    Contact,
    SmallAudience,
    small_audience,
)

CLEAR = export(fields=CLEARING)


@pytest.fixture
def audience(tmp_path: Path) -> Iterator[SmallAudience]:
    with small_audience(tmp_path) as found:
        yield found


def people(count: int, *, domain: str = "shop.example", **changes: Any) -> list[Someone]:
    return [
        Someone(**{"id": n, "email": f"p{n}@{domain}", "first_name": f"P{n}"} | changes)
        for n in range(1, count + 1)
    ]


def plan(
    audience: SmallAudience,
    some: list[Someone],
    exported: Export = CLEAR,
    *,
    recall: bool = False,
    drift: tuple[Drift, ...] = (),
    **switches: Any,
) -> Plan:
    """Make a plan only."""
    audience._open(some)
    with audience.store(exported) as store:
        planner = Planner(
            audience._inputs(exported), store, mailchimp_destination(None), **switches
        )  # type: ignore[arg-type]
        audience._observe(store)
        return planner.make(
            replace(audience.observation(store), drift=drift), now=NOW, recall=recall
        )


def test_a_first_plan_counts_everybody_once(audience: SmallAudience) -> None:
    audience.contacts = {"p1@shop.example": Contact(first_name="Old")}
    some = [
        *people(3),
        Someone(id=7, email="P2@shop.example", first_name="Twin"),
        Someone(id=8, email="nobody"),
        Someone(id=9, email="n@shop.example", vip=False),
    ]

    found = plan(audience, some)

    assert (found.members, found.wanted, found.acknowledged) == (5, 3, 0)
    assert found.counts == {Kind.ADD: 3, Kind.SKIP: 2}
    assert found.skips == {Skip.DUPLICATE: 1, Skip.INVALID_ADDRESS: 1}
    assert sum(found.counts.values()) == found.members
    assert (found.known, found.calls, found.confirmations, found.is_first) == (1, 1, 0, True)
    assert [(one.tag, one.before, one.after, one.adds) for one in found.segments] == [
        ("Vip", 0, 3, 3),
        ("Local", 0, 0, 0),
    ]
    assert (found.writes, found.removals, found.tags_removed, found.is_empty) == (3, 0, 0, False)


def test_confirmations_are_mails_to_who_is_not_known(audience: SmallAudience) -> None:
    audience.contacts = {"p1@shop.example": Contact()}
    pending = replace(CLEAR, new_status=NewStatus.PENDING)

    assert plan(audience, people(3), pending).confirmations == 2


def test_a_second_plan_is_empty_and_is_recalled_until_anything_changes(
    audience: SmallAudience,
) -> None:
    some = people(3)
    audience.run(some)

    second = plan(audience, some)
    audience.runs -= 1
    recalled = plan(audience, some, recall=True)

    assert (second.counts, second.is_empty, second.calls, second.is_first) == ({}, True, 0, False)
    assert recalled == second
    assert plan(audience, some, recall=True, full=True).counts == {Kind.UPDATE: 3}


def test_a_plan_with_drift_is_not_remembered(audience: SmallAudience) -> None:
    some = people(2)
    audience.run(some)
    drift = Drift(kind=DriftKind.FIELDS_DIFFER, people=1)

    first = plan(audience, some, drift=(drift,))

    assert (first.is_empty, first.drift) == (True, [drift])
    assert plan(audience, some, drift=(drift,), recall=True).drift == [drift]


def test_the_digest_names_the_changes_the_mapping_and_where_they_go(
    audience: SmallAudience,
) -> None:
    some = people(2)
    first = plan(audience, some).digest
    others = [
        plan(audience, people(3)),
        plan(audience, [replace(some[0], first_name="Bo"), some[1]]),
        plan(audience, some, replace(CLEAR, audience_id="other")),
        plan(audience, some, replace(CLEAR, new_status=NewStatus.PENDING)),
        plan(audience, some, replace(CLEAR, fields=())),
    ]

    assert plan(audience, some[::-1]).digest == first
    assert len(first) == 16
    assert first not in {other.digest for other in others}


def test_what_changes_is_counted_by_kind_by_field_and_in_calls(audience: SmallAudience) -> None:
    some = people(6, local=True)
    audience.run(some)

    changed = [
        replace(some[0], first_name=""),
        replace(some[1], first_name="Bo"),
        replace(some[2], local=False),
        replace(some[3], email="moved@shop.example"),
        replace(some[4], vip=False, local=False),
        some[5],
    ]
    found = plan(audience, changed)

    assert found.counts == {Kind.UPDATE: 2, Kind.UNTAG: 1, Kind.LEAVE: 1, Kind.MOVE: 1}
    assert found.fields == [FieldChange(tag="FNAME", changed=2, cleared=1)]
    assert (found.tags_removed, found.removals, found.writes) == (3, 2, 3)
    assert found.calls == 1 + (1 + 1) + 2


def test_so_many_new_addresses_that_a_mistake_is_likelier_are_no_moves(
    audience: SmallAudience,
) -> None:
    audience.run(people(10))

    found = plan(audience, people(10, domain="other.example"))
    free = replace(CLEAR, brakes=Brakes(move_share=1.0, removal_share=1.0, shrink_share=1.0))

    assert found.counts == {Kind.ADD: 10, Kind.LEAVE: 10}
    assert [
        (stop.kind, stop.count, stop.total) for stop in found.stops if stop.subject == "moves"
    ] == [(StopKind.LARGE_MOVE, 10, 10)]
    assert plan(audience, people(10, domain="other.example"), free).counts == {Kind.MOVE: 10}


def test_a_field_that_empties_stops_the_plan_and_says_of_how_many(audience: SmallAudience) -> None:
    audience.run(people(12))

    [stop] = plan(audience, people(12, first_name="")).stops

    assert (stop.kind, stop.subject, stop.count, stop.total) == (
        StopKind.FIELD_WIPED,
        "FNAME",
        12,
        12,
    )


def test_whom_the_audience_lost_is_told_as_drift_and_not_written(audience: SmallAudience) -> None:
    some = people(3)
    audience.run(some)
    del audience.contacts["p2@shop.example"]
    gone = replace(some[1], first_name="Bo")

    found = plan(audience, [some[0], gone, some[2]])

    assert (found.counts, found.skips) == ({Kind.SKIP: 1}, {Skip.GONE: 1})
    assert found.drift == [Drift(kind=DriftKind.GONE, people=1)]
    untold = plan(audience, [some[0], gone, some[2]], tell_known=False)
    assert (untold.counts, untold.drift) == ({Kind.UPDATE: 1}, [])


def test_a_merge_field_that_is_missing_is_created_only_where_that_is_allowed(
    audience: SmallAudience,
) -> None:
    new = FieldMatch(tag="NEW", attribute="size", create=True)

    found = plan(audience, people(2), replace(CLEAR, fields=(*CLEARING, new)))

    assert (found.fields_to_create, found.calls) == (["NEW"], 2)
    with pytest.raises(ConfigurationProblem) as caught:
        plan(audience, people(2), replace(CLEAR, fields=(replace(new, create=False),)))
    assert caught.value.code == "merge_field_missing"


def test_a_mapping_that_changes_no_value_is_settled_without_a_call(audience: SmallAudience) -> None:
    some = people(3)
    audience.run(some)
    longer = replace(
        CLEAR, fields=(*CLEARING, FieldMatch(tag="SIZE", attribute="size", create=True))
    )
    audience.run(some, exported=longer)

    assert plan(audience, some, longer).counts == {}


def test_an_observation_without_fields_is_no_observation_of_none(audience: SmallAudience) -> None:
    with audience.store() as store:
        empty = replace(
            audience.observation(store), merge_fields=MergeFields(fields=(), limit=None)
        )
        planner = Planner(audience._inputs(CLEAR), store, mailchimp_destination(None))  # type: ignore[arg-type]
        with pytest.raises(ConfigurationProblem):
            planner.make(empty, now=NOW)
