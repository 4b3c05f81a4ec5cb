"""Read the section `measures`, by the parser of the segments' package, which knows tables, attributes and rules."""

from __future__ import annotations

from dataclasses import replace

from segue.configuration.sections import Part
from segue.profiles.schema import ProfileSchema
from segue.segments.parse_measures import parse_measures


def with_measures(section: Part, schema: ProfileSchema) -> ProfileSchema:
    """Return the schema with the sound measures, and report every mistake in the others.

    It is unsure of those, so that what is said elsewhere does not follow from their mistakes.
    """
    spoiled = [name for name in section.value if section.findings.spoiled(section.at(name))]
    written = {name: part.value for name, part in section.parts() if name not in spoiled}
    found = parse_measures(written, schema, path=section.path, unsure=spoiled)
    section.findings.adopt(found.mistakes)
    lost = frozenset(section.value) - frozenset(found.measures)
    if lost:
        section.findings.overlook()
    profiles = replace(schema.profiles, unsure=schema.profiles.unsure | lost)
    return replace(schema, profiles=profiles, measures=found.measures)
