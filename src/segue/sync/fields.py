"""Render profile attributes as merge field texts: one expression per merge field, the same on every engine.

Everything is text and nothing is NULL: "" clears a value of any type. Source: FACTS.md §7 (recorded). A value that
cannot be a value of its merge field (`fits` is false) is sent as "" and counted by the plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import md5

import ibis
import ibis.expr.types as ir

from segue.core.errors import ConfigurationProblem
from segue.profiles.schema import AttributeType, ProfileSchema
from segue.segments.functions import bit_length, concat_ws, md5_hex
from segue.sync.export import Export, FieldMatch, MergeType
from segue.sync.ports import Column, MergeField, Node, Template

SEPARATOR = "\x1f"
"""Between rendered fields in the hash; refused in data at ingestion, so that columns cannot shift."""

TEXT_LIMIT_BYTES = 255
# Assumption: Mailchimp keeps 255 bytes of a text value (FACTS.md §7, §11.7 unverified); longer ones are cut here.
_CUTS = (255, 127, 85, 63)
"""Characters that surely fit when each takes one, two, three or four bytes."""

_PATTERNS = {
    MergeType.ZIP: r"^[0-9]{5}$",
    MergeType.URL: r"^https?://[^ \t\r\n]+$",
    MergeType.IMAGEURL: r"^https?://[^ \t\r\n]+$",
}
_US_PHONE = r"^[0-9]{3}-[0-9]{3}-[0-9]{4}$"
_ADDRESS_REQUIRED = ("addr1", "city", "state", "zip")


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedField:
    """One merge field: text expressions by column name, whether the value fits, and its place in a request."""

    tag: str
    columns: Mapping[str, ir.StringValue]
    fits: ir.BooleanValue | None
    node: Template


def render_fields(
    profiles: ir.Table, export: Export, schema: ProfileSchema, merge_fields: Sequence[MergeField]
) -> tuple[RenderedField, ...]:
    """Render the export's data matching over the profiles' columns, in the order in which it is declared."""
    found = {field.tag: field for field in merge_fields}
    return tuple(
        _render(profiles, schema, match, found.get(match.tag), number)
        for number, match in enumerate(export.fields)
    )


def field_hash(rendered: Sequence[RenderedField], mapping: str) -> ir.StringValue:
    """Return the md5 (hex text) over the mapping's version and all rendered texts."""
    texts = [text for field in rendered for text in field.columns.values()]
    return md5_hex(concat_ws(SEPARATOR, ibis.literal(mapping), *texts))


def mapping_version(export: Export) -> str:
    """Name the data matching: another mapping gives another version, hence other hashes."""
    lines = [f"{m.tag}={m.type}:{m.attribute}:{m.parts}" for m in export.fields]
    return md5("\n".join(lines).encode(), usedforsecurity=False).hexdigest()[:12]


def _render(
    profiles: ir.Table,
    schema: ProfileSchema,
    match: FieldMatch,
    found: MergeField | None,
    number: int,
) -> RenderedField:
    if match.type is MergeType.ADDRESS:
        return _render_address(profiles, schema, match, number)
    text = _text(profiles, schema, match.attribute, match)
    fits = _fits(text, match.type, found)
    shown = text if fits is None else ibis.cases((fits, text), else_="")
    name = f"f{number}"
    return RenderedField(tag=match.tag, columns={name: shown}, fits=fits, node=Column(name))


def _render_address(
    profiles: ir.Table, schema: ProfileSchema, match: FieldMatch, number: int
) -> RenderedField:
    columns = {
        f"f{number}_{part}": _text(profiles, schema, attribute, match)
        for part, attribute in match.parts
    }
    required = [columns[f"f{number}_{part}"] for part in _ADDRESS_REQUIRED]
    blanks = [text.replace(" ", "") == "" for text in required]
    complete, empty = ~blanks[0], blanks[0]
    for blank in blanks[1:]:
        complete, empty = complete & ~blank, empty & blank
    node = Node(
        tuple((part, Column(f"f{number}_{part}")) for part, _ in match.parts),
        unless_blank=tuple(f"f{number}_{part}" for part in _ADDRESS_REQUIRED),
    )
    return RenderedField(tag=match.tag, columns=columns, fits=complete | empty, node=node)


def _text(
    profiles: ir.Table, schema: ProfileSchema, attribute: str, match: FieldMatch
) -> ir.StringValue:
    declared = schema.attribute(attribute)
    if declared is None:
        raise ConfigurationProblem(
            f"The data matching of {match.tag} names the attribute '{attribute}', which the profiles do not have.",
            action="Choose one of the profile attributes.",
            code="attribute_unknown",
            context={"merge_field": match.tag, "attribute": attribute},
        )
    return _as_text(profiles[attribute], declared.type, match.type).fill_null("")


def _as_text(value: ir.Value, attribute: AttributeType, merge: MergeType) -> ir.StringValue:
    if merge is MergeType.BIRTHDAY:
        return value.strftime("%m/%d")
    if attribute is AttributeType.TIMESTAMP:
        return value.strftime("%Y-%m-%d" if merge is MergeType.DATE else "%Y-%m-%dT%H:%M:%S")
    if attribute is AttributeType.BOOLEAN:
        return ibis.cases((value, "true"), (~value, "false"))
    if attribute in (AttributeType.TEXT, AttributeType.EMAIL):
        return _cut(value) if merge is MergeType.TEXT else value
    return value.cast("string")


def _cut(text: ir.StringValue) -> ir.StringValue:
    """Cut a text to as many characters as its bytes allow."""
    short = text.length() <= _CUTS[-1]
    fitting = [(bit_length(text.left(n)) <= 8 * TEXT_LIMIT_BYTES, text.left(n)) for n in _CUTS[:-1]]
    return ibis.cases((short, text), *fitting, else_=text.left(_CUTS[-1]))


def _fits(
    text: ir.StringValue, merge: MergeType, found: MergeField | None
) -> ir.BooleanValue | None:
    if merge in _PATTERNS:
        return (text == "") | text.re_search(_PATTERNS[merge])
    if merge is MergeType.PHONE and found is not None and found.phone_format == "US":
        return (text == "") | text.re_search(_US_PHONE)
    if merge in (MergeType.DROPDOWN, MergeType.RADIO) and found is not None:
        return (text == "") | text.isin(found.choices)
    return None
