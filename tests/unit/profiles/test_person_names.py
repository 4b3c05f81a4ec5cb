"""Which attributes hold names of people."""

from __future__ import annotations

from segue.profiles.person_names import name_attributes
from segue.profiles.schema import Attribute, AttributeType, ProfileSchema, Table


def names(*attributes: Attribute) -> list[str]:
    table = Table(
        name="profiles", source="s", key="id", key_type=AttributeType.TEXT, attributes=attributes
    )
    return [one.name for one in name_attributes(ProfileSchema(profiles=table))]


def text(name: str, *, column: str = "x", label: str = "") -> Attribute:
    return Attribute(name=name, type=AttributeType.TEXT, column=column, label=label)


def test_first_names_come_before_last_ones_and_whole_ones() -> None:
    assert names(text("full_name"), text("last_name"), text("city"), text("first_name")) == [
        "first_name",
        "last_name",
        "full_name",
    ]


def test_labels_and_columns_tell_too_also_in_french() -> None:
    assert names(text("a", label="Prénom"), text("b", column="crm.Nom de famille")) == ["a", "b"]


def test_one_that_is_called_both_counts_once() -> None:
    assert names(text("first_name", label="Name")) == ["first_name"]


def test_what_is_no_text_or_names_something_else_is_none() -> None:
    number = Attribute(name="last", type=AttributeType.INTEGER, column="last")
    assert names(number, text("username"), text("company_name")) == []
