"""A draft of a segment joined with what is declared: what it means, its sentence, its YAML, and how it becomes a segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from segue.configuration.document import Document, parse
from segue.configuration.written import written
from segue.control.people.models import Person
from segue.control.segments import drafts
from segue.control.segments.drafts import Shown
from segue.control.segments.models import Segment, SegmentDraft
from segue.control.segments.operations import built_on
from segue.control.segments.queries import segments
from segue.core.errors import ConfigurationProblem, Mistake
from segue.profiles.schema import ProfileSchema
from segue.segments.describe import describe
from segue.segments.editing.bounds import LARGEST_PASTED
from segue.segments.editing.checking import Making, check
from segue.segments.editing.documents import draft_of
from segue.segments.editing.nodes import Draft
from segue.segments.parse import parse_rule
from segue.segments.printing import print_rule
from segue.service.configured import configured
from segue.service.declared import declared
from segue.service.readings import fitting_snapshot
from segue.service.recounting import counted_now

_RULES = "rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class Build(Making):
    """A draft of a segment as it stands."""

    draft: SegmentDraft
    shown: Shown
    label: str

    def sentence(self, language: str) -> str:
        """Return who is selected; "" while nothing is finished."""
        if self.checked.rule is None:
            return ""
        return describe(self.checked.rule, self.schema, language, labels=self.known)

    def yaml(self) -> str:
        """Return what is finished and right as it stands in a definition; "" for nothing."""
        rule = self.checked.rule
        return "" if rule is None else written({_RULES: print_rule(rule)})

    def with_tree(self, tree: Draft, label: str) -> Build:
        """Return the same draft as if it held this: nothing is kept."""
        checked = check(tree, self.schema, self.known)
        return replace(self, tree=tree, label=label, checked=checked)


def built(draft: SegmentDraft) -> Build:
    """Return a draft with what it means now. Raises: ConfigurationProblem while nothing is declared."""
    schema, seen, known = declared_schema(), drafts.shown(draft), _known(draft.segment)
    return Build(
        draft=draft,
        shown=seen,
        tree=seen.tree,
        label=seen.label,
        schema=schema,
        over=schema.customers,
        known=known,
        checked=check(seen.tree, schema, known),
    )


def declared_schema() -> ProfileSchema:
    """Return what profiles are declared to be. Raises: ConfigurationProblem `definition_missing`."""
    configuration = declared()
    if configuration is None:
        raise ConfigurationProblem(
            _("No data source is declared yet."),
            action=_("An administrator applies a definition under Data › Data sources."),
            code="definition_missing",
        )
    return configuration.schema


def pasted(text: str, made: Making, *, key: str = _RULES) -> Draft:
    """Return the tree of a rule that was written as YAML, over what the one stands over that is `made`: alone, or under `key`.

    Raises: ConfigurationProblem with every mistake at its line.
    """
    if len(text) > LARGEST_PASTED:
        raise _no_rule(())
    read = parse(text)
    mistakes, path = read.mistakes, ""
    value: object = read.value
    if isinstance(value, dict) and key in value and "related" not in value:
        value, path = value[key], key  # a rule over a related table has a `where` of its own
    if not mistakes:
        rows_of = None if made.over is made.schema.customers else made.over
        rule, mistakes = parse_rule(value, made.schema, path, made.known, rows_of=rows_of)
        if rule is not None:
            return draft_of(print_rule(rule), next_id=made.tree.next_id)
    raise _no_rule([_located(one, read) for one in mistakes])


def publish(build: Build, *, label: str, actor: Person, now: datetime) -> Segment:
    """Let the draft count as a segment.

    Raises: ConfigurationProblem while something in it is unfinished or wrong, or there is nothing; as `drafts.publish`.
    """
    rule = build.checked.rule
    if rule is None or not build.checked.is_whole:
        raise ConfigurationProblem(
            _("The segment is not finished: it was not saved, and the draft is kept."),
            action=_("Finish what is marked, mute it or delete it; then save."),
            code="segment_unfinished",
        )
    return drafts.publish(
        draft=build.draft, label=label, rule=print_rule(rule), actor=actor, now=now
    )


def refresh_members(segment: Segment, *, now: datetime) -> int | None:
    """Count a segment and those that build on it by what was read last; None where nothing fitting was read.

    Raises: ConfigurationProblem: as `configured`.
    """
    names = [segment.name, *_above(segment)]
    usable = configured().segments
    wanted = [name for name in names if name in usable and usable[name].active]
    try:
        fitting_snapshot()
    except ConfigurationProblem:
        return None
    return counted_now(wanted, now=now)[segment.name] if segment.name in wanted else None


def sentence_of(segment: Segment, language: str) -> str:
    """Return who is selected by a segment as it counts now; "" where its rule does not fit what is declared."""
    labels = dict(segments().values_list("name", "label"))
    rule, _mistakes = parse_rule(segment.rule, declared_schema(), _RULES, labels)
    return "" if rule is None else describe(rule, declared_schema(), language, labels=labels)


def _known(segment: Segment | None) -> Mapping[str, str]:
    """Return the segments that a draft may refer to: all but its own and what builds on it."""
    rows = dict(segments().values_list("name", "label"))
    left_out = {segment.name, *_above(segment)} if segment is not None else set()
    return {name: label for name, label in rows.items() if name not in left_out}


def _above(segment: Segment) -> set[str]:
    """Return the names of the segments that build on one, directly or by others."""
    rules = dict(segments().values_list("name", "rule"))
    found: set[str] = set()
    wanted = {segment.name}
    while wanted:
        wanted = {
            name
            for name, rule in rules.items()
            if name not in found and wanted.intersection(built_on(rule))
        }
        found |= wanted
    return found - {segment.name}


def _no_rule(mistakes: Sequence[Mistake]) -> ConfigurationProblem:
    return ConfigurationProblem(
        _("This YAML is no rule of a segment; the draft stays as it was."),
        action=_("Correct what is told beside it."),
        code="rule_not_pasted",
        mistakes=mistakes,
    )


def _located(mistake: Mistake, read: Document) -> Mistake:
    if mistake.line is not None:
        return mistake
    place = read.place(mistake.path.removeprefix("."))
    return replace(mistake, line=place.line, column=place.column)
