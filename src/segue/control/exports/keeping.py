"""Write a checked draft into an export's rows, under a name and a key of its own. Asks no policy and checks nothing."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from segue.control.audit.models import Action
from segue.control.audit.operations import Subject, record
from segue.control.exports import queries
from segue.control.exports.checks import LONGEST_NAME, name_taken
from segue.control.exports.draft import AudienceFacts, Draft
from segue.control.exports.models import Export, ExportField, ExportSegment
from segue.control.exports.options import OPTIONS
from segue.control.folding import is_among
from segue.control.people.models import Person
from segue.control.segments.models import Segment
from segue.core.errors import ConfigurationProblem
from segue.core.folding import identifier
from segue.core.texts import line
from segue.sync import export as engine

LONGEST_KEY = 50

EDITED = (
    *("name", "connection", "account_id", "audience_id", "audience_name"),
    *("email_attribute", "newest_by", "consent_attribute", "attestation"),
    *("attested_by", "attested_by_name", "attested_on"),
    *("new_status", "new_status_said", "profile_limit", "brakes"),
    *(one.name for one in OPTIONS),
    *("next_run_at", "updated_at"),
)
"""What editing writes. How the last run stands is a worker's to write, perhaps at this moment."""


def subject_of(export: Export) -> Subject:
    """Return how the audit log names an export."""
    return Subject(kind="export", id=str(export.pk), name=export.name)


def fill(
    export: Export, draft: Draft, facts: AudienceFacts, *, actor: Person, now: datetime
) -> None:
    """Write the draft into the export; a new attestation is recorded.

    Raises: ConfigurationProblem when somebody took the name at this moment.
    """
    attested = _keep_consent(export, draft, facts, actor, now)
    export.name = line(draft.name)
    export.connection = draft.connection
    if draft.connection is not None:  # a detached export keeps the account that its people are in
        export.account_id = draft.connection.account_id
    export.audience_id, export.audience_name = facts.audience.audience_id, facts.audience.name
    export.email_attribute, export.newest_by = draft.email_attribute, draft.newest_by
    export.new_status, export.new_status_said = draft.new_status, True
    export.profile_limit = draft.profile_limit
    export.brakes = dict(draft.brakes)
    for option in OPTIONS:
        setattr(export, option.name, getattr(draft, option.name))
    export.updated_at = now
    _save_named(export)
    keep_parts(export, draft)
    if attested:
        record(
            Action.CONSENT_ATTESTED,
            actor=actor,
            now=now,
            subject=subject_of(export),
            details={"statement": export.attestation},
        )


def keep_parts(export: Export, draft: Draft | engine.Export) -> None:
    """Keep the draft's data matching and segments instead of what there was."""
    export.fields.all().delete()
    ExportField.objects.bulk_create(
        ExportField(
            export=export,
            tag=match.tag,
            name=match.name,
            type=match.type.value,
            attribute=match.attribute,
            parts=dict(match.parts),
            value=match.value,
            blanks=match.blanks.value,
            create=match.create,
            position=position,
        )
        for position, match in enumerate(draft.fields)
    )
    names = [chosen.segment for chosen in draft.segments]
    segments = {segment.name: segment for segment in Segment.objects.filter(name__in=names)}
    export.segments.all().delete()
    ExportSegment.objects.bulk_create(
        ExportSegment(
            export=export,
            segment=segments[chosen.segment],
            tag=chosen.tag.strip(),
            position=position,
        )
        for position, chosen in enumerate(draft.segments)
    )


def summary(export: Export) -> list[str]:
    """Say what an export is in words that an audit can compare; ids only."""
    return [
        f"name={export.name}",
        f"connection={export.connection.pk if export.connection else None}",
        f"audience={export.audience_id}",
        f"email={export.email_attribute}",
        *(f"field {one.tag}={_fed(one)}" for one in export.fields.all()),
        *(f"blanks {one.tag}={one.blanks}" for one in export.fields.all()),
        *(
            f"segment {one.segment.name}={one.tag}"
            for one in export.segments.select_related("segment")
        ),
        f"winner={export.newest_by or 'first key'}",
        f"consent={export.consent_attribute or _attested(export)}",
        f"new contacts={export.new_status}",
        f"limit={export.profile_limit}",
        *(f"{one.recorded}={one.of(export).value}" for one in OPTIONS),
        *(f"brake {name}={value}" for name, value in sorted(export.brakes.items())),
    ]


def new_key(name: str) -> str:
    """Return a key that no export ever had: the name in plain letters, and a number where it is taken.

    What a file calls an export is taken, too: in a file both are names.
    """
    stem = identifier(name, longest=LONGEST_KEY, otherwise="export")
    named = Export.objects.filter(Q(key__startswith=stem) | Q(declared_name__startswith=stem))
    taken = {one for both in named.values_list("key", "declared_name") for one in both}
    number, key = 2, stem
    while key in taken:
        key, number = f"{stem}_{number}", number + 1
    return key


def free_name(name: str) -> str:
    """Return the name with the next number that no living export has; a long name is cut for it."""
    stem = re.sub(r" \(\d+\)$", "", name)
    taken = list(queries.exports().values_list("name", flat=True))
    number = 2
    while True:
        ending = f" ({number})"
        free = stem[: LONGEST_NAME - len(ending)].rstrip() + ending
        if not is_among(free, taken):
            return free
        number += 1


def _fed(field: ExportField) -> str:
    return f"“{field.value}”" if field.value is not None else str(field.attribute or field.parts)


def _attested(export: Export) -> str:
    if not export.attestation:
        return "none"
    return f"attested by {export.attested_by_name} on {export.attested_on}"


def _keep_consent(
    export: Export, draft: Draft, facts: AudienceFacts, actor: Person, now: datetime
) -> bool:
    """Keep the lawful ground. Returns whether it was attested anew.

    An attestation is whoever's who wrote these words, or last chose the people and the audience that they speak of.
    """
    statement = "" if draft.consent_attribute else draft.attestation.strip()
    speaks_anew = statement != export.attestation or _reaches_others(export, draft, facts)
    export.consent_attribute, export.attestation = draft.consent_attribute, statement
    if not statement:
        export.attested_by, export.attested_by_name, export.attested_on = None, "", None
    elif speaks_anew:
        export.attested_by, export.attested_by_name = actor, actor.name
        export.attested_on = now.date()
    return bool(statement) and speaks_anew


def _reaches_others(export: Export, draft: Draft, facts: AudienceFacts) -> bool:
    if export.pk is None or export.audience_id != facts.audience.audience_id:
        return True
    before = set(export.segments.values_list("segment__name", flat=True))
    return not {chosen.segment for chosen in draft.segments} <= before


def _save_named(export: Export) -> None:
    fields = None if export._state.adding else EDITED
    try:
        with transaction.atomic():
            export.save(update_fields=fields)
    except IntegrityError:
        taken = name_taken()
        raise ConfigurationProblem(
            taken.message, action=taken.action, code=taken.code, mistakes=[taken]
        ) from None
