"""What people write beside the rules of a segment: its description, and the tags by which they find it in a list.

These tags stay in Segue. The tag by which Mailchimp knows the members is an export's.
"""

from __future__ import annotations

from collections.abc import Iterable

from segue.core.texts import line

LONGEST_DESCRIPTION = 1_000
"""Characters of a description."""

MOST_TAGS = 20
"""Tags of one segment. Source: PRODUCT.md §3."""

LONGEST_TAG = 40
"""Characters of a tag."""


def tidy_tags(written: Iterable[str]) -> tuple[str, ...]:
    """Return the tags without blanks at their ends, each once whatever its capitals, in the order of writing; empty ones go."""
    found: dict[str, str] = {}
    for text in written:
        tag = line(text)
        if tag:
            found.setdefault(tag.casefold(), tag)
    return tuple(found.values())
