"""Make the engine's configuration of what the installation holds: the definition's text, segments, connections, exports."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from segue.configuration import (
    Configuration,
)
from segue.control.exports.draft import connection_key, engine_export
from segue.control.exports.models import Export
from segue.control.exports.queries import claimless_beside
from segue.control.exports.queries import exports as living_exports
from segue.control.identity.marks import database_mark
from segue.control.segments.models import Segment, SegmentKind
from segue.control.sources.models import Arrival
from segue.control.sources.queries import current_definition
from segue.core.clock import Clock
from segue.core.errors import ConfigurationProblem
from segue.profiles.schema import ProfileSchema
from segue.segments.parse import parse_segment
from segue.segments.rules import Kept
from segue.segments.rules import Segment as RuleSegment
from segue.segments.walk import references
from segue.service.accounts import at_work, link_of_kept
from segue.service.declared import UNUSED, reading_of, with_measures_here
from segue.service.exports import Workspace, open_workspace
from segue.service.installed_journals import journals_here
from segue.service.journals import RunLease
from segue.service.kept_members import attested_for, kept_rule, list_rule
from segue.service.reading import outside_of


def configured(*exports: Export) -> Configuration:
    """Return what the installation holds, with the given exports and their connections.

    Raises: ConfigurationProblem when no definition was applied yet, or the one that counts cannot be read any more: a
    secret is missing, or a path has come to lead out of the data folders.
    """
    definition = current_definition()
    if definition is None:
        raise ConfigurationProblem(
            _("No data source is declared yet."),
            action=_("An administrator applies a definition under Data › Data sources."),
            code="definition_missing",
        )
    path = Path(definition.folder) / definition.file_name
    # An uploaded definition reaches no further now than when it was applied: links may have changed since.
    outside = outside_of(Arrival(definition.arrival))
    declared = reading_of(definition.text, path).within(outside, unused=UNUSED)
    declared = with_measures_here(declared)
    connections = [export.connection for export in exports if export.connection is not None]
    return replace(
        declared,
        home=settings.SEGUE_HOME,
        segments=usable_segments(declared.schema),
        connections={connection_key(one): at_work(one) for one in connections},
        exports={export.key: engine_export(export) for export in exports},
        claimless={export.key: claimless_beside(export) for export in exports},
    )


def workspace(
    *exports: Export, clock: Clock | None = None, lease: RunLease | None = None
) -> Workspace:
    """Put what the installation holds to work, for the given exports; `clock` None: by the machine's.

    `lease` is the run that is to write, None for everybody else. Raises: as `configured`.
    """
    links = {
        connection_key(export.connection): link_of_kept(export.connection)
        for export in exports
        if export.connection is not None and not export.connection.secret_reference
    }
    configuration = configured(*exports)
    return open_workspace(
        configuration,
        os.environ,
        database=database_mark(),
        clock=clock,
        links=links,
        journals=journals_here(lease),
        attested=attested_for(configuration),
    )


def workspace_of_audience(audience_id: str) -> Workspace | None:
    """Put the exports of an audience to work, None when none fills it. Raises: as `configured`."""
    rows = living_exports().filter(audience_id=audience_id, connection__isnull=False)
    found = list(rows.prefetch_related("segments__segment"))
    return workspace(*found) if found else None


def usable_segments(schema: ProfileSchema) -> dict[str, RuleSegment]:
    """Return the segments as people switched them.

    One whose rule no longer fits the profiles is left out, and so is what builds on it.
    """
    rows = {row.name: row for row in Segment.objects.filter(removed_at=None).order_by("position")}
    read = {name: _at_work(row, schema, rows) for name, row in rows.items()}
    found = {name: segment for name, segment in read.items() if segment is not None}
    while lost := [name for name, one in found.items() if set(references(one.rule)) - set(found)]:
        for name in lost:
            del found[name]
    return found


def segment_of(row: Segment, schema: ProfileSchema, known: Collection[str]) -> RuleSegment | None:
    """Return a stored segment with the rule that people read; None when it does not fit the profiles.

    `known` are the names that its rule may refer to. What a static segment keeps is not in its rule.
    """
    if row.kind == SegmentKind.LIST:
        return _with_rule(row, list_rule(row, schema))
    written = {"label": row.label, "active": row.is_active, "rules": row.rule}
    segment, _mistakes = parse_segment(row.name, written, schema, known_segments=known)
    return segment


def _at_work(row: Segment, schema: ProfileSchema, known: Collection[str]) -> RuleSegment | None:
    """Return a stored segment as the engine takes it: a static one and a list ask for what they keep."""
    if row.kind == SegmentKind.DYNAMIC:
        return segment_of(row, schema, known)
    return _with_rule(row, kept_rule(row, schema))


def _with_rule(row: Segment, rule: Kept | None) -> RuleSegment | None:
    if rule is None:
        return None
    return RuleSegment(name=row.name, rule=rule, label=row.label, active=row.is_active)
