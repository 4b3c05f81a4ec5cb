"""What one export stands on: which attributes, keys and joins decide who is sent and with which values. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from segue.core.emails import AddressProblem
from segue.profiles.reading import Loss, Part, Place
from segue.profiles.references import resolve
from segue.profiles.schema import ProfileSchema, Table, can_be_unread
from segue.segments.blanks import let_in_when_blank
from segue.segments.measures import builds_on, measures_of, reached
from segue.segments.rules import RelatedTo, Rule, Segment
from segue.segments.walk import attributes_of, leaves, reachable, related_in
from segue.sync.export import Export


class Ground(StrEnum):
    """What a place of the data is for an export."""

    RULES = "rules"
    MATCHING = "matching"
    CONSENT = "consent"
    WINNER = "winner"
    KEY = "key"
    JOIN = "join"


_ADDRESSES = frozenset(AddressProblem)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """What was lost at a place that an export stands on, what the place is for, and which segments' rules ask for it."""

    loss: Loss
    grounds: tuple[Ground, ...]
    segments: tuple[str, ...] = ()

    @property
    def is_told_by_skips(self) -> bool:
        """Return whether the plan's skips say it already: each person whose address is not valid is one of them."""
        return _is_of_addresses(self.loss)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """The places that an export stands on, each with what it is for and the segments whose rules ask for it.

    Who is in a segment by a blank of a `guards` attribute is not written while a value of it is there unread.
    """

    places: Mapping[Place, tuple[Ground, ...]]
    segments: Mapping[Place, tuple[str, ...]]
    sources: frozenset[str]
    guards: tuple[str, ...]

    def unread(self, losses: Sequence[Loss]) -> tuple[Unread, ...]:
        """Return what was lost at these places."""
        return tuple(
            Unread(
                loss=loss,
                grounds=self.places[loss.place],
                segments=self.segments.get(loss.place, ()),
            )
            for loss in losses
            if loss.place in self.places
        )


def grounds_of(export: Export, schema: ProfileSchema, segments: Mapping[str, Segment]) -> Grounds:
    """Return what an export stands on; `segments` are all that the chosen ones may refer to."""
    places: dict[Place, dict[Ground, None]] = {}
    asking: dict[Place, dict[str, None]] = {}
    for name, ground in (*_of_export(export), *_of_rows(schema)):
        for place in _of_customers(name, schema):
            places.setdefault(place, {})[ground] = None
    for chosen in export.segments:
        for place in asked_by(segments[chosen.segment], schema, segments):
            places.setdefault(place, {})[Ground.RULES] = None
            asking.setdefault(place, {})[chosen.segment] = None
    for place, ground in _structure(schema, frozenset(places)):
        places.setdefault(place, {})[ground] = None
    return Grounds(
        places={place: tuple(grounds) for place, grounds in places.items()},
        segments={place: tuple(names) for place, names in asking.items()},
        sources=_sources(schema, places),
        guards=_guards(export, schema, segments),
    )


def _is_of_addresses(loss: Loss) -> bool:
    return all(kind in _ADDRESSES for kind in loss.kinds)


def asked_by(
    segment: Segment, schema: ProfileSchema, segments: Mapping[str, Segment]
) -> tuple[Place, ...]:
    """Return the places that a segment's rules ask for, themselves or through other segments, each once."""
    found = (
        place
        for one in reachable([segment], segments).values()
        for place in _asked(one.rule, schema.profiles, schema)
    )
    return tuple(dict.fromkeys(found))


def stands_on(
    segment: Segment, schema: ProfileSchema, segments: Mapping[str, Segment]
) -> frozenset[Place]:
    """Return what a segment's members depend on: what its rules ask for, with the keys and joins that it is read by."""
    winner = (_attribute(name, schema.profiles) for name, _ in _of_rows(schema))
    asked = frozenset((*asked_by(segment, schema, segments), *winner))
    return asked | {place for place, _ in _structure(schema, asked)}


def _sources(schema: ProfileSchema, places: Collection[Place]) -> frozenset[str]:
    found = set()
    for table in (schema.profiles, *schema.related.values()):
        if Place(table=table.name, part=Part.KEY) in places:
            found.add(table.source)
        for join in table.joins:
            if Place(table=table.name, part=Part.JOIN, name=join.name) in places:
                found.add(join.source)
    return frozenset(found)


