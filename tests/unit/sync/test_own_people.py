"""Whatever lists hold, nobody without consent is wanted: people of their own beside profiles, on the bare engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.core.emails import subscriber_hash
from segue.engines.duckdb.audience.own_people import with_people_of_lists
from segue.engines.duckdb.compiled import sql
from segue.profiles.schema import Attribute, AttributeType, ProfileSchema
from segue.segments.compile import with_flags
from segue.segments.rules import Kept, Segment
from segue.sync.candidates import candidates
from segue.sync.desired import desired_state
from segue.sync.export import Consent, Export, SegmentTag
from segue.sync.fields import render_fields
from segue.sync.guards import Guards
from segue.sync.kinds import Skip
from segue.sync.landing import LANDED, landing_of
from segue.sync.own_people import OwnPeople, own_columns, profile_key
from segue.sync.planning import Inputs
from segue.sync.tags import TagBit
from tests.fakes.clocks import START
from tests.fakes.laboratory import SCHEMA, SEGMENTS, Someone, export, people_table
from tests.unit.sync.bare_engine import BareEngine

EXPORT = export(
    segments=(SegmentTag(segment="fair", tag="Fair"), SegmentTag(segment="vip", tag="Vip")),
    consent=Consent(attribute="agreed"),
)
BITS = {
    name: TagBit(name=name, position=place, claimed=True)
    for place, name in enumerate(("fair", "vip"))
}
NAMES = {subscriber_hash(f"{name}@shop.example"): name for name in "abcdef"}


def address(name: str) -> str:
    """Return the address of somebody who is called by a letter."""
    return f"{name}@shop.example"


def emails_of(schema: ProfileSchema) -> tuple[str, ...]:
    """Name the attributes in which a list looks for its addresses."""
    return tuple(one.name for one in schema.profiles.attributes if one.type is AttributeType.EMAIL)


def inputs_of(
    engine: BareEngine,
    people: Sequence[Someone],
    on_list: Mapping[str, bool],
    *,
    schema: ProfileSchema = SCHEMA,
    exported: Export = EXPORT,
    work: str | None = None,
    is_elsewhere: bool = False,
) -> Inputs:
    """Return what a plan of an export of a list and of a segment is made from; `is_elsewhere`: by what leaves another engine."""
    table = people_table(people)
    if schema.profiles.key_type is AttributeType.TEXT:
        table = table.set_column(0, "profile_key", table.column(0).cast(pa.string()))
    for name in ("work", "work__address", "work__problem"):
        texts = [None if name == "work__problem" else work] * len(people)
        table = table.append_column(name, pa.array(texts, pa.string()))
    engine.connection.register("profiles", table)
    kept = pa.array([address(name) for name in on_list], pa.string())
    engine.connection.register("kept__fair", pa.table({"member": kept}))
    fair = Segment(name="fair", rule=Kept(place="fair", attributes=emails_of(schema)))
    flagged = with_flags(
        [fair, SEGMENTS["vip"]],
        schema,
        as_of=START,
        time_zone="UTC",
        all_segments={**SEGMENTS, "fair": fair},
        consents=("agreed",),
    )
    inputs = Inputs(export=exported, schema=schema, flagged=flagged, sources=(), definition="")
    own = OwnPeople(
        lists={"fair": [address(name) for name, attested in on_list.items() if attested]}
    )
    if is_elsewhere:
        landing = landing_of(exported, flagged, Guards(), beside=own_columns(schema))
        asked = landing.asked.table
        members = asked.filter(
            asked[landing.asked.flags["fair"]] | asked[landing.asked.flags["vip"]]
        )
        left = engine.connection.sql(
            sql(members.select(*landing.landed.table.columns))
        ).to_arrow_table()
        engine.connection.register(LANDED, left)
        inputs = replace(inputs, flagged=landing.landed)
    return with_people_of_lists(inputs, own, engine.connection)


def wanted(engine: BareEngine, inputs: Inputs) -> dict[str, tuple[str, int]]:
    """Return who is wanted, with the key that people read and the tags."""
    exported, flagged = inputs.export, inputs.flagged
    rendered = render_fields(flagged.table, exported, inputs.schema, ())
    people = candidates(flagged, exported, bits=BITS, words=1, rendered=rendered)
    state = desired_state(people, exported, words=1, fields=len(rendered))
    asked = state.select("sub", "profile_key", "state", "m0")
    # What `engine.rows` prepares would go on reading the tables of an earlier example.
    rows = engine.connection.execute(sql(asked)).fetchall()
    found = [
        (NAMES[sub.hex], profile_key(str(key)), mask)
        for sub, key, state, mask in rows
        if state == Skip.NONE
    ]
    assert len({name for name, _, _ in found}) == len(found), "somebody is wanted twice"
    return {name: (key, mask) for name, key, mask in found}


@pytest.fixture(scope="module")
def engine() -> BareEngine:
    return BareEngine()


PEOPLE = st.lists(
    st.builds(
        lambda name, agreed, vip, refused: {
            "email": address(name).upper(),
            "agreed": agreed,
            "vip": vip,
            "refused": refused,
        },
        st.sampled_from("abcd"),
        st.sampled_from([True, False, None]),
        st.booleans(),
        st.booleans(),
    ),
    max_size=5,
)
ON_LIST = st.dictionaries(st.sampled_from("abcdef"), st.booleans(), max_size=6)


@given(people=PEOPLE, on_list=ON_LIST, is_elsewhere=st.booleans())
def test_whatever_lists_hold_nobody_without_consent_is_wanted(
    engine: BareEngine,
    people: Sequence[dict[str, Any]],
    on_list: Mapping[str, bool],
    is_elsewhere: bool,
) -> None:
    profiles = [Someone(id=number, **one) for number, one in enumerate(people, start=1)]

    found = wanted(engine, inputs_of(engine, profiles, on_list, is_elsewhere=is_elsewhere))

    known = {str(one.email)[0].lower() for one in profiles}
    attested = {name for name, is_attested in on_list.items() if is_attested}
    assert {name for name, (key, _) in found.items() if not key} == attested - known
    for name in found.keys() & known:
        mine = [one for one in profiles if str(one.email)[0].lower() == name]
        assert any(one.agreed and not one.refused for one in mine)


@pytest.mark.parametrize("is_elsewhere", [False, True])
@pytest.mark.parametrize("key_type", [AttributeType.INTEGER, AttributeType.TEXT])
def test_an_address_is_one_person_with_a_profile_or_without(
    engine: BareEngine, key_type: AttributeType, is_elsewhere: bool
) -> None:
    schema = replace(SCHEMA, profiles=replace(SCHEMA.profiles, key_type=key_type))
    people = [
        Someone(id=1, email=address("a")),
        Someone(id=2, email=address("b"), vip=False),
        Someone(id=3, email=address("c"), agreed=False, vip=False),
    ]
    on_list = {"a": True, "b": False, "c": True, "d": True, "e": False}

    inputs = inputs_of(engine, people, on_list, schema=schema, is_elsewhere=is_elsewhere)

    assert wanted(engine, inputs) == {"a": ("1", 3), "b": ("2", 1), "d": ("", 1)}


@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_whoever_has_the_address_in_another_attribute_has_a_profile(
    engine: BareEngine, is_elsewhere: bool
) -> None:
    work = Attribute(name="work", type=AttributeType.EMAIL, column="work", personal=True)
    own = SCHEMA.profiles
    schema = replace(SCHEMA, profiles=replace(own, attributes=(*own.attributes, work)))
    people = [Someone(id=1, email=address("a"), agreed=False, vip=False)]

    inputs = inputs_of(
        engine,
        people,
        {"b": True, "d": True},
        schema=schema,
        work=address("b"),
        is_elsewhere=is_elsewhere,
    )

    assert wanted(engine, inputs) == {"d": ("", 1)}


def test_other_people_or_other_lists_are_another_plan(engine: BareEngine) -> None:
    found = [
        inputs_of(engine, [], on_list).definition
        for on_list in ({"a": True}, {"a": True, "b": True}, {"a": False}, {"a": True, "b": False})
    ]

    assert found[0] == found[3]
    assert len(set(found)) == 3


@pytest.mark.parametrize("key", ["1", "-7", "list:1", "x", ""])
def test_keys_of_profiles_are_shown_as_they_are(key: str) -> None:
    assert profile_key(key) == key
