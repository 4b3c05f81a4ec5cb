"""What leaves people out is counted from run to run: a guard whose values vanish holds the plan, whoever broke the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import ibis
import pytest

from segue.mailchimp.destination import mailchimp_destination
from segue.profiles.schema import AttributeType, ProfileSchema, Table
from segue.segments.compile import with_flags
from segue.segments.rules import (
    AggregateFunction,
    All,
    Compare,
    Comparison,
    Literal,
    Not,
    RelatedTo,
    Rule,
    Segment,
    Unit,
    Within,
)
from segue.sync import tables
from segue.sync.brakes import StopKind, Volumes, tripped
from segue.sync.export import Brakes, Consent, Export, SegmentTag, Winner
from segue.sync.guards import GuardCount, guards_of
from segue.sync.kinds import Kind, Skip
from segue.sync.plan import Plan
from segue.sync.planning import Inputs, Planner
from tests.fakes.laboratory import SCHEMA, Someone, export
from tests.unit.sync.bare_engine import nothing
from tests.unit.sync.bare_store import BareStore
from tests.unit.sync.test_planning import NOW, SEEN, acknowledged, person

ORDERS = Table(
    name="orders", source="till", key="id", key_type=AttributeType.INTEGER, attributes=()
)
RELATED_ORDERS = ibis.table({"profile_key": "int64"}, name="related_orders")
WITH_ORDERS = ProfileSchema(profiles=SCHEMA.profiles, related={"orders": ORDERS})


def compare(attribute: str, comparison: Comparison, value: Literal) -> Compare:
    return Compare(attribute=attribute, comparison=comparison, values=(value,))


def none_of(function: AggregateFunction, **more: Any) -> Rule:
    return Not(rule=RelatedTo(table="orders", function=function, **more))


IS_VIP = compare("vip", Comparison.IS, True)
NOT_OUT = compare("local", Comparison.IS_NOT, True)
NO_ORDERS = none_of(AggregateFunction.EXISTS)
NEWS = export(fields=(), segments=(SegmentTag(segment="news", tag="Vip"),))
BOTH = replace(NEWS, segments=(*NEWS.segments, SegmentTag(segment="others", tag="Local")))
"""`local` stands for an opt-out here."""


def news(*guards: Rule) -> Mapping[str, Segment]:
    """Return a segment of VIPs whom these rules do not leave out."""
    return {"news": Segment(name="news", rule=All(rules=(IS_VIP, *guards)))}


@pytest.fixture(scope="module")
def engine() -> BareStore:
    return BareStore()


@pytest.fixture
def store(engine: BareStore) -> BareStore:
    nothing(engine)
    engine.remembered, engine.ledger, engine.kept = {}, "first", ""
    return engine


def planner(
    store: BareStore,
    people: Sequence[Someone],
    segments: Mapping[str, Segment],
    exported: Export = NEWS,
    *,
    ledger: Sequence[dict[str, Any]] = (),
    orders: Sequence[int] = (),
) -> Planner:
    """Return a planner over people, a ledger, and orders of the profiles with these keys."""
    store.give(tables.known(), [{"k_sub": row["l_sub"]} for row in ledger])
    store.give(tables.ledger(1), ledger)
    store.give(tables.ledger_values([]), [{"v_sub": row["l_sub"]} for row in ledger])
    store.give_people(people)
    store.give(RELATED_ORDERS, [{"profile_key": key} for key in orders])
    guards = guards_of(exported, WITH_ORDERS, segments)
    flagged = with_flags(
        [*(segments[one.segment] for one in exported.segments), *guards.as_segments()],
        WITH_ORDERS,
        as_of=NOW,
        time_zone="UTC",
        all_segments=segments,
        consents=("agreed",),
    )
    inputs = Inputs(
        export=exported,
        schema=WITH_ORDERS,
        flagged=flagged,
        sources=(),
        definition="first",
        guards=guards,
    )
    return Planner(inputs, store, mailchimp_destination(None))  # type: ignore[arg-type]


def carried_out(store: BareStore, *given: Any, **more: Any) -> Plan:
    """Return a plan, and let the store keep what a run of it knew."""
    made = planner(store, *given, **more)
    found = made.make(SEEN, now=NOW)
    store.kept = made.reading_to_keep(found)
    return found


def then(store: BareStore, *given: Any, **more: Any) -> Plan:
    return planner(store, *given, **more).make(SEEN, now=NOW)


def stops(plan: Plan) -> list[tuple[StopKind, str, int, int, int]]:
    return [(one.kind, one.subject, one.count, one.total, one.people) for one in plan.stops]


def out(n: int, value: bool | None = True, **changes: Any) -> Someone:
    return person(n, **{"local": value} | changes)


# --- what is counted -------------------------------------------------------------------------------------------------


def test_the_written_and_the_left_out_are_counted_for_each_guard(store: BareStore) -> None:
    people = [out(1), out(2, False), out(3, None), out(4, vip=False)]

    found = carried_out(store, people, news(NOT_OUT, NO_ORDERS), orders=[2, 2, 3])

    assert [(one.subject, one.segments, one.written, one.left_out) for one in found.guards] == [
        ("local", ("news",), 3, 2),
        ("related.orders", ("news",), 2, 2),
    ]
    assert {one.written_before for one in found.guards} == {None}
    later = then(store, people, news(NOT_OUT, NO_ORDERS), orders=[2, 2, 3])
    assert [(one.written_before, one.left_out_before) for one in later.guards] == [(3, 2), (2, 2)]
    assert stops(later) == stops(found) == []


def test_an_export_without_guards_counts_nothing(store: BareStore) -> None:
    assert carried_out(store, [out(1)], news()).guards == ()


@pytest.mark.parametrize(
    ("guard", "counts"),
    [
        (NOT_OUT, True),
        (Not(rule=compare("local", Comparison.IS, True)), True),
        (compare("town", Comparison.IS_NOT, "Nice"), True),
        (compare("phone", Comparison.IS_BLANK, True), True),
        (Not(rule=Within(attribute="joined", amount=30, unit=Unit.DAYS)), False),
        (NO_ORDERS, True),
        (none_of(AggregateFunction.COUNT, test=compare("", Comparison.MORE_THAN, 3)), True),
        (
            none_of(
                AggregateFunction.EXISTS,
                where=Within(attribute="day", amount=30, unit=Unit.DAYS),
            ),
            False,
        ),
    ],
    ids=str,
)
def test_whom_a_guard_leaves_out_is_compared_unless_the_days_alone_change_it(
    guard: Rule, counts: bool
) -> None:
    [found] = guards_of(NEWS, WITH_ORDERS, news(guard)).counted

    assert (found.out is not None) is counts


@pytest.mark.parametrize(
    ("comparison", "values", "is_guard"),
    [
        (Comparison.IS, (0,), True),
        (Comparison.IS, (1,), False),
        (Comparison.IS_NOT, (1,), True),
        (Comparison.IS_NOT, (0,), False),
        (Comparison.AT_MOST, (2,), True),
        (Comparison.LESS_THAN, (1,), True),
        (Comparison.AT_LEAST, (1,), False),
        (Comparison.MORE_THAN, (0,), False),
        (Comparison.BETWEEN, (0, 3), True),
        (Comparison.BETWEEN, (1, 3), False),
        (Comparison.ANY_OF, (0, 5), True),
        (Comparison.NONE_OF, (5, 6), True),
        (Comparison.NONE_OF, (0, 5), False),
    ],
)
def test_a_count_is_a_guard_where_no_row_at_all_passes(
    comparison: Comparison, values: tuple[int, ...], is_guard: bool
) -> None:
    test = Compare(attribute="", comparison=comparison, values=values)
    rule = RelatedTo(table="orders", function=AggregateFunction.COUNT, test=test)

    assert bool(guards_of(NEWS, WITH_ORDERS, news(rule)).counted) is is_guard
    assert bool(guards_of(NEWS, WITH_ORDERS, news(Not(rule=rule))).counted) is not is_guard


def test_other_aggregates_of_no_rows_are_blank() -> None:
    latest = RelatedTo(table="orders", function=AggregateFunction.MAX, attribute="total")
    test = compare("", Comparison.IS_NOT, 3)

    assert guards_of(NEWS, WITH_ORDERS, news(replace(latest, test=test))).counted
    assert not guards_of(
        NEWS, WITH_ORDERS, news(replace(latest, test=compare("", Comparison.IS, 3)))
    ).counted


# --- what holds ------------------------------------------------------------------------------------------------------

CROWD = [*(out(n) for n in range(1, 13)), *(out(n, False) for n in range(13, 31))]
"""Twelve who are out and eighteen who are not."""
LEDGER = [acknowledged(n) for n in range(13, 31)]


@pytest.mark.parametrize(
    ("value", "held"),
    [
        (None, [(StopKind.GUARD_OPENED, 12, 12, 12), (StopKind.GUARD_EMPTIED, 30, 30, 12)]),
        (False, [(StopKind.GUARD_OPENED, 12, 12, 12)]),
    ],
    ids=["blank", "all no"],
)
def test_an_opt_out_that_says_nothing_any_more_holds_before_anybody_comes_in(
    store: BareStore, value: bool | None, held: list[tuple[Any, ...]]
) -> None:
    carried_out(store, CROWD, news(NOT_OUT), ledger=LEDGER)

    found = then(store, [replace(one, local=value) for one in CROWD], news(NOT_OUT), ledger=LEDGER)

    assert stops(found) == [(kind, "local", *numbers) for kind, *numbers in held]
    assert found.counts == {Kind.ADD: 12}


def test_what_was_approved_is_what_the_next_run_knows(store: BareStore) -> None:
    blank = [replace(one, local=None) for one in CROWD]
    carried_out(store, CROWD, news(NOT_OUT))
    carried_out(store, blank, news(NOT_OUT))

    assert stops(then(store, blank, news(NOT_OUT))) == []


def test_a_plan_taken_from_memory_still_knows_the_guards(store: BareStore) -> None:
    quiet = planner(store, CROWD[:12], news(NOT_OUT))
    kept = quiet.reading_to_keep(quiet.make(SEEN, now=NOW))
    # The people are named as before, so nobody looks at them again.
    again = planner(store, [], news(NOT_OUT))

    assert '"left_out":12' in kept
    assert again.reading_to_keep(again.make(SEEN, now=NOW, recall=True)) == kept


def test_related_rows_that_are_gone_hold_where_they_leave_people_out(store: BareStore) -> None:
    people = [person(n) for n in range(1, 13)]
    carried_out(store, people, news(NO_ORDERS), orders=range(1, 13))

    found = then(store, people, news(NO_ORDERS))

    assert stops(found) == [
        (StopKind.GUARD_OPENED, "related.orders", 12, 12, 12),
        (StopKind.GUARD_EMPTIED, "related.orders", 12, 12, 12),
    ]


def test_rows_that_leave_nobody_out_are_the_shrink_brake_s_to_see(store: BareStore) -> None:
    rule = RelatedTo(table="orders", function=AggregateFunction.EXISTS)

    assert guards_of(NEWS, WITH_ORDERS, news(rule)).counted == ()


def test_an_attribute_that_looks_back_from_today_holds_only_when_it_is_emptied(
    store: BareStore,
) -> None:
    lately = news(Not(rule=Within(attribute="joined", amount=30, unit=Unit.DAYS)))
    people = [person(n, joined=date(2026, 2, 20)) for n in range(1, 13)]
    carried_out(store, people, lately)

    aged = [replace(one, joined=date(2025, 2, 20)) for one in people]
    assert stops(then(store, aged, lately)) == []
    emptied = [replace(one, joined=None) for one in people]
    assert stops(then(store, emptied, lately)) == [(StopKind.GUARD_EMPTIED, "joined", 12, 12, 12)]


def test_numbers_of_other_comparisons_are_not_compared(store: BareStore) -> None:
    people = [person(n, town="Nice") for n in range(1, 13)]
    carried_out(store, people, news(compare("town", Comparison.IS_NOT, "Nice")))

    found = then(store, people, news(compare("town", Comparison.IS_NOT, "Lyon")))

    assert stops(found) == []
    assert [(one.written_before, one.left_out_before) for one in found.guards] == [(12, None)]


def test_what_decides_between_profiles_holds_when_it_is_emptied(store: BareStore) -> None:
    newest = replace(NEWS, winner=Winner(newest_by="joined"))
    people = [person(n, joined=date(2026, 1, 1)) for n in range(1, 13)]
    carried_out(store, people, news(), newest)

    found = then(store, [replace(one, joined=None) for one in people], news(), newest)

    assert stops(found) == [(StopKind.GUARD_EMPTIED, "joined", 12, 12, 12)]


def test_a_consent_that_says_no_to_nobody_any_more_holds(store: BareStore) -> None:
    consenting = replace(NEWS, consent=Consent(attribute="agreed"))
    people = [person(n, agreed=n > 12) for n in range(1, 25)]
    carried_out(store, people, news(), consenting)

    found = then(store, [replace(one, agreed=True) for one in people], news(), consenting)

    assert stops(found) == [(StopKind.GUARD_OPENED, "agreed", 12, 12, 12)]


def test_a_consent_that_is_blank_lets_nobody_in(store: BareStore) -> None:
    consenting = replace(NEWS, consent=Consent(attribute="agreed"))
    people = [person(n) for n in range(1, 13)]
    ledger = [acknowledged(n) for n in range(1, 13)]
    carried_out(store, people, news(), consenting, ledger=ledger)

    found = then(
        store, [replace(one, agreed=None) for one in people], news(), consenting, ledger=ledger
    )

    assert found.counts == {Kind.LEAVE: 12, Kind.SKIP: 12}
    assert [one.kind for one in found.stops] == [
        StopKind.EMPTY_SEGMENT,
        StopKind.GUARD_EMPTIED,
        StopKind.LARGE_REMOVAL,
    ]


def test_the_digest_names_what_was_lost(store: BareStore) -> None:
    carried_out(store, CROWD, news(NOT_OUT))
    blank = [replace(one, local=None) for one in CROWD]
    first = then(store, blank, news(NOT_OUT)).digest
    # The changes are the same; that fewer are left out is not.
    store.kept = store.kept.replace('"left_out":12', '"left_out":13')

    assert then(store, blank, news(NOT_OUT)).digest != first


def counted(**numbers: int | None) -> GuardCount:
    return GuardCount(subject="out", segments=("news",), **{"written": 0, **numbers})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "now", "trips"),
    [(9, 0, False), (10, 0, True), (50, 40, False), (49, 39, True), (40, 50, False)],
)
def test_a_fifth_and_ten_hold_neither_alone(before: int, now: int, trips: bool) -> None:
    given = {
        StopKind.GUARD_OPENED: counted(left_out=now, left_out_before=before),
        StopKind.GUARD_EMPTIED: counted(written=now, written_before=before),
    }

    for kind, one in given.items():
        found = tripped(export(), volumes(one), now=NOW)
        assert [stop.kind for stop in found] == ([kind] if trips else [])


def test_the_limits_are_an_export_s_own() -> None:
    loose = export(brakes=Brakes(guard_share=0.9, guard_least=100))
    one = counted(written=20, written_before=150)

    assert [stop.kind for stop in tripped(export(), volumes(one), now=NOW)]
    assert tripped(loose, volumes(one), now=NOW) == ()


def volumes(guard: GuardCount) -> Volumes:
    return Volumes(
        wanted=0, acknowledged=0, adds=0, losing=0, segments=(), contacts=None, guards=(guard,)
    )


# --- another profile with the address --------------------------------------------------------------------------------


def twin(n: int, of: int, **changes: Any) -> Someone:
    return person(n, **{"email": f"P{of}@shop.example"} | changes)


OTHERS = {"others": Segment(name="others", rule=compare("town", Comparison.IS_NOT, "Nice"))}


def test_a_yes_that_leaves_one_profile_out_holds_its_address_back(store: BareStore) -> None:
    people = [out(1, None), twin(2, 1, local=True), out(3, None), out(4, email=None)]
    people += [out(5, None, email=None)]

    found = then(store, people, news(NOT_OUT), ledger=[acknowledged(1)])

    assert found.skips == {Skip.OTHER_PROFILE_LEFT_OUT: 1, Skip.MISSING_ADDRESS: 1}
    assert found.counts == {Kind.ADD: 1, Kind.LEAVE: 1, Kind.SKIP: 2}
    assert (found.members, found.wanted) == (3, 1)


def test_it_is_counted_once_however_many_profiles_there_are(store: BareStore) -> None:
    people = [out(1, None), twin(2, 1), twin(3, 1), twin(4, 1, local=True, vip=False)]

    found = then(store, people, news(NOT_OUT))

    assert found.skips == {Skip.OTHER_PROFILE_LEFT_OUT: 1, Skip.DUPLICATE: 2}


def test_a_value_that_is_no_yes_or_no_holds_nobody_else_back(store: BareStore) -> None:
    people = [person(1, town="Lyon"), twin(2, 1, town="Nice")]

    found = then(store, people, news(compare("town", Comparison.IS_NOT, "Nice")))

    assert (found.skips, found.wanted) == ({}, 1)


def test_it_counts_for_the_segment_that_it_leaves_people_out_of(store: BareStore) -> None:
    """Whoever is left out of the news still is one of the others, with another profile as with one."""
    people = [out(1, None), twin(2, 1, local=True)]

    found = then(store, people, {**news(NOT_OUT), **OTHERS}, BOTH)

    assert found.skips == {Skip.DUPLICATE: 1}
    assert {one.tag: one.adds for one in found.segments} == {"Vip": 0, "Local": 1}


@pytest.mark.parametrize("first", [1, 3])
def test_of_two_segments_that_exclude_each_other_the_yes_wins(store: BareStore, first: int) -> None:
    segments = {
        "news": Segment(name="news", rule=IS_VIP),
        "others": Segment(name="others", rule=compare("vip", Comparison.IS_NOT, True)),
    }
    people = [person(2, vip=True), twin(first, 2, vip=False)]

    found = then(store, people, segments, BOTH)

    assert found.skips == {Skip.DUPLICATE: 1}
    assert {one.tag: one.adds for one in found.segments} == {"Vip": 1, "Local": 0}


def test_who_is_in_the_segment_by_another_way_holds_nobody_back(store: BareStore) -> None:
    anyway = {
        "news": Segment(
            name="news", rule=Not(rule=All(rules=(Not(rule=IS_VIP), Not(rule=NOT_OUT))))
        )
    }
    people = [out(1, None), twin(2, 1, local=True, vip=True)]

    assert then(store, people, anyway).skips == {Skip.DUPLICATE: 1}
