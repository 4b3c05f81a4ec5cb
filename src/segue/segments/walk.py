"""Walk rule trees: their parts, the aggregates they need, and segments in the order of their references."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from segue.segments import rules
from segue.segments.rules import (
    AggregateFunction,
    Compare,
    Comparison,
    InSegment,
    RelatedTo,
    Rule,
    Segment,
)

REPEATED_LEAVES = 8
"""Comparisons of a segment, with those it refers to, that may be repeated instead of computed in a step of its own."""


def parts(rule: Rule) -> tuple[Rule, ...]:
    """Return the rules directly inside a rule; conditions on related rows are not among them."""
    if isinstance(rule, rules.All | rules.Any):
        return rule.rules
    if isinstance(rule, rules.Union | rules.Intersect | rules.Except):
        return rule.operands
    return (rule.rule,) if isinstance(rule, rules.Not) else ()


def leaves(rule: Rule) -> Iterator[Rule]:
    """Yield the rules that hold no other rule over profiles, in writing order."""
    inside = parts(rule)
    if not inside:
        yield rule
    for part in inside:
        yield from leaves(part)


def references(rule: Rule) -> tuple[str, ...]:
    """Return the names of the segments that a rule refers to, each once, in writing order."""
    return tuple(
        dict.fromkeys(leaf.segment for leaf in leaves(rule) if isinstance(leaf, InSegment))
    )


def attributes_of(leaf: Rule) -> tuple[str, ...]:
    """Return the attributes that a leaf looks at in the table that it stands over; not those of related tables."""
    if isinstance(leaf, rules.Compare | rules.Within):
        return (leaf.attribute,)
    if isinstance(leaf, rules.CompareAttributes):
        return leaf.attribute, leaf.other
    if isinstance(leaf, rules.Kept):
        return leaf.attributes
    if isinstance(leaf, RelatedTo) and isinstance(leaf.test, rules.CompareAttributes):
        return (leaf.test.other,)
    return (leaf.attribute,) if isinstance(leaf, rules.Top) and leaf.attribute else ()


def conditions_on_rows(rule: RelatedTo) -> Iterator[Rule]:
    """Yield every leaf of a rule's conditions on rows, and of conditions on the rows of these rows."""
    for leaf in leaves(rule.where) if rule.where is not None else ():
        yield leaf
        if isinstance(leaf, RelatedTo):
            yield from conditions_on_rows(leaf)


def related_in(leaf: Rule) -> RelatedTo | None:
    """Return what a leaf asks of a related table; None where it asks nothing."""
    if isinstance(leaf, rules.Top):
        return leaf.aggregate
    return leaf if isinstance(leaf, RelatedTo) else None


def needed(rule: RelatedTo) -> tuple[RelatedTo, ...]:
    """Return what must be aggregated for a rule: without its test, so that equal aggregates are computed once.

    An average is a sum, and the number of values that were summed: engines do not divide alike.
    """
    if rule.function is AggregateFunction.EXISTS:
        return (replace(rule, function=AggregateFunction.COUNT, test=None),)
    if rule.function is AggregateFunction.AVERAGE:
        return replace(rule, function=AggregateFunction.SUM, test=None), _number_of_values(rule)
    return (replace(rule, test=None),)


def _number_of_values(rule: RelatedTo) -> RelatedTo:
    written = Compare(
        attribute=rule.attribute or "", comparison=Comparison.IS_BLANK, values=(False,)
    )
    where = written if rule.where is None else rules.All(rules=(rule.where, written))
    return RelatedTo(table=rule.table, function=AggregateFunction.COUNT, where=where)


def aggregates(trees: Iterable[Rule]) -> tuple[RelatedTo, ...]:
    """Return every aggregate that the rules need, each once."""
    found = (
        one
        for tree in trees
        for leaf in leaves(tree)
        if (asked := related_in(leaf)) is not None
        for one in needed(asked)
    )
    return tuple(dict.fromkeys(found))


def reachable(
    asked: Sequence[Segment], all_segments: Mapping[str, Segment]
) -> Mapping[str, Segment]:
    """Return the asked segments and all that they refer to, by name; those referred to come first.

    Raises: KeyError for a reference to a segment that is not among `all_segments`.
    """
    known = {**all_segments, **{segment.name: segment for segment in asked}}
    found: dict[str, Segment] = {}
    for segment in asked:
        _reach(segment.name, known, found)
    return found


def stored_layers(segments: Mapping[str, Segment]) -> tuple[tuple[str, ...], ...]:
    """Return the names of segments that are computed once and referred to; each layer builds on earlier ones.

    Small segments are not among them: they are repeated where they are referred to, because engines recognise equal
    parts within one step, while each layer is a step of its own. `segments` is what `reachable` returns.
    """
    weights: dict[str, int] = {}
    heights: dict[str, int] = {}
    referred: dict[str, None] = {}
    for name, segment in segments.items():
        weights[name], heights[name] = 0, 0
        for leaf in leaves(segment.rule):
            inner = leaf.segment if isinstance(leaf, InSegment) else None
            if inner is None:
                weights[name] += 1
                continue
            is_stored = weights[inner] > REPEATED_LEAVES
            weights[name] += 1 if is_stored else weights[inner]
            heights[name] = max(heights[name], heights[inner] + is_stored)
            if is_stored:
                referred[inner] = None
    highest = max((heights[name] for name in referred), default=-1)
    return tuple(
        tuple(name for name in referred if heights[name] == level) for level in range(highest + 1)
    )


def _reach(name: str, known: Mapping[str, Segment], found: dict[str, Segment]) -> None:
    if name not in found:
        for other in references(known[name].rule):
            _reach(other, known, found)
        found[name] = known[name]


def lists_among(segments: Iterable[rules.Segment]) -> Mapping[str, str]:
    """Return by name the places at which lists keep their addresses; other segments are no lists."""
    found = ((one.name, one.rule) for one in segments)
    return {
        name: rule.place for name, rule in found if isinstance(rule, rules.Kept) and rule.attributes
    }
