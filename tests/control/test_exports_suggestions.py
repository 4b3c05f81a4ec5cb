"""Attributes are suggested by what names and labels mean, in English and French, and only where their type fits."""

from __future__ import annotations

import pytest

from segue.control.exports.suggestions import (
    suggested_attribute,
    suggested_email,
    suggested_parts,
)
from segue.control.sources.models import Attribute
from segue.sync.export import MergeType
from tests.control.stage import merge_field


def _attribute(name: str, type_: str = "text", label: str = "") -> Attribute:
    return Attribute(name=name, type=type_, label=label)


@pytest.mark.parametrize(
    ("tag", "label", "attribute"),
    [
        ("FNAME", "First Name", _attribute("first_name")),
        ("FNAME", "First Name", _attribute("prenom")),
        ("FNAME", "Prénom", _attribute("c1", label="Prénom")),
        ("MERGE7", "Given name", _attribute("fname")),
        ("LNAME", "Last Name", _attribute("nom")),
        ("LNAME", "Last Name", _attribute("x", label="Nom de famille")),
        ("PHONE", "Phone Number", _attribute("telephone")),
        ("COMPANY", "Company", _attribute("societe")),
        ("VILLE", "Ville", _attribute("city")),
        ("LOYALTY", "Loyalty level", _attribute("loyalty_level")),
        ("LOYALTY", "", _attribute("loyalty")),
    ],
)
def test_the_attribute_that_means_the_same_is_suggested(
    tag: str, label: str, attribute: Attribute
) -> None:
    field = merge_field(tag, 1, name=label)

    assert suggested_attribute(field, [_attribute("other"), attribute]) == attribute.name


def test_nothing_is_suggested_where_nothing_means_the_same() -> None:
    assert (
        suggested_attribute(merge_field("FNAME", 1, name=""), [_attribute("city", label="")]) == ""
    )


def test_an_attribute_of_another_type_is_not_suggested() -> None:
    birthday = merge_field("BIRTHDAY", 1, type=MergeType.BIRTHDAY)
    attributes = [_attribute("birthday", "text"), _attribute("date_naissance", "date")]

    assert suggested_attribute(birthday, attributes) == "date_naissance"


def test_the_first_address_attribute_is_suggested_for_the_email() -> None:
    attributes = [
        _attribute("email_text"),
        _attribute("work", "email"),
        _attribute("home", "email"),
    ]

    assert suggested_email(attributes) == "work"
    assert suggested_email(attributes[:1]) == ""


def test_the_parts_of_an_address_are_suggested_one_by_one() -> None:
    attributes = [
        _attribute("rue"),
        _attribute("ville"),
        _attribute("code_postal", "integer"),
        _attribute("pays"),
        _attribute("region", "date"),
    ]

    assert suggested_parts(attributes) == {
        "addr1": "rue",
        "addr2": "",
        "city": "ville",
        "state": "",
        "zip": "code_postal",
        "country": "pays",
    }
