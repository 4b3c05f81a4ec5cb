"""Which columns a schema reads, and what a dotted name means."""

from __future__ import annotations

from segue.profiles.references import ColumnReference, needed_columns, resolve, source_of
from segue.profiles.schema import Attribute, AttributeType, Join, ProfileSchema, Table

LINES = Table(
    name="lines",
    source="lines",
    key="invoices.CustomerId",
    key_type=AttributeType.INTEGER,
    joins=(
        Join(source="invoices", name="invoices", on=(("InvoiceId", "InvoiceId"),)),
        Join(source="reps", name="rep", on=(("invoices.RepId", "Id"),)),
    ),
    attributes=(
        Attribute(name="rep", type=AttributeType.TEXT, column="rep.LastName"),
        Attribute(name="city", type=AttributeType.TEXT, column="address.city"),
        Attribute(name="rep_id", type=AttributeType.TEXT, column="invoices.RepId"),
    ),
)
PEOPLE = Table(
    name="profiles", source="people", key="id", key_type=AttributeType.INTEGER, attributes=()
)


def test_a_dotted_name_is_a_join_only_when_the_table_has_it() -> None:
    joined = resolve(LINES, "rep.LastName")
    nested = resolve(LINES, "address.city")

    assert joined == ColumnReference(join="rep", column="LastName")
    assert nested == ColumnReference(join=None, column="address.city")
    assert (source_of(LINES, joined), source_of(LINES, nested)) == ("reps", "lines")


def test_each_needed_column_is_named_once_under_its_source() -> None:
    needed = needed_columns(ProfileSchema(profiles=PEOPLE, related={"lines": LINES}))

    assert needed == {
        "people": ("id",),
        "lines": ("InvoiceId", "address.city"),
        "invoices": ("InvoiceId", "RepId", "CustomerId"),
        "reps": ("Id", "LastName"),
    }
