"""Field by field: what a contact that differs really gets, loses or keeps, and who settles without a call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import ibis
import pytest

from segue.engines.duckdb.audience.seen import hash_of_value
from segue.sync import tables
from segue.sync.changed_fields import (
    PlacedField,
    adopted_blanks,
    changes_table,
    find_changes,
    sent_values,
    with_changes,
)
from segue.sync.export import Blanks
from segue.sync.fields import RenderedField
from segue.sync.kinds import Kind
from segue.sync.ports import Column
from tests.unit.sync.bare_engine import (
    EMILE,
    NADIA,
    NAMES,
    OMAR,
    PIA,
    QUENTIN,
    ROSA,
    BareEngine,
)

PAYLOAD = ibis.table(
    {"p_key": "int64", "address": "string", "f0": "string", "f1": "string"}, name="payload"
)
ANA, BO = hash_of_value("Ana"), hash_of_value("Bo")


def field(
    number: int, *, position: int, blanks: Blanks = Blanks.KEEP, is_empty: bool = False
) -> PlacedField:
    """Return a merge field of one column, f0 or f1."""
    name = f"f{number}"
    rendered = RenderedField(
        tag=f"FIELD{number}",
        columns={name: PAYLOAD[name]},
        whole=(name,),
        fits=None,
        is_cut=None,
        blanks=blanks,
        node=Column(name),
    )
    return PlacedField(rendered=rendered, position=position, is_empty=is_empty)


FIELDS = (field(0, position=7), field(1, position=2, blanks=Blanks.CLEAR))
"""The first keeps what Mailchimp holds where it is blank, the second clears it. Places are any numbers."""


@pytest.fixture(scope="module")
def engine() -> BareEngine:
    return BareEngine()


def differing(key: int, sub: UUID, kind: Kind = Kind.UPDATE, **more: Any) -> dict[str, Any]:
    return {"profile_key": key, "sub": sub, "kind": int(kind), "is_sure": True} | more


def paid(key: int, first: str, second: str = "") -> dict[str, Any]:
    return {"p_key": key, "address": f"p{key}@shop.example", "f0": first, "f1": second}


def test_of_each_field_it_is_found_what_is_sent_what_was_and_whether_it_changes(
    engine: BareEngine,
) -> None:
    people = {
        NADIA: (("Ana", "Ana"), (ANA, ANA)),
        OMAR: (("Bo", "Bo"), (ANA, ANA)),
        PIA: (("", ""), (ANA, ANA)),
        QUENTIN: (("Ana", ""), (None, None)),
        ROSA: (("", ""), (0, 0)),
        EMILE: (("Ana", "Ana"), (0, ANA)),
    }
    keys = dict(enumerate(people, start=1))
    engine.give(tables.differences(1, "int64"), [differing(key, sub) for key, sub in keys.items()])
    engine.give(PAYLOAD, [paid(key, *people[sub][0]) for key, sub in keys.items()])
    engine.give(
        tables.ledger_values([7, 2]),
        [
            {"v_sub": sub, "v7": old[0], "v2": old[1], "v_carries": sub != ROSA}
            for sub, (_, old) in people.items()
        ],
    )

    found = engine.found(find_changes(1, "int64", PAYLOAD, FIELDS))

    columns = list(changes_table(2).columns)
    assert [list(row) for row in found] == [[*columns[:-1], "c_any"]] * 6
    assert {NAMES[row["c_sub"]]: tuple(row.values())[1:] for row in found} == {
        "nadia": (True, ANA, ANA, False, ANA, ANA, False, False),
        "omar": (True, BO, ANA, True, BO, ANA, True, True),
        "pia": (True, None, ANA, False, 0, ANA, True, True),
        "quentin": (True, ANA, None, True, 0, None, True, True),
        "rosa": (False, None, 0, False, 0, 0, False, False),
        "emile": (True, ANA, 0, True, ANA, ANA, False, True),
    }


def test_only_updates_are_looked_at_and_who_was_perhaps_changed_is_written_whatever_the_fields_are(
    engine: BareEngine,
) -> None:
    engine.give(
        tables.differences(1, "int64"),
        [
            differing(1, NADIA),
            differing(2, OMAR, is_sure=False),
            differing(3, PIA, Kind.ADD),
            differing(4, ROSA, Kind.TAG),
        ],
    )
    engine.give(PAYLOAD, [paid(key, "Ana", "Ana") for key in range(1, 5)])
    engine.give(
        tables.ledger_values([7, 2]), [{"v_sub": s, "v7": ANA, "v2": ANA} for s in (NADIA, OMAR)]
    )

    found = engine.found(find_changes(1, "int64", PAYLOAD, FIELDS))

    assert [(NAMES[row["c_sub"]], row["changed0"], row["c_any"]) for row in found] == [
        ("nadia", False, False),
        ("omar", False, True),
    ]


def test_after_a_repair_nothing_is_said_of_fields_of_which_nothing_is_known(
    engine: BareEngine,
) -> None:
    unsure = [differing(key, sub, is_sure=False) for key, sub in ((1, NADIA), (2, OMAR))]
    engine.give(tables.differences(1, "int64"), [*unsure, differing(3, PIA)])
    engine.give(PAYLOAD, [paid(key, "Ana", "Ana") for key in range(1, 4)])
    engine.give(
        tables.ledger_values([7, 2]),
        [
            {"v_sub": NADIA, "v7": None, "v2": None},
            {"v_sub": OMAR, "v7": None, "v2": BO},
            {"v_sub": PIA, "v7": None, "v2": None},
        ],
    )

    found = engine.found(find_changes(1, "int64", PAYLOAD, FIELDS))

    assert [NAMES[row["c_sub"]] for row in found] == ["omar", "pia"]


def test_without_fields_nothing_changes(engine: BareEngine) -> None:
    engine.give(tables.differences(1, "int64"), [differing(1, NADIA)])
    engine.give(PAYLOAD, [paid(1, "Ana")])
    engine.give(tables.ledger_values([]), [{"v_sub": NADIA}])

    assert engine.found(find_changes(1, "int64", PAYLOAD, ())) == [
        {"c_sub": NADIA, "c_carries": False, "c_any": False}
    ]


def test_who_changes_no_field_settles_and_only_the_tags_are_still_written(
    engine: BareEngine,
) -> None:
    before = [
        differing(1, NADIA),
        differing(2, OMAR),
        differing(3, PIA, set0=1, clear0=2, rel0=4),
        differing(4, QUENTIN, clear0=2, rel0=4),
        differing(5, ROSA, rel0=4),
        differing(6, EMILE, Kind.ADD, set0=1),
    ]
    engine.give(tables.differences(1, "int64"), before)
    same = {"c_any": False}
    engine.give(
        changes_table(2),
        [
            {"c_sub": NADIA, "c_any": True},
            *(same | {"c_sub": s} for s in (OMAR, PIA, QUENTIN, ROSA, EMILE)),
        ],
    )

    found = engine.found(with_changes(1, "int64", 2))

    assert list(found[0]) == list(tables.differences(1, "int64").columns)
    assert {NAMES[row["sub"]]: (Kind(row["kind"]), row["settles"]) for row in found} == {
        "nadia": (Kind.UPDATE, False),
        "omar": (Kind.SAME, True),
        "pia": (Kind.TAG, True),
        "quentin": (Kind.UNTAG, True),
        "rosa": (Kind.RELEASE, True),
        "emile": (Kind.ADD, False),
    }


def test_a_blank_that_keeps_is_never_sent_and_one_that_clears_is(engine: BareEngine) -> None:
    engine.give(PAYLOAD, [paid(1, "Ana", "Bo"), paid(2, "", "")])

    found = engine.found(PAYLOAD.select("p_key", **sent_values(PAYLOAD, FIELDS)))

    assert found == [{"p_key": 1, "v7": ANA, "v2": BO}, {"p_key": 2, "v7": None, "v2": 0}]


def test_blanks_of_contacts_that_the_audience_held_before_us_are_found(engine: BareEngine) -> None:
    engine.give(
        tables.differences(1, "int64"),
        [
            differing(1, NADIA, Kind.ADD, is_known=True),
            differing(2, OMAR, Kind.ADD, is_known=False),
            differing(3, PIA, Kind.ADD, is_known=True, is_acknowledged=True),
            differing(4, ROSA, Kind.UPDATE, is_known=True),
            differing(5, EMILE, Kind.ADD, is_known=True),
        ],
    )
    engine.give(PAYLOAD, [paid(key, "" if key == 1 else "Ana") for key in range(1, 6)])

    found = engine.rows(adopted_blanks(1, "int64", PAYLOAD, FIELDS))

    assert sorted(found) == [(False, True), (True, True)]
