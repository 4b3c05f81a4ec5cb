"""What Mailchimp says that a merge field holds, as the text that we would have sent for it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from segue.sync.constants import plain_number
from segue.sync.export import FieldMatch, MergeType
from segue.sync.export_fields import ADDRESS_REQUIRED
from segue.sync.fields import SEPARATOR
from segue.sync.ports import FieldValue


def held_text(match: FieldMatch, value: FieldValue | None) -> str:
    """Return a value as the text that feeds the merge field, "" for none."""
    if value is None:
        return ""
    if match.type is MergeType.ADDRESS:
        return _address(match, value)
    if isinstance(value, Mapping):
        return ""
    return plain_number(value) if match.type is MergeType.NUMBER else value


def _address(match: FieldMatch, value: FieldValue) -> str:
    if not isinstance(value, Mapping):
        return ""
    parts = {part: value.get(part, "") for part, _ in match.parts}
    if not all(parts.get(part, "").strip() for part in ADDRESS_REQUIRED):
        return ""
    return SEPARATOR.join(parts.values())
