"""What an export stands on: every attribute that decides who is sent with which value, and how these are found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from segue.profiles.reading import Loss, Part, Place
from segue.profiles.schema import Attribute, AttributeType, Join, PartOf, ProfileSchema, Table
from segue.segments.rules import (
    AggregateFunction,
    All,
    Compare,
    CompareAttributes,
    Comparison,
    InSegment,
    Not,
    RelatedTo,
    Sample,
    Segment,
    Top,
)
from segue.sync.export import Consent, Export, FieldMatch, MergeType, SegmentTag, Winner
from segue.sync.grounds import Ground, asked_by, grounds_of, stands_on


def attribute(
    name: str, kind: AttributeType = AttributeType.BOOLEAN, column: str = ""
) -> Attribute:
    return Attribute(name=name, type=kind, column=column or name)


SCHEMA = ProfileSchema(
    profiles=Table(
        name="profiles",
        source="people",
        key="id",
        key_type=AttributeType.TEXT,
        attributes=(
            attribute("email", AttributeType.EMAIL),
            attribute("first", AttributeType.TEXT),
            attribute("street", AttributeType.TEXT),
            attribute("town", AttributeType.TEXT, "cities.name"),
            attribute("region", AttributeType.TEXT, "regions.name"),
            attribute("out"),
            attribute("agreed"),
            attribute("changed", AttributeType.DATE),
            attribute("unused"),
        ),
        joins=(
            Join(source="cities", on=(("city", "id"),), name="cities"),
            Join(source="areas", on=(("cities.area", "id"),), name="regions"),
            Join(source="cards", on=(("id", "owner"),), name="cards"),
        ),
    ),
    related={
        "orders": Table(
            name="orders",
            source="till",
            key="bills.customer",
            key_type=AttributeType.TEXT,
            attributes=(
                attribute("total", AttributeType.DECIMAL),
                attribute("at", AttributeType.DATE),
                attribute("refunded"),
                attribute("note", AttributeType.TEXT),
            ),
            joins=(Join(source="bills", on=(("bill", "id"),), name="bills"),),
        ),
        "visits": Table(
            name="visits",
            source="door",
            key="customer",
            key_type=AttributeType.TEXT,
            attributes=(attribute("day", AttributeType.DATE),),
        ),
    },
)
OUT = Compare(attribute="out", comparison=Comparison.IS, values=(True,))
LAST = RelatedTo(
    table="orders",
    function=AggregateFunction.LAST,
    attribute="total",
    by="at",
    where=Compare(attribute="refunded", comparison=Comparison.IS_NOT, values=(True,)),
    test=Compare(attribute="", comparison=Comparison.AT_LEAST, values=(5,)),
)
SEGMENTS = {
    "out": Segment(name="out", rule=OUT),
    "may": Segment(name="may", rule=Not(rule=InSegment(segment="out"))),
    "big": Segment(name="big", rule=All(rules=(LAST, InSegment(segment="may")))),
}
EXPORT = Export(
    name="news",
    connection="main",
    audience_id="a1",
    email_attribute="email",
    segments=(SegmentTag(segment="may", tag="May"),),
    consent=Consent(attested_by="Alice", attested_on=date(2026, 1, 1)),
)


def label(place: Place) -> str:
    return f"{place.table}.{place.part}.{place.name}".removeprefix("profiles.attribute.")


def places(export: Export) -> dict[str, tuple[Ground, ...]]:
    return {
        label(place): grounds
        for place, grounds in grounds_of(export, SCHEMA, SEGMENTS).places.items()
    }


def test_a_plain_export_stands_on_address_rules_and_key() -> None:
    assert places(EXPORT) == {
        "email": (Ground.MATCHING,),
        "out": (Ground.RULES,),
        "profiles.key.": (Ground.KEY,),
    }


def test_matching_consent_and_winner_count_with_the_joins_they_are_read_by() -> None:
    address = FieldMatch(
        tag="ADDRESS", attribute="", type=MergeType.ADDRESS, parts=(("addr1", "street"),)
    )
    export = replace(
        EXPORT,
        fields=(FieldMatch(tag="REGION", attribute="region"), address),
        consent=Consent(attribute="agreed"),
        winner=Winner(newest_by="changed"),
        segments=(),
    )

    assert places(export) == {
        "email": (Ground.MATCHING,),
        "region": (Ground.MATCHING,),
        "street": (Ground.MATCHING,),
        "agreed": (Ground.CONSENT,),
        "changed": (Ground.WINNER,),
        "profiles.key.": (Ground.KEY,),
        "profiles.join.regions": (Ground.JOIN,),
        "profiles.join.cities": (Ground.JOIN,),
    }
    assert grounds_of(export, SCHEMA, SEGMENTS).sources == {"people", "cities", "areas"}


def test_rules_over_related_rows_count_with_everything_that_they_ask_for() -> None:
    export = replace(EXPORT, segments=(SegmentTag(segment="big", tag="Big"),))
    grounds = grounds_of(export, SCHEMA, SEGMENTS)

    assert places(export) == {
        "email": (Ground.MATCHING,),
        "out": (Ground.RULES,),
        "orders.key.": (Ground.RULES, Ground.KEY),
        "orders.attribute.total": (Ground.RULES,),
        "orders.attribute.at": (Ground.RULES,),
        "orders.attribute.refunded": (Ground.RULES,),
        "orders.join.bills": (Ground.JOIN,),
        "profiles.key.": (Ground.KEY,),
    }
    assert grounds.sources == {"people", "till", "bills"}


def test_rules_over_parts_of_rows_count_with_what_they_belong_together_by() -> None:
    part_of = PartOf(table="orders", attribute="order", other="note")
    visits = replace(
        SCHEMA.related["visits"],
        part_of=part_of,
        attributes=(attribute("day", AttributeType.DATE), attribute("order", AttributeType.TEXT)),
    )
    schema = replace(SCHEMA, related={**SCHEMA.related, "visits": visits})
    late = RelatedTo(
        table="visits",
        function=AggregateFunction.MAX,
        attribute="day",
        test=CompareAttributes(attribute="", comparison=Comparison.AFTER, other="at"),
    )
    rule = RelatedTo(table="orders", function=AggregateFunction.EXISTS, where=late)

    found = asked_by(Segment(name="late", rule=rule), schema, {})

    assert [label(place) for place in found] == [
        *("orders.key.", "orders.attribute.at", "visits.key.", "visits.attribute.day"),
        *("visits.attribute.order", "orders.attribute.note"),
    ]


def test_rules_that_compare_or_rank_count_with_every_attribute() -> None:
    rule = All(
        rules=(
            CompareAttributes(attribute="first", comparison=Comparison.IS, other="town"),
            Top(amount=Decimal(3), attribute="changed"),
            Top(amount=Decimal(3), aggregate=replace(LAST, test=None)),
            Sample(percent=Decimal(3)),
        )
    )

    found = asked_by(Segment(name="few", rule=rule), SCHEMA, {})

    assert [label(place) for place in found] == [
        *("first", "town", "changed", "orders.key.", "orders.attribute.total"),
        *("orders.attribute.at", "orders.attribute.refunded"),
    ]


def test_one_place_may_be_several_things_and_knows_whose_rules_ask_for_it() -> None:
    export = replace(
        EXPORT,
        fields=(FieldMatch(tag="OUT", attribute="out"),),
        consent=Consent(attribute="out"),
        segments=(SegmentTag(segment="may", tag="May"), SegmentTag(segment="big", tag="Big")),
    )
    grounds = grounds_of(export, SCHEMA, SEGMENTS)
    out = Place(table="profiles", part=Part.ATTRIBUTE, name="out")

    assert grounds.places[out] == (Ground.MATCHING, Ground.CONSENT, Ground.RULES)
    assert grounds.segments[out] == ("may", "big")


@pytest.mark.parametrize(("chosen", "guards"), [("may", ("out",)), ("out", ()), ("big", ("out",))])
def test_whose_blank_lets_people_in_guards(chosen: str, guards: tuple[str, ...]) -> None:
    export = replace(EXPORT, segments=(SegmentTag(segment=chosen, tag="Tag"),))

    assert grounds_of(export, SCHEMA, SEGMENTS).guards == guards


def test_only_losses_at_these_places_concern_the_export() -> None:
    def loss(name: str) -> Loss:
        place = Place(table="profiles", part=Part.ATTRIBUTE, name=name)
        return Loss(
            place=place, label=name, source="people", column=name, written=3, lost=1, kinds={"x": 1}
        )

    found = grounds_of(EXPORT, SCHEMA, SEGMENTS).unread([loss("out"), loss("unused")])

    assert [(one.loss.label, one.grounds, one.segments) for one in found] == [
        ("out", (Ground.RULES,), ("may",))
    ]


def test_a_segment_stands_on_its_rules_and_on_what_they_are_read_by() -> None:
    assert {label(place) for place in stands_on(SEGMENTS["big"], SCHEMA, SEGMENTS)} == {
        "out",
        "profiles.key.",
        "orders.key.",
        "orders.attribute.total",
        "orders.attribute.at",
        "orders.attribute.refunded",
        "orders.join.bills",
    }


def test_what_decides_between_rows_with_one_key_is_stood_on() -> None:
    winning = replace(SCHEMA, profiles=replace(SCHEMA.profiles, newest_by="changed"))
    changed = Place(table="profiles", part=Part.ATTRIBUTE, name="changed")
    export = replace(EXPORT, winner=Winner(), segments=(SegmentTag(segment="out", tag="Out"),))

    grounds = grounds_of(export, winning, SEGMENTS)

    assert grounds.places[changed] == (Ground.WINNER,)
    assert changed in stands_on(SEGMENTS["out"], winning, SEGMENTS)
    assert changed not in stands_on(SEGMENTS["out"], SCHEMA, SEGMENTS)
