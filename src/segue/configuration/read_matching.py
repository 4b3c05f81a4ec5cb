"""Read an export's data matching: which attributes feed which merge fields. Mailchimp is not asked here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from segue.configuration.sections import Part
from segue.sync.contact_fields import BESIDE
from segue.sync.export import Blanks, FieldMatch, MergeType


def read_fields(match: Part) -> tuple[FieldMatch, ...]:
    """Return the matched fields of which nothing is misspelled: what a contact holds beside merge fields, then these as written."""
    section, blanks = match.part("fields"), str(match.get("blanks", Blanks.KEEP))
    beside = [
        replace(_match(one.key, match.get(one.key), blanks=blanks), type=one.type)
        for one in BESIDE
        if match.get(one.key) is not None
    ]
    tags = [tag for tag in section.value if section.get(tag) is not None]
    return (*beside, *(_match(tag, section.get(tag), blanks=blanks) for tag in tags))


def _match(tag: str, written: str | Mapping[str, object], *, blanks: str) -> FieldMatch:
    value = {"attribute": written} if isinstance(written, str) else written
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
    return str(written)
