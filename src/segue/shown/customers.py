"""Customers as pages and terminal show them alike: what is masked, and the lines of a rule beside the verdict on one."""

from __future__ import annotations

from collections.abc import Mapping

from segue.core.sentences import phrase
from segue.profiles.personal import key_is_personal, personal_attributes
from segue.profiles.schema import Attribute, ProfileSchema, Table
from segue.segments import rules
from segue.segments.describe import describe_clause
from segue.segments.rules import Rule
from segue.segments.verdicts import Line
from segue.shown.masking import shown_key
from segue.words.catalogue import looked_up


class Masking:
    """Which values of one schema are masked; `in_full` none."""

    def __init__(self, schema: ProfileSchema, *, in_full: bool) -> None:
        self.schema, self.in_full = schema, in_full
        self._key_is_personal = key_is_personal(schema)
        self._hidden = {
            one.name: personal_attributes(schema, one)
            for one in (schema.customers, *schema.related.values())
        }

    def hides(self, attribute: Attribute, table: Table | None = None) -> bool:
        """Tell whether a value of an attribute is masked; `table` None: it is the customer's."""
        known = self._hidden[(table or self.schema.customers).name]
        return not self.in_full and (attribute.personal or attribute.name in known)

    def key(self, key: object) -> str:
        """Return a customer's key."""
        return shown_key(str(key), personal=self._key_is_personal, in_full=self.in_full)


_GROUPS: Mapping[type, tuple[str, str]] = {
    rules.All: (
        phrase("All of these conditions hold"),
        phrase("Not all of these conditions hold"),
    ),
    rules.Any: (
        phrase("At least one of these conditions holds"),
        phrase("None of these conditions holds"),
    ),
    rules.Union: (phrase("In at least one of these sets"), phrase("In none of these sets")),
    rules.Intersect: (
        phrase("In every one of these sets"),
        phrase("Not in every one of these sets"),
    ),
    rules.Except: (
        phrase("In the first set, and in none of the others"),
        phrase("Not in the first set, or also in one of the others"),
    ),
}
"""What is said of a group, and of one that is denied."""


def line_words(
    line: Line, schema: ProfileSchema, language: str, *, labels: Mapping[str, str]
) -> str:
    """Return what a line asks; `labels` says what people read of other segments, by name."""
    if line.is_group:
        return looked_up(_group(line.inside, is_denied=line.is_negated), language)
    words = describe_clause(line.rule, schema, language, labels=labels)
    return words[:1].upper() + words[1:]


def _group(rule: Rule, *, is_denied: bool) -> str:
    return _GROUPS[type(rule)][is_denied]
