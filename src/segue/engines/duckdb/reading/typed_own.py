"""What a source itself says of a value: a number, a truth value, a time. Such a value needs none of the forms of texts.

Readers that give values as text write the sort of each beside it. A number that JSON, a database or a workbook holds as a
number is that number, whatever marks an attribute declares for texts: with `thousands_mark: "."` the text 1.234 is 1234, and
the number 1.234 is 1.234.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import IntEnum

from segue.profiles.schema import LIST_MARK, Attribute, AttributeType


class Own(IntEnum):
    """The sort of one value, as its source holds it."""

    TEXT = 0
    """A text, which may be read in the forms that people write."""
    NUMBER = 1
    BOOLEAN = 2
    TIME = 3
    """A date, or a clock time without an offset, written as ISO 8601."""
    INSTANT = 4
    """A clock time with its offset, written as ISO 8601."""
    WHOLE = 5
    """An object, or what else is one value however many signs it holds."""


_TIMES = (Own.TIME, Own.INSTANT)
_ALONE = (Own.NUMBER, Own.BOOLEAN, Own.TIME, Own.INSTANT, Own.WHOLE)

_READ_AS: Mapping[AttributeType, tuple[Own, ...]] = {
    AttributeType.INTEGER: (Own.NUMBER,),
    AttributeType.DECIMAL: (Own.NUMBER,),
    AttributeType.BOOLEAN: (Own.BOOLEAN,),
    AttributeType.DATE: _TIMES,
    AttributeType.TIMESTAMP: _TIMES,
    AttributeType.BIRTHDAY: _TIMES,
    AttributeType.LIST: _ALONE,
}
"""The sorts that each type takes as they are. A whole number may still be a date in a format, or an own word for yes."""


def without_forms(attribute: Attribute) -> Attribute:
    """Return the attribute without what it declares about texts: as it reads the values that it takes as they are."""
    match attribute.type:
        case AttributeType.INTEGER | AttributeType.DECIMAL:
            return replace(attribute, decimal_mark=".", thousands_mark="")
        case AttributeType.BOOLEAN:
            return replace(attribute, true_values=(), false_values=())
        case AttributeType.DATE | AttributeType.TIMESTAMP | AttributeType.BIRTHDAY:
            return replace(attribute, formats=())
        case AttributeType.LIST:
            return replace(attribute, separator=LIST_MARK)
        case AttributeType.TEXT | AttributeType.EMAIL:
            return attribute


def is_taken(attribute: Attribute, own: str) -> str:
    """Return the condition that a value is of a sort that the attribute takes as it is; `own` is the sort's expression."""
    sorts = _READ_AS.get(attribute.type, ())
    return f"({' OR '.join(f'{own} = {sort:d}' for sort in sorts)})" if sorts else "false"


def is_nested(native: str) -> bool:
    """Tell whether the values of a type of the engine's are lists or objects: as a whole they are JSON text, whatever holds them."""
    return native.endswith("[]") or native.startswith(("STRUCT", "MAP"))


def sort_of(native: str) -> Own:
    """Return the sort of the values of a column that has a type of the engine's."""
    if native in ("VARCHAR", "UUID", "ENUM") or native.endswith("[]"):
        return Own.TEXT
    if native == "BOOLEAN":
        return Own.BOOLEAN
    if native == "TIMESTAMP WITH TIME ZONE":
        return Own.INSTANT
    if native.startswith(("DATE", "TIME")):
        return Own.TIME
    return Own.WHOLE if native.startswith(("STRUCT", "MAP", "UNION")) else Own.NUMBER
