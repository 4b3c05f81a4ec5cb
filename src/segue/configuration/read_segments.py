"""Read the section `segments`; rules through the segments' own parser, which knows attributes and types."""

from __future__ import annotations

from segue.configuration.sections import Part
from segue.profiles.schema import ProfileSchema
from segue.segments.parse import check_cycles, parse_rule
from segue.segments.rules import Segment
from segue.segments.tags import tidy_tags


def read_segments(section: Part, schema: ProfileSchema) -> dict[str, Segment]:
    """Return the sound segments by name and report every mistake in the others."""
    known = dict.fromkeys(section.value)
    found: dict[str, Segment] = {}
    for name, part in section.parts():
        if "rules" not in part.value:
            continue
        if part.findings.spoiled(part.at("rules")):
            part.findings.overlook()
            continue
        rule, mistakes = parse_rule(part.value["rules"], schema, part.at("rules"), known)
        part.findings.adopt(mistakes)
        if rule is not None and part.is_sound:
            found[name] = Segment(
                name=name,
                rule=rule,
                label=str(part.get("label", "")),
                active=part.get("active", True),
                description=str(part.get("description", "")).strip(),
                tags=tidy_tags(map(str, part.get("tags", ()))),
            )
    section.findings.adopt(check_cycles(tuple(found.values())))
    return found
