"""The rows of the data matching: which merge fields are fed, from what, and what Mailchimp would get."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise

from segue.control.exports.draft import AudienceFacts
from segue.control.exports.models import Blanks
from segue.control.exports.suggestions import fitting, suggested_attribute, suggested_parts
from segue.control.exports.type_names import MergeTypeName
from segue.control.sources.models import Attribute
from segue.sync.contact_fields import BESIDE_KEYS
from segue.sync.export import Blanks as EngineBlanks
from segue.sync.export import FieldMatch, MergeType
from segue.sync.export_fields import ADDRESS_PARTS, ADDRESS_REQUIRED
from segue.sync.ports import MergeField
from segue.web.exports.settings_words import PART_NAMES, field_name

Matches = dict[str, FieldMatch]
"""What feeds which merge field, by its tag."""

CHOICES_SHOWN = 6

CONSTANT = ":constant"
"""The choice of no attribute but of one value for everybody: no attribute's name can be so. Without `=`: `data-shown-when`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One choice of an attribute: the name of its select, its label, and the attributes to choose from."""

    name: str
    label: str
    chosen: str
    attributes: Sequence[Attribute]
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRow:
    """One merge field that is fed. An address has a choice for each of its parts, any other field one."""

    tag: str
    name: str
    type: str
    required: bool
    choices: Sequence[Choice]
    allowed: Sequence[str]
    samples: Sequence[str] | None
    misfits: int
    errors: Sequence[str]
    was_added: bool
    blanks: str
    constant: str | None = None
    """None: an attribute, or nothing yet, feeds the field."""

    @property
    def constant_choice(self) -> str:
        """Return the choice that stands for a constant."""
        return CONSTANT

    @property
    def is_beside(self) -> bool:
        """Whether contacts hold it beside the merge fields: it has neither tag nor type to tell."""
        return self.tag in BESIDE_KEYS

    @property
    def takes_constant(self) -> bool:
        """Whether everybody may get the same: not of an address, which has parts."""
        return len(self.choices) == 1

    @property
    def blanks_choices(self) -> Sequence[tuple[str, Promise]]:
        """Return what a blank may do, each with its words."""
        return Blanks.choices

    @property
    def wrong_id(self) -> str:
        """Return the id at which the page says what is wrong with the row."""
        return f"field-{self.tag}-wrong"

    @property
    def is_chosen(self) -> bool:
        """Whether something feeds the field."""
        return self.constant is not None or any(choice.chosen for choice in self.choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addable:
    """A merge field that is not fed yet; what stands beside them has a name and neither tag nor type to tell."""

    tag: str
    name: str
    type: str
    is_beside: bool


def sent_matches(sent: QueryDict, facts: AudienceFacts | None) -> Matches:
    """Return what a form says, with the types of the audience's merge fields where those are known."""
    offered = _offered(facts)
    matches: Matches = {}
    for tag in sent.getlist("field"):
        field = offered.get(tag)
        is_address = field is not None and field.type is MergeType.ADDRESS
        chosen = sent.get(f"attribute-{tag}", "")
        is_constant = chosen == CONSTANT and not is_address
        parts = tuple(
            (part, name) for part in ADDRESS_PARTS if (name := sent.get(f"part-{tag}-{part}", ""))
        )
        matches[tag] = FieldMatch(
            tag=tag,
            attribute="" if is_address or chosen == CONSTANT else chosen,
            type=field.type if field else MergeType.TEXT,
            name=field.name if field else "",
            parts=parts if field is None or is_address else (),
            value=sent.get(f"value-{tag}", "").strip() if is_constant else None,
            blanks=_blanks(sent.get(f"blanks-{tag}", "")),
        )
    return matches


def with_asked(
    matches: Matches, sent: QueryDict, facts: AudienceFacts | None, attributes: Sequence[Attribute]
) -> Matches:
    """Return the matches with the row that is asked for (`add`), without the one that is taken out (`drop`)."""
    field = _offered(facts).get(sent.get("add", ""))
    kept = {tag: match for tag, match in matches.items() if tag != sent.get("drop")}
    if field is None or field.tag in kept:
        return kept
    return kept | {field.tag: _suggested(field, attributes)}


def with_required(
    matches: Matches, facts: AudienceFacts | None, attributes: Sequence[Attribute]
) -> Matches:
    """Return the matches with a row for each merge field that the audience requires."""
    wanted = [field for field in _offered(facts).values() if field.required]
    missing = {f.tag: _suggested(f, attributes) for f in wanted if f.tag not in matches}
    return matches | missing


def fed(matches: Matches, facts: AudienceFacts | None) -> tuple[FieldMatch, ...]:
    """Return the lines of the data matching; a required field that nothing feeds is told by its absence."""
    required = {field.tag for field in _offered(facts).values() if field.required}
    return tuple(match for match in matches.values() if _is_fed(match) or match.tag not in required)


def _is_fed(match: FieldMatch) -> bool:
    has_parts = any(name for _part, name in match.parts)
    return bool(match.attribute) or has_parts or match.value is not None


def field_rows(
    matches: Matches,
    facts: AudienceFacts | None,
    attributes: Sequence[Attribute],
    *,
    samples: Mapping[str, Sequence[str]],
    misfits: Mapping[str, int],
    errors: Mapping[str, Sequence[str]],
    added: str,
) -> Sequence[FieldRow]:
    """Return the rows; fields that the audience lacks by now stay, so that they can be taken out."""
    offered = _offered(facts)
    return [
        _row(
            match,
            offered.get(match.tag),
            attributes,
            samples=samples.get(match.tag),
            misfits=misfits.get(match.tag, 0),
            errors=errors.get(f"fields.{match.tag}", ()),
            was_added=match.tag == added,
        )
        for match in matches.values()
    ]


def addable(matches: Matches, facts: AudienceFacts | None) -> Sequence[Addable]:
    """Return the merge fields that could be fed too; first and last name come first."""
    open_fields = [field for field in _offered(facts).values() if field.tag not in matches]
    return [
        Addable(
            tag=field.tag,
            name=field_name(field.tag, field.name),
            type=str(MergeTypeName(field.type.value).label),
            is_beside=field.tag in BESIDE_KEYS,
        )
        for field in sorted(open_fields, key=lambda field: field.tag not in ("FNAME", "LNAME"))
    ]


def _row(
    match: FieldMatch,
    field: MergeField | None,
    attributes: Sequence[Attribute],
    *,
    samples: Sequence[str] | None,
    misfits: int,
    errors: Sequence[str],
    was_added: bool,
) -> FieldRow:
    return FieldRow(
        tag=match.tag,
        name=field_name(match.tag, field.name if field else match.name),
        type=str(MergeTypeName(match.type.value).label),
        required=field is not None and field.required,
        choices=list(_choices(match, attributes)),
        allowed=field.choices[:CHOICES_SHOWN] if field else (),
        samples=samples,
        misfits=misfits,
        errors=errors,
        was_added=was_added,
        blanks=match.blanks.value,
        constant=match.value,
    )


def _blanks(value: str) -> EngineBlanks:
    """Return what a form says of a blank; what Mailchimp holds stays unless it says so."""
    return EngineBlanks.CLEAR if value == Blanks.CLEAR else EngineBlanks.KEEP


def _choices(match: FieldMatch, attributes: Sequence[Attribute]) -> Iterator[Choice]:
    held = fitting(match.type, attributes)
    if match.type is not MergeType.ADDRESS:
        # One that does not fit stays to be seen: it may be what a mistake speaks of.
        odd = [a for a in attributes if a.name == match.attribute and a not in held]
        yield Choice(
            name=f"attribute-{match.tag}",
            label="",
            chosen=match.attribute,
            attributes=[*held, *odd],
            required=False,
        )
        return
    parts = dict(match.parts)
    for part in ADDRESS_PARTS:
        yield Choice(
            name=f"part-{match.tag}-{part}",
            label=str(PART_NAMES[part]),
            chosen=parts.get(part, ""),
            attributes=held,
            required=part in ADDRESS_REQUIRED,
        )


def _suggested(field: MergeField, attributes: Sequence[Attribute]) -> FieldMatch:
    if field.type is MergeType.ADDRESS:
        parts = tuple((p, name) for p, name in suggested_parts(attributes).items() if name)
        return FieldMatch(
            tag=field.tag, attribute="", type=field.type, name=field.name, parts=parts
        )
    name = suggested_attribute(field, attributes)
    return FieldMatch(tag=field.tag, attribute=name, type=field.type, name=field.name)


def _offered(facts: AudienceFacts | None) -> dict[str, MergeField]:
    return {field.tag: field for field in facts.merge_fields.fields} if facts else {}
