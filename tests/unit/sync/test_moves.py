"""Whose contact is renamed when the address of a person changed, whose never is, and what becomes of the tags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.sync import tables
from segue.sync.kinds import Kind, Skip
from segue.sync.moves import find_moves, moved_table, with_moves
from tests.examples import few
from tests.unit.sync.bare_engine import (
    EMILE,
    LOCAL,
    NADIA,
    NAMES,
    NEW,
    OLD,
    OMAR,
    PIA,
    QUENTIN,
    ROSA,
    VIP,
    BareEngine,
    nothing,
)

EVERY_TAG = (VIP | LOCAL,)


@pytest.fixture(scope="module")
def shared() -> BareEngine:
    return BareEngine()


@pytest.fixture
def engine(shared: BareEngine) -> BareEngine:
    """Person 1 was acknowledged as Nadia and is to be added as Omar."""
    nothing(shared)
    shared.give(tables.differences(1, "int64"), [added(1, OMAR)])
    shared.give(tables.ledger(1), [owned(1, NADIA)])
    know(shared, NADIA)
    return shared


def added(key: int, sub: UUID, *, kind: Kind = Kind.ADD, mask: int = VIP) -> dict[str, Any]:
    return {
        "profile_key": key,
        "sub": sub,
        "kind": int(kind),
        "m0": mask,
        "set0": mask,
        "gain0": mask,
    }


def owned(key: int, sub: UUID, *, mask: int = VIP, ph: UUID | None = OLD) -> dict[str, Any]:
    return {"l_sub": sub, "l_key": str(key), "l_ph": ph, "l_m0": mask}


def know(engine: BareEngine, *subs: UUID) -> None:
    engine.give(tables.known(), [{"k_sub": sub} for sub in subs])


def renamed(engine: BareEngine, present: tuple[int, ...] = EVERY_TAG) -> dict[str, str]:
    """Return whose contact is renamed: old names by new ones."""
    found = engine.found(find_moves(1, "int64", present))
    return {NAMES[row["v_sub"]]: NAMES[row["v_old"]] for row in found}


def test_a_person_under_a_new_address_is_renamed(engine: BareEngine) -> None:
    engine.give(tables.ledger(1), [owned(1, NADIA, mask=VIP | LOCAL)])
    engine.give(tables.protected(1), [{"o_sub": NADIA, "f_m0": LOCAL}])

    assert engine.found(find_moves(1, "int64", (VIP,))) == [
        {"v_sub": OMAR, "v_old": NADIA, "v_m0": VIP, "v_f0": LOCAL}
    ]


def test_another_person_under_a_new_address_is_not(engine: BareEngine) -> None:
    engine.give(tables.ledger(1), [owned(2, NADIA)])

    assert renamed(engine) == {}


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.ADD])
def test_only_who_is_added_takes_over_a_contact(engine: BareEngine, kind: Kind) -> None:
    engine.give(tables.differences(1, "int64"), [added(1, OMAR, kind=kind)])

    assert renamed(engine) == {}


def test_a_contact_that_was_never_acknowledged_is_not_renamed(engine: BareEngine) -> None:
    engine.give(tables.ledger(1), [owned(1, NADIA, ph=None)])

    assert renamed(engine) == {}


def test_a_contact_of_which_nobody_is_sure_is_renamed(engine: BareEngine) -> None:
    engine.give(tables.ledger(1), [owned(1, NADIA, ph=tables.UNSURE)])

    assert renamed(engine) == {"omar": "nadia"}


def test_an_address_that_somebody_wants_is_not_taken_from_them(engine: BareEngine) -> None:
    engine.give(tables.desired(1, "int64"), [{"profile_key": 2, "sub": NADIA, "m0": VIP}])

    assert renamed(engine) == {}


def test_an_address_of_somebody_who_is_left_out_is_free(engine: BareEngine) -> None:
    left_out = {"profile_key": 2, "sub": NADIA, "m0": VIP, "state": int(Skip.NO_CONSENT)}
    engine.give(tables.desired(1, "int64"), [left_out])

    assert renamed(engine) == {"omar": "nadia"}


def test_a_pending_contact_is_not_renamed(engine: BareEngine) -> None:
    engine.give(tables.pending(), [{"p_sub": NADIA}])

    assert renamed(engine) == {}


def test_a_contact_that_is_gone_from_the_audience_is_not_renamed(engine: BareEngine) -> None:
    know(engine, OMAR)

    assert renamed(engine) == {}


def test_a_contact_that_must_not_be_written_is_not_renamed(engine: BareEngine) -> None:
    engine.give(tables.held(), [{"h_sub": NADIA, "h_skip": int(Skip.UNSUBSCRIBED)}])

    assert renamed(engine) == {}


def test_a_contact_that_was_refused_for_its_fields_is_renamed(engine: BareEngine) -> None:
    engine.give(tables.held(), [{"h_sub": NADIA, "h_skip": int(Skip.INVALID_FIELD), "h_ph": OLD}])

    assert renamed(engine) == {"omar": "nadia"}


def test_a_contact_that_another_export_claims_is_not_renamed(engine: BareEngine) -> None:
    engine.give(tables.protected(1), [{"o_sub": NADIA, "o_m0": LOCAL}])

    assert renamed(engine) == {}


def test_of_two_old_addresses_the_first_is_renamed_and_each_person_once(engine: BareEngine) -> None:
    engine.give(tables.differences(1, "int64"), [added(1, OMAR), added(2, PIA), added(3, EMILE)])
    engine.give(tables.ledger(1), [owned(1, ROSA), owned(1, NADIA), owned(2, QUENTIN)])
    know(engine, NADIA, QUENTIN, ROSA)

    assert renamed(engine) == {"omar": "nadia", "pia": "quentin"}


def moved(
    engine: BareEngine, before: Sequence[dict[str, Any]], moves: Sequence[dict[str, Any]]
) -> Any:
    """Return the differences with moves by name: kind, old name, and the masks set, gain, clear, rel."""
    engine.give(tables.differences(1, "int64"), before)
    engine.give(moved_table(1), moves)
    found = engine.found(with_moves(1, "int64"))
    masks = ("set0", "gain0", "clear0", "rel0")
    return {
        NAMES[row["sub"]]: (Kind(row["kind"]), NAMES.get(row["old_sub"]), *(row[m] for m in masks))
        for row in found
    }


def test_a_move_sends_all_wanted_tags_and_takes_away_those_that_are_not(engine: BareEngine) -> None:
    before = [
        added(1, OMAR) | {"is_known": True, "ph": NEW},
        {"sub": NADIA, "kind": int(Kind.LEAVE), "clear0": VIP | LOCAL},
        {"sub": PIA, "kind": int(Kind.LEAVE), "clear0": VIP},
        added(2, ROSA, mask=LOCAL),
    ]
    moves = [{"v_sub": OMAR, "v_old": NADIA, "v_m0": VIP | LOCAL | 4, "v_f0": 4}]

    assert moved(engine, before, moves) == {
        "omar": (Kind.MOVE, "nadia", VIP, 0, LOCAL, 4),
        "pia": (Kind.LEAVE, None, 0, 0, VIP, 0),
        "rosa": (Kind.ADD, None, LOCAL, LOCAL, 0, 0),
    }


def test_a_move_that_is_no_addition_any_more_stays_what_it_is(engine: BareEngine) -> None:
    left_out = added(1, OMAR, kind=Kind.SKIP) | {"clear0": 4, "rel0": 8}
    moves = [{"v_sub": OMAR, "v_old": NADIA, "v_m0": LOCAL}]

    assert moved(engine, [left_out], moves) == {"omar": (Kind.SKIP, None, VIP, VIP, 4, 8)}


def test_a_move_keeps_everything_else_that_is_said_of_a_person(engine: BareEngine) -> None:
    before = added(1, OMAR) | {
        "is_known": True,
        "ph": NEW,
        "l_address": "a@shop.example",
        "noted": True,
    }
    engine.give(tables.differences(1, "int64"), [before])
    engine.give(moved_table(1), [{"v_sub": OMAR, "v_old": NADIA}])

    [found] = engine.found(with_moves(1, "int64"))

    assert list(found) == list(tables.differences(1, "int64").columns)
    assert found["gain0"] == VIP
    assert {name: found[name] for name in before if name not in {"kind", "old_sub"}} == {
        name: value for name, value in before.items() if name != "kind"
    }


MASK = st.tuples(st.integers(0, 3).map(lambda n: n << 60), st.integers(0, 7))


@few(4)
@given(
    people=st.lists(
        st.tuples(MASK.filter(any), MASK, MASK), min_size=10, max_size=40
    ),
)  # fmt: skip
def test_moves_lose_no_tag_over_any_number_of_words(
    shared: BareEngine, people: list[tuple[tuple[int, int], ...]]
) -> None:
    differences, moves = [], []
    for number, (wanted, had, foreign) in enumerate(people, start=1):
        sub = UUID(int=number)
        masks = {f"{prefix}{w}": wanted[w] for prefix in ("m", "set", "gain") for w in (0, 1)}
        differences.append({"profile_key": number, "sub": sub, "kind": int(Kind.ADD)} | masks)
        old = {"v_sub": sub, "v_old": UUID(int=1000 + number)}
        old |= {f"v_m{w}": had[w] for w in (0, 1)} | {f"v_f{w}": foreign[w] for w in (0, 1)}
        moves.append(old)
    shared.give(tables.differences(2, "int64"), differences)
    shared.give(moved_table(2), moves)

    found = {row["sub"].int: row for row in shared.found(with_moves(2, "int64"))}

    assert sorted(found) == list(range(1, len(people) + 1))
    for number, (wanted, had, foreign) in enumerate(people, start=1):
        row = found[number]
        assert row["kind"] == Kind.MOVE
        for w in (0, 1):
            after = (had[w] | row[f"set{w}"]) & ~row[f"clear{w}"]
            assert row[f"set{w}"] == wanted[w]
            assert row[f"gain{w}"] == wanted[w] & ~had[w]
            assert after == wanted[w] | had[w] & foreign[w]
            assert row[f"rel{w}"] == had[w] & foreign[w] & ~wanted[w]
