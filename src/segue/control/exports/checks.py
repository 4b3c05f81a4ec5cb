"""Check a draft of an export and report every mistake, each with the place in the form where it belongs. Reads only.

What makes an export sound is decided in `sync.export_rules`; what only an installation knows is asked here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import date

from django.utils.translation import gettext as _

from segue.control.connections.queries import why_unusable
from segue.control.exports import queries
from segue.control.exports.conflict_checks import faults_beside_others
from segue.control.exports.draft import AudienceFacts, Draft, draft_of, drafted
from segue.control.exports.fault_words import Names, mistake_of
from segue.control.exports.models import Export
from segue.control.exports.offered import offered_attributes
from segue.control.folding import is_among
from segue.control.segments.models import Segment
from segue.control.sources.models import Attribute
from segue.core.errors import Mistake
from segue.core.sentences import said
from segue.core.texts import line
from segue.profiles import schema as profiles
from segue.sync import export as engine
from segue.sync.export_rules import faults
from segue.sync.faults import Facts

LONGEST_NAME = 120

_BRAKES = frozenset(one.name for one in fields(engine.Brakes))
_SOMEBODY = "?"
"""Stands for whoever attests the consent: who saves the draft."""


OUTLIVED = frozenset((
    "inactive_segment", "unknown_segment", "unknown_attribute", "wrong_attribute_type",
    "merge_field_missing", "merge_field_type", "merge_field_required", "constant_unfit",
))  # fmt: skip
"""Codes of what an export that was sound when it was saved meets later: its segments, attributes or merge fields changed."""


def mistakes_in(draft: Draft, facts: AudienceFacts, *, known: Export | None) -> list[Mistake]:
    """Return what hinders saving the draft; `known` is the export that it will replace, None for a new one.

    What was wrong with that export before, and is as it was, hinders no other change: `outlived` returns it.
    """
    before = _before(draft, facts, known)
    return [one for one in _mistakes(draft, facts, known) if _key(one) not in before]


def outlived(draft: Draft, facts: AudienceFacts, *, known: Export) -> list[Mistake]:
    """Return what is wrong with the draft in that the world around the export changed since it was saved."""
    before = _before(draft, facts, known)
    return [one for one in _mistakes(draft, facts, known) if _key(one) in before] if before else []


_Key = tuple[str, str, str]


def _before(draft: Draft, facts: AudienceFacts, known: Export | None) -> frozenset[_Key]:
    """Return what was wrong before; where the draft goes elsewhere, its matching is looked at anew."""
    if known is None or draft.connection != known.connection:
        return frozenset()
    if draft.audience_id != known.audience_id:
        return frozenset()
    found = _mistakes(draft_of(known), facts, known)
    return frozenset(_key(one) for one in found if one.code in OUTLIVED)


def _key(mistake: Mistake) -> _Key:
    return mistake.path, mistake.code, str(mistake.message)


def _mistakes(draft: Draft, facts: AudienceFacts, known: Export | None) -> list[Mistake]:
    """Return everything that is wrong with the draft."""
    return [
        *_name(draft, known),
        *_connection(draft, known),
        *_faults(draft, facts, known),
        *_unknown_brakes(draft.brakes),
    ]


def _faults(draft: Draft, facts: AudienceFacts, known: Export | None) -> Iterator[Mistake]:
    """Yield what the rule book has against the draft by itself and beside other exports."""
    attributes = {attribute.name: attribute for attribute in offered_attributes()}
    wanted = {chosen.segment for chosen in draft.segments}
    rows = {one.name: one for one in Segment.objects.filter(name__in=wanted)}
    segments = {name: one.is_active for name, one in rows.items() if one.removed_at is None}
    names = Names(
        attributes={name: str(one) for name, one in attributes.items()},
        segments={name: one.label for name, one in rows.items()},
    )
    asked = Facts(merge_fields=facts.merge_fields.fields)
    own = faults(_engine_export(draft), _schema(attributes), segments, asked)
    for fault in (*own, *faults_beside_others(draft, facts.audience.audience_id, known=known)):
        yield mistake_of(fault, draft.segments, names)


def _engine_export(draft: Draft) -> engine.Export:
    """Return the draft as the rule book looks at it: with everything that is given, also what excludes each other."""
    statement = draft.attestation if draft.attestation.strip() else ""
    brakes = {name: value for name, value in draft.brakes.items() if name in _BRAKES}
    wanted = replace(draft, attestation=statement, brakes=brakes)
    export = drafted(wanted, attested_by=_SOMEBODY, today=date.min)
    if not (draft.consent_attribute and statement):
        return export
    return replace(
        export,
        consent=engine.Consent(
            attribute=draft.consent_attribute,
            attested_by=_SOMEBODY,
            attested_on=date.min,
            attestation=statement,
        ),
    )


def _schema(attributes: Mapping[str, Attribute]) -> profiles.ProfileSchema:
    """Return the kept attributes as the rule book asks for them: it looks at names and types only."""
    kept = tuple(
        profiles.Attribute(name=name, type=profiles.AttributeType(one.type), column="")
        for name, one in attributes.items()
    )
    return profiles.ProfileSchema(
        profiles=profiles.Table(
            name=profiles.PROFILES,
            source="",
            key="",
            key_type=profiles.AttributeType.TEXT,
            attributes=kept,
        )
    )


def _unknown_brakes(brakes: Mapping[str, object]) -> Iterator[Mistake]:
    for name in brakes:
        if name not in _BRAKES:
            yield Mistake(
                path=f"brakes.{name}",
                message=said("There is no brake `%(name)s`.", name=name),
                action=said("Take it out."),
                code="unknown_key",
            )


def _name(draft: Draft, known: Export | None) -> Iterator[Mistake]:
    name = line(draft.name)
    if not name or len(name) > LONGEST_NAME:
        yield Mistake(
            path="name",
            message=_("The name is missing or too long."),
            action=_("Give a name of at most 120 characters."),
            code="export_name",
        )
    others = queries.exports().exclude(pk=known.pk) if known is not None else queries.exports()
    if is_among(name, others.values_list("name", flat=True)):
        yield name_taken()


def name_taken() -> Mistake:
    """Return that another export has the wanted name."""
    return Mistake(
        path="name",
        message=_("Another export has this name."),
        action=_("Choose another name."),
        code="export_name_taken",
    )


def _connection(draft: Draft, known: Export | None) -> Iterator[Mistake]:
    """Yield what is wrong with the connection; one that the export has already, or lacks, hinders no other change."""
    if known is not None and draft.connection == known.connection:
        return
    if draft.connection is None:
        yield Mistake(
            path="connection",
            message=_("No connection is chosen."),
            action=_("Choose one in the Mailchimp section, or have one shared with you."),
            code="export_without_connection",
        )
        return
    unusable = why_unusable(draft.connection)
    if unusable is not None:
        yield Mistake(
            path="connection",
            message=str(unusable.label),
            action=_("Choose another connection, or have this one repaired."),
            code=unusable.value,
        )
