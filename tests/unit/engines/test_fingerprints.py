"""The digest of a table tells every other content, keeps from version to version, and knows no order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations
from uuid import UUID

import pytest

from segue.core.emails import subscriber_hash
from segue.engines.duckdb.audience.fingerprints import fingerprint
from segue.sync import tables
from tests.unit.sync.bare_engine import LOCAL, NEW, OLD, VIP, BareEngine

NADIA, OMAR, PIA, EMILE = (
    UUID(subscriber_hash(f"{name}@shop.example")) for name in ("nadia", "omar", "pia", "emile")
)
TABLE = tables.differences(1, "string")
ROWS: Sequence[Mapping[str, object]] = (
    {"profile_key": "1", "sub": NADIA, "ph": OLD, "kind": 1, "m0": VIP, "set0": VIP},
    {"profile_key": "2", "sub": OMAR, "ph": NEW, "kind": 2, "m0": LOCAL, "set0": 0, "is_known": True},
    {"profile_key": "3", "sub": None, "ph": NEW, "kind": 0, "skip": 3},
    {"profile_key": "4", "sub": PIA, "ph": OLD, "kind": 3, "old_sub": EMILE, "clear0": 2**61},
)  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> BareEngine:
    return BareEngine()


def digest(engine: BareEngine, rows: Sequence[Mapping[str, object]]) -> str:
    engine.give(TABLE, rows)
    return fingerprint(engine.connection, "differences")


def test_it_is_the_same_for_ever(engine: BareEngine) -> None:
    assert digest(engine, ROWS) == "81679ebc95ba9c37f7ca533532a9fcf8"
    assert digest(engine, []) == "b5e3f3dafd78bff91b7632f0f0b47009"


def test_it_knows_no_order(engine: BareEngine) -> None:
    assert len({digest(engine, rows) for rows in permutations(ROWS)}) == 1


def test_every_other_content_has_another(engine: BareEngine) -> None:
    others = {"sub": UUID(int=9), "ph": UUID(int=9), "old_sub": UUID(int=9), "profile_key": "9", "l_address": "a",
              "kind": 7, "skip": 7, "noted": True, "is_known": None, "is_sure": True, "m0": 2**40, "set0": 2**61,
              "gain0": 4, "clear0": 4, "rel0": 4}  # fmt: skip
    changed = [
        [*ROWS[:place], {**row, name: value}, *ROWS[place + 1 :]]
        for place, row in enumerate(ROWS)
        for name, value in others.items()
    ]
    fewer = [[*ROWS[:place], *ROWS[place + 1 :]] for place in range(len(ROWS))]
    more = [[*ROWS, row] for row in ROWS]

    found = [digest(engine, rows) for rows in [ROWS, [], *changed, *fewer, *more]]

    assert len(set(found)) == len(found)


def test_what_two_rows_exchange_is_told(engine: BareEngine) -> None:
    first, second, *rest = ROWS
    exchanged = [
        [{**first, name: second.get(name, 0)}, {**second, name: first.get(name, 0)}, *rest]
        for name in ("profile_key", "ph", "kind", "m0", "set0")
    ]

    found = [digest(engine, rows) for rows in [ROWS, *exchanged]]

    assert len(set(found)) == len(found)
