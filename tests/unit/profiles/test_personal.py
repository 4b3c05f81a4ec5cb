"""Which columns are personal: those that say so, and those that keys and joins compare with them."""

from __future__ import annotations

import pytest

from segue.profiles.personal import (
    key_is_personal,
    looks_personal,
    personal_attributes,
    personal_columns,
)
from segue.profiles.schema import Attribute, AttributeType, Join, ProfileSchema, Table

MAIL = Attribute(name="email", type=AttributeType.EMAIL, column="email", personal=True)


def people(*attributes: Attribute, key: str = "id", **more: object) -> Table:
    base = {"name": "profiles", "source": "people", "key_type": AttributeType.TEXT}
    return Table(**base, key=key, attributes=attributes, **more)  # type: ignore[arg-type]


def text(name: str, column: str = "", *, personal: bool = False) -> Attribute:
    return Attribute(name=name, type=AttributeType.TEXT, column=column or name, personal=personal)


@pytest.mark.parametrize(
    ("table", "personal"),
    [
        (people(MAIL), False),
        (people(MAIL, key="email"), True),
        (people(text("tel", "phone", personal=True), key="phone"), True),
        (people(text("phone"), key="phone"), False),
        (people(text("phone"), key="phone", key_personal=True), True),
    ],
)
def test_a_key_is_personal_as_its_column_is(table: Table, personal: bool) -> None:
    assert key_is_personal(ProfileSchema(profiles=table)) is personal


def test_a_key_that_is_joined_with_an_address_is_personal() -> None:
    account = Attribute(
        name="email", type=AttributeType.EMAIL, column="accounts.mail", personal=True
    )
    join = Join(source="accounts", on=(("login", "mail"),), name="accounts")

    assert key_is_personal(ProfileSchema(profiles=people(account, key="login", joins=(join,))))


def test_the_keys_of_related_tables_are_personal_with_the_profiles() -> None:
    orders = Table(
        name="orders",
        source="orders",
        key="who",
        key_type=AttributeType.TEXT,
        attributes=(text("customer", "who"), text("genre")),
    )
    schema = ProfileSchema(profiles=people(MAIL, key="email"), related={"orders": orders})

    assert personal_columns(schema) == {("people", "email"), ("orders", "who")}
    assert personal_attributes(schema, orders) == {"customer"}


def test_an_address_in_a_related_table_makes_the_key_personal_that_it_is_compared_with() -> None:
    contact = Attribute(name="contact", type=AttributeType.EMAIL, column="who", personal=True)
    orders = Table(
        name="orders",
        source="orders",
        key="who",
        key_type=AttributeType.TEXT,
        attributes=(contact,),
    )

    assert key_is_personal(ProfileSchema(profiles=people(key="login"), related={"orders": orders}))


def test_a_second_attribute_of_a_personal_column_is_personal() -> None:
    schema = ProfileSchema(profiles=people(MAIL, text("login", "email"), text("city")))

    assert personal_attributes(schema, schema.profiles) == {"email", "login"}


@pytest.mark.parametrize(
    ("text", "personal"),
    [
        ("ana@shop.example", True),
        ("+33612345678", True),
        (" +1 (202) 555-0136", True),
        ("+12", False),
        ("0612345678", False),  # as many ids are written
        ("C+33612345678", False),
        ("2026-01-31", False),
    ],
)
def test_addresses_and_international_numbers_look_personal(text: str, personal: bool) -> None:
    assert looks_personal(text) is personal
