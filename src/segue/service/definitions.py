"""Make a definition the one that counts. What applying it changes is in `differences`, how it is read in `reading`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from segue.control.exports.measure_uses import refuse_gone
from segue.control.people.models import Person
from segue.control.segments.measuring import keep_declared as keep_measures
from segue.control.segments.measuring import measures
from segue.control.segments.operations import keep_declared
from segue.control.sources import queries
from segue.control.sources.models import Arrival, Definition
from segue.control.sources.operations import (
    Declaration,
    DeclaredAttribute,
    DeclaredSource,
    apply_declaration,
    discard_proposal,
)
from segue.core.errors import UnsafePlan
from segue.profiles.personal import personal_attributes
from segue.segments.measures import measures_of
from segue.service import words
from segue.service.declared import note_types_of_measures, tables_by_source
from segue.service.destinations import keep_destinations
from segue.service.differences import for_the_audit, plan_of_changes
from segue.service.owners import refuse_conflicts
from segue.service.reading import ReadDefinition, read_definition, read_uploaded

__all__ = ["ReadDefinition", "apply", "read_definition", "read_uploaded"]


def apply(
    read: ReadDefinition,
    *,
    arrival: Arrival,
    actor: Person | None,
    now: datetime,
    plan: str | None = None,
) -> Definition:
    """Make the definition the one that counts. Nothing is read before the next refresh.

    `plan` is the digest of the plan of changes that was seen; None: nobody had to see one.
    Raises: UnsafePlan when applying would change something else by now.
    """
    assert arrival == read.arrival, "a text is applied by the way it was read"
    try:
        return _apply(read, actor=actor, now=now, plan=plan)
    except IntegrityError as error:  # somebody applied the very first one at the same moment
        raise _changed_meanwhile() from error


@transaction.atomic
def _apply(
    read: ReadDefinition, *, actor: Person | None, now: datetime, plan: str | None
) -> Definition:
    queries.lock_definitions()
    found = plan_of_changes(read)
    if plan is not None and found.digest != plan:
        raise _changed_meanwhile()
    definition = apply_declaration(
        _declaration(read),
        arrival=read.arrival,
        actor=actor,
        now=now,
        details=for_the_audit(found),
    )
    gone = {one.name for one in measures() if one.is_from_file}
    declared_measures = [*measures_of(read.declared.schema).values()]
    keep_measures(declared_measures, actor=actor, now=now)
    note_types_of_measures(read.declared)
    keep_declared([*read.declared.segments.values()], actor=actor, now=now)
    if read.takes_destinations:
        keep_destinations(read.declared, actor=actor, now=now)
        refuse_conflicts(read)
    refuse_gone(gone - {one.name for one in measures()})
    if actor is not None:
        discard_proposal(actor=actor)
    return definition


def _declaration(read: ReadDefinition) -> Declaration:
    schema = read.declared.schema
    personal = personal_attributes(schema, schema.profiles)
    return Declaration(
        text=read.text,
        folder=str(read.folder),
        file_name=read.file_name,
        time_zone=read.declared.time_zone,
        sources=_sources(read),
        attributes=[
            DeclaredAttribute(
                name=one.name,
                label=one.label,
                type=one.type.value,
                personal=one.name in personal,
            )
            for one in schema.profiles.attributes
        ],
    )


def _sources(read: ReadDefinition) -> Sequence[DeclaredSource]:
    schema = read.declared.schema
    tables = tables_by_source(schema)
    return [
        DeclaredSource(
            name=name,
            kind=words.kind_of(source),
            place=words.place_of(source, read.folder),
            feeds_profiles=schema.profiles in tables.get(name, ()),
            used_for=[
                words.name_of(one) for one in tables.get(name, ()) if one is not schema.profiles
            ],
        )
        for name, source in read.declared.sources.items()
    ]


def _changed_meanwhile() -> UnsafePlan:
    return UnsafePlan(
        _("What counts has changed since this plan of changes was shown; nothing was applied."),
        action=_("Look at the plan of changes again."),
        code="definition_plan_changed",
    )
