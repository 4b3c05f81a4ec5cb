"""A run's changes as groups: who is written how, in which order, and that nobody known ever gets a status."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

import ibis
import pytest

from segue.engines.duckdb.audience.seen import hash_of_value
from segue.mailchimp.destination import mailchimp_destination
from segue.sync import tables
from segue.sync.changed_fields import PlacedField
from segue.sync.changes import Scope, change_groups
from segue.sync.export import FieldMatch, NewStatus
from segue.sync.fields import render_fields
from segue.sync.kinds import WRITES, Kind
from segue.sync.ports import Constant, Node, UnlessBlank, WriteMode
from segue.sync.store import GroupWork, Step
from tests.fakes.laboratory import SCHEMA, export
from tests.unit.sync.bare_engine import BITS, LATE, LOCAL, NEW, VIP, BareEngine

PROFILES = ibis.table(
    {"profile_key": "int64", "email__address": "string", "first_name": "string"}, name="profiles"
)
ANA = hash_of_value("Ana")
KINDS = list(Kind)


@pytest.fixture(scope="module")
def engine() -> BareEngine:
    return BareEngine()


def groups(
    engine: BareEngine,
    *rows: dict[str, Any],
    honours: bool = True,
    new_status: NewStatus = NewStatus.SUBSCRIBED,
    clears: dict[int, int] | None = None,
    **silent: int,
) -> dict[str, GroupWork]:
    """Return the groups of some differences, by name. Keys and addresses are numbered as the rows are."""
    engine.give(
        tables.differences(2, "int64"),
        [
            {"profile_key": n, "sub": UUID(int=n), "ph": NEW} | row
            for n, row in enumerate(rows, start=1)
        ],
    )
    engine.give(
        PROFILES,
        [
            {
                "profile_key": n,
                "email__address": f"p{n}@new.example",
                "first_name": "" if n == 2 else "Ana",
            }
            for n in range(1, len(rows) + 1)
        ],
    )
    exported = export(
        fields=(FieldMatch(tag="FNAME", attribute="first_name"),), new_status=new_status
    )
    scope = Scope(
        export=exported,
        words=2,
        key_type="int64",
        bits=BITS,
        counts=Counter(Kind(row["kind"]) for row in rows),
        clears=clears or {},
        noted=silent.get("noted", 0),
        released=silent.get("released", 0),
        settling=silent.get("settling", 0),
        archives=silent.get("archives", 0),
        known=sum(row["kind"] == Kind.ADD and bool(row.get("is_known")) for row in rows),
    )
    [rendered] = render_fields(PROFILES, exported, SCHEMA, ())
    placed = [PlacedField(rendered=rendered, position=4)]
    destination = mailchimp_destination(None, honours_status_if_new=honours)  # type: ignore[arg-type]
    return {work.group.name: work for work in change_groups(scope, PROFILES, placed, destination)}


def of(kind: Kind, **more: Any) -> dict[str, Any]:
    return {"kind": int(kind), **more}


def members(engine: BareEngine, found: dict[str, GroupWork]) -> dict[str, list[int]]:
    """Return the numbers of the people of each group."""
    return {
        name: [row["sub"].int for row in engine.found(work.rows)] for name, work in found.items()
    }


def statuses(work: GroupWork) -> dict[str, str]:
    assert isinstance(work.template, Node)
    return {
        key: node.value
        for key, node in work.template.members
        if key.startswith("status") and isinstance(node, Constant)
    }


@pytest.mark.parametrize(("known", "name"), [(False, "create"), (True, "adopt")])
def test_nothing_is_looked_up_for_a_way_of_writing_that_nobody_goes(
    engine: BareEngine, known: bool, name: str
) -> None:
    found = groups(engine, of(Kind.ADD, is_known=known))

    assert members(engine, found) == {name: [1]}


EVERYBODY = [
    of(kind, is_known=known)
    for kind in (Kind.ADD, Kind.UPDATE, Kind.TAG, Kind.MOVE)
    for known in (False, True)
]
"""1 and 2 are added, 3 and 4 updated, 5 and 6 tagged, 7 and 8 moved; the audience holds the even ones."""


@pytest.mark.parametrize(
    ("honours", "mode", "status"),
    [(True, WriteMode.UPSERT, "status_if_new"), (False, WriteMode.CREATE, "status")],
)
def test_only_people_whom_the_audience_does_not_hold_get_a_status(
    engine: BareEngine, honours: bool, mode: WriteMode, status: str
) -> None:
    found = groups(engine, *EVERYBODY, honours=honours, archives=1, new_status=NewStatus.PENDING)

    assert members(engine, found) == {
        "move": [7],
        "join": [8],
        "create": [1],
        "adopt": [2],
        "update": [3, 4, 5, 6],
    }
    assert {name: statuses(work) for name, work in found.items()} == {
        "move": {},
        "join": {},
        "create": {status: "pending"},
        "adopt": {},
        "update": {},
    }
    assert {
        name: (work.group.step, work.group.mode, work.group.archives)
        for name, work in found.items()
    } == {
        "move": (Step.MOVE, WriteMode.UPDATE, False),
        "join": (Step.MOVE, WriteMode.UPDATE, True),
        "create": (Step.WRITE, mode, False),
        "adopt": (Step.WRITE, WriteMode.UPDATE, False),
        "update": (Step.WRITE, WriteMode.UPDATE, False),
    }


@pytest.mark.parametrize("kind", KINDS)
def test_everybody_who_is_written_is_in_exactly_one_group_and_nobody_else_is(
    engine: BareEngine, kind: Kind
) -> None:
    found = groups(engine, of(kind), of(kind, is_known=True), archives=1)

    written = [number for numbers in members(engine, found).values() for number in numbers]
    assert sorted(written) == ([1, 2] if kind in WRITES | {Kind.MOVE} else [])


def test_where_no_move_archives_there_is_no_group_for_it(engine: BareEngine) -> None:
    assert list(groups(engine, of(Kind.MOVE))) == ["move"]


def test_a_row_to_write_has_everything_that_the_request_and_the_ledger_need(
    engine: BareEngine,
) -> None:
    found = groups(
        engine,
        of(Kind.UPDATE, set0=VIP, set1=1),
        of(Kind.UPDATE, set0=LOCAL, old_sub=UUID(int=9)),
    )

    shared = {"ph": NEW, "old_sub": None}
    assert engine.found(found["update"].rows) == [
        {"sub": UUID(int=1), "address": "p1@new.example"} | shared
        | {"set0": VIP, "set1": 1, "f0": "Ana", "v4": ANA, "l_key": "1"},
        {"sub": UUID(int=2), "address": "p2@new.example"} | shared
        | {"old_sub": UUID(int=9), "set0": LOCAL, "set1": 0, "f0": "", "v4": None, "l_key": "2"},
    ]  # fmt: skip
    template = found["update"].template
    assert isinstance(template, Node)
    [fields] = [node for key, node in template.members if key == "merge_fields"]
    assert isinstance(fields, Node)
    assert [(tag, type(node)) for tag, node in fields.members] == [("FNAME", UnlessBlank)]


def test_each_tag_that_is_taken_away_is_a_group_of_its_own(engine: BareEngine) -> None:
    found = groups(
        engine,
        of(Kind.LEAVE, clear0=VIP | LOCAL, clear1=1, l_address="p1@old.example"),
        of(Kind.UPDATE, clear0=VIP, l_address="p2@old.example"),
        of(Kind.SKIP, clear0=VIP, clear1=1, l_address="p3@old.example"),
        of(Kind.UNTAG, clear1=1, l_address="p4@old.example"),
        clears={0: 2, 1: 0, LATE.position: 2},
    )

    def addresses(name: str) -> list[tuple[int, str]]:
        return [(row["sub"].int, row["address"]) for row in engine.found(found[name].rows)]

    assert list(found) == ["update", "untag-0", "untag-62"]
    assert [found[name].group.bit for name in ("untag-0", "untag-62")] == [BITS[0], LATE]
    assert addresses("untag-0") == [(1, "p1@old.example"), (2, "p2@old.example")]
    assert addresses("untag-62") == [(1, "p1@old.example"), (4, "p4@old.example")]


def test_who_loses_several_tags_or_is_written_too_counts_once(engine: BareEngine) -> None:
    late = LATE.value
    rows = [
        of(Kind.UNTAG, l_address="p1@old.example", clear0=VIP | LOCAL),
        of(Kind.LEAVE, l_address="p2@old.example", clear0=VIP, clear1=late),
        of(Kind.LEAVE, l_address="p3@old.example", clear1=late),
        of(Kind.UPDATE, l_address="p4@old.example", clear0=LOCAL),
    ]

    found = groups(engine, *rows, clears={0: 2, 1: 2, LATE.position: 2})

    again = {
        name: {row["sub"].int: row["again"] for row in engine.found(work.rows)}
        for name, work in found.items()
        if work.group.step is Step.UNTAG
    }
    assert again == {
        "untag-0": {1: False, 2: False},
        "untag-1": {1: True, 4: True},
        "untag-62": {2: True, 3: False},
    }


def test_a_moved_contact_loses_its_tags_under_the_new_address(engine: BareEngine) -> None:
    found = groups(
        engine,
        of(Kind.MOVE, clear0=VIP, l_address="p1@old.example"),
        of(Kind.UNTAG, clear0=VIP, l_address="p2@old.example"),
        of(Kind.LEAVE, clear0=VIP, l_address="p3@old.example", profile_key=None),
        clears={0: 3},
    )

    assert [row["address"] for row in engine.found(found["untag-0"].rows)] == [
        "p1@new.example",
        "p2@old.example",
        "p3@old.example",
    ]


def test_what_only_the_ledger_learns_comes_last_and_is_no_group_where_there_is_none(
    engine: BareEngine,
) -> None:
    rows = (
        of(Kind.RELEASE, rel0=VIP),
        of(Kind.SKIP, rel1=1, noted=True),
        of(Kind.SAME, settles=True),
        of(Kind.TAG, settles=True, rel1=1),
        of(Kind.SKIP, settles=True),
    )

    found = groups(engine, *rows, released=2, settling=1, noted=1)

    assert members(engine, found) == {
        "update": [4],
        "release": [1, 4],
        "settle": [3],
        "note": [2],
    }
    assert list(groups(engine, *rows)) == ["update"]
    assert engine.found(found["release"].rows)[1] == {"sub": UUID(int=4), "rel0": 0, "rel1": 1}
    assert engine.found(found["settle"].rows) == [
        {"sub": UUID(int=3), "address": "p3@new.example", "ph": NEW, "v4": ANA, "l_key": "3"}
    ]
    assert engine.found(found["note"].rows) == [
        {"sub": UUID(int=2), "address": "p2@new.example", "l_key": "2"}
    ]
    assert {found[name].group.step for name in ("release", "settle", "note")} == {
        Step.RELEASE,
        Step.SETTLE,
        Step.NOTE,
    }


def test_calls_take_as_many_as_the_service_does_and_moves_fifty(engine: BareEngine) -> None:
    rows = (
        of(Kind.ADD),
        of(Kind.ADD, is_known=True),
        of(Kind.MOVE),
        of(Kind.LEAVE, clear0=VIP),
    )
    found = groups(engine, *rows, clears={0: 1}, released=1, noted=1)

    sizes = {name: work.group.size for name, work in found.items()}
    assert sizes == {
        "move": 50,
        "create": 500,
        "adopt": 500,
        "untag-0": 500,
        "release": 0,
        "note": 0,
    }


def test_without_changes_there_are_no_groups(engine: BareEngine) -> None:
    assert groups(engine, of(Kind.SKIP)) == {}
