"""The same value for everybody in one merge field: whether a text can be one. Pure; what is sent of it: `fields`."""

from __future__ import annotations

import re
import unicodedata

from segue.core.sentences import commas, said
from segue.sync.export import FieldMatch, MergeType
from segue.sync.faults import Fault
from segue.sync.matching import EXAMPLES, TEXT_LIMIT_BYTES, US_PHONE, VALUES
from segue.sync.ports import MergeField

CHOICES_TOLD = 10
"""Choices of a merge field that an advice lists."""

TOLD_LENGTH = 40
"""Characters of a constant that a fault names."""

_UNSEEN = ("Cc", "Cs", "Zl", "Zp")
"""Categories of signs that break the line, or are none."""


def constant_fault(match: FieldMatch, found: MergeField | None) -> Fault | None:
    """Return why a line's constant is no value of its merge field, None when it is one or the line has none.

    `found` is the audience's own field, None while it is not known: its choices and its form of phone numbers are then
    looked at once it is.
    """
    value, place = match.value, ("fields", match.tag, "value")
    if value is None:
        return None
    if not value.strip():
        return Fault(
            code="constant_empty",
            place=place,
            message=said("The value that everybody gets in %(tag)s is empty.", tag=match.tag),
            action="Write the value, or choose the attribute that feeds the field.",
        )
    if _is_value(value, match.type, found):
        return None
    return Fault(
        code="constant_unfit",
        place=place,
        message=said(
            "What everybody gets in %(tag)s, “%(value)s”, is no value of type %(kind)s.",
            tag=match.tag,
            value=" ".join(value.split())[:TOLD_LENGTH],
            kind=match.type,
        ),
        action=_advice(match.type, found),
    )


def sent_text(match: FieldMatch) -> str:
    """Return a line's constant as it is sent, "" for none."""
    text = (match.value or "").strip()
    return plain_number(text) if match.type is MergeType.NUMBER else text


def plain_number(text: str) -> str:
    """Return a number without the zeros that end its fraction: 15.50 and 15.5 are the same."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def _is_value(text: str, kind: MergeType, found: MergeField | None) -> bool:
    if any(unicodedata.category(sign) in _UNSEEN for sign in text):
        return False
    text = text.strip()
    if kind in (MergeType.RADIO, MergeType.DROPDOWN):
        choices = [choice.lower() for choice in found.choices] if found is not None else []
        # None: not asked yet, or kept by an export that was saved when they were.
        return not choices or text.lower() in choices
    if kind is MergeType.PHONE and found is not None and found.phone_format == "US":
        return re.search(US_PHONE, text) is not None
    return VALUES[kind](text)


def _advice(kind: MergeType, found: MergeField | None) -> str:
    match kind:
        case MergeType.TEXT:
            return said(
                "Write one line of at most %(most)s bytes; letters with accents take two or more.",
                most=TEXT_LIMIT_BYTES,
            )
        case MergeType.RADIO | MergeType.DROPDOWN if found is not None and found.choices:
            return said(
                "Write one of its choices: %(choices)s.",
                choices=commas(found.choices[:CHOICES_TOLD]),
            )
        case MergeType.PHONE if found is not None and found.phone_format == "US":
            return said("Write it like %(example)s.", example="404-555-0100")
    return said("Write it like %(example)s.", example=EXAMPLES.get(kind, "Shop"))