def losses_by_segment(
    losses: Sequence[Loss],
    schema: ProfileSchema,
    segments: Mapping[str, Segment],
    names: Collection[str],
) -> Mapping[str, Sequence[Loss]]:
    """Return what was lost of what the named segments' members depend on; segments of which nothing was are left out.

    Addresses that are not valid are counted by themselves: nearly every list has some.
    """
    found: dict[str, Sequence[Loss]] = {}
    for name in names:
        places = stands_on(segments[name], schema, segments) if losses else frozenset()
        mine = [loss for loss in losses if loss.place in places and not _is_of_addresses(loss)]
        if mine:
            found[name] = mine
    return found


def _guards(
    export: Export, schema: ProfileSchema, segments: Mapping[str, Segment]
) -> tuple[str, ...]:
    names = (
        name
        for chosen in export.segments
        for name in let_in_when_blank(segments[chosen.segment], segments, measures_of(schema))
    )
    return tuple(
        name for name in dict.fromkeys(names) if (a := schema.attribute(name)) and can_be_unread(a)
    )


def _of_export(export: Export) -> Iterator[tuple[str, Ground]]:
    yield export.email_attribute, Ground.MATCHING
    for match in export.fields:
        for name in (match.attribute, *(attribute for _, attribute in match.parts)):
            if name:
                yield name, Ground.MATCHING
    if export.consent is not None and export.consent.attribute is not None:
        yield export.consent.attribute, Ground.CONSENT
    if export.winner.newest_by is not None:
        yield export.winner.newest_by, Ground.WINNER


def _of_rows(schema: ProfileSchema) -> Iterator[tuple[str, Ground]]:
    """Yield the attribute that decides between rows with one key: whoever is read by an old row may have said no since."""
    if schema.profiles.newest_by is not None:
        yield schema.profiles.newest_by, Ground.WINNER


def _attribute(name: str, table: Table) -> Place:
    return Place(table=table.name, part=Part.ATTRIBUTE, name=name)


def _of_customers(name: str, schema: ProfileSchema) -> Iterator[Place]:
    """Yield an attribute of the profiles; of a measure everything that it is computed of."""
    measures = measures_of(schema)
    if name not in measures:
        yield _attribute(name, schema.profiles)
    for one in reached([name], measures).values():
        if isinstance(one.what, RelatedTo):
            yield from _asked(one.what, schema.profiles, schema)
        for other in builds_on(one):
            if other not in measures:
                yield _attribute(other, schema.profiles)


def _asked(rule: Rule, table: Table, schema: ProfileSchema) -> Iterator[Place]:
    for leaf in leaves(rule):
        for name in attributes_of(leaf):
            yield from (
                _of_customers(name, schema)
                if table is schema.profiles
                else [_attribute(name, table)]
            )
        asked = related_in(leaf)
        if asked is not None:
            related = schema.related[asked.table]
            yield Place(table=related.name, part=Part.KEY)
            yield from (_attribute(name, related) for name in (asked.attribute, asked.by) if name)
            if related.part_of is not None and related.part_of.table == table.name:
                yield _attribute(related.part_of.attribute, related)
                yield _attribute(related.part_of.other, table)
            if asked.where is not None:
                yield from _asked(asked.where, related, schema)


def _structure(schema: ProfileSchema, asked: Collection[Place]) -> Iterator[tuple[Place, Ground]]:
    """Yield the keys of the tables that are asked for, always of the profiles, and the joins that what is asked for is read by."""
    for table in (schema.profiles, *schema.related.values()):
        if table is schema.profiles or any(place.table == table.name for place in asked):
            yield Place(table=table.name, part=Part.KEY), Ground.KEY
            for name in _joins(table, asked):
                yield Place(table=table.name, part=Part.JOIN, name=name), Ground.JOIN


def _joins(table: Table, asked: Collection[Place]) -> Iterator[str]:
    columns = [table.key]
    columns += [a.column for a in table.attributes if _attribute(a.name, table) in asked]
    needed = {resolve(table, column).join for column in columns}
    for join in reversed(table.joins):  # a join may stand on an earlier one
        if join.name in needed:
            needed |= {resolve(table, left).join for left, _ in join.on}
            yield join.name
