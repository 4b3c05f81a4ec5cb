"""Measures feed merge fields as attributes do, and a related table that is emptied overnight is held before it wipes any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from segue.segments.parse import parse_segment
from segue.segments.rules import Segment
from segue.sync.brakes import StopKind
from segue.sync.export import Blanks, FieldMatch, MergeType, SegmentTag
from segue.sync.report import RunStatus
from tests.acceptance.world import LIST, crowd, second_run_is_empty
from tests.fakes.laboratory import Laboratory, export, laboratory, measuring

SCHEMA = measuring(
    bought={"related": "orders", "sum": "total"},
    orders_made={"related": "orders", "count": True},
    per_order={"formula": "bought / orders_made", "decimals": 3},
)


def fed(tag: str, attribute: str, blanks: Blanks = Blanks.KEEP) -> FieldMatch:
    return FieldMatch(
        tag=tag, attribute=attribute, type=MergeType.NUMBER, create=True, blanks=blanks
    )


def orders(count: int) -> Mapping[int, Sequence[Decimal]]:
    """Return an order for the first, two for the second, three for the third, and so on."""
    return {n: [Decimal(10 * n) + k for k in range(1 + n % 4)] for n in range(1, count + 1)}


def values(lab: Laboratory, tag: str) -> dict[str, object]:
    return {one.email: one.merge_fields.get(tag) for one in lab.sandbox.members(LIST)}


def test_a_measure_is_a_merge_field_and_follows_the_rows(tmp_path: Path) -> None:
    exported = export(fields=(fed("SPENT", "bought"), fed("MEAN", "per_order")))
    with laboratory(tmp_path, *crowd(3), schema=SCHEMA, orders=orders(2)) as lab:
        keys = [one.id for one in lab.people]
        lab.orders = {keys[0]: [Decimal(10), Decimal("2.50")], keys[1]: [Decimal(1)] * 3}
        lab.run(exported)
        second_run_is_empty(lab, exported)
        first = values(lab, "SPENT"), values(lab, "MEAN")
        lab.orders = {**lab.orders, keys[1]: [Decimal(1)] * 4}

        lab.run(exported)

        emails = [one.email for one in lab.people]
        assert [first[0][e] for e in emails] == [12.5, 3, None]
        assert [first[1][e] for e in emails] == [6.25, 1, None]
        assert values(lab, "SPENT")[str(emails[1])] == 4
        second_run_is_empty(lab, exported)


@pytest.mark.parametrize(
    ("attribute", "blanks", "stop"),
    [
        ("bought", Blanks.CLEAR, StopKind.FIELD_WIPED),
        ("bought", Blanks.KEEP, StopKind.FIELD_EMPTIED),
        ("orders_made", Blanks.CLEAR, StopKind.FIELD_LEVELLED),
        ("per_order", Blanks.CLEAR, StopKind.FIELD_WIPED),
    ],
)
def test_an_emptied_related_table_is_held_before_the_first_write(
    tmp_path: Path, attribute: str, blanks: Blanks, stop: StopKind
) -> None:
    exported = export(fields=(fed("VALUE", attribute, blanks),))
    people = crowd(20)
    everybody = {one.id: orders(20)[n] for n, one in enumerate(people, start=1)}
    with laboratory(tmp_path, *people, schema=SCHEMA, orders=everybody) as lab:
        lab.run(exported)
        before = values(lab, "VALUE")
        lab.orders = {}
        lab.sandbox.reset_calls()

        report = lab.run(exported)

        assert report.status is RunStatus.NEEDS_APPROVAL
        assert stop in {one.kind for one in report.plan.stops}
        assert lab.sandbox.writes == []
        assert values(lab, "VALUE") == before
        assert "" not in before.values()


def test_a_segment_by_a_measure_does_not_let_everybody_in_when_its_rows_vanish(
    tmp_path: Path,
) -> None:
    segment, mistakes = parse_segment(
        "idle", {"rules": {"attribute": "orders_made", "at_most": 1}}, SCHEMA
    )
    assert mistakes == ()
    assert segment is not None
    segments: Mapping[str, Segment] = {"idle": segment}
    exported = export(segments=(SegmentTag(segment="idle", tag="Idle"),), fields=())
    people = crowd(20)
    busy = {one.id: [Decimal(1)] * 3 for one in people[2:]}
    with laboratory(tmp_path, *people, schema=SCHEMA, segments=segments, orders=busy) as lab:
        lab.run(exported)
        lab.orders = {}

        report = lab.run(exported)

        assert report.status is RunStatus.NEEDS_APPROVAL
        assert StopKind.GUARD_EMPTIED in {one.kind for one in report.plan.stops}
        assert len(lab.sandbox.members(LIST)) == 2
