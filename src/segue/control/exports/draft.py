"""What somebody wants an export to be, before it is checked and kept. Values, and their way from and to the engine's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from segue.control.connections.models import Connection
from segue.control.exports.models import Export, FirstRun, Leftovers, NewStatus
from segue.control.exports.options import options_of
from segue.sync import export as engine
from segue.sync.ports import Audience, MergeFields


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceFacts:
    """What is known of the audience that an export is to fill.

    `read_at` is when its contacts were last read, None when only Mailchimp's own count of them is known.
    """

    audience: Audience
    merge_fields: MergeFields
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An export as somebody wants it. `attestation` "" and `consent_attribute` "": no consent is given."""

    name: str
    connection: Connection | None
    audience_id: str
    email_attribute: str
    fields: tuple[engine.FieldMatch, ...] = ()
    segments: tuple[engine.SegmentTag, ...] = ()
    newest_by: str = ""
    consent_attribute: str = ""
    attestation: str = ""
    new_status: NewStatus = NewStatus.SUBSCRIBED
    profile_limit: int = 1_000_000
    brakes: dict[str, Any] = field(default_factory=dict)
    first_run: FirstRun = FirstRun.APPROVE
    leftovers: Leftovers = Leftovers.SHOW


def engine_export(export: Export) -> engine.Export:
    """Return the kept export as the engine takes it."""
    connection = export.connection
    return engine.Export(
        name=export.key,
        connection=connection_key(connection) if connection else "",
        audience_id=export.audience_id,
        email_attribute=export.email_attribute,
        segments=tuple(
            engine.SegmentTag(segment=chosen.segment.name, tag=chosen.tag)
            for chosen in export.segments.all()
        ),
        fields=tuple(
            engine.FieldMatch(
                tag=one.tag,
                attribute=one.attribute,
                type=engine.MergeType(one.type),
                name=one.name,
                parts=tuple(one.parts.items()),
                value=one.value,
                blanks=engine.Blanks(one.blanks),
                create=one.create,
            )
            for one in export.fields.all()
        ),
        winner=engine.Winner(newest_by=export.newest_by or None),
        consent=_consent(export),
        new_status=engine.NewStatus(export.new_status),
        new_status_said=export.new_status_said,
        profile_limit=export.profile_limit,
        contact_limit=connection.contact_limit if connection else None,
        brakes=engine.Brakes(**export.brakes),
        **_engine_options(export),
    )


UNSAVED = "(unsaved)"
"""How the engine names a draft that is no export yet: no export's key can be so."""


def drafted(draft: Draft, *, attested_by: str, today: date, name: str = UNSAVED) -> engine.Export:
    """Return the wanted export as the engine takes it, for checks and estimates."""
    connection = draft.connection
    consent = None
    if draft.consent_attribute:
        consent = engine.Consent(attribute=draft.consent_attribute)
    elif draft.attestation:
        consent = engine.Consent(
            attested_by=attested_by, attested_on=today, attestation=draft.attestation
        )
    return engine.Export(
        name=name,
        connection=connection_key(connection) if connection else "",
        audience_id=draft.audience_id,
        email_attribute=draft.email_attribute,
        segments=draft.segments,
        fields=draft.fields,
        winner=engine.Winner(newest_by=draft.newest_by or None),
        consent=consent,
        new_status=engine.NewStatus(draft.new_status),
        profile_limit=draft.profile_limit,
        contact_limit=connection.contact_limit if connection else None,
        brakes=engine.Brakes(**draft.brakes),
        **_engine_options(draft),
    )


def _engine_options(given: Export | Draft) -> dict[str, Any]:
    return {name: words(getattr(given, name)) for name, words in engine.OPTIONS.items()}


def draft_of(export: Export) -> Draft:
    """Return the kept export as a draft, for editing and duplicating."""
    kept = engine_export(export)
    return Draft(
        name=export.name,
        connection=export.connection,
        audience_id=export.audience_id,
        email_attribute=export.email_attribute,
        fields=kept.fields,
        segments=kept.segments,
        newest_by=export.newest_by,
        consent_attribute=export.consent_attribute,
        attestation=export.attestation,
        new_status=NewStatus(export.new_status),
        profile_limit=export.profile_limit,
        brakes=dict(export.brakes),
        **dict[str, Any](options_of(export)),
    )


def connection_key(connection: Connection) -> str:
    """Return how the engine names a connection."""
    return f"connection_{connection.pk}"


def _consent(export: Export) -> engine.Consent | None:
    if export.consent_attribute:
        return engine.Consent(attribute=export.consent_attribute)
    if export.attestation:
        return engine.Consent(
            attested_by=export.attested_by_name,
            attested_on=export.attested_on,
            attestation=export.attestation,
        )
    return None
