"""Suggest which profile attribute feeds a merge field, by names in English and French. Pure; nothing is chosen by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from segue.control.sources.models import Attribute
from segue.core.folding import letters_of
from segue.profiles.person_names import FIRST_NAMES, FULL_NAMES, LAST_NAMES
from segue.profiles.schema import AttributeType
from segue.sync.export import MergeType
from segue.sync.export_fields import ADDRESS_PARTS
from segue.sync.matching import FITTING
from segue.sync.ports import MergeField

_SAME = (
    FIRST_NAMES,
    LAST_NAMES,
    FULL_NAMES,
    ("phone", "phonenumber", "telephone", "tel", "mobile", "cell", "portable", "numerodetelephone"),
    (
        "birthday",
        "birthdate",
        "dateofbirth",
        "dob",
        "naissance",
        "datenaissance",
        "datedenaissance",
        "anniversaire",
    ),
    ("company", "organisation", "organization", "employer", "societe", "entreprise"),
    ("country", "pays"),
    ("city", "town", "ville", "commune"),
    ("state", "region", "province", "county", "departement"),
    ("zip", "zipcode", "postcode", "postalcode", "codepostal", "cp"),
    ("addr1", "address", "address1", "addressline1", "street", "adresse", "adresse1", "rue"),
    ("addr2", "address2", "addressline2", "adresse2", "complementadresse"),
    ("language", "lang", "langue"),
    ("gender", "sex", "genre", "sexe", "civilite", "salutation", "title"),
    ("website", "url", "site", "siteweb"),
    ("joined", "signup", "signupdate", "since", "inscription", "dateinscription"),
)
"""Names that mean the same, as `letters_of` writes them."""

_GROUPS = {word: number for number, words in enumerate(_SAME) for word in words}


def suggested_email(attributes: Sequence[Attribute]) -> str:
    """Return the first attribute that holds e-mail addresses, "" without one."""
    return next((one.name for one in attributes if one.type == AttributeType.EMAIL), "")


def suggested_attribute(field: MergeField, attributes: Sequence[Attribute]) -> str:
    """Return the first attribute of a fitting type whose name or label means what the merge field's does; "" without one."""
    return _meaning((field.tag, field.name), fitting(field.type, attributes))


def suggested_parts(attributes: Sequence[Attribute]) -> Mapping[str, str]:
    """Return for each part of an address the attribute that seems to hold it, "" without one."""
    held = fitting(MergeType.ADDRESS, attributes)
    return {part: _meaning((part,), held) for part in ADDRESS_PARTS}


def fitting(merge: MergeType, attributes: Sequence[Attribute]) -> Sequence[Attribute]:
    """Return the attributes whose type can feed a merge field of this type."""
    return [one for one in attributes if one.type in FITTING[merge]]


def _meaning(names: Sequence[str], attributes: Sequence[Attribute]) -> str:
    wanted = {_group(name) for name in names}
    for one in attributes:
        if {_group(one.name), _group(one.label)} & wanted - {""}:
            return one.name
    return ""


def _group(name: str) -> str | int:
    plain = letters_of(name)
    return _GROUPS.get(plain, plain)
