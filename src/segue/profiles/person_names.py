"""Which attributes of a person hold their name, by what they are called in English, French and German. Nothing is read."""

from __future__ import annotations

from collections.abc import Sequence
from string import digits

from segue.core.folding import letters_of
from segue.profiles.schema import Attribute, AttributeType, ProfileSchema

FIRST_NAMES = frozenset(
    ("firstname", "givenname", "forename", "fname", "prenom", "vorname", "first")
)
LAST_NAMES = frozenset(
    ("lastname", "surname", "familyname", "lname", "nom", "nomdefamille", "nachname", "last")
)
FULL_NAMES = frozenset(("name", "fullname", "displayname", "nomcomplet", "customername"))


def name_attributes(schema: ProfileSchema) -> Sequence[Attribute]:
    """Return the texts of profiles that hold names of people: the first name, the last one, then a whole one."""
    texts = [one for one in schema.profiles.attributes if one.type is AttributeType.TEXT]
    found = (
        one for words in (FIRST_NAMES, LAST_NAMES, FULL_NAMES) for one in texts if _is(one, words)
    )
    return list(dict.fromkeys(found))


def _is(attribute: Attribute, words: frozenset[str]) -> bool:
    column = attribute.column.rpartition(".")[2]
    return any(
        letters_of(one).rstrip(digits) in words for one in (attribute.name, attribute.label, column)
    )
