"""Measures of the installation: read what somebody wrote, keep it, say it, and show how it lies over the customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from segue.configuration import Configuration
from segue.control.people.models import Person
from segue.control.segments import measuring
from segue.control.segments.measure_models import Measure
from segue.control.segments.measuring import as_written
from segue.core.errors import ConfigurationProblem
from segue.profiles.schema import ProfileSchema
from segue.segments.describe import Language, describe_measure
from segue.segments.measures import Measure as RuleMeasure
from segue.segments.measures import measures_of
from segue.segments.parse_measures import parse_measures
from segue.segments.printing import print_measure
from segue.service.building import declared_schema
from segue.service.configured import workspace
from segue.service.declared import declared, note_types_of_measures
from segue.service.distribution import Preview, preview, values_of
from segue.service.readings import fitting_snapshot

_TOLD = ("label", "description")


def read_measure(name: str, written: Mapping[str, Any]) -> RuleMeasure:
    """Return the measure that somebody wrote, as a file would write it, beside all others; one of its name is replaced.

    Raises: ConfigurationProblem with every mistake of it, and of what would no longer be one because of it; paths begin
    with `measures.NAME`.
    """
    others = {row.name: as_written(row) for row in measuring.measures()}
    schema = _stored()
    before = {one.path for one in parse_measures(others, schema).mistakes}
    found = parse_measures({**others, name: dict(written)}, schema)
    mistakes = [one for one in found.mistakes if one.path not in before]
    if mistakes or name not in found.measures:
        raise ConfigurationProblem(
            _("The measure is not finished: it was not saved."),
            action=_("Correct what is told beside it."),
            code="measure_unfinished",
            mistakes=mistakes or found.mistakes,
        )
    return found.measures[name]


@transaction.atomic
def save_measure(
    *,
    name: str,
    written: Mapping[str, Any],
    known: Measure | None = None,
    actor: Person,
    now: datetime,
) -> Measure:
    """Keep a measure of the pages: a new one, or another definition of a `known` one. Raises: as `read_measure`, `measuring`."""
    definition: dict[str, Any] = print_measure(read_measure(name, written))
    told = {key: str(definition.pop(key, "")) for key in _TOLD}
    if known is None:
        known = measuring.add(name=name, definition=definition, actor=actor, now=now, **told)
    else:
        measuring.change(measure=known, definition=definition, actor=actor, now=now, **told)
    note_types_of_measures(_declared())
    known.refresh_from_db()
    return known


def measures_at_work() -> Mapping[str, RuleMeasure]:
    """Return the measures that fit what is declared, by name. Raises: ConfigurationProblem before anything is."""
    return measures_of(declared_schema())


def sentence_of_measure(measure: RuleMeasure, language: Language) -> str:
    """Return what a measure is, as one phrase."""
    return describe_measure(measure, declared_schema(), language)


def preview_of(measure: RuleMeasure, *, now: datetime) -> Preview:
    """Show how a measure, kept or not, lies over the customers that were read last.

    Raises: ConfigurationProblem when nothing fitting was read yet.
    """
    return preview(workspace(), fitting_snapshot(), measure, now=now)


def measures_of_customer(key: object, *, now: datetime) -> Mapping[str, object]:
    """Return every measure of the customer with this key (of the key's own type), by name. Personal data.

    Raises: as `preview_of`.
    """
    return values_of(workspace(), fitting_snapshot(), key, now=now)


def _stored() -> ProfileSchema:
    """Return what is declared without its measures."""
    return replace(_declared().schema, measures={})


def _declared() -> Configuration:
    configuration = declared()
    if configuration is None:
        raise ConfigurationProblem(
            _("No data source is declared yet."),
            action=_("An administrator applies a definition under Data › Data sources."),
            code="definition_missing",
        )
    return configuration
