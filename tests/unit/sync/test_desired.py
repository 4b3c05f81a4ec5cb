"""Who should be in the audience, with which tags and fields, and why somebody should not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import ibis
import pytest

from segue.core.emails import subscriber_hash
from segue.profiles.ports import FlaggedProfiles
from segue.profiles.schema import AttributeType, Table, unread_column
from segue.sync.candidates import candidates
from segue.sync.desired import desired_state, key_type, narrow_columns
from segue.sync.export import Consent, Export, FieldMatch, MergeType, SegmentTag, Winner
from segue.sync.fields import render_fields
from segue.sync.kinds import Skip
from segue.sync.tags import TagBit
from tests.fakes.laboratory import SCHEMA, Someone, export, people_table
from tests.unit.sync.bare_engine import LATE, LOCAL, VIP, BareEngine

PROFILES = ibis.table(
    {
        "profile_key": "int64",
        "email": "string",
        "email__address": "string",
        "email__problem": "string",
        "first_name": "string",
        "joined": "date",
        "agreed": "boolean",
        "agreed__refused": "boolean",
        "vip": "boolean",
        "local": "boolean",
        "website": "string",
    },
    name="profiles",
)
BITS = {
    "vip": TagBit(name="Vip", position=0, claimed=True),
    "local": TagBit(name="Local", position=1, claimed=True),
}


@pytest.fixture(scope="module")
def engine() -> BareEngine:
    return BareEngine()


def desired(
    engine: BareEngine,
    *people: Someone,
    exported: Export | None = None,
    bits: Any = None,
    words: int = 1,
    unread: Sequence[tuple[int, str]] = (),
    guards: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Return the desired state of some people, by key; `unread` names the values that could not be read."""
    chosen = exported or export(fields=())
    engine.connection.register("given", people_table(people))
    names = sorted({name for _, name in unread})
    flags = "".join(
        f", profile_key IN ({', '.join(str(key) for key, one in unread if one == name)})"
        f" AS {unread_column(name)}"
        for name in names
    )
    engine.connection.execute(f"CREATE OR REPLACE TABLE profiles AS SELECT *{flags} FROM given")
    columns = PROFILES.schema() | ibis.schema({unread_column(name): "boolean" for name in names})
    profiles = ibis.table(dict(columns.items()), name="profiles")
    flagged = FlaggedProfiles(table=profiles, flags={"vip": "vip", "local": "local"})
    rendered = render_fields(profiles, chosen, SCHEMA, ())
    rows = candidates(
        flagged,
        chosen,
        bits=bits or BITS,
        words=words,
        rendered=rendered,
        guards=guards,
        unread=names,
    )
    table = desired_state(rows, chosen, words=words, fields=len(rendered))
    return sorted(engine.found(table), key=lambda row: row["profile_key"])


def states(found: list[dict[str, Any]]) -> dict[int, Skip]:
    return {row["profile_key"]: Skip(row["state"]) for row in found}


def nadia(number: int = 1, **changes: Any) -> Someone:
    return Someone(**{"id": number, "email": "nadia@shop.example", "first_name": "Nadia"} | changes)


def test_a_member_has_an_address_a_hash_and_tags(engine: BareEngine) -> None:
    [found] = desired(engine, nadia(7, email=" Nadia@Shop.example", local=True))

    assert list(found) == narrow_columns(1)
    assert found | {"ph": None} == {
        "profile_key": 7,
        "sub": UUID(subscriber_hash("nadia@shop.example")),
        "ph": None,
        "state": 0,
        "misfits0": 0,
        "cuts0": 0,
        "m0": VIP | LOCAL,
    }


def test_the_same_state_is_the_same_expression_and_compiled_once() -> None:
    def made() -> Any:
        flagged = FlaggedProfiles(table=PROFILES, flags={"vip": "vip", "local": "local"})
        chosen = export(fields=())
        rows = candidates(flagged, chosen, bits=BITS, words=1, rendered=())
        return desired_state(rows, chosen, words=1)

    assert made().equals(made())


def test_who_is_in_no_chosen_segment_is_no_member(engine: BareEngine) -> None:
    only_local = export(fields=(), segments=(SegmentTag(segment="local", tag="Local"),))
    people = (
        nadia(1),
        nadia(2, vip=False),
        nadia(3, vip=False, local=True, email="o@shop.example"),
    )

    assert [(row["profile_key"], row["m0"]) for row in desired(engine, *people)] == [
        (1, VIP),
        (3, LOCAL),
    ]
    assert [row["profile_key"] for row in desired(engine, *people, exported=only_local)] == [3]


