"""The texts of what could not be read, in English. Text only; see `messages_texts`."""

from __future__ import annotations

_PLAN: dict[str, str] = {
    "reading_title": "Read with problems, and this export stands on it:",
    "reading_values": "{lost} of {written} written {written:value|values} of {place} {lost:was|were} not read ({share}; {kinds}): {use}.",
    "reading_joins": "{lost} of {written} {written:row|rows} found nothing to join by {place} ({share}; {kinds}): {use}.",
    "reading_rows": "{left} {left:row|rows} of {place} {left:was|were} left out ({kinds}): {use}.",
    "reading_kind": "{kind}: {count}",
    "reading_samples": "{line} Written: {samples}.",
    "reading_more": "Every value and row that was not read: segue profiles --problems",
    "reading_elsewhere": "{count} {count:value or row|values or rows} that this export does not stand on {count:was|were} not read either: segue profiles",
}

_PROFILES: dict[str, str] = {
    "reading_status": "Read with problems",
    "reading_change_encoding": "Changed since the refresh before: {source} was written in {before} and is written in {after} now.",
    "reading_change_separator": "Changed since the refresh before: the values of {source} were separated by {before} and are separated by {after} now.",
    "reading_change_columns": "Changed since the refresh before: the columns of {source} (gone: {before}; new: {after}).",
    "reading_segment": "{segment}: {line}",
    "head_place": "Attribute",
    "head_written": "Written",
    "head_lost": "Not read",
    "head_share": "Share",
    "head_samples": "For example",
    "head_reading": "Reading",
}

READING: dict[str, str] = {**_PLAN, **_PROFILES}
"""English by key."""
