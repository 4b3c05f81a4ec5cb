"""The rule book by itself: what a door that read only a part of an export may still hear. Both doors: `test_export_doors`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from segue.profiles.schema import EVERY, Attribute, AttributeType, ProfileSchema, Table
from segue.sync.export import Consent, Export, FieldMatch, MergeType, NewStatus, SegmentTag
from segue.sync.export_conflicts import conflict_faults
from segue.sync.export_fields import audience_faults
from segue.sync.export_rules import faults
from segue.sync.faults import Facts, Place
from segue.sync.ports import MergeField

EMAIL = Attribute(name="email", type=AttributeType.EMAIL, column="email")
CITY = Attribute(name="city", type=AttributeType.TEXT, column="city")
SCHEMA = ProfileSchema(
    profiles=Table(
        name="profiles",
        source="customers",
        key="id",
        key_type=AttributeType.INTEGER,
        attributes=(EMAIL, CITY),
    )
)
UNSURE = replace(SCHEMA, profiles=replace(SCHEMA.profiles, unsure=frozenset((EVERY,))))
SOUND = Export(
    name="news",
    connection="main",
    audience_id="a1b2c3d4e5",
    email_attribute="email",
    segments=(SegmentTag(segment="vip", tag="VIP"),),
    new_status=NewStatus.PENDING,
)
SEGMENTS = {"vip": True, "lapsed": True}


def _found(
    facts: Facts | None = None, schema: ProfileSchema = SCHEMA, **changes: Any
) -> list[tuple[str, Place]]:
    export = replace(SOUND, **changes)
    found = faults(export, schema, SEGMENTS, facts or Facts())
    return [(fault.code, fault.place) for fault in found]


def test_a_sound_export_has_no_fault() -> None:
    assert _found() == []


def test_of_what_could_not_be_read_nothing_is_said() -> None:
    chosen = (SegmentTag(segment="", tag=""), SegmentTag(segment="gone", tag=""))
    facts = Facts(unread=frozenset((0,)), untagged=frozenset((1,)))

    assert _found(facts, segments=chosen) == [("unknown_segment", ("segments", 1, "segment"))]


def test_nothing_is_said_of_attributes_that_may_be_anything() -> None:
    assert _found(schema=UNSURE, email_attribute="gone") == []
    assert _found(email_attribute="gone") == [("unknown_attribute", ("email",))]


def test_a_segment_that_is_chosen_twice_is_told_once() -> None:
    twice = (SegmentTag(segment="vip", tag="VIP"), SegmentTag(segment="vip", tag="a,b"))

    assert _found(segments=twice) == [("segment_twice", ("segments", 1))]


def test_a_tag_that_cannot_be_shares_nothing() -> None:
    chosen = (SegmentTag(segment="vip", tag="a,b"), SegmentTag(segment="lapsed", tag="A,B"))

    assert _found(segments=chosen) == [
        ("tag_comma", ("segments", 0, "tag")),
        ("tag_comma", ("segments", 1, "tag")),
    ]


@pytest.mark.parametrize("type_", [MergeType.RADIO, MergeType.DROPDOWN])
def test_a_field_with_choices_is_not_created(type_: MergeType) -> None:
    match = FieldMatch(tag="CITY", attribute="city", type=type_, create=True)

    assert _found(fields=(match,)) == [("cannot_create", ("fields", "CITY", "create"))]


def test_an_attestation_says_who_when_and_what() -> None:
    consent = Consent(attested_by=" ", attestation="They asked for it.")

    assert _found(consent=consent) == [("attestation_incomplete", ("consent",))]


@pytest.mark.parametrize(("create", "codes"), [(True, []), (False, ["merge_field_missing"])])
def test_a_field_that_is_created_may_be_missing(create: bool, codes: list[str]) -> None:
    match = FieldMatch(tag="CITY", attribute="city", create=create)

    assert [fault.code for fault in audience_faults([match], [])] == codes


def test_a_fault_of_the_audience_leaves_no_other_of_the_same_line() -> None:
    match = FieldMatch(tag="CITY", attribute="gone")
    field = MergeField(merge_id=1, tag="CITY", name="City", type=MergeType.NUMBER, required=False)

    assert _found(Facts(merge_fields=[field]), fields=(match,)) == [
        ("merge_field_type", ("fields", "CITY"))
    ]


@pytest.mark.parametrize(("attribute", "is_advised"), [("fr", True), ("gone", False)])
def test_a_language_in_an_attribute_s_place_is_told_how_it_is_written(
    attribute: str, is_advised: bool
) -> None:
    match = FieldMatch(tag="language", attribute=attribute, type=MergeType.LANGUAGE)

    [fault] = faults(replace(SOUND, fields=(match,)), SCHEMA, SEGMENTS, Facts())

    advice = "Write `{value: fr}` to give it to everybody."
    assert (fault.code, advice in fault.action) == ("unknown_attribute", is_advised)


def test_two_exports_of_one_audience_give_everybody_the_same() -> None:
    def giving(value: str | None, attribute: str = "") -> Export:
        line = FieldMatch(tag="SOURCE", attribute=attribute, value=value)
        return replace(SOUND, fields=(line,))

    found = [
        [str(fault.message) for fault in conflict_faults(giving("Shop"), later, called="news")]
        for later in (giving("Shop"), giving("Fair"), giving(None, "city"))
    ]

    other = "Export `news` writes `Shop` as text into SOURCE of the same audience."
    assert found == [[], [other], [other]]