def test_tags_of_several_words_stand_in_their_own_columns(engine: BareEngine) -> None:
    late = replace(LATE, position=LATE.position + 5)

    [found] = desired(engine, nadia(local=True), bits=BITS | {"local": late}, words=2)

    assert (found["m0"], found["m1"]) == (VIP, 1 << 5)


def test_a_member_of_a_tag_in_a_later_word_only_is_a_member(engine: BareEngine) -> None:
    [found] = desired(engine, nadia(vip=False, local=True), bits=BITS | {"local": LATE}, words=2)

    assert (found["m0"], found["m1"]) == (0, 1)


def test_people_without_a_usable_address_are_told_apart(engine: BareEngine) -> None:
    people = (nadia(1, email=None), nadia(2, email="nobody"), nadia(3))

    assert states(desired(engine, *people)) == {
        1: Skip.MISSING_ADDRESS,
        2: Skip.INVALID_ADDRESS,
        3: Skip.NONE,
    }


def test_of_one_address_the_first_key_wins(engine: BareEngine) -> None:
    people = (nadia(3), nadia(1), nadia(2, email="NADIA@shop.example"), nadia(4, email=None))

    assert states(desired(engine, *people)) == {
        1: Skip.NONE,
        2: Skip.DUPLICATE,
        3: Skip.DUPLICATE,
        4: Skip.MISSING_ADDRESS,
    }


def test_of_one_address_the_newest_wins_and_who_has_no_date_comes_last(engine: BareEngine) -> None:
    newest = export(fields=(), winner=Winner(newest_by="joined"))
    people = (
        nadia(1),
        nadia(2, joined=date(2025, 1, 1)),
        nadia(3, joined=date(2026, 1, 1)),
        nadia(4, joined=date(2026, 1, 1)),
    )

    found = states(desired(engine, *people, exported=newest))

    assert [key for key, state in found.items() if state is Skip.NONE] == [3]
    assert set(found.values()) == {Skip.NONE, Skip.DUPLICATE}


CONSENT = export(fields=(), consent=Consent(attribute="agreed"))


def test_a_no_in_a_row_that_lost_outweighs_the_yes_of_the_one_that_won(engine: BareEngine) -> None:
    people = [
        nadia(n, email=f"p{n}@shop.example", agreed=agreed, refused=refused)
        for n, (agreed, refused) in enumerate([(True, True), (None, True), (True, False)], start=1)
    ]

    found = desired(engine, *people, exported=CONSENT)

    assert states(found) == {1: Skip.NO_CONSENT, 2: Skip.NO_CONSENT, 3: Skip.NONE}


def test_such_a_no_counts_for_everybody_with_the_address(engine: BareEngine) -> None:
    found = desired(engine, nadia(1, refused=True), nadia(2), exported=CONSENT)

    assert states(found) == {1: Skip.NO_CONSENT, 2: Skip.DUPLICATE}


def test_consent_is_a_yes_and_nothing_else(engine: BareEngine) -> None:
    people = [
        nadia(n, email=f"p{n}@shop.example", agreed=agreed)
        for n, agreed in enumerate((True, False, None), start=1)
    ]

    assert states(desired(engine, *people, exported=CONSENT)) == {
        1: Skip.NONE,
        2: Skip.NO_CONSENT,
        3: Skip.NO_CONSENT,
    }
    assert set(states(desired(engine, *people)).values()) == {Skip.NONE}


def test_a_recorded_no_outweighs_another_profile_s_yes_and_an_unknown_does_not(
    engine: BareEngine,
) -> None:
    people = (
        nadia(1, agreed=True),
        nadia(2, agreed=False),
        nadia(3, email="o@shop.example", agreed=True),
        nadia(4, email="o@shop.example", agreed=None),
        nadia(5, email="p@shop.example", agreed=None),
        nadia(6, email="p@shop.example", agreed=True),
    )

    assert states(desired(engine, *people, exported=CONSENT)) == {
        1: Skip.NO_CONSENT,
        2: Skip.DUPLICATE,
        3: Skip.NONE,
        4: Skip.DUPLICATE,
        5: Skip.NO_CONSENT,
        6: Skip.DUPLICATE,
    }


