"""Read `part_of` of related tables: which rows are parts of which other rows. Reads no data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from segue.configuration.sections import Part
from segue.core.sentences import said
from segue.profiles.schema import Attribute, AttributeType, PartOf, Table
from segue.segments.mistakes import did_you_mean

_KEYS = (AttributeType.TEXT, AttributeType.INTEGER)
"""The types by which rows belong together: those of keys."""


def with_parts(section: Part, related: Mapping[str, Table]) -> dict[str, Table]:
    """Return the related tables with what each is declared to be a part of, and report what is wrong there.

    What is declared wrongly is kept: rules that ask for it are checked all the same.
    """
    return {
        name: replace(table, part_of=_part_of(section.part(name), table, related))
        for name, table in related.items()
    }


def _part_of(part: Part, table: Table, related: Mapping[str, Table]) -> PartOf | None:
    written = part.part("part_of")
    name, pairs = written.get("table"), written.part("on").value
    if not isinstance(name, str) or len(pairs) != 1:
        return None
    ((own, other),) = pairs.items()
    if not isinstance(other, str):
        return None
    found = PartOf(table=name, attribute=own, other=other)
    if name in related:
        _check(written, f"{written.at('on')}.{own}", found, table, related[name])
    else:
        written.findings.report(
            written.at("table"),
            said("There is no related table `%(name)s`.", name=name),
            action=did_you_mean(name, related),
            code="unknown_related_table",
        )
    return found


def _check(part: Part, place: str, found: PartOf, table: Table, whole: Table) -> None:
    mine = _attribute(part, place, found.attribute, table)
    theirs = _attribute(part, place, found.other, whole)
    if mine is not None and theirs is not None:
        _check_types(part, place, mine, theirs)


def _attribute(part: Part, place: str, name: str, table: Table) -> Attribute | None:
    found = table.attribute(name)
    if found is None and not table.is_unsure(name):
        part.findings.report(
            place,
            said(
                "Related table `%(table)s` has no attribute `%(name)s`.",
                table=table.name,
                name=name,
            ),
            action=did_you_mean(name, [one.name for one in table.attributes]),
            code="unknown_attribute",
        )
    return None if table.is_unsure(name) else found


def _check_types(part: Part, place: str, mine: Attribute, theirs: Attribute) -> None:
    if mine.type is theirs.type and mine.type in _KEYS:
        return
    part.findings.report(
        place,
        said(
            "`%(attribute)s` is of type %(type)s, and `%(other)s` is of type %(other_type)s.",
            attribute=mine.name,
            type=mine.type,
            other=theirs.name,
            other_type=theirs.type,
        ),
        action="Let both be texts, or both integers.",
        code="part_of_types",
    )
