"""From an observation to a plan on the bare engine: everybody is counted once, and the digest names what would be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from segue.core.emails import subscriber_hash
from segue.core.errors import ConfigurationProblem
from segue.mailchimp.destination import mailchimp_destination
from segue.segments.compile import with_flags
from segue.sync import tables
from segue.sync.brakes import StopKind
from segue.sync.export import Export, FieldMatch, MergeType, NewStatus
from segue.sync.kinds import Kind, Skip
from segue.sync.observe import Observation
from segue.sync.plan import FoundTag, Plan, SegmentChange
from segue.sync.planning import Inputs, Planner
from segue.sync.ports import Account, Audience, MergeField, MergeFields
from tests.fakes.laboratory import SCHEMA, SEGMENTS, Someone, export
from tests.unit.sync.bare_engine import BITS, LOCAL, OLD, VIP, nothing
from tests.unit.sync.bare_store import BareStore

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FIRST_NAME = MergeField(merge_id=1, tag="FNAME", name="First", type=MergeType.TEXT, required=False)
EXPORT = export(fields=(FieldMatch(tag="FNAME", attribute="first_name"),))
SEEN = Observation(
    account=Account(account_id="a", name="A", role="owner", plan="", contacts=None),
    audience=Audience(audience_id="a1b2c3d4e5", name="A", double_opt_in=False, contacts=0),
    merge_fields=MergeFields(fields=(FIRST_NAME,), limit=None),
    tags=[],
    totals={},
    contacts_read=0,
    present=frozenset((0, 1)),
)
"""An audience with one merge field, and the tags Vip and Local."""


def sub(n: int) -> UUID:
    return UUID(hex=subscriber_hash(f"p{n}@shop.example"))


def person(n: int, **changes: Any) -> Someone:
    return Someone(**{"id": n, "email": f"p{n}@shop.example", "first_name": f"P{n}"} | changes)


def acknowledged(n: int, *, tags: int = VIP, key: int | None = None) -> dict[str, Any]:
    row = {"l_sub": sub(n), "l_address": f"p{n}@shop.example", "l_key": str(key or n)}
    return row | {"l_ph": OLD, "l_m0": tags}


@pytest.fixture(scope="module")
def engine() -> BareStore:
    return BareStore()


@pytest.fixture
def store(engine: BareStore) -> BareStore:
    nothing(engine)
    engine.remembered, engine.ledger = {}, "first"
    engine.carried, engine.found_before, engine.bits = {}, {}, BITS[:2]
    return engine


def planner(store: BareStore, exported: Export, **switches: Any) -> Planner:
    chosen = [SEGMENTS[one.segment] for one in exported.segments]
    flagged = with_flags(chosen, SCHEMA, as_of=NOW, time_zone="UTC", all_segments=SEGMENTS)
    inputs = Inputs(
        export=exported,
        schema=SCHEMA,
        flagged=flagged,
        sources=(),
        definition="first",
    )
    return Planner(inputs, store, mailchimp_destination(None), **switches)  # type: ignore[arg-type]


def plan(
    store: BareStore,
    people: Sequence[Someone],
    exported: Export = EXPORT,
    *,
    known: Sequence[int] = (),
    ledger: Sequence[dict[str, Any]] = (),
    recall: bool = False,
    seen: Observation = SEEN,
    **switches: Any,
) -> Plan:
    """Plan these people against a ledger; `known` and everybody in the ledger are in the audience."""
    there = {*map(sub, known), *(row["l_sub"] for row in ledger)}
    store.give(tables.known(), [{"k_sub": one} for one in sorted(there)])
    store.give(tables.ledger(1), ledger)
    store.give(tables.ledger_values([0]), [{"v_sub": row["l_sub"], "v0": None} for row in ledger])
    store.give_people(people)
    return planner(store, exported, **switches).make(seen, now=NOW, recall=recall)


def test_a_first_plan_counts_everybody_once(store: BareStore) -> None:
    people = [
        *(person(n) for n in (1, 2, 3)),
        person(7, email="P2@shop.example"),
        person(8, email="nobody"),
        person(9, vip=False),
    ]

    found = plan(store, people, known=[1])

    assert (found.members, found.wanted, found.acknowledged) == (5, 3, 0)
    assert found.counts == {Kind.ADD: 3, Kind.SKIP: 2}
    assert found.skips == {Skip.DUPLICATE: 1, Skip.INVALID_ADDRESS: 1}
    assert (found.known, found.calls, found.confirmations, found.is_first) == (1, 1, 0, True)
    assert [(one.tag, one.before, one.after, one.adds) for one in found.segments] == [
        ("Vip", 0, 3, 3),
        ("Local", 0, 0, 0),
    ]
    assert (found.writes, found.removals, found.tags_removed, found.is_empty) == (3, 0, 0, False)


def test_what_it_is_decided_by_is_kept_no_longer_than_that(store: BareStore) -> None:
    people = [person(1), person(2, email="p1@shop.example"), person(3)]

    found = plan(store, people)

    assert (found.members, found.wanted) == (3, 2)
    assert store.connection.execute("SELECT count(*) FROM candidates").fetchall() == [(0,)]


def test_what_differs_from_the_ledger_is_counted_by_kind_and_in_calls(store: BareStore) -> None:
    people = [
        person(1),
        person(2, local=True),
        person(3, vip=False),
        person(5, email="new@shop.example"),
    ]
    ledger = [acknowledged(1, tags=VIP | LOCAL), acknowledged(2), acknowledged(3), acknowledged(5)]

    found = plan(store, people, ledger=ledger)

    assert found.counts == {Kind.UPDATE: 2, Kind.LEAVE: 1, Kind.MOVE: 1}
    assert (found.acknowledged, found.writes, found.removals, found.tags_removed) == (4, 3, 1, 2)
    assert {one.tag: (one.adds, one.removes) for one in found.segments} == {
        "Vip": (0, 1),
        "Local": (1, 1),
    }
    assert found.calls == 1 + (1 + 1) + 2


def test_an_export_that_lost_its_last_merge_field_changes_nobody(store: BareStore) -> None:
    found = plan(
        store, [person(1), person(2)], replace(EXPORT, fields=()), ledger=[acknowledged(1)]
    )

    assert found.counts == {Kind.ADD: 1}
    assert (list(found.fields), found.stops) == ([], ())


def test_confirmations_are_mails_to_who_is_not_known(store: BareStore) -> None:
    pending = replace(EXPORT, new_status=NewStatus.PENDING)

    found = plan(store, [person(n) for n in (1, 2, 3)], pending, known=[1])

    assert (found.confirmations, found.unconfirmed) == (2, 0)


@pytest.mark.parametrize("asks", [True, False])
def test_whom_mailchimp_would_ask_is_told_where_the_audience_asks_and_the_export_does_not(
    store: BareStore, asks: bool
) -> None:
    seen = replace(SEEN, audience=replace(SEEN.audience, double_opt_in=asks))
    nothing(store)
    store.give_people([person(n) for n in (1, 2)])

    found = planner(store, replace(EXPORT, new_status_said=True)).make(seen, now=NOW)

    assert (found.confirmations, found.unconfirmed) == (0, 2 if asks else 0)


def test_so_many_new_addresses_that_a_mistake_is_likelier_are_no_moves(store: BareStore) -> None:
    people = [person(n, email=f"n{n}@shop.example") for n in range(1, 11)]
    ledger = [acknowledged(n) for n in range(1, 11)]

    found = plan(store, people, ledger=ledger)

    assert found.counts == {Kind.ADD: 10, Kind.LEAVE: 10}
    [stop] = [stop for stop in found.stops if stop.subject == "moves"]
    assert (stop.kind, stop.count, stop.total) == (StopKind.LARGE_MOVE, 10, 10)


def test_the_digest_names_the_changes_and_where_they_go_in_any_order(store: BareStore) -> None:
    people = [person(1), person(2)]
    first = plan(store, people).digest
    others = [
        plan(store, [*people, person(3)]),
        plan(store, [person(1, first_name="Bo"), person(2)]),
        plan(store, people, replace(EXPORT, audience_id="other")),
    ]

    assert plan(store, people[::-1]).digest == first
    assert len(first) == 16
    assert first not in {other.digest for other in others}


def test_only_a_plan_that_finds_nothing_is_remembered_and_only_for_the_same_ledger(
    store: BareStore,
) -> None:
    plan(store, [person(1)])
    before = dict(store.remembered)
    quiet = plan(store, [])
    kept = dict(store.remembered)

    assert (before, len(kept), quiet.is_empty) == ({}, 1, True)
    # The people are named as before, so nobody looks at them again.
    assert plan(store, [person(1)], recall=True).counts == {}
    store.ledger = "second"
    assert plan(store, [person(1)], recall=True).counts == {Kind.ADD: 1}


def test_a_merge_field_that_is_missing_is_created_only_where_that_is_allowed(
    store: BareStore,
) -> None:
    new = FieldMatch(tag="NEW", attribute="size", create=True)

    found = plan(store, [person(1)], replace(EXPORT, fields=(*EXPORT.fields, new)))

    assert (found.fields_to_create, found.calls) == (["NEW"], 2)
    with pytest.raises(ConfigurationProblem) as caught:
        plan(store, [person(1)], replace(EXPORT, fields=(replace(new, create=False),)))
    assert caught.value.code == "merge_field_missing"


def test_a_tag_that_stands_for_no_segment_any_more_is_told_with_whom_it_is_taken_from(
    store: BareStore,
) -> None:
    store.carried = {0: 2, 1: 2}
    only_vip = replace(EXPORT, segments=EXPORT.segments[:1])
    ledger = [acknowledged(1, tags=VIP | LOCAL), acknowledged(2, tags=VIP | LOCAL)]

    found = plan(store, [person(1), person(2)], only_vip, ledger=ledger)

    assert found.segments[1:] == [
        SegmentChange(segment="", tag="Local", before=2, after=0, adds=0, removes=2)
    ]


def test_a_tag_that_people_carried_before_any_run_is_told_until_it_is_claimed(
    store: BareStore,
) -> None:
    store.found_before = {0: 5, 1: 7}
    store.bits = (replace(BITS[0], claimed=False), BITS[1])

    assert plan(store, [person(1)]).found_tags == (FoundTag(tag="Vip", people=5),)


def test_an_approval_from_before_the_audience_asked_to_confirm_is_of_another_plan(
    store: BareStore,
) -> None:
    asking = replace(SEEN, audience=replace(SEEN.audience, double_opt_in=True))

    new, again, asked = (
        plan(store, [person(1)], seen=seen).digest for seen in (SEEN, SEEN, asking)
    )
    kept, still = (
        plan(store, [person(1)], ledger=[acknowledged(1, tags=VIP)], seen=seen).digest
        for seen in (SEEN, asking)
    )

    assert new == again != asked
    assert kept == still, "nobody is added whom it would ask"


def test_nothing_is_planned_before_it_is_said_what_new_contacts_become(store: BareStore) -> None:
    confirmed = replace(SEEN, audience=replace(SEEN.audience, double_opt_in=True))
    unsaid = replace(EXPORT, new_status_said=False)

    with pytest.raises(ConfigurationProblem) as caught:
        planner(store, unsaid).make(confirmed, now=NOW)

    assert caught.value.code == "new_contacts_unsaid"