def test_a_consent_that_could_not_be_read_is_a_no_for_everybody_with_the_address(
    engine: BareEngine,
) -> None:
    people = (
        nadia(1, agreed=True),
        nadia(2, agreed=None),
        nadia(3, email="o@shop.example", agreed=None),
        nadia(4, email="p@shop.example", agreed=True),
        nadia(5, email="p@shop.example", agreed=None),
    )

    found = desired(engine, *people, exported=CONSENT, unread=[(2, "agreed"), (3, "agreed")])

    assert states(found) == {
        1: Skip.NO_CONSENT,
        2: Skip.DUPLICATE,
        3: Skip.NO_CONSENT,
        4: Skip.NONE,
        5: Skip.DUPLICATE,
    }


def test_who_is_in_by_a_value_that_could_not_be_read_is_left_out_and_told(
    engine: BareEngine,
) -> None:
    people = (
        nadia(1, local=None),
        nadia(2, email="o@shop.example", local=None),
        nadia(3, email="p@shop.example", joined=None),
        nadia(4, email="p@shop.example", local=None),
        nadia(5, email="nobody", local=None),
    )
    unread = [(1, "local"), (3, "joined"), (4, "local"), (5, "local")]

    assert states(desired(engine, *people, unread=unread, guards=["local"])) == {
        1: Skip.UNREAD,
        2: Skip.NONE,
        3: Skip.NONE,
        4: Skip.DUPLICATE,
        5: Skip.INVALID_ADDRESS,
    }
    assert Skip.UNREAD not in states(desired(engine, *people, unread=unread)).values()


def test_no_consent_is_said_before_what_could_not_be_read(engine: BareEngine) -> None:
    found = desired(
        engine,
        nadia(1, agreed=False, local=None),
        exported=CONSENT,
        unread=[(1, "local")],
        guards=["local"],
    )

    assert states(found) == {1: Skip.NO_CONSENT}


def test_a_no_counts_whichever_segment_the_profile_is_in(engine: BareEngine) -> None:
    people = (nadia(1, agreed=True), nadia(2, agreed=False, vip=False))

    assert states(desired(engine, *people, exported=CONSENT)) == {1: Skip.NO_CONSENT}


def test_misfits_and_cuts_have_a_bit_per_field_in_its_place(engine: BareEngine) -> None:
    fields = (
        FieldMatch(tag="FNAME", attribute="first_name"),
        FieldMatch(tag="JOINED", attribute="joined", type=MergeType.DATE),
        FieldMatch(tag="SITE", attribute="website", type=MergeType.URL),
    )
    people = (
        nadia(1, first_name="x" * 256, website="shop.example"),
        nadia(2, email="o@shop.example", website="https://shop.example"),
    )

    found = desired(engine, *people, exported=export(fields=fields))

    assert [(row["misfits0"], row["cuts0"]) for row in found] == [(0b100, 0b001), (0, 0)]


def test_as_many_fields_as_an_audience_may_have_each_have_a_bit(engine: BareEngine) -> None:
    fields = [FieldMatch(tag=f"F{n}", attribute="website", type=MergeType.URL) for n in range(80)]

    [row] = desired(engine, nadia(1, website="shop.example"), exported=export(fields=tuple(fields)))

    assert (row["misfits0"], row["misfits1"]) == ((1 << 62) - 1, (1 << 18) - 1)
    assert (row["cuts0"], row["cuts1"]) == (0, 0)


def test_the_hash_names_the_fields_and_the_mapping(engine: BareEngine) -> None:
    fields = (FieldMatch(tag="FNAME", attribute="first_name"),)
    people = (
        nadia(1),
        nadia(2, email="o@shop.example"),
        nadia(3, email="p@shop.example", first_name="Pia"),
    )

    one, two, three = (
        row["ph"] for row in desired(engine, *people, exported=export(fields=fields))
    )
    other = desired(engine, nadia(1), exported=export(fields=(replace(fields[0], tag="NAME"),)))[0][
        "ph"
    ]

    assert one == two
    assert len({one, three, other}) == 3


def test_keys_are_numbers_where_the_schema_says_so() -> None:
    texts = Table(
        name="profiles", source="people", key="id", key_type=AttributeType.TEXT, attributes=()
    )

    assert key_type(SCHEMA) == "int64"
    assert key_type(replace(SCHEMA, profiles=texts)) == "string"
