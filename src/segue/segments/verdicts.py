"""Why somebody is in a segment or not: its rule line by line, and what is asked of one person to judge each. Nothing runs here.

Every line is judged by the very expression that the segment is made of, so that the verdicts always agree with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from segue.profiles.schema import ProfileSchema
from segue.segments import rules
from segue.segments.measures import Measure, attribute_of
from segue.segments.rules import AggregateFunction, RelatedTo, Rule, Segment
from segue.segments.walk import attributes_of, parts, related_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a rule: a condition, or a group of the lines that stand deeper below it. `depth` counts from 0."""

    rule: Rule
    depth: int = 0

    @property
    def is_group(self) -> bool:
        """Whether lines of its own stand below it."""
        return bool(parts(self.inside))

    @property
    def inside(self) -> Rule:
        """Return the condition, or the group, without NOT."""
        return _inside(self.rule)

    @property
    def is_negated(self) -> bool:
        """Whether it holds where what is inside does not."""
        rule, denials = self.rule, 0
        while len(parts(rule)) == 1:
            denials += isinstance(rule, rules.Not)
            [rule] = parts(rule)
        return denials % 2 == 1


def lines_of(rule: Rule, *, depth: int = 0) -> Iterator[Line]:
    """Yield a rule as lines, each group before what is in it; a group of one is its part, NOT stands in its rule's line."""
    while len(parts(rule)) == 1 and not isinstance(rule, rules.Not):
        [rule] = parts(rule)
    yield Line(rule=rule, depth=depth)
    for part in parts(_inside(rule)):
        yield from lines_of(part, depth=depth + 1)


def _inside(rule: Rule) -> Rule:
    """Return what a line's own lines are parts of: of NOT, the rule that does not hold."""
    while len(parts(rule)) == 1:
        [rule] = parts(rule)
    return rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of one person to judge lines: a flag for each, and the values that they look at.

    `flags` are segments that stand for rules, by rule; `measures` the names of measures that stand for what is computed
    over related rows, which `schema` knows.
    """

    schema: ProfileSchema
    flags: Mapping[Rule, Segment]
    measures: Mapping[RelatedTo, str] = field(default_factory=dict)

    def attributes_of(self, line: Line) -> Sequence[str]:
        """Return the attributes and measures of the person that a line looks at."""
        return () if line.is_group else attributes_of(line.inside)

    def computed_of(self, line: Line) -> str | None:
        """Return the measure that stands for what a line computes over related rows; None: it looks only whether there are any."""
        related = None if line.is_group else related_in(line.inside)
        if related is None or related.function in _ROWS:
            return None
        return self.measures[_computed(related)]

    def rows_of(self, line: Line) -> str | None:
        """Return the measure that stands for the number of related rows that a line finds; None: it looks at none."""
        related = None if line.is_group else related_in(line.inside)
        return None if related is None else self.measures[_rows(related)]


_ROWS = frozenset({AggregateFunction.EXISTS, AggregateFunction.COUNT})


def asked(lines: Iterable[Line], schema: ProfileSchema) -> Asked:
    """Return what is asked of one person to judge these lines."""
    every = list(lines)
    rules_asked = [one.rule for one in every]
    flags = {rule: _flag(number, rule) for number, rule in enumerate(dict.fromkeys(rules_asked))}
    wanted = dict.fromkeys(
        one
        for line in every
        if not line.is_group and (related := related_in(line.inside)) is not None
        for one in (_rows(related), *(() if related.function in _ROWS else (_computed(related),)))
    )
    named = {one: f"verdict__{number}" for number, one in enumerate(wanted)}
    measures = {
        name: Measure(attribute=attribute_of(one, schema, name=name), what=one)
        for one, name in named.items()
    }
    full = replace(schema, measures={**schema.measures, **measures})
    return Asked(schema=full, flags=flags, measures=named)


def _flag(number: int, rule: Rule) -> Segment:
    """Return a rule as a segment; no segment of anybody's has two underscores in its name."""
    return Segment(name=f"verdict__{number}", rule=rule)


def _computed(related: RelatedTo) -> RelatedTo:
    return replace(related, test=None)


def _rows(related: RelatedTo) -> RelatedTo:
    return RelatedTo(table=related.table, function=AggregateFunction.COUNT, where=related.where)
