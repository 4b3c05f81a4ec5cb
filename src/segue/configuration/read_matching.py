"""Read an export's data matching: which attributes feed which merge fields. Mailchimp is not asked here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from segue.configuration.sections import Part
from segue.sync.export import Blanks, FieldMatch, MergeType


def read_fields(match: Part) -> tuple[FieldMatch, ...]:
    """Return the matched merge fields of which nothing is misspelled, in the order of the file."""
    section, blanks = match.part("fields"), str(match.get("blanks", Blanks.KEEP))
    found = []
    for tag, written in section.value.items():
        if section.get(tag) is not None:
            value = {"attribute": written} if isinstance(written, str) else written
            found.append(_match(tag, value, blanks=blanks))
    return tuple(found)


def _match(tag: str, value: Mapping[str, object], *, blanks: str) -> FieldMatch:
    parts = value.get("parts")
    return FieldMatch(
        tag=tag,
        attribute=str(value.get("attribute", "")),
        type=MergeType(str(value.get("type", "text"))),
        name=str(value.get("name", tag)),
        create=value.get("create") is True,
        parts=tuple(parts.items()) if isinstance(parts, dict) else (),
        value=_constant(value.get("value")),
        blanks=Blanks(str(value.get("blanks", blanks))),
    )


def _constant(written: object) -> str | None:
    """Return what everybody gets, as a text: a number, day or true/false as the file writes it. None: not given."""
    if written is None:
        return None
    if isinstance(written, bool):
        return str(written).lower()
    return written.isoformat() if isinstance(written, date) else str(written)
