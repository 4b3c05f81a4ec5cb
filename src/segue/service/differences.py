"""What applying a definition would change, thing by thing, compared with what counts now. Nothing is changed here.

Sources, tables and attributes are compared with the definition that counts, both read without looking outside;
segments with the stored ones that come from files. What was made in the pages is not compared: applying leaves it alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from segue.configuration import Configuration
from segue.control.audit.operations import Detail
from segue.control.exports.measure_uses import users_of
from segue.control.exports.models import ExportSegment
from segue.control.exports.queries import exports
from segue.control.origins import Origin
from segue.control.segments.measuring import as_written, measures
from segue.control.segments.models import Segment
from segue.control.segments.operations import label_of
from segue.control.segments.queries import segments as living_segments
from segue.control.sources.models import Definition
from segue.control.sources.operations import digest_of
from segue.control.sources.queries import current_definition
from segue.core.errors import ConfigurationProblem
from segue.profiles.schema import Attribute, Table
from segue.segments.describe import Language, describe, describe_measure
from segue.segments.measures import measures_of
from segue.segments.printing import print_measure, print_rule
from segue.service import words
from segue.service.changes import Change, changes
from segue.service.declared import outline_of, with_measures_here
from segue.service.destination_changes import connection_changes, export_changes
from segue.service.reading import ReadDefinition
from segue.service.words import sentences

PROFILES = "profiles"

LISTED_NAMES = 50
"""Names of each kind that the audit log keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOfChanges:
    """Everything that applying changes. `digest` names exactly this plan: the text, and what counts now.

    `is_same_text`: the text counts already, to the letter and from the same folder. `ignored` are sections of the file
    that are not applied.
    """

    digest: str
    is_same_text: bool
    ignored: Sequence[str]
    settings: Sequence[Change]
    sources: Sequence[Change]
    tables: Sequence[Change]
    attributes: Sequence[Change]
    segments: Sequence[Change]
    measures: Sequence[Change] = ()
    connections: Sequence[Change] = ()
    exports: Sequence[Change] = ()

    def parts(self) -> Mapping[str, Sequence[Change]]:
        """Return the changes by what they are of, in the order of the file."""
        return {
            "settings": self.settings,
            "sources": self.sources,
            "tables": self.tables,
            "attributes": self.attributes,
            "measures": self.measures,
            "segments": self.segments,
            "connections": self.connections,
            "exports": self.exports,
        }

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes but perhaps comments and layout of the text."""
        return not any(self.parts().values())

    @property
    def breaking(self) -> Sequence[Change]:
        """Return what is removed although exports use it."""
        removed = [*self.attributes, *self.measures, *self.segments, *self.connections]
        return [one for one in removed if one.kind == "removed" and one.used_by]


def plan_of_changes(read: ReadDefinition) -> PlanOfChanges:
    """Compare a read definition with what counts now."""
    current = current_definition()
    before, after = _declared(current), read.declared
    old_folder = Path(current.folder) if current else read.folder
    stored = list(living_segments().filter(origin=Origin.FILE))
    plan = PlanOfChanges(
        digest="",
        is_same_text=current is not None
        and (current.text, current.folder, current.file_name)
        == (read.text, str(read.folder), read.file_name),
        ignored=read.ignored,
        settings=[*_zone_changes(before, after), *_engine_changes(before, after)],
        sources=changes(
            before.sources if before else {},
            after.sources,
            lambda one: one.name,
            lambda one: words.source_words(one, old_folder if before else read.folder),
        ),
        tables=changes(_tables(before), _tables(after), words.name_of, words.table_words),
        attributes=changes(
            _attributes(before),
            _attributes(after),
            words.name_of,
            words.attribute_words,
            used_by=_exports_by_attribute(),
        ),
        measures=_measure_changes(after),
        segments=_segment_changes(stored, after),
        connections=connection_changes(after) if read.takes_destinations else (),
        exports=export_changes(after) if read.takes_destinations else (),
    )
    # The same text may still change something: what it declares was removed in the pages.
    is_same = plan.is_same_text and plan.is_empty
    return replace(plan, is_same_text=is_same, digest=_digest(plan, read, current, stored))


def for_the_audit(plan: PlanOfChanges) -> dict[str, Detail]:
    """Return the names of what a plan changes, at most `LISTED_NAMES` of each kind, and how many there are."""
    found: dict[str, Detail] = {}
    for part, listed in plan.parts().items():
        for kind in ("added", "changed", "removed"):
            names = [one.name or PROFILES for one in listed if one.kind == kind]
            if names:
                found[f"{part}_{kind}"] = names[:LISTED_NAMES]
            if len(names) > LISTED_NAMES:
                found[f"{part}_{kind}_count"] = len(names)
    return found


def _measure_changes(after: Configuration) -> Sequence[Change]:
    """Compare the measures that come from files; what uses one that is removed is told beside it."""
    language: Language = get_language() or "en"
    rows = [row for row in measures() if row.is_from_file]
    known = with_measures_here(after).schema
    said = {
        row.name: describe_measure(found, known, language)
        if (found := measures_of(known).get(row.name))
        else ""
        for row in rows
    }
    before = {
        row.name: _SegmentWords(
            label=row.label, about=(row.description,), rule=row.definition, sentence=said[row.name]
        )
        for row in rows
    }
    wanted = {}
    for name, one in measures_of(after.schema).items():
        written = print_measure(one)
        label = str(written.pop("label", "")) or name.replace("_", " ")
        wanted[name] = _SegmentWords(
            label=label,
            about=(str(written.pop("description", "")),),
            rule=written,
            sentence=describe_measure(one, after.schema, language),
        )
    return changes(
        before,
        wanted,
        lambda one: one.label,
        lambda one: one.sentence or one.label,
        used_by={row.name: users_of(row.name) for row in rows},
    )


def _segment_changes(stored: Iterable[Segment], after: Configuration) -> Sequence[Change]:
    language: Language = get_language() or "en"
    rows = list(stored)
    said = sentences(rows, language)
    before = {
        row.name: _SegmentWords(
            label=row.label,
            about=(row.description, *row.tags),
            rule=row.rule,
            sentence=said[row.name],
        )
        for row in rows
    }
    labels = {name: label_of(segment) for name, segment in after.segments.items()}
    wanted = {
        name: _SegmentWords(
            label=labels[name],
            about=(segment.description, *segment.tags),
            rule=print_rule(segment.rule),
            sentence=describe(segment, after.schema, language, labels=labels),
        )
        for name, segment in after.segments.items()
    }
    return changes(
        before,
        wanted,
        lambda one: one.label,
        lambda one: one.sentence,
        used_by=_exports_by_segment(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _SegmentWords:
    """A segment or measure as it is compared: `about` are description and tags; the sentence follows from rule and labels elsewhere."""

    label: str
    about: tuple[str, ...]
    rule: Any
    sentence: str = field(compare=False)


def _declared(current: Definition | None) -> Configuration | None:
    """Return what counts now. One that this version of Segue reads no more compares as if there were none."""
    try:
        return outline_of(current) if current else None
    except ConfigurationProblem:
        return None


def _zone_changes(before: Configuration | None, after: Configuration) -> Sequence[Change]:
    if (
        before is None
    ):  # a first definition has one zone or another: no change that somebody should weigh
        return ()
    zones = [{"time_zone": one.time_zone} for one in (before, after)]
    return changes(zones[0], zones[1], lambda _zone: _("Time zone"), str)


def _engine_changes(before: Configuration | None, after: Configuration) -> Sequence[Change]:
    """Return that the profiles are to be kept elsewhere; of a cluster's address only its reference is shown."""
    if before is None:
        return ()
    kept = [{"engine": words.engine_words(one.engine)} for one in (before, after)]
    return changes(kept[0], kept[1], lambda _engine: _("Engine of the profiles"), str)


