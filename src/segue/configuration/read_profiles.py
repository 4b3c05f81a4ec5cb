"""Read the sections `profiles` and `related`: keys, joins and attributes. Columns are not looked up in the data here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from segue.configuration.read_attributes import read_attributes
from segue.configuration.read_parts import with_parts
from segue.configuration.references import require_type
from segue.configuration.sections import Part
from segue.core.sentences import said
from segue.profiles.schema import EVERY, PROFILES, AttributeType, Join, ProfileSchema, Table
from segue.segments.mistakes import did_you_mean, nearest
from segue.sync.export_fields import ORDERED

_ANY_COLUMN = ""
"""Stands for a column whose own place has a mistake already: the file is refused, the rest is still checked."""


def read_schema(whole: Part, *, time_zone: str) -> ProfileSchema:
    """Return the schema; where it has mistakes it is unsure, so that segments and exports are checked all the same."""
    profiles = whole.part("profiles")
    key = profiles.part("key")
    short = not key.value
    reader = _TableReader(
        sources=tuple(whole.part("sources").value),
        nested=frozenset(
            name for name, source in whole.part("sources").parts() if source.get("type") == "json"
        ),
        time_zone=time_zone,
        key_type=AttributeType(key.get("type", "text")),
    )
    table = reader.table(
        PROFILES,
        profiles,
        key=profiles.get("key", _ANY_COLUMN) if short else key.get("column", _ANY_COLUMN),
        key_path=profiles.at("key") if short else key.at("column"),
    )
    section = whole.part("related")
    related = {
        name: reader.table(
            name,
            section.part(name),
            key=section.part(name).get("profile_key", _ANY_COLUMN),
            key_path=section.part(name).at("profile_key"),
        )
        for name in section.value
    }
    related = with_parts(section, related)
    _check_names(section)
    return _with_rows_of_one_key(profiles, ProfileSchema(profiles=table, related=related))


def _check_names(related: Part) -> None:
    if PROFILES in related.value:
        related.findings.report(
            related.at(PROFILES),
            said("`%(name)s` is a name that Segue uses itself.", name=PROFILES),
            action="Choose another name for this related table.",
            code="reserved_name",
            key=True,
        )


def _with_rows_of_one_key(profiles: Part, schema: ProfileSchema) -> ProfileSchema:
    """Return the schema with what is said of keys and of several rows with one."""
    name = profiles.part("winner").get("newest_by")
    if name is not None:
        place = profiles.part("winner").at("newest_by")
        require_type(profiles.findings, place, name, schema, kinds=ORDERED, purpose="`newest_by`")
    personal = profiles.part("key").get("personal", False)
    return replace(schema, profiles=replace(schema.profiles, key_personal=personal, newest_by=name))


def _unsure(attributes: Part) -> frozenset[str]:
    """Return the attributes of which the type cannot be told for a mistake; EVERY where none is declared.

    What is said elsewhere against their use would only follow from that mistake.
    """
    if not attributes.value:
        attributes.findings.overlook()
        return frozenset((EVERY,))
    unsure = [
        name
        for name in attributes.value
        if attributes.findings.spoiled(attributes.at(name))
        and attributes.part(name).get("type") is None
    ]
    if unsure:
        attributes.findings.overlook()
    return frozenset(unsure)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prefixes:
    """What a dotted column name may begin with. `is_nested`: the source's own columns may be dotted."""

    joins: Collection[str]
    sources: Collection[str]
    is_nested: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _TableReader:
    """`nested` names the sources whose own columns may be dotted."""

    sources: Collection[str]
    nested: frozenset[str]
    time_zone: str
    key_type: AttributeType

    def table(self, name: str, part: Part, *, key: str, key_path: str) -> Table:
        source = part.get("source", "")
        self._check_source(part, source)
        is_nested = source in self.nested or not source
        joins = self._joins(part, is_nested=is_nested)
        unsure = _unsure(part.part("attributes"))
        attributes = read_attributes(part.part("attributes"), time_zone=self.time_zone)
        prefixes = self._prefixes({join.name for join in joins}, is_nested=is_nested)
        for place, column in (
            (key_path, key),
            *((f"{part.at('attributes')}.{a.name}", a.column) for a in attributes),
        ):
            _check_column(part, place, column, prefixes)
        return Table(
            name=name,
            source=source,
            key=key,
            key_type=self.key_type,
            attributes=attributes,
            joins=joins,
            label=str(part.get("label", "")),
            unsure=unsure,
        )

    def _joins(self, table: Part, *, is_nested: bool) -> tuple[Join, ...]:
        joins: list[Join] = []
        earlier: set[str] = set()
        prefixes = self._prefixes(earlier, is_nested=is_nested)
        written = table.value.get("joins")
        for index, value in enumerate(written if isinstance(written, list) else []):
            part = Part(
                findings=table.findings,
                path=f"{table.at('joins')}[{index}]",
                value=value if isinstance(value, dict) else {},
            )
            source = part.get("source", "")
            self._check_source(part, source)
            join = Join(
                source=source,
                on=tuple(part.get("on", {}).items()),
                name=part.get("name", source),
            )
            _check_join(part, join, prefixes)
            joins.append(join)
            earlier.add(join.name)
        return tuple(joins)

    def _prefixes(self, joins: Collection[str], *, is_nested: bool) -> _Prefixes:
        return _Prefixes(joins=joins, sources=self.sources, is_nested=is_nested)

    def _check_source(self, part: Part, name: str) -> None:
        if name and self.sources and name not in self.sources:
            part.findings.report(
                part.at("source"),
                said("There is no data source `%(name)s`.", name=name),
                action=did_you_mean(name, self.sources),
                code="unknown_source",
            )


def _check_join(part: Part, join: Join, earlier: _Prefixes) -> None:
    if join.name and join.name in earlier.joins:
        part.findings.report(
            part.path,
            said("Two joins are called `%(name)s`.", name=join.name),
            action="Give this one a `name` of its own.",
            code="join_twice",
        )
    for left, _ in join.on:
        _check_column(part, f"{part.at('on')}.{left}", left, earlier)


def _check_column(part: Part, path: str, column: str, names: _Prefixes) -> None:
    """Report a prefix that was meant as a join; any other dotted name may be a column of the source itself."""
    join, dot, _ = column.partition(".")
    if not dot or join in names.joins or names.is_nested:
        return
    near = nearest(join, names.joins)
    if near is None and join not in names.sources:
        return
    part.findings.report(
        path,
        said(
            "`%(column)s` refers to a join `%(join)s`, which is not declared before it.",
            column=column,
            join=join,
        ),
        action=said("Did you mean `%(near)s`?", near=near)
        if near
        else said("Declare it: `{source: %(join)s, on: …}`.", join=join),
        code="unknown_join",
    )
