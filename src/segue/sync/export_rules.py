"""THE rule book: what makes an export sound, wherever it was written. Values only; a door finds the place of each fault.

A file's structure is held against its published schema first, which has the bounds of this book (a test compares them);
what the schema has told already, the file's door does not repeat.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from decimal import Decimal

from segue.core.sentences import commas, said
from segue.profiles.schema import AttributeType, ProfileSchema
from segue.segments.mistakes import did_you_mean
from segue.sync.export import Consent, Export, NewStatus, SegmentTag
from segue.sync.export_fields import ORDERED, attribute_faults, field_faults
from segue.sync.faults import Facts, Fault, Place
from segue.sync.identity import is_reserved
from segue.sync.tags import folded

LONGEST_TAG = 100
"""Characters. Assumption: Mailchimp takes tag names of up to 100 characters (FACTS.md §2, §11.6: not verified)."""
LONGEST_STATEMENT = 2_000
"""Characters of an attestation."""
LARGEST_LIMIT = 100_000_000
"""People: more than one Mailchimp account can hold."""
LARGEST_SHARE = 1
"""Of those whom a brake looks at nobody can lose more than all."""
LARGEST_GROWTH = 10
"""New people beside those acknowledged: eleven times as many are far above what was acknowledged."""
LONGEST_AGE_DAYS = 3_650

_ATTESTED = ("attested_by", "attested_on", "statement")
_JOINING = frozenset("\u200c\u200d") | {chr(sign) for sign in range(0xE0020, 0xE0080)}
"""Signs that nobody sees and that scripts and emoji need."""


def faults(
    export: Export, schema: ProfileSchema, segments: Mapping[str, bool], facts: Facts
) -> Iterator[Fault]:
    """Yield everything that is wrong with an export by itself.

    `segments` tells of each that is declared whether it is active. What it does to other exports: `conflicts`.
    """
    yield from attribute_faults(
        ("email",),
        export.email_attribute,
        schema,
        kinds=(AttributeType.EMAIL,),
        purpose=said("the e-mail attribute"),
    )
    yield from field_faults(export.fields, schema, facts)
    yield from _segments(export.segments, segments, facts)
    if export.winner.newest_by is not None:
        place, name = ("winner", "newest_by"), export.winner.newest_by
        yield from attribute_faults(place, name, schema, kinds=ORDERED, purpose="`newest_by`")
    yield from _consent(export.consent, export.new_status, schema)
    if not 1 <= export.profile_limit <= LARGEST_LIMIT:
        yield _out_of_range(("profile_limit",), export.profile_limit, 1, LARGEST_LIMIT)
    for name, value in asdict(export.brakes).items():
        yield from _brake(name, value)


def _segments(
    chosen: tuple[SegmentTag, ...], segments: Mapping[str, bool], facts: Facts
) -> Iterator[Fault]:
    if not chosen:
        yield Fault(
            code="empty",
            place=("segments",),
            message="No segment is chosen.",
            action="Choose at least one segment.",
        )
    names: set[str] = set()
    spelled: dict[str, str] = {}
    for index, one in enumerate(chosen):
        if index in facts.unread:
            continue
        if one.segment in names:
            yield _twice(index, one.segment)
            continue
        names.add(one.segment)
        yield from _segment(index, one.segment, segments)
        if index not in facts.untagged:
            yield from _tag(index, one, spelled)


def _twice(index: int, segment: str) -> Fault:
    return Fault(
        code="segment_twice",
        place=("segments", index),
        message=said("Segment `%(segment)s` is chosen twice.", segment=segment),
        action="Remove one.",
    )


def _segment(index: int, name: str, segments: Mapping[str, bool]) -> Iterator[Fault]:
    place = ("segments", index, "segment")
    if name not in segments:
        yield Fault(
            code="unknown_segment",
            place=place,
            message=said("There is no segment `%(name)s`.", name=name),
            action=did_you_mean(name, segments),
        )
    elif not segments[name]:
        yield Fault(
            code="inactive_segment",
            place=place,
            message=said("Segment `%(name)s` is inactive.", name=name),
            action="Set `active: true` in the segment, or take it out of this export.",
        )


def _tag(index: int, chosen: SegmentTag, spelled: dict[str, str]) -> Iterator[Fault]:
    """Yield what is wrong with a tag; `spelled` holds the segments of the tags before it, by their folded names."""
    own = tag_fault(("segments", index, "tag"), chosen.tag.strip())
    if own is not None:
        yield own
        return
    # Source: FACTS.md §5: tag names are the same when they differ by case only.
    other = spelled.setdefault(folded(chosen.tag), chosen.segment)
    if other != chosen.segment:
        yield Fault(
            code="tag_twice",
            place=("segments", index),
            message=said(
                "Segments `%(other)s` and `%(segment)s` would share the tag `%(tag)s`: Mailchimp does not tell capitals from small letters.",
                other=other,
                segment=chosen.segment,
                tag=chosen.tag.strip(),
            ),
            action="Give one of them another `tag`.",
        )


def tag_fault(place: Place, tag: str) -> Fault | None:
    """Return why a text can be no tag, None when it can."""
    if not tag:
        return Fault(
            code="empty_tag",
            place=place,
            message="The tag is empty.",
            action="Give the tag a name.",
        )
    if len(tag) > LONGEST_TAG:
        return Fault(
            code="tag_too_long",
            place=place,
            message=said(
                "The tag has %(length)s characters; at most %(most)s are allowed.",
                length=len(tag),
                most=LONGEST_TAG,
            ),
            action="Give a shorter `tag`.",
        )
    return _unwritable(place, tag)


def _unwritable(place: Place, tag: str) -> Fault | None:
    if any(is_control(sign) for sign in tag):
        return Fault(
            code="bad_tag",
            place=place,
            message="The tag holds a line break or another control character.",
            action="Write it on one line.",
        )
    if "," in tag:
        # Mailchimp separates tags by commas where it takes several; whether one may hold a comma: FACTS.md §11.6.
        return Fault(
            code="tag_comma",
            place=place,
            message="The tag holds a comma, which separates tags.",
            action="Give the segment another `tag`.",
        )
    if is_reserved(tag):
        return Fault(
            code="tag_reserved",
            place=place,
            message=said("The tag `%(tag)s` is named as the stamp of an installation.", tag=tag),
            action="Give the segment another `tag`.",
        )
    return None


def is_control(sign: str) -> bool:
    """Tell whether a sign breaks the line or is not to be seen, so that two tags would look alike."""
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") and sign not in _JOINING


def _consent(
    consent: Consent | None, new_status: NewStatus, schema: ProfileSchema
) -> Iterator[Fault]:
    if consent is None:
        if new_status is NewStatus.SUBSCRIBED:
            yield _no_consent()
        return
    given = {
        "attested_by": (consent.attested_by or "").strip(),
        "attested_on": consent.attested_on,
        "statement": consent.attestation.strip(),
    }
    missing = [key for key in _ATTESTED if not given[key]]
    if consent.attribute is not None:
        yield from _consent_attribute(
            consent.attribute, schema, is_alone=len(missing) == len(given)
        )
    elif missing:
        yield Fault(
            code="attestation_incomplete",
            place=("consent",),
            message=said(
                "The attestation lacks %(names)s.", names=commas(f"`{key}`" for key in missing)
            ),
            action="Say who attests the consent, on which day, and in which words.",
        )
    if len(consent.attestation) > LONGEST_STATEMENT:
        yield Fault(
            code="too_long",
            place=("consent", "statement"),
            message="The attestation is longer than 2,000 characters.",
            action="Say in fewer words how and when these people consented.",
        )


def _no_consent() -> Fault:
    return Fault(
        code="consent_missing",
        place=("consent",),
        message="New contacts would become subscribed, and no consent is given.",
        action="Add `consent: {attribute: …}` with a boolean attribute that must be true, or an "
        "attestation `consent: {attested_by: …, attested_on: …, statement: …}`; "
        "or set `new_contacts: pending`.",
    )


def _consent_attribute(name: str, schema: ProfileSchema, *, is_alone: bool) -> Iterator[Fault]:
    if not is_alone:
        yield Fault(
            code="consent_twice",
            place=("consent",),
            message="Consent is given twice: by an attribute and by an attestation.",
            action="Keep one of the two.",
        )
    yield from attribute_faults(
        ("consent", "attribute"),
        name,
        schema,
        kinds=(AttributeType.BOOLEAN,),
        purpose=said("the consent attribute"),
    )


def _brake(name: str, value: object) -> Iterator[Fault]:
    place = ("brakes", name)
    if name == "stale_after_days" and value is None:
        return
    number = value if isinstance(value, int | float | Decimal) else None
    if number is None or isinstance(value, bool) or not _is_kind(name, value):
        yield Fault(
            code="wrong_kind",
            place=place,
            message=said("`%(name)s` is not a number as this brake needs it.", name=name),
            action="Give a share, or a whole number of people.",
        )
    if number is not None and not isinstance(value, bool):
        yield from _within(place, number, *brake_bounds(name))


def _is_kind(name: str, value: object) -> bool:
    return isinstance(value, int) or not name.endswith("_least")


def _within(place: Place, value: float | Decimal, low: int, high: int) -> Iterator[Fault]:
    is_low = value <= low if place[-1] == "stale_after_days" else value < low
    # Asked so that what is no number at all (NaN) is out of every range.
    if is_low or not value <= high:
        yield _out_of_range(place, value, low, high)


def brake_bounds(name: str) -> tuple[int, int]:
    """Return between which numbers a brake may be set; the least of `stale_after_days` is not among them."""
    if name.endswith("_least"):
        return 0, LARGEST_LIMIT
    if name == "stale_after_days":
        return 0, LONGEST_AGE_DAYS
    return 0, LARGEST_GROWTH if name == "growth_share" else LARGEST_SHARE


def _out_of_range(place: Place, value: object, low: int, high: int) -> Fault:
    return Fault(
        code="out_of_range",
        place=place,
        message=said(
            "%(name)s is out of range: %(value)s.", name=f"`{place[-1]}`", value=str(value)
        ),
        action=said("Give a number from %(low)s to %(high)s.", low=low, high=high),
    )
