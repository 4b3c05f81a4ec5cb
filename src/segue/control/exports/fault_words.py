"""Tell a fault of the rule book in a form: at its field, with the names that people know. Decides nothing.

Where the book's own words speak of keys of a file, the pages say others, filled with the same values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from segue.control.exports.type_names import said_type
from segue.core.errors import Mistake
from segue.core.sentences import Sentence, Value, commas, said
from segue.sync.export import SegmentTag
from segue.sync.faults import Fault, Place

_FIELDS = {"email": "email_attribute", "winner": "newest_by", "consent": "consent"}
"""Parts of an export that are one field of the form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How attributes and segments are called where people read of them, by their names in the definition."""

    attributes: Mapping[str, str]
    segments: Mapping[str, str]


def mistake_of(fault: Fault, chosen: Sequence[SegmentTag], names: Names) -> Mistake:
    """Return the fault as a mistake at its field; `chosen` are the segments of the draft."""
    own = _own_words(fault, _called(fault, names))
    named = _named(fault.message, names, of_tags=fault.place[0] == "segments")
    message, action = own or (named, _next_step(fault))
    return Mistake(
        path=field_of(fault.place, chosen), message=message, action=action, code=fault.code
    )


def field_of(place: Place, chosen: Sequence[SegmentTag]) -> str:
    """Return the field or row of the form to which a place belongs."""
    match place:
        case ("segments", int(index), *_):
            return f"segments.{chosen[index].segment}"
        case ("fields" | "brakes" as part, name, *_):
            return f"{part}.{name}"
        case (part, *_):
            return _FIELDS.get(str(part), str(part))
    return ""


def _called(fault: Fault, names: Names) -> Mapping[str, str]:
    """Return the names among a fault's values as people know them."""
    known = names.segments if fault.place[0] == "segments" else names.attributes
    told = {key: value for key, value in fault.values.items() if isinstance(value, str)}
    return {key: known.get(value, value) for key, value in told.items()}


def _named(text: str, names: Names, *, of_tags: bool) -> str:
    """Return a sentence with the names that people know of attributes and segments, also in sentences within it."""
    if not isinstance(text, Sentence):
        return text
    known = dict.fromkeys(("segment", "other"), names.segments)
    known |= {} if of_tags else dict.fromkeys(("attribute", "earlier"), names.attributes)
    values: dict[str, Value] = {}
    for key, value in text.values.items():
        if isinstance(value, Sentence):
            values[key] = _named(value, names, of_tags=of_tags)
        else:
            values[key] = known.get(key, {}).get(str(value), value)
    return Sentence(text.template, values, text.many)


def _next_step(fault: Fault) -> str:
    """Return what to do; the next step of every tag that cannot be is another one."""
    return (
        said("Give the segment another tag.")
        if fault.place[-1] == "tag" or fault.code == "tag_twice"
        else fault.action
    )


def _own_words(fault: Fault, called: Mapping[str, str]) -> tuple[str, str] | None:
    """Return message and next step that speak of the form, None where the book's own words do."""
    match fault.code:
        case "unknown_attribute":
            return (
                said("The profiles have no attribute %(name)s.", name=called["name"]),
                said("Choose one of the profiles' attributes."),
            )
        case "wrong_attribute_type":
            return _wrong_type(fault, called["name"])
        case "unknown_segment" | "inactive_segment":
            return (
                said("The segment %(name)s is not there or not active.", name=called["name"]),
                said("Activate it, or take it out of the export."),
            )
        case "consent_missing":
            return fault.message, said(
                "Choose the attribute that must be true, or attest the consent in your own words."
            )
        case "missing_key":
            return _missing(called)
    return None


def _wrong_type(fault: Fault, name: str) -> tuple[str, str]:
    return (
        said(
            "The attribute %(name)s is of type %(type)s and does not fit here.",
            name=name,
            type=said_type(str(fault.values["type"])),
        ),
        said(
            "Choose an attribute of type: %(types)s.",
            types=commas(said_type(one) for one in fault.kinds),
        ),
    )


def _missing(called: Mapping[str, str]) -> tuple[str, str] | None:
    match called.get("wanted"):
        case "attribute":
            return said("No attribute is chosen."), said("Choose one of the profiles' attributes.")
        case "parts":
            return (
                said("An address needs street, city, state and postal code."),
                said("Choose an attribute for each of them."),
            )
    return None
