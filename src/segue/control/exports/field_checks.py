"""Check the data matching of a draft against the audience's merge fields and the profiles' attributes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from segue.control.exports.draft import AudienceFacts, Draft
from segue.control.exports.type_names import name_of_type
from segue.control.sources.models import Attribute
from segue.core.errors import Mistake
from segue.profiles.schema import AttributeType
from segue.sync.export import FieldMatch, MergeType
from segue.sync.matching import FITTING
from segue.sync.ports import MergeField

Attributes = Mapping[str, Attribute]

ADDRESS_PARTS = ("addr1", "addr2", "city", "state", "zip", "country")
"""The parts of a merge field of type address. Source: FACTS.md §7."""

ADDRESS_REQUIRED = frozenset({"addr1", "city", "state", "zip"})


def field_mistakes(draft: Draft, facts: AudienceFacts, attributes: Attributes) -> Iterator[Mistake]:
    """Yield what is wrong with the lines of the data matching, and which required merge field lacks one."""
    offered = {field.tag: field for field in facts.merge_fields.fields}
    matched = Counter(field.tag for field in draft.fields)
    for match in draft.fields:
        yield from _line(match, offered.get(match.tag), matched[match.tag], attributes)
    for field in offered.values():
        if field.required and field.tag not in matched:
            yield Mistake(
                path=f"fields.{field.tag}",
                message=_("%(name)s is required in this audience.") % {"name": field.name},
                action=_(
                    "Choose the attribute that feeds it, or make the field optional in Mailchimp."
                ),
                code="merge_field_required",
            )


def attribute_mistakes(
    name: str, place: str, attributes: Attributes, types: Sequence[AttributeType]
) -> Iterator[Mistake]:
    """Yield that an attribute is missing, unknown, or of a type that does not fit its place."""
    attribute = attributes.get(name)
    if not name:
        yield Mistake(
            path=place,
            message=_("No attribute is chosen."),
            action=_("Choose one of the profiles' attributes."),
            code="attribute_missing",
        )
    elif attribute is None:
        yield Mistake(
            path=place,
            message=_("The profiles have no attribute %(name)s.") % {"name": name},
            action=_("Choose one of the profiles' attributes."),
            code="attribute_unknown",
        )
    elif attribute.type not in types:
        yield Mistake(
            path=place,
            message=_("The attribute %(name)s is of type %(type)s and does not fit here.")
            % {"name": str(attribute), "type": name_of_type(attribute.type)},
            action=_("Choose an attribute of type: %(types)s.")
            % {"types": ", ".join(name_of_type(one) for one in types)},
            code="attribute_type",
        )


def _line(
    match: FieldMatch, field: MergeField | None, times: int, attributes: Attributes
) -> Iterator[Mistake]:
    place = f"fields.{match.tag}"
    if field is None:
        yield Mistake(
            path=place,
            message=_("The audience has no merge field %(tag)s.") % {"tag": match.tag},
            action=_("Choose one of the audience’s merge fields."),
            code="merge_field_unknown",
        )
    elif times > 1:
        yield Mistake(
            path=place,
            message=_("The merge field %(tag)s is matched twice.") % {"tag": match.tag},
            action=_("Keep one of the two."),
            code="merge_field_twice",
        )
    elif field.type is not match.type:
        yield Mistake(
            path=place,
            message=_("The merge field %(tag)s is of another type by now.") % {"tag": match.tag},
            action=_("Check the audience again and choose an attribute that fits."),
            code="merge_field_type",
        )
    elif field.type is MergeType.ADDRESS:
        yield from _address(place, match, attributes)
    else:
        yield from attribute_mistakes(match.attribute, place, attributes, FITTING[field.type])


def _address(place: str, match: FieldMatch, attributes: Attributes) -> Iterator[Mistake]:
    chosen = {part: name for part, name in match.parts if name}
    if not chosen.keys() >= ADDRESS_REQUIRED:
        yield Mistake(
            path=place,
            message=_("An address needs street, city, state and postal code."),
            action=_("Choose an attribute for each of them."),
            code="address_incomplete",
        )
    for part, name in chosen.items():
        if part not in ADDRESS_PARTS:
            yield Mistake(
                path=place,
                message=_("An address has no part %(part)s.") % {"part": part},
                action=_("Use the parts %(parts)s.") % {"parts": ", ".join(ADDRESS_PARTS)},
                code="address_part_unknown",
            )
        yield from attribute_mistakes(name, place, attributes, FITTING[MergeType.ADDRESS])
