"""A segment's stored rule as nested nodes, each with a template part of its own: read-only today, a builder's tomorrow.

A node says which part of the stored JSON it is (`path`), so that what edits it knows what it edits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from segue.control.segments.models import Segment
from segue.control.segments.queries import segments
from segue.core.errors import ConfigurationProblem
from segue.profiles.schema import ProfileSchema, Table
from segue.segments import rules
from segue.segments.describe import Language, describe_clause
from segue.segments.rules import AggregateFunction, InSegment, RelatedTo, Rule
from segue.service.configured import segment_of
from segue.service.declared import declared
from segue.service.words import name_of

_CONDITIONS = (rules.Compare, rules.CompareAttributes, rules.Within, rules.Sample, rules.Kept)
Groups = rules.All | rules.Any | rules.Union | rules.Intersect | rules.Except


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One part of a rule.

    `kind` names its template: `group`, `set`, `condition`, `related` or `segment`. `heading` says how the parts belong
    together, `words` what a leaf asks. `label` and `name` are those of another segment.
    """

    kind: str
    path: str
    heading: str = ""
    words: str = ""
    parts: Sequence[Node] = ()
    label: str = ""
    name: str = ""

    @property
    def template(self) -> str:
        """Return the template part that shows it."""
        return f"segue/segments/rule/{self.kind}.html"


def tree_of(segment: Segment, language: str) -> Node | None:
    """Return the root of a stored rule; None when it does not fit what is declared now."""
    try:
        configuration = declared()
    except ConfigurationProblem:
        return None
    labels = {row.name: row.label for row in segments()}
    if configuration is None:
        return None
    read = segment_of(segment, configuration.schema, labels)
    if read is None:
        return None
    teller = _Teller(
        schema=configuration.schema,
        language=language,
        labels=labels,
    )
    return teller.node(read.rule, "rules")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Teller:
    """Makes nodes of rules over profiles, or over the rows of one related table."""

    schema: ProfileSchema
    language: Language
    labels: dict[str, str]
    rows_of: Table | None = None

    def node(self, rule: Rule, path: str) -> Node:
        if isinstance(rule, Groups):
            return self._group(rule, path)
        if isinstance(rule, RelatedTo):
            return self._related(rule, path)
        if isinstance(rule, rules.Top) and rule.aggregate is not None:
            return self._top(rule, rule.aggregate, path)
        if isinstance(rule, InSegment):
            return self._segment(rule, path)
        if isinstance(rule, rules.Not):
            return self._complement(rule, path)
        return Node(kind="condition", path=path, words=self._clause(rule))

    def _group(self, rule: Groups, path: str) -> Node:
        key, kind, heading = _heading(rule)
        inner = rule.rules if isinstance(rule, rules.All | rules.Any) else rule.operands
        parts = [self.node(one, f"{path}.{key}[{n}]") for n, one in enumerate(inner)]
        return Node(kind=kind, path=path, heading=heading, parts=parts)

    def _related(self, rule: RelatedTo, path: str) -> Node:
        """Show the aggregate, and below it the conditions that its rows must fulfil."""
        return self._over_rows(rule, self._clause(replace(rule, where=None)), path)

    def _top(self, rule: rules.Top, aggregate: RelatedTo, path: str) -> Node:
        bare = replace(rule, aggregate=replace(aggregate, where=None))
        return replace(self._over_rows(aggregate, self._clause(bare), f"{path}.top"), path=path)

    def _over_rows(self, rule: RelatedTo, words: str, path: str) -> Node:
        table = self.schema.related[rule.table]
        parts = []
        if rule.where is not None:
            parts = [replace(self, rows_of=table).node(rule.where, f"{path}.where")]
        return Node(kind="related", path=path, words=words, label=name_of(table), parts=parts)

    def _segment(self, rule: InSegment, path: str) -> Node:
        label = self.labels.get(rule.segment, rule.segment)
        return Node(kind="segment", path=path, label=label, name=rule.segment)

    def _complement(self, rule: rules.Not, path: str) -> Node:
        """Say the complement of a leaf in its own words, that of anything with parts as a group."""
        inner, inside = rule.rule, f"{path}.not"
        is_ranked = isinstance(inner, rules.Top) and inner.attribute is not None
        if is_ranked or isinstance(inner, _CONDITIONS):
            return Node(kind="condition", path=path, words=self._clause(rule))
        if isinstance(inner, RelatedTo) and inner.function is AggregateFunction.EXISTS:
            found = self._related(inner, path)
            bare = rules.Not(rule=replace(inner, where=None))
            return replace(found, words=self._clause(bare))
        return Node(
            kind="group",
            path=path,
            heading=_("The following does not hold"),
            parts=[self.node(inner, inside)],
        )

    def _clause(self, rule: Rule) -> str:
        words = describe_clause(rule, self.schema, self.language, rows_of=self.rows_of)
        return words[:1].upper() + words[1:]


def _heading(rule: Groups) -> tuple[str, str, str]:
    """Return a group's key in the stored rule, its kind of node, and its heading."""
    match rule:
        case rules.All():
            return "all", "group", _("All of these conditions hold")
        case rules.Any():
            return "any", "group", _("At least one of these conditions holds")
        case rules.Union():
            return "union", "set", _("In at least one of these sets")
        case rules.Intersect():
            return "intersect", "set", _("In every one of these sets")
        case rules.Except():
            return "except", "set", _("In the first set, and in none of the others")
