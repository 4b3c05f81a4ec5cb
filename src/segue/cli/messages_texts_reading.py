"""The texts of what could not be read, in English. Text only; see `messages_texts`."""

from __future__ import annotations

_STOPS: dict[str, str] = {
    "stop_values_unread": "{count} of {total} written {total:value|values} of {subject} could not be read or joined (limit {threshold}); the export stands on {count:it|them}.",
    "stop_guard_opened": (
        "{count} of {total} {total:person|people} whom {subject} left out at the last run {count:is|are} left out no more (limit {threshold}); "
        "up to {people} of them would get a tag now."
    ),
    "stop_guard_emptied": (
        "{subject} is filled for {count} fewer {count:person|people} than at the last run, of {total} (limit {threshold}); it leaves people out "
        "or decides between profiles, and up to {people} {people:person|people} would get a tag because of it."
    ),
    "stop_encoding_changed": "The data source {subject} was written in {before} and is written in {after} now.",
    "stop_separator_changed": "The values of the data source {subject} were separated by {before} and are separated by {after} now.",
    "stop_columns_changed": "The columns of the data source {subject} changed: {count} of them {count:is|are} gone or new (gone: {before}; new: {after}).",
}

_PLAN: dict[str, str] = {
    "reading_title": "Read with problems, and this export stands on it:",
    "reading_values": "{lost} of {written} written {written:value|values} of {place} {lost:was|were} not read ({share}; {kinds}): {use}.",
    "reading_joins": "{lost} of {written} {written:row|rows} found nothing to join by {place} ({share}; {kinds}): {use}.",
    "reading_rows": "{left} {left:row|rows} of {place} {left:was|were} left out ({kinds}): {use}.",
    "reading_kind": "{kind}: {count}",
    "reading_samples": "{line} Written: {samples}.",
    "reading_more": "Every value and row that was not read: segue profiles --problems",
    "reading_elsewhere": "{count} {count:value or row|values or rows} that this export does not stand on {count:was|were} not read either: segue profiles",
    "ground_rules": "asked for by the segments {segments}",
    "ground_matching": "sent to Mailchimp",
    "ground_consent": "the consent, where what was not read is no yes",
    "ground_winner": "decides which row or profile counts where there are several of one person",
    "ground_key": "tells whose row it is",
    "ground_join": "joins the data sources",
    "skip_other_profile_left_out": "another profile with this address is left out by a yes or a no",
    "skip_unread": "a value that may leave the person out could not be read",
}

_PROFILES: dict[str, str] = {
    "reading_status": "Read with problems",
    "reading_change_encoding": "Changed since the refresh before: {source} was written in {before} and is written in {after} now.",
    "reading_change_separator": "Changed since the refresh before: the values of {source} were separated by {before} and are separated by {after} now.",
    "reading_change_columns": "Changed since the refresh before: the columns of {source} (gone: {before}; new: {after}).",
    "reading_segment": "{segment}: {lost} of {written} written {written:value|values} of {place} {lost:was|were} not read ({share}).",
    "reading_segment_joins": "{segment}: {lost} of {written} {written:row|rows} found nothing to join by {place} ({share}).",
    "reading_segment_rows": "{segment}: {left} {left:row|rows} of {place} {left:was|were} left out.",
    "head_place": "Attribute",
    "head_written": "Written",
    "head_lost": "Not read",
    "head_share": "Share",
    "head_samples": "For example",
    "head_reading": "Reading",
}

READING: dict[str, str] = {**_STOPS, **_PLAN, **_PROFILES}
"""English by key."""
