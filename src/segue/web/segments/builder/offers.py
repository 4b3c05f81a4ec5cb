"""What can be added to a draft: attributes of profiles and of related tables, measures, other segments, samples; and where it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from segue.core.errors import ConfigurationProblem
from segue.profiles.ports import TopValue
from segue.profiles.schema import ProfileSchema, Table
from segue.segments.editing import changes
from segue.segments.editing.checking import Making
from segue.segments.editing.nodes import Draft, Node, Written
from segue.segments.rules import AggregateFunction
from segue.service.counting import values_of
from segue.service.words import TYPES, name_of
from segue.web.segments.builder.fields import begun
from segue.web.segments.builder.scopes import inside, scopes

ROWS, ATTRIBUTE, SEGMENT = "rows", "attribute", "segment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One thing that can be added. `what` says which in the form, `of` where it is from, `hint` what it is."""

    what: str
    label: str
    of: str = ""
    hint: str = ""
    icon: str = "plus"


def offers_of(build: Making) -> Sequence[Offer]:
    """Return everything that can be added: of profiles attributes, measures and all else, of rows what they and their parts have."""
    schema = build.schema
    if build.over is not schema.customers:
        return [*_attributes(build.over), *_tables(_parts(build.over, schema))]
    found = [*_attributes(schema.profiles)]
    found += [
        Offer(
            what=f"{ATTRIBUTE}:{name}",
            label=_named(name_of(one.attribute)),
            hint=_("measure"),
            icon="measure",
        )
        for name, one in schema.measures.items()
    ]
    found += _tables(schema.related)
    found += [
        Offer(what=f"{SEGMENT}:{name}", label=label, hint=_("segment"), icon="segment")
        for name, label in build.known.items()
    ]
    found.append(Offer(what="top", label=_("The first by a measure"), hint=_("ranking")))
    found.append(Offer(what="sample", label=_("Random sample"), hint=_("by chance")))
    return found


def values_on_offer(table: str, attribute: str) -> Sequence[TopValue]:
    """Return the values on offer of an attribute of a table, "" for the profiles; none before anything was read."""
    try:
        return values_of(table, attribute)
    except ConfigurationProblem:
        return ()


def _attributes(table: Table) -> Sequence[Offer]:
    return [
        Offer(what=f"{ATTRIBUTE}:{one.name}", label=_named(name_of(one)), hint=str(TYPES[one.type]))
        for one in table.attributes
    ]


def _tables(tables: Mapping[str, Table]) -> Sequence[Offer]:
    found: list[Offer] = []
    for name, table in tables.items():
        of = _named(name_of(table))
        found.append(
            Offer(what=f"{ROWS}:{name}", label=of, hint=_("related table"), icon="database")
        )
        found += [
            Offer(
                what=f"{ROWS}:{name}:{one.name}",
                label=_named(name_of(one)),
                of=of,
                hint=str(TYPES[one.type]),
            )
            for one in table.attributes
        ]
    return found


def _parts(table: Table, schema: ProfileSchema) -> Mapping[str, Table]:
    """Return the related tables whose rows are parts of a table's rows, and the parts of these."""
    found: dict[str, Table] = {}
    waiting = [table.name]
    while waiting:
        new = {n: one for n, one in schema.parts_of(waiting.pop()).items() if n not in found}
        found |= new
        waiting += new
    return found


def added(draft: Draft, what: str, *, into: str, build: Making) -> Draft:
    """Return the draft with a new rule, as near to the place that was chosen as it can stand. Raises: LookupError."""
    kind, _colon, rest = what.partition(":")
    name, _colon, attribute = rest.partition(":")
    place = into if any(into == one for one in scopes(draft, build)) else None
    if kind == ROWS:
        return _over_rows(draft, name, attribute, place, build)
    found = build.over.attribute(name)
    made: dict[str, tuple[str, Written]] = {
        ATTRIBUTE: ("attribute", begun(found) if found is not None else {"attribute": ""}),
        "group": ("all", {}),
    }
    if build.over is build.schema.customers:
        made[SEGMENT] = ("segment", {"segment": name})
        made["top"] = ("top", {"number": 100, "attribute": ""})
        made["sample"] = ("sample", {"percent": 10})
    kind_of_node, written = made[kind]
    where = place if kind == "group" else _outwards(draft, place, build.over, build)
    if kind == "group" and draft.root is None:
        return changes.add_rule(draft, "all", {})
    return changes.add_rule(draft, kind_of_node, written, into=where)


def _over_rows(draft: Draft, name: str, attribute: str, place: str | None, build: Making) -> Draft:
    """Add a condition on rows: beside others on these rows, on the parts of rows, or as a rule of its own.

    Over rows, what is a part of parts comes under a rule over these.
    """
    schema = build.schema
    table = schema.related[name]
    rule = {"related": name, str(AggregateFunction.EXISTS): True}
    found = table.attribute(attribute)
    condition = begun(found) if found is not None else {"attribute": attribute}
    among = _outwards(draft, place, table, build)
    if attribute and among is not None:
        return changes.add_rule(draft, "attribute", condition, into=among)
    whole = schema.related.get(table.part_of.table) if table.part_of is not None else None
    where = _outwards(draft, place, whole, build) if whole is not None else None
    if where is None and build.over not in (schema.customers, whole):
        if whole is None:
            raise LookupError(name)
        number = f"n{draft.next_id}"
        draft = _over_rows(draft, whole.name, "", place, build)
        where = next(one for one in scopes(draft, build) if one == number)
    if where is None:
        where = _outwards(draft, place, build.over, build)
    if attribute:
        return changes.add_over_rows(draft, rule, condition, into=where)
    return changes.add_rule(draft, "related", rule, into=where)


def _outwards(draft: Draft, place: str | None, table: Table, build: Making) -> str | None:
    """Return the nearest node, from a place outwards, whose parts stand over a table; None where there is none."""
    over = scopes(draft, build)
    while place is not None:
        node: Node = changes.find(draft, place)
        if inside(node, over[place], build.schema) is table:
            return place
        above = changes.parent_of(draft, place)
        place = above.id if above is not None else None
    return None


def _named(name: str) -> str:
    return name[:1].upper() + name[1:]
