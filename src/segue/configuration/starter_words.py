"""What the starter file says to the person who completes it. Text only; `{…}` are names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from segue.core.sentences import said
from segue.words.catalogue import in_language

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What a person still has to do, by the key of its text, with the names in it."""

    key: str
    values: Mapping[str, str]


_WORDS: Words = {
    "what": said("Segue: which people, in which segments, reach which Mailchimp audience."),
    "commands": said(
        "`segue check` reads this file; `segue plan` shows what a run would do; nothing is sent before `segue run`."
    ),
    "nothing_found": said(
        "No data was found here: take the signs # away and name your own files, tables and columns."
    ),
    "reference": said("The reference is docs/reference/configuration.md."),
    "zone": said('for "within the last N days" and for timestamps without a zone'),
    "home": said("folder for snapshots, the ledger and reports"),
    "unique": said("unique for each person"),
    "one_key": said("of several rows with one key"),
    "related_none": said("tables with many rows per person: orders, visits, …"),
    "related": said("many rows per person, found by the profile's key"),
    "everybody": said("Everybody"),
    "example": said("Example"),
    "key_elsewhere": said("the name of a variable, never the key itself"),
    "sandbox": said("to try everything on `segue sandbox --port 8765` first"),
    "exports": said("Take the signs # away when you know the audience ID and the consent."),
    "blanks": said("leave what Mailchimp holds; clear: empty it"),
    "one_address": said("of several people with one address"),
    "attested_by": said("Name, role"),
    "statement": said("All have asked for it."),
    "pending": said("Mailchimp asks new people to confirm first"),
}


def starter_words(language: str) -> Words:
    """Return the texts in a language, by their keys."""
    return {key: in_language(text, language) for key, text in _WORDS.items()}
