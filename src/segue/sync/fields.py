"""Render profile attributes as merge fields: one expression per merge field, the same on every engine.

Everything is text and nothing is NULL. A value that cannot be a value of its merge field (`fits` is false) counts as a
blank, and the plan counts it. What a blank does is the export's choice: it leaves what Mailchimp holds alone, because
nothing is sent, or it clears it ("" clears a value of any type; Source: FACTS.md §7, recorded).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import md5

import ibis
import ibis.expr.types as ir

from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.profiles.schema import Attribute, AttributeType, ProfileSchema
from segue.segments.conditions import either
from segue.segments.functions import concat_ws, md5_hex
from segue.sync.constants import sent_text
from segue.sync.export import Blanks, Export, FieldMatch, MergeType
from segue.sync.export_fields import ADDRESS_REQUIRED
from segue.sync.merge_texts import MergeText, merge_text
from segue.sync.own_people import IS_OWN
from segue.sync.ports import Column, MergeField, Node, Template, UnlessBlank

SEPARATOR = "\x1f"
"""Between rendered fields in the hash; refused in data at ingestion, so that columns cannot shift."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedField:
    """One merge field: text expressions by column name, whether the value fits or was cut, and its place in a request.

    `whole` are the names of the columns that must not be blank for the field to have a value. `given`, where a blank clears
    the field, is a column that is blank for people of whom nothing is sent then: they have no profile that could lack a value.
    """

    tag: str
    columns: Mapping[str, ir.StringValue]
    whole: tuple[str, ...]
    fits: ir.BooleanValue | None
    is_cut: ir.BooleanValue | None
    blanks: Blanks
    node: Template
    given: Mapping[str, ir.StringValue] = field(default_factory=dict)

    @property
    def all_columns(self) -> Mapping[str, ir.StringValue]:
        """Return every column that a request is made from."""
        return {**self.columns, **self.given}

    def is_left(self, table: ir.Table) -> ir.BooleanValue | None:
        """Return who has no profile that could clear the field, over a table that has its columns; None: everybody has one."""
        for name in self.given:
            return table[name] == ""
        return None

    def value(self, table: ir.Table) -> ir.StringValue:
        """Return the field's value as one text over a table that has its columns, "" for none."""
        texts = [table[name] for name in self.columns]
        if len(texts) == 1:
            return texts[0]
        missing = [table[name].replace(" ", "") == "" for name in self.whole]
        return ibis.cases(*((blank, "") for blank in missing), else_=concat_ws(SEPARATOR, *texts))


def render_fields(
    profiles: ir.Table, export: Export, schema: ProfileSchema, merge_fields: Sequence[MergeField]
) -> tuple[RenderedField, ...]:
    """Render the export's data matching over the profiles' columns, in the order in which it is declared."""
    found = {field.tag: field for field in merge_fields}
    rendered = (
        _render(profiles, schema, match, found.get(match.tag), number)
        for number, match in enumerate(export.fields)
    )
    return tuple(_of_profiles(one, profiles) for one in rendered)


def field_hash(rendered: Sequence[RenderedField], mapping: str) -> ir.StringValue:
    """Return the md5 (hex text) over the mapping's version and all rendered texts."""
    texts = [text for field in rendered for text in field.columns.values()]
    return md5_hex(concat_ws(SEPARATOR, ibis.literal(mapping), *texts))


def mapping_version(export: Export) -> str:
    """Name the data matching: another mapping gives another version, hence other hashes."""
    lines = [_line(match) for match in export.fields]
    return md5("\n".join(lines).encode(), usedforsecurity=False).hexdigest()[:12]


def _line(match: FieldMatch) -> str:
    """Name one line; without a constant as before there were any, so that no contact differs for their sake."""
    constant = [] if match.value is None else [match.value]
    fed = [match.type, match.attribute, match.parts, match.blanks, *constant]
    return f"{match.tag}={':'.join(map(str, fed))}"


def _render(
    profiles: ir.Table,
    schema: ProfileSchema,
    match: FieldMatch,
    found: MergeField | None,
    number: int,
) -> RenderedField:
    if match.type is MergeType.ADDRESS:
        return _render_address(profiles, schema, match, number)
    made = _made(profiles, schema, match, found)
    shown = made.text if made.fits is None else ibis.cases((made.fits, made.text), else_="")
    name = f"f{number}"
    return RenderedField(
        tag=match.tag,
        columns={name: shown},
        whole=(name,),
        fits=made.fits,
        is_cut=made.is_cut,
        blanks=match.blanks,
        node=_sent(Column(name), match, (name,)),
    )


def _made(
    profiles: ir.Table, schema: ProfileSchema, match: FieldMatch, found: MergeField | None
) -> MergeText:
    if match.value is None:
        return _text(profiles, schema, match.attribute, match, found)
    # A day of the year is written as it is sent; of any other type a text is taken as it stands.
    is_birthday = match.type is MergeType.BIRTHDAY
    kind = AttributeType.BIRTHDAY if is_birthday else AttributeType.TEXT
    written = Attribute(name=match.tag, type=kind, column="")
    return merge_text(ibis.literal(sent_text(match)), written, match.type, found)


def _render_address(
    profiles: ir.Table, schema: ProfileSchema, match: FieldMatch, number: int
) -> RenderedField:
    columns = {
        f"f{number}_{part}": _text(profiles, schema, attribute, match, None).text
        for part, attribute in match.parts
    }
    whole = tuple(f"f{number}_{part}" for part in ADDRESS_REQUIRED)
    blanks = [columns[name].replace(" ", "") == "" for name in whole]
    complete, empty = ~blanks[0], blanks[0]
    for blank in blanks[1:]:
        complete, empty = complete & ~blank, empty & blank
    node = Node(
        tuple((part, Column(f"f{number}_{part}")) for part, _ in match.parts), unless_blank=whole
    )
    return RenderedField(
        tag=match.tag,
        columns=columns,
        whole=whole,
        fits=complete | empty,
        is_cut=None,
        blanks=match.blanks,
        node=_sent(node, match, whole),
    )


def _sent(node: Template, match: FieldMatch, whole: tuple[str, ...]) -> Template:
    """Leave the field out of the request where a blank is to change nothing."""
    return UnlessBlank(node=node, columns=whole) if match.blanks is Blanks.KEEP else node


def _of_profiles(rendered: RenderedField, profiles: ir.Table) -> RenderedField:
    """Leave a blank out for people of lists' own too: they have no values, so that nothing of theirs clears one."""
    if IS_OWN not in profiles.columns or rendered.blanks is Blanks.KEEP:
        return rendered
    name = f"given_{rendered.whole[0]}"
    blank = either([rendered.columns[one].replace(" ", "") == "" for one in rendered.whole])
    given = ibis.cases((profiles[IS_OWN] & blank, ""), else_="1")
    return replace(
        rendered, node=UnlessBlank(node=rendered.node, columns=(name,)), given={name: given}
    )


def _text(
    profiles: ir.Table,
    schema: ProfileSchema,
    attribute: str,
    match: FieldMatch,
    found: MergeField | None,
) -> MergeText:
    declared = schema.attribute(attribute)
    if declared is None:
        raise ConfigurationProblem(
            said(
                "The data matching of %(tag)s names the attribute '%(attribute)s', which the profiles do not have.",
                tag=match.tag,
                attribute=attribute,
            ),
            action="Choose one of the profile attributes.",
            code="attribute_unknown",
            context={"merge_field": match.tag, "attribute": attribute},
        )
    return merge_text(profiles[attribute], declared, match.type, found)
