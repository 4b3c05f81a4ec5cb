"""Keep what was declared about sources and profiles, what somebody proposes instead, and what a refresh read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from segue.control.audit.models import Action
from segue.control.audit.operations import Detail, Subject, record
from segue.control.people.models import Person
from segue.control.people.policy import require
from segue.control.sources import policy, queries
from segue.control.sources.models import (
    Arrival,
    Attribute,
    DataSource,
    Definition,
    ProfileCount,
    ProposedDefinition,
    ReadStatus,
)
from segue.core.retention import PROPOSAL_KEPT


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredSource:
    """A source as a definition declares it; `place` is shown to people and holds no secret.

    `used_for` holds the labels of the related tables that are read from it.
    """

    name: str
    kind: str
    place: str
    feeds_profiles: bool = False
    used_for: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredAttribute:
    """A profile attribute as a definition declares it."""

    name: str
    label: str
    type: str
    personal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """A checked definition: its text and what it declares. `folder` is where its relative paths start."""

    text: str
    folder: str
    file_name: str
    time_zone: str
    sources: Sequence[DeclaredSource]
    attributes: Sequence[DeclaredAttribute]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReading:
    """What a refresh read of one source. `rows` None: it could not be read, and `message` says why.

    `problems` counts what was found, `lost` those of them that cost a value or a row.
    """

    rows: int | None
    problems: int = 0
    lost: int = 0
    changed_at: datetime | None = None
    message: str = ""


def digest_of(text: str) -> str:
    """Return the name of a definition's text."""
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def propose_definition(
    *, text: str, folder: str, file_name: str, actor: Person, now: datetime
) -> ProposedDefinition:
    """Hold a text until its plan of changes was seen and applied; it takes the place of the person's last one.

    Nothing that counts changes, so that nothing is recorded. What others left lying for a week is removed.
    """
    require(actor, policy.apply_definition, see=policy.see_sources)
    ProposedDefinition.objects.filter(proposed_at__lt=now - PROPOSAL_KEPT).delete()
    proposal, _created = ProposedDefinition.objects.update_or_create(
        person=actor,
        defaults={"text": text, "folder": folder, "file_name": file_name, "proposed_at": now},
    )
    return proposal


def discard_proposal(*, actor: Person) -> None:
    """Forget the text that the person proposed."""
    require(actor, policy.apply_definition, see=policy.see_sources)
    ProposedDefinition.objects.filter(person=actor).delete()


@transaction.atomic
def apply_declaration(
    declaration: Declaration,
    *,
    arrival: Arrival,
    actor: Person | None,
    now: datetime,
    details: Mapping[str, Detail] | None = None,
) -> Definition:
    """Make this the definition that counts; `details` go to the audit log.

    `actor` None: the command line of the installation's own user.
    """
    if actor is not None:
        require(actor, policy.apply_definition, see=policy.see_sources)
    definition = Definition.objects.create(
        text=declaration.text,
        digest=digest_of(declaration.text),
        folder=declaration.folder,
        file_name=declaration.file_name,
        time_zone=declaration.time_zone,
        arrival=arrival,
        applied_by=actor,
        applied_at=now,
    )
    _keep_sources(declaration.sources)
    _keep_attributes(declaration.attributes)
    record(
        Action.DEFINITION_APPLIED,
        actor=actor,
        now=now,
        subject=Subject(
            kind="definition", id=str(definition.pk), name=f"{definition.file_name} {definition.pk}"
        ),
        details={"digest": definition.digest, "origin": str(arrival), **(details or {})},
    )
    return definition


def record_reading(
    readings: Mapping[str, SourceReading], *, profiles: int | None, snapshot_id: str, now: datetime
) -> None:
    """Keep what a refresh read of each source, and how many profiles came of it (None: none were made)."""
    for source in DataSource.objects.filter(name__in=readings):
        reading = readings[source.name]
        source.message = reading.message
        if reading.rows is None:
            source.status = ReadStatus.FAILED
        else:
            source.status, source.rows = _status_of(reading), reading.rows
            source.problems, source.changed_at = reading.problems, reading.changed_at
            source.refreshed_at = now
        source.save()
    latest = queries.latest_profile_count()
    if profiles is not None and (latest is None or latest.snapshot_id != snapshot_id):
        ProfileCount.objects.create(at=now, profiles=profiles, snapshot_id=snapshot_id)


def _status_of(reading: SourceReading) -> ReadStatus:
    return ReadStatus.READ_WITH_PROBLEMS if reading.lost else ReadStatus.SUCCESSFUL


def note_personal_data_shown(*, what: Subject, actor: Person, now: datetime) -> None:
    """Write down that somebody looked at personal data."""
    require(actor, policy.see_personal_data, see=policy.see_sources)
    record(Action.PERSONAL_DATA_SHOWN, actor=actor, now=now, subject=what)


def _keep_sources(declared: Sequence[DeclaredSource]) -> None:
    """Keep the sources as declared; what was read of one that now lies elsewhere says nothing of it any more."""
    DataSource.objects.exclude(name__in=[source.name for source in declared]).delete()
    known = {source.name: source for source in DataSource.objects.all()}
    for position, source in enumerate(declared):
        row = known.get(source.name)
        if row is None or (row.kind, row.place) != (source.kind, source.place):
            row = DataSource(pk=row.pk if row else None, name=source.name)
        row.kind, row.place, row.position = source.kind, source.place, position
        row.feeds_profiles, row.used_for = source.feeds_profiles, ", ".join(source.used_for)
        row.save()


def _keep_attributes(declared: Sequence[DeclaredAttribute]) -> None:
    Attribute.objects.all().delete()
    Attribute.objects.bulk_create(
        Attribute(
            name=attribute.name,
            label=attribute.label,
            type=attribute.type,
            personal=attribute.personal,
            position=position,
        )
        for position, attribute in enumerate(declared)
    )
