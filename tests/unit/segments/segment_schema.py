"""The profiles and orders that the tests of segments speak about. Values only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from segue.profiles.schema import Attribute, AttributeType, PartOf, ProfileSchema, Table
from segue.segments.parse_measures import parse_measures


def attribute(name: str, kind: AttributeType, *, label: str = "", scale: int = 2) -> Attribute:
    return Attribute(name=name, type=kind, column=name, label=label, scale=scale)


PROFILES = Table(
    name="profiles",
    source="customers",
    key="id",
    key_type=AttributeType.INTEGER,
    attributes=(
        attribute("email", AttributeType.EMAIL),
        attribute("first_name", AttributeType.TEXT),
        attribute("country", AttributeType.TEXT),
        attribute("visits", AttributeType.INTEGER),
        attribute("spent", AttributeType.DECIMAL),
        attribute("opted_in", AttributeType.BOOLEAN),
        attribute("birthday", AttributeType.DATE),
        attribute("seen", AttributeType.TIMESTAMP),
        attribute("born", AttributeType.BIRTHDAY),
        attribute("tags", AttributeType.LIST),
    ),
)

ORDERS = Table(
    name="orders",
    source="orders",
    key="customer",
    key_type=AttributeType.INTEGER,
    attributes=(
        attribute("contact", AttributeType.EMAIL),
        attribute("genre", AttributeType.TEXT),
        attribute("quantity", AttributeType.INTEGER),
        attribute("total", AttributeType.DECIMAL),
        attribute("paid", AttributeType.BOOLEAN),
        attribute("due", AttributeType.DATE),
        attribute("placed", AttributeType.TIMESTAMP),
        attribute("labels", AttributeType.LIST),
        attribute("number", AttributeType.INTEGER),
    ),
)

LINES = Table(
    name="lines",
    source="lines",
    key="customer",
    key_type=AttributeType.INTEGER,
    part_of=PartOf(table="orders", attribute="order", other="number"),
    attributes=(
        attribute("order", AttributeType.INTEGER),
        attribute("product", AttributeType.TEXT),
        attribute("amount", AttributeType.DECIMAL),
        attribute("packed", AttributeType.DATE),
    ),
)

NOTES = Table(
    name="notes",
    source="notes",
    key="customer",
    key_type=AttributeType.INTEGER,
    part_of=PartOf(table="lines", attribute="about", other="product"),
    attributes=(
        attribute("about", AttributeType.TEXT),
        attribute("stars", AttributeType.INTEGER),
    ),
)

TICKETS = Table(
    name="tickets",
    source="tickets",
    key="customer",
    key_type=AttributeType.INTEGER,
    attributes=(
        attribute("topic", AttributeType.TEXT),
        attribute("opened", AttributeType.DATE),
    ),
)

MEASURES: dict[str, object] = {
    "orders_made": {"related": "orders", "count": True},
    "genres": {"related": "orders", "count_distinct": "genre", "label": "Genres bought"},
    "total_lately": {
        "related": "orders",
        "sum": "total",
        "where": {"attribute": "placed", "within_last": {"years": 1}},
    },
    "mean_total": {"related": "orders", "average": "total", "or": "0.01"},
    "mean_quantity": {"related": "orders", "average": "quantity", "decimals": 0},
    "all_quantity": {"related": "orders", "sum": "quantity", "or": 0},
    "first_due": {"related": "orders", "first": "due", "by": "placed"},
    "last_total": {"related": "orders", "last": "total", "by": "placed"},
    "latest": {
        "related": "orders",
        "max": "placed",
        "where": {"related": "lines", "exists": True},
    },
    "per_order": {"formula": "total_lately / orders_made - visits * 0.5", "decimals": 4},
    "odd": {"formula": "-(last_total + mean_total) * 3 / (genres - visits / 7)", "or": -1},
    "doubled": {"formula": "2 * (orders_made - genres) + all_quantity"},
}


def measured(schema: ProfileSchema, written: Mapping[str, object] = MEASURES) -> ProfileSchema:
    """Return a schema with measures."""
    found = parse_measures(written, schema)
    assert found.mistakes == ()
    return replace(schema, measures=found.measures)


SCHEMA = measured(
    ProfileSchema(
        profiles=PROFILES, related={one.name: one for one in (ORDERS, TICKETS, LINES, NOTES)}
    )
)


def in_zone(time_zone: str) -> ProfileSchema:
    """Return SCHEMA as a file of that time zone declares it."""
    return measured(_in_zone_of(time_zone))


def _in_zone_of(time_zone: str) -> ProfileSchema:
    return ProfileSchema(
        profiles=replace(PROFILES, attributes=_in_zone(PROFILES.attributes, time_zone)),
        related={
            name: replace(table, attributes=_in_zone(table.attributes, time_zone))
            for name, table in SCHEMA.related.items()
        },
    )


def _in_zone(attributes: Sequence[Attribute], time_zone: str) -> tuple[Attribute, ...]:
    return tuple(replace(one, time_zone=time_zone) for one in attributes)
