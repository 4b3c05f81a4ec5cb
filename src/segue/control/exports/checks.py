"""Check a draft of an export and report every mistake, each with the place in the form where it belongs. Reads only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields

from django.utils.translation import gettext as _

from segue.control.connections.queries import why_unusable
from segue.control.exports import queries
from segue.control.exports.conflict_checks import conflict_mistakes
from segue.control.exports.draft import AudienceFacts, Draft
from segue.control.exports.field_checks import Attributes, attribute_mistakes, field_mistakes
from segue.control.exports.models import Export, NewStatus
from segue.control.segments.models import Segment
from segue.control.sources.models import Attribute
from segue.core.errors import Mistake
from segue.profiles.schema import AttributeType
from segue.sync.export import Brakes
from segue.sync.identity import is_reserved
from segue.sync.tags import folded

LONGEST_NAME = 120
LONGEST_TAG = 100
"""Characters. Assumption: FACTS.md §2 (tag name length, unverified)."""
LONGEST_ATTESTATION = 2_000
LARGEST_LIMIT = 100_000_000
"""People: more than one Mailchimp account can hold."""

ORDERED = (
    AttributeType.TIMESTAMP,
    AttributeType.DATE,
    AttributeType.INTEGER,
    AttributeType.DECIMAL,
)
"""Types by which the newest of several profiles can be told."""


def mistakes_in(draft: Draft, facts: AudienceFacts, *, known: Export | None) -> list[Mistake]:
    """Return everything that is wrong with the draft; `known` is the export that it will replace, None for a new one."""
    attributes = {attribute.name: attribute for attribute in Attribute.objects.all()}
    return [
        *_name(draft, known),
        *_connection(draft, known),
        *attribute_mistakes(
            draft.email_attribute, "email_attribute", attributes, (AttributeType.EMAIL,)
        ),
        *field_mistakes(draft, facts, attributes),
        *_segments(draft),
        *_winner(draft, attributes),
        *_consent(draft, attributes),
        *_limit(draft),
        *_brakes(draft.brakes),
        *conflict_mistakes(draft, facts, attributes, known=known),
    ]


def _name(draft: Draft, known: Export | None) -> Iterator[Mistake]:
    name = " ".join(draft.name.split())
    if not name or len(name) > LONGEST_NAME:
        yield Mistake(
            path="name",
            message=_("The name is missing or too long."),
            action=_("Give a name of at most 120 characters."),
            code="export_name",
        )
    others = queries.exports().filter(name__iexact=name)
    if known is not None:
        others = others.exclude(pk=known.pk)
    if others.exists():
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


def _segments(draft: Draft) -> Iterator[Mistake]:
    if not draft.segments:
        yield Mistake(
            path="segments",
            message=_("No segment is chosen."),
            action=_("Choose at least one segment."),
            code="export_without_segment",
        )
    names = [chosen.segment for chosen in draft.segments]
    known = {segment.name: segment for segment in Segment.objects.filter(name__in=names)}
    spelled: dict[str, str] = {}
    for place, chosen in enumerate(draft.segments):
        if chosen.segment in names[:place]:
            yield _segment_twice(chosen.segment)
            continue
        segment = known.get(chosen.segment)
        if segment is None or segment.removed_at is not None or not segment.is_active:
            yield _inactive(chosen.segment, segment)
        yield from _tag(chosen.segment, chosen.tag, spelled)


def _segment_twice(name: str) -> Mistake:
    return Mistake(
        path=f"segments.{name}",
        message=_("The segment %(name)s is chosen twice.") % {"name": name},
        action=_("Choose it once; a segment has one tag in an export."),
        code="segment_twice",
    )


def _inactive(name: str, segment: Segment | None) -> Mistake:
    return Mistake(
        path=f"segments.{name}",
        message=_("The segment %(name)s is not there or not active.")
        % {"name": segment.label if segment else name},
        action=_("Activate it, or take it out of the export."),
        code="segment_inactive",
    )


def _tag(segment: str, tag: str, spelled: dict[str, str]) -> Iterator[Mistake]:
    if not tag.strip() or len(tag.strip()) > LONGEST_TAG or "," in tag:
        yield Mistake(
            path=f"segments.{segment}",
            message=_("The tag is missing, longer than 100 characters, or holds a comma."),
            action=_("Give the segment another tag."),
            code="tag_unusable",
        )
    elif is_reserved(tag):
        yield Mistake(
            path=f"segments.{segment}",
            message=_("Tags whose names begin so are the stamps of installations."),
            action=_("Give the segment another tag."),
            code="tag_reserved",
        )
    elif spelled.setdefault(folded(tag), segment) != segment:
        yield Mistake(
            path=f"segments.{segment}",
            message=_("Another segment has this tag; Mailchimp ignores capitals."),
            action=_("Give the segment another tag."),
            code="tag_twice",
        )


def _winner(draft: Draft, attributes: Attributes) -> Iterator[Mistake]:
    if draft.newest_by:
        yield from attribute_mistakes(draft.newest_by, "newest_by", attributes, ORDERED)


def _consent(draft: Draft, attributes: Attributes) -> Iterator[Mistake]:
    if draft.consent_attribute:
        kinds = (AttributeType.BOOLEAN,)
        yield from attribute_mistakes(draft.consent_attribute, "consent", attributes, kinds)
    elif len(draft.attestation) > LONGEST_ATTESTATION:
        yield Mistake(
            path="consent",
            message=_("The attestation is longer than 2,000 characters."),
            action=_("Say in fewer words how and when these people consented."),
            code="attestation_too_long",
        )
    elif not draft.attestation.strip() and draft.new_status is NewStatus.SUBSCRIBED:
        yield Mistake(
            path="consent",
            message=_("New contacts would become subscribed, and no consent is given."),
            action=_(
                "Choose the attribute that must be true, or attest the consent in your own words."
            ),
            code="consent_missing",
        )


def _limit(draft: Draft) -> Iterator[Mistake]:
    if not 1 <= draft.profile_limit <= LARGEST_LIMIT:
        yield Mistake(
            path="profile_limit",
            message=_("The limit of profiles must be between 1 and 100,000,000."),
            action=_("Give a number in between."),
            code="profile_limit_invalid",
        )


def _brakes(brakes: Mapping[str, object]) -> Iterator[Mistake]:
    known = {one.name for one in fields(Brakes)}
    for name, value in brakes.items():
        if name not in known or not _is_brake(name, value):
            yield Mistake(
                path=f"brakes.{name}",
                message=_("This brake cannot be set so."),
                action=_("Give a share of at most 1000 %, or a whole number of at least 0."),
                code="brake_invalid",
            )


def _is_brake(name: str, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return name == "stale_after_days" and value is None
    if name.endswith("_least"):
        return isinstance(value, int) and 0 <= value <= LARGEST_LIMIT
    return 0 <= value <= 10 if name.endswith("_share") else 0 < value <= 3_650
