"""The part of the rule book about attributes and merge fields: what may feed what. Values only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from segue.core.sentences import either, said, together
from segue.profiles.schema import Attribute, AttributeType, ProfileSchema
from segue.segments.mistakes import did_you_mean
from segue.sync.constants import constant_fault
from segue.sync.export import FieldMatch, MergeType
from segue.sync.faults import Facts, Fault, Place
from segue.sync.matching import FITTING, VALUES
from segue.sync.ports import MergeField

ADDRESS_REQUIRED = ("addr1", "city", "state", "zip")
"""Parts without which an address is none. Source: FACTS.md §7."""
ADDRESS_PARTS = ("addr1", "addr2", "city", "state", "zip", "country")
"""The parts of a merge field of type address. Source: FACTS.md §7."""
ADDRESS_TAG = "EMAIL"
"""How Mailchimp calls the address of a contact among the merge fields, which it is not. Source: FACTS.md §7."""
CHOICES = (MergeType.RADIO, MergeType.DROPDOWN)
"""Types of merge fields that have choices, which nobody but the audience's owner knows."""

ORDERED = (
    AttributeType.TIMESTAMP,
    AttributeType.DATE,
    AttributeType.INTEGER,
    AttributeType.DECIMAL,
)
"""Types of which one value is newer than another."""


def attribute_faults(
    place: Place,
    name: str,
    schema: ProfileSchema,
    *,
    kinds: Collection[AttributeType],
    purpose: str,
) -> Iterator[Fault]:
    """Yield that an attribute is missing, does not exist, or has none of the types that `purpose` needs."""
    if not name:
        yield Fault(
            code="missing_key",
            place=place,
            message="No attribute is chosen.",
            action="Choose one of the profiles' attributes.",
        )
        return
    if schema.profiles.is_unsure(name):
        return
    found = schema.attribute(name)
    if found is None:
        yield _unknown(place, name, schema)
    elif found.type not in kinds:
        yield _wrong_type(place, found, schema, kinds=tuple(kinds), purpose=purpose)


def _unknown(place: Place, name: str, schema: ProfileSchema) -> Fault:
    """Return that the profiles lack an attribute."""
    return Fault(
        code="unknown_attribute",
        place=place,
        message=said("The profiles have no attribute `%(name)s`.", name=name),
        action=did_you_mean(name, [attribute.name for attribute in schema.customers.attributes]),
    )


def _wrong_type(
    place: Place,
    found: Attribute,
    schema: ProfileSchema,
    *,
    kinds: tuple[AttributeType, ...],
    purpose: str,
) -> Fault:
    fitting = [one.name for one in schema.customers.attributes if one.type in kinds]
    name, kind = found.name, kinds[0]
    return Fault(
        code="wrong_attribute_type",
        place=place,
        message=said(
            "`%(name)s` is of type %(type)s; %(purpose)s must be of type %(wanted)s.",
            name=name,
            type=found.type,
            purpose=purpose,
            wanted=either(kinds),
        ),
        action=said(
            "Choose %(names)s, or declare `%(name)s` with `type: %(kind)s`.",
            names=either(f"`{one}`" for one in fitting[:5]),
            name=name,
            kind=kind,
        )
        if fitting
        else said(
            "Declare one, or declare `%(name)s` with `type: %(kind)s`.", name=name, kind=kind
        ),
        kinds=kinds,
    )


def field_faults(
    fields: Sequence[FieldMatch], schema: ProfileSchema, facts: Facts
) -> Iterator[Fault]:
    """Yield what is wrong with the lines of the data matching, and which required merge field lacks one."""
    times = Counter(match.tag for match in fields)
    refused: set[str] = set()
    for match in fields:
        fault = _line(match, times[match.tag])
        if fault is not None:
            yield fault
            refused.add(match.tag)
    found = facts.merge_fields
    asked = audience_faults(fields, found) if found is not None else ()
    unfit = [fault for fault in asked if fault.place[1] not in refused]
    yield from unfit
    refused |= {str(fault.place[1]) for fault in unfit}
    for match in fields:
        if match.tag not in refused or match.tag == ADDRESS_TAG:
            yield from _fed(match, schema)


def audience_faults(fields: Sequence[FieldMatch], found: Sequence[MergeField]) -> Iterator[Fault]:
    """Yield where the data matching does not fit the merge fields that an audience has.

    Mailchimp ignores what it has no merge field for, and refuses contacts without a required one. Source: FACTS.md §7.
    """
    offered = {field.tag: field for field in found}
    fed = {match.tag for match in fields}
    for field in found:
        if field.required and field.tag not in fed:
            yield Fault(
                code="merge_field_required",
                place=("fields", field.tag),
                message=said("%(name)s is required in this audience.", name=field.name),
                action="Choose the attribute that feeds it, or make the field optional in Mailchimp.",
            )
    for match in fields:
        fault = _of_audience(match, offered.get(match.tag))
        if fault is not None:
            yield fault


def _line(match: FieldMatch, times: int) -> Fault | None:
    place: Place = ("fields", match.tag)
    # Source: FACTS.md §7: EMAIL is not a merge field.
    if match.tag == ADDRESS_TAG:
        return Fault(
            code="email_is_no_field",
            place=place,
            message="EMAIL is not a merge field: the address is matched by `email`.",
            action="Remove this line.",
        )
    if times > 1:
        return Fault(
            code="merge_field_twice",
            place=place,
            message=said("The merge field %(tag)s is matched twice.", tag=match.tag),
            action="Keep one of the two.",
        )
    return None