def _tables(configuration: Configuration | None) -> Mapping[str, Table]:
    """Return the tables; the profiles without their attributes, which are compared one by one."""
    if configuration is None:
        return {}
    schema, zone = configuration.schema, configuration.time_zone
    profiles = replace(schema.profiles, attributes=(), label=schema.profiles.label or _("Profiles"))
    related = {
        name: replace(table, attributes=tuple(_zoneless(one, zone) for one in table.attributes))
        for name, table in schema.related.items()
    }
    return {"": profiles, **related}


def _attributes(configuration: Configuration | None) -> Mapping[str, Attribute]:
    if configuration is None:
        return {}
    zone = configuration.time_zone
    return {one.name: _zoneless(one, zone) for one in configuration.schema.profiles.attributes}


def _zoneless(attribute: Attribute, zone: str) -> Attribute:
    """Return an attribute without the file's time zone, whose change is told once and not for each attribute."""
    return replace(attribute, time_zone="") if attribute.time_zone == zone else attribute


def _exports_by_segment() -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    chosen = ExportSegment.objects.filter(export__removed_at=None).order_by("export__name")
    for segment, export in chosen.values_list("segment__name", "export__name"):
        found.setdefault(segment, []).append(export)
    return found


def _exports_by_attribute() -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for export in exports().prefetch_related("fields"):
        used = [export.email_attribute, export.newest_by, export.consent_attribute]
        for one in export.fields.all():
            used += [one.attribute, *one.parts.values()]
        for attribute in dict.fromkeys(used):
            found.setdefault(attribute, []).append(export.name)
    return found


def _digest(
    plan: PlanOfChanges,
    read: ReadDefinition,
    current: Definition | None,
    stored: Iterable[Segment],
) -> str:
    """Name the plan whatever the language it is shown in."""
    changes = [
        (part, one.kind, one.name, list(one.used_by))
        for part, listed in plan.parts().items()
        for one in listed
    ]
    counts = [
        current.pk if current else 0,
        [json.dumps(as_written(row), sort_keys=True) for row in measures() if row.is_from_file],
        sorted(
            (row.name, row.label, row.description, row.tags, json.dumps(row.rule, sort_keys=True))
            for row in stored
        ),
    ]
    text = [digest_of(read.text), str(read.folder), read.file_name, str(read.arrival)]
    return hashlib.sha256(json.dumps([text, counts, changes]).encode()).hexdigest()[:32]
