"""Who must not come back under a new address, because an earlier one of theirs said no or is gone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import ibis
import pytest

from segue.sync import tables
from segue.sync.bars import find_bars, with_bars
from segue.sync.kinds import Kind, Skip
from tests.unit.sync.bare_engine import (
    NADIA,
    NAMES,
    OLD,
    OMAR,
    PIA,
    QUENTIN,
    ROSA,
    VIP,
    BareEngine,
    nothing,
)

BARS = ibis.table({"b_sub": "uuid", "b_skip": "int64"}, name="bars")


@pytest.fixture(scope="module")
def shared() -> BareEngine:
    return BareEngine()


@pytest.fixture
def engine(shared: BareEngine) -> BareEngine:
    """Person 1 was acknowledged as Nadia and is to be added as Omar; the audience holds Nadia."""
    nothing(shared)
    shared.give(tables.differences(1, "int64"), [written(1, OMAR)])
    shared.give(tables.ledger(1), [owned(1, NADIA)])
    shared.give(tables.known(), [{"k_sub": NADIA}])
    return shared


def written(
    key: int, sub: UUID, kind: Kind = Kind.ADD, *, is_known: bool = False
) -> dict[str, Any]:
    return {"profile_key": key, "sub": sub, "kind": int(kind), "is_known": is_known}


def owned(key: int, sub: UUID, ph: UUID | None = OLD) -> dict[str, Any]:
    return {"l_sub": sub, "l_key": str(key), "l_ph": ph, "l_m0": VIP}


def hold(engine: BareEngine, sub: UUID, skip: Skip) -> None:
    engine.give(tables.held(), [{"h_sub": sub, "h_skip": int(skip)}])


def barred(engine: BareEngine, *, tell_gone: bool = True) -> dict[str, Skip]:
    found = engine.found(find_bars(1, "int64", tell_gone=tell_gone))
    return {NAMES[row["b_sub"]]: Skip(row["b_skip"]) for row in found}


def test_nobody_is_barred_who_never_said_no(engine: BareEngine) -> None:
    assert barred(engine) == {}


@pytest.mark.parametrize(
    ("held", "bar"),
    [
        (Skip.UNSUBSCRIBED, Skip.UNSUBSCRIBED_BEFORE_MOVE),
        (Skip.COMPLIANCE, Skip.UNSUBSCRIBED_BEFORE_MOVE),
        (Skip.FORGOTTEN, Skip.FORGOTTEN_BEFORE_MOVE),
        (Skip.CLEANED, None),
        (Skip.ARCHIVED, None),
        (Skip.INVALID_FIELD, None),
        (Skip.OTHER, None),
    ],
)
def test_a_no_under_another_address_bars_the_new_one_and_a_bounce_does_not(
    engine: BareEngine, held: Skip, bar: Skip | None
) -> None:
    hold(engine, NADIA, held)

    assert barred(engine) == ({} if bar is None else {"omar": bar})


@pytest.mark.parametrize("kind", list(Kind))
def test_whoever_would_be_written_is_barred(engine: BareEngine, kind: Kind) -> None:
    engine.give(tables.differences(1, "int64"), [written(1, OMAR, kind, is_known=True)])
    hold(engine, NADIA, Skip.UNSUBSCRIBED)

    writes = {Kind.ADD, Kind.UPDATE, Kind.TAG}
    assert barred(engine) == ({"omar": Skip.UNSUBSCRIBED_BEFORE_MOVE} if kind in writes else {})


def test_a_no_of_somebody_else_bars_nobody(engine: BareEngine) -> None:
    engine.give(tables.ledger(1), [owned(2, NADIA)])
    hold(engine, NADIA, Skip.UNSUBSCRIBED)

    assert barred(engine) == {}


def test_a_noted_opt_out_that_was_never_acknowledged_bars_too(engine: BareEngine) -> None:
    engine.give(tables.ledger(1), [owned(1, NADIA, None)])
    hold(engine, NADIA, Skip.UNSUBSCRIBED)

    assert barred(engine) == {"omar": Skip.UNSUBSCRIBED_BEFORE_MOVE}


def test_a_hold_of_the_address_itself_is_no_bar(engine: BareEngine) -> None:
    engine.give(tables.ledger(1), [owned(1, OMAR)])
    engine.give(tables.known(), [{"k_sub": OMAR}])
    hold(engine, OMAR, Skip.UNSUBSCRIBED)

    assert barred(engine) == {}


def test_who_is_gone_from_the_audience_does_not_come_back_under_a_new_address(
    engine: BareEngine,
) -> None:
    engine.give(tables.known())

    assert barred(engine) == {"omar": Skip.GONE}
    assert barred(engine, tell_gone=False) == {}


def test_who_is_gone_under_one_address_and_there_under_another_is_not_gone(
    engine: BareEngine,
) -> None:
    engine.give(tables.ledger(1), [owned(1, NADIA), owned(1, PIA)])
    engine.give(tables.known(), [{"k_sub": PIA}])

    assert barred(engine) == {}


def test_an_address_that_the_audience_holds_is_not_barred_by_a_loss(engine: BareEngine) -> None:
    engine.give(tables.known())
    engine.give(tables.differences(1, "int64"), [written(1, OMAR, is_known=True)])

    assert barred(engine) == {}


def test_only_additions_are_barred_by_a_loss(engine: BareEngine) -> None:
    engine.give(tables.known())
    engine.give(tables.differences(1, "int64"), [written(1, OMAR, Kind.UPDATE)])

    assert barred(engine) == {}


def test_who_was_perhaps_never_there_is_not_gone(engine: BareEngine) -> None:
    engine.give(tables.known())
    engine.give(tables.ledger(1), [owned(1, NADIA, None)])

    assert barred(engine) == {}


def test_the_same_address_lost_is_for_the_comparison_to_say(engine: BareEngine) -> None:
    engine.give(tables.known())
    engine.give(tables.ledger(1), [owned(1, OMAR)])

    assert barred(engine) == {}


def test_one_person_is_barred_once_by_the_graver_reason(engine: BareEngine) -> None:
    engine.give(tables.ledger(1), [owned(1, NADIA), owned(1, PIA)])
    engine.give(
        tables.held(),
        [
            {"h_sub": NADIA, "h_skip": int(Skip.UNSUBSCRIBED)},
            {"h_sub": PIA, "h_skip": int(Skip.FORGOTTEN)},
        ],
    )
    engine.give(tables.known(), [{"k_sub": PIA}, {"k_sub": NADIA}])

    assert barred(engine) == {"omar": Skip.FORGOTTEN_BEFORE_MOVE}


def test_barred_people_are_left_out_and_nothing_else_changes(engine: BareEngine) -> None:
    before = [
        written(1, OMAR) | {"m0": 3, "set0": 3, "gain0": 3, "noted": True},
        written(2, PIA, Kind.UPDATE),
        written(3, QUENTIN, Kind.SKIP) | {"skip": int(Skip.CLEANED)},
        written(4, ROSA, Kind.TAG),
    ]
    engine.give(tables.differences(1, "int64"), before)
    bar = {"b_skip": int(Skip.FORGOTTEN_BEFORE_MOVE)}
    engine.give(BARS, [bar | {"b_sub": OMAR}, bar | {"b_sub": QUENTIN}])

    found = engine.found(with_bars(1, "int64"))

    assert list(found[0]) == list(tables.differences(1, "int64").columns)
    assert {NAMES[row["sub"]]: (row["kind"], row["skip"], row["set0"]) for row in found} == {
        "omar": (Kind.SKIP, Skip.FORGOTTEN_BEFORE_MOVE, 3),
        "pia": (Kind.UPDATE, 0, 0),
        "quentin": (Kind.SKIP, Skip.CLEANED, 0),
        "rosa": (Kind.TAG, 0, 0),
    }