def _of_audience(match: FieldMatch, field: MergeField | None) -> Fault | None:
    if field is None and not match.create:
        return Fault(
            code="merge_field_missing",
            place=("fields", match.tag),
            message=said("The audience has no merge field %(tag)s.", tag=match.tag),
            action="Choose one of the audience’s merge fields.",
        )
    if field is not None and field.type is not match.type:
        return Fault(
            code="merge_field_type",
            place=("fields", match.tag),
            message=said("The merge field %(tag)s is of another type by now.", tag=match.tag),
            action="Check the audience again and choose an attribute that fits.",
        )
    # What no field of its type would take is told beside the line's other faults.
    return None if constant_fault(match, None) else constant_fault(match, field)


def _fed(match: FieldMatch, schema: ProfileSchema) -> Iterator[Fault]:
    """Yield what is wrong with what feeds a merge field, looked at by its type."""
    if match.create and match.type in CHOICES:
        yield _cannot_create(match)
    if match.value is not None:
        yield from _constant(match)
        return
    is_address = match.type is MergeType.ADDRESS
    parts = tuple((part, name) for part, name in match.parts if name)
    wanted, unwanted = ("parts", "attribute") if is_address else ("attribute", "parts")
    given = {"parts": bool(parts), "attribute": bool(match.attribute)}
    if given[unwanted]:
        yield _option_not_for_type(match, wanted, unwanted)
    if not given[wanted]:
        yield _missing(match, wanted)
    if given[wanted] and not given[unwanted]:
        yield from _address(match, parts) if is_address else ()
        yield from _types(match, parts, schema)


def _constant(match: FieldMatch) -> Iterator[Fault]:
    """Yield what is wrong with a line by which everybody gets the same."""
    if match.type is MergeType.ADDRESS:
        yield _option_not_for_type(match, "parts", "value")
        return
    if any(name for _part, name in match.parts):
        yield _option_not_for_type(match, "value", "parts")
    if match.attribute:
        yield Fault(
            code="fed_twice",
            place=("fields", match.tag),
            message=said("%(tag)s is fed by an attribute and by a constant.", tag=match.tag),
            action="Keep one of the two.",
        )
    fault = constant_fault(match, None)
    if fault is not None:
        yield fault


def _cannot_create(match: FieldMatch) -> Fault:
    return Fault(
        code="cannot_create",
        place=("fields", match.tag, "create"),
        message=said(
            "A %(kind)s field cannot be created here: its choices are not known.", kind=match.type
        ),
        action="Create the field in Mailchimp with its choices, and remove `create`.",
    )


def _option_not_for_type(match: FieldMatch, wanted: str, unwanted: str) -> Fault:
    return Fault(
        code="option_not_for_type",
        place=("fields", match.tag, unwanted),
        message=said(
            "`%(unwanted)s` has no meaning for a merge field of type %(kind)s.",
            unwanted=unwanted,
            kind=match.type,
        ),
        action=said("Give `%(wanted)s` instead, or change `type`.", wanted=wanted),
    )


def _missing(match: FieldMatch, wanted: str) -> Fault:
    return Fault(
        code="missing_key",
        place=("fields", match.tag),
        message=said(
            "`%(wanted)s` is missing for merge field %(tag)s of type %(kind)s.",
            wanted=wanted,
            tag=match.tag,
            kind=match.type,
        ),
        action="Give `parts` with addr1, city, state and zip."
        if wanted == "parts"
        else "Give the profile attribute that feeds it.",
    )


def _address(match: FieldMatch, parts: Sequence[tuple[str, str]]) -> Iterator[Fault]:
    place: Place = ("fields", match.tag, "parts")
    given = [part for part, _name in parts]
    if not set(given) >= set(ADDRESS_REQUIRED):
        yield Fault(
            code="missing_key",
            place=place,
            message="An address needs street, city, state and postal code.",
            action="Choose an attribute for each of them.",
        )
    for part in given:
        if part not in ADDRESS_PARTS:
            yield Fault(
                code="unknown_key",
                place=(*place, part),
                message=said("An address has no part %(part)s.", part=part),
                action=said("Use the parts %(parts)s.", parts=", ".join(ADDRESS_PARTS)),
            )


def _types(
    match: FieldMatch, parts: Sequence[tuple[str, str]], schema: ProfileSchema
) -> Iterator[Fault]:
    place: Place = ("fields", match.tag)
    fed: list[tuple[Place, str]] = [((*place, "attribute"), match.attribute)]
    if match.type is MergeType.ADDRESS:
        fed = [((*place, "parts", part), name) for part, name in parts]
    for at, name in fed:
        found = attribute_faults(
            at,
            name,
            schema,
            kinds=FITTING[match.type],
            purpose=said("a merge field of type %(kind)s", kind=match.type),
        )
        yield from (_perhaps_constant(fault, match, name) for fault in found)


def _perhaps_constant(fault: Fault, match: FieldMatch, name: str) -> Fault:
    """Say how a constant is written where a language stands in an attribute's place: `language: fr`."""
    is_language = match.type is MergeType.LANGUAGE and VALUES[match.type](name)
    if fault.code != "unknown_attribute" or not is_language:
        return fault
    advice = said("Write `{value: %(name)s}` to give it to everybody.", name=name)
    return replace(fault, action=together(fault.action, advice))
