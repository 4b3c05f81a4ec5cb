"""What a plan says in numbers: people per kind, reason, tag and merge field, each counted once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import ibis
import pytest

from segue.engines.duckdb.audience.seen import hash_of_value
from segue.sync import tables
from segue.sync.brakes import FieldVolume, SegmentChange
from segue.sync.changed_fields import PlacedField, changes_table
from segue.sync.counts import Counts, Kept, People, Tally
from segue.sync.export import Blanks, SegmentTag
from segue.sync.field_counts import FieldCounts
from segue.sync.fields import RenderedField
from segue.sync.kinds import Kind, Skip
from segue.sync.plan import FieldChange
from segue.sync.ports import Column
from tests.unit.sync.bare_engine import (
    BITS,
    EMILE,
    LATE,
    LOCAL,
    NADIA,
    OLD,
    OMAR,
    PIA,
    QUENTIN,
    ROSA,
    VIP,
    BareEngine,
    nothing,
)

CAST = (NADIA, OMAR, PIA, QUENTIN, ROSA, EMILE)
PAYLOAD = ibis.table(
    {"p_key": "int64", "address": "string", "f0": "string", "f1": "string"}, name="payload"
)
ANA, BO = hash_of_value("Ana"), hash_of_value("Bo")


@pytest.fixture(scope="module")
def shared() -> BareEngine:
    return BareEngine(bits=BITS)


@pytest.fixture
def engine(shared: BareEngine) -> BareEngine:
    nothing(shared, words=2)
    return shared


@pytest.fixture
def counts(engine: BareEngine) -> Counts:
    return Counts(store=engine, words=2, key_type="int64")  # type: ignore[arg-type]


def differ(engine: BareEngine, *rows: dict[str, Any]) -> None:
    """Let these be the differences; each person has the next key and address."""
    engine.give(
        tables.differences(2, "int64"),
        [{"profile_key": n, "sub": UUID(int=n)} | row for n, row in enumerate(rows, start=1)],
    )


def of(kind: Kind, count: int = 1, **more: Any) -> list[dict[str, Any]]:
    return [{"kind": int(kind), **more} for _ in range(count)]


def test_people_are_counted_by_kind_and_by_reason(engine: BareEngine, counts: Counts) -> None:
    differ(
        engine,
        *of(Kind.ADD, 3),
        *of(Kind.LEAVE, 2),
        *of(Kind.SAME, 4, settles=True),
        *of(Kind.SKIP, 2, skip=int(Skip.CLEANED)),
        *of(Kind.SKIP, 1, skip=int(Skip.DUPLICATE)),
    )

    assert counts.tally() == Tally(
        kinds={Kind.ADD: 3, Kind.LEAVE: 2, Kind.SKIP: 3},
        skips={Skip.CLEANED: 2, Skip.DUPLICATE: 1},
        settling=4,
    )


def test_acknowledged_people_who_lose_a_tag_count_as_losing_whatever_they_gain(
    engine: BareEngine, counts: Counts
) -> None:
    differ(
        engine,
        *of(Kind.LEAVE, 2, is_acknowledged=True, clear0=1),
        *of(Kind.LEAVE, 5, is_acknowledged=False, clear0=1),
        *of(Kind.UNTAG, 1, is_acknowledged=True, clear1=2),
        *of(Kind.TAG, 4, is_acknowledged=True, set0=2, clear0=1),
        *of(Kind.TAG, 8, is_acknowledged=True, set0=2),
        *of(Kind.RELEASE, 16, is_acknowledged=True, rel0=1),
        *of(Kind.SKIP, 32, is_acknowledged=True, clear0=1),
    )

    assert counts.tally().losing == 2 + 1 + 4


def test_who_carries_a_tag_by_the_ledger_is_acknowledged(
    engine: BareEngine, counts: Counts
) -> None:
    engine.give(
        tables.ledger(2),
        [
            {"l_sub": NADIA, "l_ph": OLD, "l_m0": VIP},
            {"l_sub": OMAR, "l_ph": tables.UNSURE, "l_m1": LATE.value},
            {"l_sub": PIA, "l_ph": OLD},
            {"l_sub": ROSA, "l_ph": None, "l_m0": VIP},
        ],
    )

    assert counts.kept() == Kept(rows=4, acknowledged=2, begun=4)


@pytest.mark.parametrize(
    ("ledger", "is_first"),
    [
        ([], True),
        ([{"l_sub": NADIA}], True),
        ([{"l_sub": NADIA, "l_m1": 1}], False),
        ([{"l_sub": NADIA, "l_ph": OLD}], False),
    ],
)
def test_an_export_is_at_its_first_run_until_it_began_to_write(
    engine: BareEngine, counts: Counts, ledger: list[dict[str, Any]], is_first: bool
) -> None:
    engine.give(tables.ledger(2), ledger)

    assert (counts.kept().begun == 0) is is_first


def test_a_segment_is_counted_before_and_after_over_every_word(
    engine: BareEngine, counts: Counts
) -> None:
    late = LATE.value
    engine.give(
        tables.ledger(2),
        [
            {"l_sub": sub, "l_ph": ph, "l_m0": VIP, "l_m1": late}
            for sub, ph in zip(CAST[:3], (OLD, OLD, None), strict=True)
        ],
    )
    wanted = [
        {"profile_key": n, "sub": sub, "m0": VIP, "m1": late * (n % 2)}
        for n, sub in enumerate(CAST)
    ]
    engine.give(tables.desired(2, "int64"), [*wanted, {"profile_key": 9, "m1": late, "state": 3}])
    differ(
        engine,
        *of(Kind.ADD, 4, gain0=VIP, gain1=late),
        *of(Kind.LEAVE, 3, clear1=late),
        *of(Kind.RELEASE, 1, rel0=VIP),
        *of(Kind.SKIP, 5, gain0=VIP, clear1=late, rel0=VIP),
    )
    chosen = [SegmentTag(segment="vip", tag="Vip"), SegmentTag(segment="late", tag="Late")]

    clears, releases = counts.changes("clear"), counts.changes("rel")
    found = counts.segments(chosen, {"Vip": BITS[0], "Late": LATE}, clears, releases)

    assert found == [
        SegmentChange(segment="vip", tag="Vip", before=2, after=6, adds=4, removes=0, released=1),
        SegmentChange(segment="late", tag="Late", before=2, after=3, adds=4, removes=3),
    ]
    assert [one.carriers for one in found] == [5, 3]


def test_who_gets_a_tag_anew_is_counted_once_and_only_when_written(
    engine: BareEngine, counts: Counts
) -> None:
    differ(
        engine,
        *of(Kind.ADD, 1, gain0=VIP | LOCAL),
        *of(Kind.TAG, 2, gain1=LATE.value),
        *of(Kind.TAG, 4, gain0=4),
        *of(Kind.UNTAG, 8, clear0=VIP),
        *of(Kind.SKIP, 16, gain0=VIP),
    )

    assert counts.gaining([BITS[0], BITS[1], LATE]) == 1 + 2


def test_an_audience_without_tags_has_no_counts_of_them(engine: BareEngine) -> None:
    bare = BareEngine(bits=())

    found = Counts(store=bare, words=1, key_type="int64").changes("clear")  # type: ignore[arg-type]

    assert found == {}


def rendered(number: int, *, checks: bool) -> RenderedField:
    name = f"f{number}"
    return RenderedField(
        tag=f"FIELD{number}",
        columns={name: PAYLOAD[name]},
        whole=(name,),
        fits=ibis.literal(True) if checks else None,
        is_cut=ibis.literal(True) if checks else None,
        blanks=Blanks.KEEP if number == 0 else Blanks.CLEAR,
        node=Column(name),
    )


def test_misfits_and_cuts_are_counted_of_wanted_people_only(
    engine: BareEngine, counts: Counts
) -> None:
    engine.give(
        tables.desired(2, "int64"),
        [
            {"profile_key": 1, "misfits0": 0b10, "cuts0": 0b10},
            {"profile_key": 2, "misfits0": 0b11},
            {"profile_key": 3, "misfits0": 0b01, "cuts0": 0b10},
            {"profile_key": 4, "misfits0": 0b10, "state": int(Skip.NO_CONSENT)},
        ],
    )
    fields = (rendered(0, checks=False), rendered(1, checks=True))

    assert counts.people(fields) == People(
        members=4, wanted=3, misfits={"FIELD1": 2}, cuts={"FIELD1": 2}
    )
    assert counts.people(()) == People(members=4, wanted=3, misfits={}, cuts={})


def test_the_sixty_third_merge_field_is_counted_like_the_first(
    engine: BareEngine, counts: Counts
) -> None:
    people = [{"profile_key": 1, "misfits0": 1, "cuts1": 1}, {"profile_key": 2, "misfits1": 1}]
    engine.give(tables.desired(2, "int64", 63), people)
    fields = (rendered(0, checks=True), *(rendered(1, checks=False) for _ in range(61)))
    last = replace(rendered(0, checks=True), tag="FIELD62")

    found = counts.people((*fields, last))

    assert found.misfits == {"FIELD0": 1, "FIELD62": 1}
    assert found.cuts == {"FIELD62": 1}


def test_additions_and_moves_are_told_apart_by_what_the_audience_holds(
    engine: BareEngine, counts: Counts
) -> None:
    differ(
        engine,
        *of(Kind.ADD, 1),
        *of(Kind.ADD, 2, is_known=True, l_address="a@shop.example"),
        *of(Kind.MOVE, 1),
        *of(Kind.MOVE, 3, is_known=True, l_address="b@shop.example"),
        *of(Kind.SKIP, 4, skip=int(Skip.GONE), is_acknowledged=True),
        *of(Kind.SKIP, 2, skip=int(Skip.GONE)),
        *of(Kind.SKIP, 1, skip=int(Skip.CLEANED), is_acknowledged=True),
    )

    found = counts.tally()
    assert (found.known, found.begun, found.archives, found.gone) == (2, 2, 3, 4)


def test_what_changes_only_the_ledger_is_counted(engine: BareEngine, counts: Counts) -> None:
    differ(
        engine,
        *of(Kind.SKIP, 2, noted=True, rel1=1),
        *of(Kind.SAME, 3, settles=True),
        *of(Kind.RELEASE, 1, rel0=1),
        *of(Kind.UPDATE, 2, rel1=1),
        *of(Kind.UPDATE, 1, clear0=1),
    )

    found = counts.tally()
    assert (found.noted, found.settling, found.released, found.silent) == (2, 3, 3, 8)


# merge fields


def fields(counts: Counts, *, is_empty: bool = False) -> FieldCounts:
    """Return the counts of two merge fields: the first keeps what a blank would take, the second clears it."""
    placed = [
        PlacedField(rendered=rendered(n, checks=False), position=5 + n, is_empty=is_empty)
        for n in range(2)
    ]
    return FieldCounts(counts=counts, payload=lambda: PAYLOAD, fields=placed)


def change(new: int | None, old: int | None, *, carries: bool = True) -> dict[str, Any]:
    """Return one contact in whose first field `old` was and for which `new` is sent; in the second nothing changes."""
    differs = new is not None and new != old
    first = {"new0": new, "old0": old, "changed0": differs}
    return first | {"new1": 0, "old1": 0, "changed1": False, "c_carries": carries}


def test_what_happens_to_a_field_is_told_with_its_blanks(
    engine: BareEngine, counts: Counts
) -> None:
    engine.give(
        changes_table(2),
        [
            *[change(BO, ANA)] * 3,
            change(ANA, ANA),
            *[change(None, ANA)] * 2,
            change(None, 0),
            change(None, None),
            change(ANA, None),
            {"new0": ANA, "old0": ANA, "changed0": False, "new1": 0, "old1": ANA, "changed1": True},
            {
                "new0": ANA,
                "old0": ANA,
                "changed0": False,
                "new1": 0,
                "old1": None,
                "changed1": True,
            },
        ],
    )
    differ(engine, *of(Kind.ADD, 3, is_known=True))
    engine.give(
        PAYLOAD, [{"p_key": n, "f0": "Ana" if n == 1 else "", "f1": ""} for n in range(1, 4)]
    )

    found = fields(counts).changes({"FIELD1": 6}, compared=True, adopted=True)

    assert found == [
        FieldChange(tag="FIELD0", changed=4, cleared=0, kept=2 + 2, cut=0),
        FieldChange(tag="FIELD1", changed=2, cleared=2 + 3, kept=0, cut=6),
    ]


def test_in_a_field_that_is_empty_blanks_take_nothing_from_anybody(
    engine: BareEngine, counts: Counts
) -> None:
    second = {"new1": 0, "old1": None, "changed1": True}
    engine.give(changes_table(2), [change(ANA, None) | second, change(None, None) | second])
    differ(engine, *of(Kind.ADD, 1, is_known=True))
    engine.give(PAYLOAD, [{"p_key": 1, "f0": "", "f1": ""}])

    assert fields(counts, is_empty=True).changes({}, compared=True, adopted=True) == [
        FieldChange(tag="FIELD0", changed=1)
    ]
    assert fields(counts).changes({}, compared=True, adopted=True) == [
        FieldChange(tag="FIELD0", changed=1, kept=1),
        FieldChange(tag="FIELD1", changed=2, cleared=3),
    ]


def test_fields_to_which_nothing_happens_are_not_told(counts: Counts) -> None:
    assert fields(counts).changes({}, compared=False, adopted=False) == []
    assert fields(counts).changes({"FIELD0": 1}, compared=False, adopted=False) == [
        FieldChange(tag="FIELD0", cut=1)
    ]


def holding(engine: BareEngine, *values: int | None, held: Sequence[dict[str, Any]] = ()) -> None:
    """Let contacts that carry a tag hold these in the first field and nothing in the second; `held` are not written."""
    rows = [
        {"v_sub": UUID(int=n), "v5": value, "v6": 0, "v_carries": True}
        for n, value in enumerate(values, start=1)
    ]
    engine.give(tables.ledger_values([5, 6]), rows)
    engine.give(tables.held(), held)
    differ(engine)


def test_brakes_see_who_loses_keeps_or_gets_a_value_and_of_how_many(
    engine: BareEngine, counts: Counts
) -> None:
    holding(engine, ANA, ANA, BO, 0, None, 9)
    engine.give(
        changes_table(2),
        [
            change(BO, ANA),
            change(None, ANA),
            change(0, BO),
            change(ANA, 0),
            change(ANA, None),
            change(7, 9),
        ],
    )

    volume = FieldVolume(tag="FIELD0", holders=4, cleared=1, emptied=1, changed=2, levelled=0)
    assert fields(counts).volumes(compared=True, adopted=0) == (
        replace(volume, untold=1, changed_untold=1),
        FieldVolume(tag="FIELD1", holders=0),
    )
    assert fields(counts, is_empty=True).volumes(compared=True, adopted=0)[0] == volume


def test_of_whom_nothing_is_known_counts_beside_those_who_hold_a_value_of_ours(
    engine: BareEngine, counts: Counts
) -> None:
    holding(engine, *[None] * 40)
    engine.give(changes_table(2), [change(ANA, None), change(BO, None), change(0, None)])

    assert fields(counts).volumes(compared=True, adopted=0)[0] == FieldVolume(
        tag="FIELD0", holders=0, untold=40, changed_untold=2, cleared_untold=1
    )


def test_who_left_or_cannot_be_written_makes_no_brake_blunt_and_who_comes_back_is_counted(
    engine: BareEngine, counts: Counts
) -> None:
    final = {"h_sub": UUID(int=1), "h_skip": int(Skip.UNSUBSCRIBED)}
    passing = {"h_sub": UUID(int=2), "h_skip": int(Skip.CLEANED), "h_ph": OLD}
    holding(engine, ANA, ANA, BO, 9, held=[final, passing])
    engine.run("INSERT INTO ledger_values VALUES (uuid(), false, 1, 1), (uuid(), false, NULL, 1)")
    erased = {"is_acknowledged": True, "is_known": False}
    differ(
        engine,
        {"kind": int(Kind.RELEASE), "sub": UUID(int=4), **erased},
        {"kind": int(Kind.RELEASE), "sub": UUID(int=3), "is_acknowledged": True, "is_known": True},
        {"kind": int(Kind.UPDATE), "sub": UUID(int=3), **erased},
    )
    back = [change(BO, ANA, carries=False), change(BO, None, carries=False)]
    engine.give(changes_table(2), [change(ANA, BO), *back])

    assert fields(counts).volumes(compared=True, adopted=0)[0] == FieldVolume(
        tag="FIELD0", holders=2 + 1, changed=2, untold=1, changed_untold=1
    )


def test_contacts_that_are_taken_over_may_lose_what_is_blank(
    engine: BareEngine, counts: Counts
) -> None:
    holding(engine, ANA)
    differ(engine, *of(Kind.ADD, 3, is_known=True))
    engine.give(
        PAYLOAD, [{"p_key": n, "f0": "Ana" if n == 1 else "", "f1": ""} for n in range(1, 4)]
    )
    kept = FieldVolume(tag="FIELD0", holders=1)
    cleared = FieldVolume(tag="FIELD1", holders=0)

    assert fields(counts).volumes(compared=False, adopted=3) == (
        kept,
        replace(cleared, untold=3, cleared_untold=3),
    )
    assert fields(counts, is_empty=True).volumes(compared=False, adopted=3) == (kept, cleared)
    assert fields(counts).volumes(compared=False, adopted=0) == ()


@pytest.mark.parametrize(
    ("values", "levelled"),
    [
        ([(9, 1), (9, 2), (9, 3)], 3),
        ([(9, 1), (9, 2), (9, 2)], 0),
        ([(9, 1), (9, 2), (9, 3), (8, 1), (8, 2), (8, 3), (8, 4)], 4),
        ([(9, 1), (9, 2), (9, 0)], 0),
        ([(9, 1), (9, 2), (9, None)], 0),
        ([(9, 1), (9, 2), (9, 9)], 0),
        ([(0, 1), (0, 2), (0, 3), (9, 1)], 0),
    ],
)
def test_one_value_for_all_levels_from_three_different_ones_on(
    engine: BareEngine, counts: Counts, values: list[tuple[int, int | None]], levelled: int
) -> None:
    holding(engine, 1)
    engine.give(changes_table(2), [change(new, old) for new, old in values])

    assert fields(counts).volumes(compared=True, adopted=0)[0].levelled == levelled


def test_without_merge_fields_there_is_nothing_to_count(counts: Counts) -> None:
    none = FieldCounts(counts=counts, payload=lambda: PAYLOAD, fields=())

    assert none.changes({}, compared=False, adopted=True) == []
