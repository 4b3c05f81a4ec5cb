"""Read segments from plain data (YAML, JSON) into rule trees, reporting every mistake with its path.

Lines and columns are added by whoever knows them from the path. Nothing of a rule is kept when any of it is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence

from segue.core.errors import Mistake
from segue.core.sentences import said
from segue.profiles.schema import ProfileSchema, Table
from segue.segments import rules
from segue.segments.circles import circle_from
from segue.segments.compared import Compared
from segue.segments.literals import shown
from segue.segments.mistakes import Mistakes, listed, proposal
from segue.segments.parse_chosen import read_sample, read_top
from segue.segments.parse_related import RELATED_KEYS, RelatedReader
from segue.segments.parse_values import COMPARISON_KEYS, IGNORE_CASE, read_comparison
from segue.segments.rules import Rule, Segment
from segue.segments.walk import references

DEEPEST = 40
"""Levels of rules inside rules; deeper ones are a mistake of whoever wrote them."""

LONGEST_NAME = 60

LONGEST_CHAIN = 50
"""Segments that may build on each other in a row."""

_NAME = re.compile(r"[a-z](_?[a-z0-9])*_?", re.ASCII)
_SEGMENT_KEYS = ("label", "active", "rules")
_KEYS: Mapping[str, tuple[str, ...]] = {
    "attribute": ("attribute", *COMPARISON_KEYS, IGNORE_CASE),
    "related": RELATED_KEYS,
    **{
        head: (head,)
        for head in (
            "segment",
            "sample",
            "top",
            "all",
            "any",
            "not",
            "union",
            "intersect",
            "except",
        )
    },
}
_SETS: Mapping[str, Callable[[tuple[Rule, ...]], Rule]] = {
    "union": lambda operands: rules.Union(operands=operands),
    "intersect": lambda operands: rules.Intersect(operands=operands),
    "except": lambda operands: rules.Except(operands=operands),
}
_IN_ROWS = ("attribute", "all", "any", "not")
_EXAMPLE = said("Write a rule such as `{attribute: country, is: France}`.")


def parse_segment(
    name: str,
    data: object,
    schema: ProfileSchema,
    *,
    path: str | None = None,
    known_segments: Collection[str] = (),
) -> tuple[Segment | None, tuple[Mistake, ...]]:
    """Return the segment and no mistake, or None and every mistake.

    `path` is where the segment stands in the input (None: `segments.NAME`); `known_segments` are the names that it
    may refer to. Cycles are found by `check_cycles`.
    """
    mistakes = Mistakes()
    segment = _segment(
        name, data, _Reader(schema, known_segments, mistakes), path or f"segments.{name}"
    )
    return (None if mistakes.found else segment), mistakes.found


def parse_rule(
    data: object,
    schema: ProfileSchema,
    path: str,
    known_segments: Collection[str] = (),
    *,
    rows_of: Table | None = None,
) -> tuple[Rule | None, tuple[Mistake, ...]]:
    """Return the rule and no mistake, or None and every mistake; neither where the schema is unsure of an attribute.

    The rule stands over profiles, or under the `where` of an aggregate over the related table `rows_of`.
    """
    mistakes = Mistakes()
    reader = _Reader(schema, known_segments, mistakes, rows_of=rows_of)
    rule = reader.rule(data, path, depth=1 if rows_of is None else 2)
    return (None if mistakes.found else rule), mistakes.found


def related_reader(schema: ProfileSchema, mistakes: Mistakes) -> RelatedReader:
    """Return what reads an aggregate of a customer's related rows that stands in no rule."""
    return _Reader(schema, (), mistakes).related(1)


def check_cycles(segments: Sequence[Segment]) -> tuple[Mistake, ...]:
    """Return a mistake for each circle of segments that refer to each other, and for a chain that is too long."""
    mistakes = Mistakes()
    known = {segment.name: references(segment.rule) for segment in segments}
    heights: dict[str, int] = {}
    for name in known:
        circle = circle_from(name, known, heights)
        if circle:
            mistakes.report(
                f"segments.{circle[0]}.rules",
                said("The segment refers to itself: %(names)s.", names=" → ".join(circle)),
                action="Remove one of these references; a segment may only build on others.",
                code="segment_cycle",
            )
    for name, height in heights.items():
        if height == LONGEST_CHAIN + 1:
            mistakes.report(
                f"segments.{name}.rules",
                said(
                    "The segment builds on %(most)s others that build on each other.",
                    most=LONGEST_CHAIN,
                ),
                action="Refer to one of the first of them instead.",
                code="segment_chain_too_long",
            )
    return mistakes.found


def _segment(name: str, data: object, reader: _Reader, path: str) -> Segment | None:
    mistakes = reader.mistakes
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        mistakes.report(
            path,
            said("`%(name)s` cannot be the name of a segment.", name=name[:80]),
            action=said(
                "Use at most %(most)s lower-case letters, digits and single underscores; begin with a letter.",
                most=LONGEST_NAME,
            ),
            code="segment_bad_name",
        )
    if not isinstance(data, dict):
        mistakes.report(
            path,
            said("A segment is a mapping, but %(value)s is written.", value=shown(data)),
            action="Write `rules:` below the segment's name.",
            code="segment_wrong_shape",
        )
        return None
    reader.check_keys(data, _SEGMENT_KEYS, path)
    label, active = data.get("label", ""), data.get("active", True)
    if not isinstance(label, str):
        _report_setting(
            mistakes, f"{path}.label", said("The label is a text."), said("Put it in quotes.")
        )
    if not isinstance(active, bool):
        _report_setting(
            mistakes,
            f"{path}.active",
            said("`active` is true or false."),
            said("Write `active: true`."),
        )
    rule = reader.rule(data.get("rules"), f"{path}.rules")
    if rule is None or not isinstance(label, str) or not isinstance(active, bool):
        return None
    return Segment(name=name, rule=rule, label=label, active=active)


def _report_setting(mistakes: Mistakes, path: str, message: str, action: str) -> None:
    mistakes.report(path, message, action=action, code="segment_wrong_shape")


class _Reader:
    """Read rules over profiles, or over the rows of one related table."""

    def __init__(
        self,
        schema: ProfileSchema,
        known_segments: Collection[str],
        mistakes: Mistakes,
        *,
        rows_of: Table | None = None,
    ) -> None:
        self.mistakes = mistakes
        self._schema, self._known, self._rows_of = schema, known_segments, rows_of
        self._heads = tuple(_KEYS)
        if rows_of is not None:
            has_parts = bool(schema.parts_of(rows_of.name))
            self._heads = (*_IN_ROWS, "related") if has_parts else _IN_ROWS

    def rule(self, data: object, path: str, depth: int = 1) -> Rule | None:
        """Return the rule, or None when something in it is wrong and reported.

        Where a loader of YAML 1.1 made the key `on` a truth value, it is read as the word.
        """
        if self.mistakes.is_full:
            return None
        if not isinstance(data, dict) or not data:
            self._report_no_rule(data, path)
            return None
        if depth > DEEPEST:
            self.mistakes.report(
                path,
                said("Rules are nested more than %(most)s levels deep.", most=DEEPEST),
                action="Move inner rules to a segment of their own and refer to it.",
                code="rule_too_deep",
            )
            return None
        data = {("on" if key is True else key): value for key, value in data.items()}
        head = self._head(data, path)
        if head is None:
            return None
        self.check_keys(data, _KEYS[head], path)
        return self._read(
            head, {key: value for key, value in data.items() if key in _KEYS[head]}, path, depth
        )

    def check_keys(self, data: Mapping[object, object], allowed: Sequence[str], path: str) -> None:
        """Report every key that is not allowed here."""
        for key in data:
            if key in allowed or self.mistakes.is_full:
                continue
            self.mistakes.report(
                f"{path}.{key}",
                said("`%(key)s` is not known here.", key=key),
                action=proposal(str(key), allowed),
                code="rule_unknown_key",
            )

    def _report_no_rule(self, data: object, path: str) -> None:
        if isinstance(data, list) and data:
            self.mistakes.report(
                path,
                "One rule is needed here, but a list is written.",
                action="Put the list under `all:` (every rule holds) or `any:` (at least one holds).",
                code="rule_wrong_shape",
            )
        elif data is None or data in ({}, []):
            self.mistakes.report(path, "The rule is empty.", action=_EXAMPLE, code="rule_empty")
        else:
            self.mistakes.report(
                path,
                said("A rule is a mapping, but %(value)s is written.", value=shown(data)),
                action=_EXAMPLE,
                code="rule_wrong_shape",
            )

    def _head(self, data: Mapping[object, object], path: str) -> str | None:
        """Return the key that says which kind of rule it is."""
        written = [key for key in _KEYS if key in data]
        if len(written) > 1:
            self.mistakes.report(
                path,
                said("%(names)s cannot stand in one rule.", names=listed(written)),
                action="Write a rule for each, together under `all` or `any`.",
                code="rule_wrong_shape",
            )
            return None
        if not written:
            self._report_no_head(data, path)
            return None
        if written[0] not in self._heads:
            self.mistakes.report(
                f"{path}.{written[0]}",
                said("`%(key)s` cannot look at the rows of a related table.", key=written[0]),
                action=said("Under `where`, use %(heads)s.", heads=listed(self._heads)),
                code="rule_not_over_rows",
            )
            return None
        return written[0]

    def _report_no_head(self, data: Mapping[object, object], path: str) -> None:
        unknown = [key for key in data if key not in (*RELATED_KEYS, *COMPARISON_KEYS)]
        if not unknown:
            self.mistakes.report(
                path,
                "The rule does not say what it looks at.",
                action=said("Add one of %(heads)s.", heads=listed(self._heads)),
                code="rule_wrong_shape",
            )
        every = dict.fromkeys((*self._heads, *COMPARISON_KEYS, IGNORE_CASE))
        self.check_keys(dict.fromkeys(unknown), tuple(every), path)

    def _read(self, head: str, data: Mapping[str, object], path: str, depth: int) -> Rule | None:
        inner = f"{path}.{head}"
        if head == "attribute":
            return self._attribute(data, path)
        if head == "related":
            return self.related(depth).read(data, path)
        if head == "segment":
            return self._in_segment(data["segment"], inner)
        if head == "top":
            reader = self.related(depth)
            return read_top(data["top"], inner, self._schema, reader, self.mistakes)
        if head == "sample":
            return read_sample(data["sample"], inner, self.mistakes)
        if head == "not":
            rule = self.rule(data["not"], inner, depth + 1)
            return None if rule is None else rules.Not(rule=rule)
        found = self._list(data[head], inner, depth, fewest=2 if head in _SETS else 1)
        if found is None:
            return None
        if head in _SETS:
            return _SETS[head](found)
        return rules.All(rules=found) if head == "all" else rules.Any(rules=found)

    def related(self, depth: int) -> RelatedReader:
        """Return what reads rules about related tables at a depth."""
        return RelatedReader(self._schema, self.mistakes, self._where(depth), rows_of=self._rows_of)

    def _where(self, depth: int) -> Callable[[object, Table, str], Rule | None]:
        def read(data: object, table: Table, path: str) -> Rule | None:
            rows = _Reader(self._schema, self._known, self.mistakes, rows_of=table)
            return rows.rule(data, path, depth + 1)

        return read

    def _attribute(self, data: Mapping[str, object], path: str) -> Rule | None:
        name = data["attribute"]
        table = self._rows_of or self._schema.customers
        attribute = table.attribute(name) if isinstance(name, str) else None
        is_unsure = table.is_unsure(name)
        if attribute is None and not is_unsure:
            self.mistakes.report(
                f"{path}.attribute",
                self._no_attribute(name, table),
                action=proposal(str(name), [one.name for one in table.attributes]),
                code="rule_unknown_attribute",
            )
        compared = Compared(
            attribute=str(name),
            type=attribute.type if attribute and not is_unsure else None,
            called=f"`{name}`",
            others=table,
        )
        return read_comparison(data, compared, path, self.mistakes)

    def _no_attribute(self, name: object, table: Table) -> str:
        if not isinstance(name, str):
            return said("A name is needed.")
        if self._rows_of is None:
            return said("Profiles have no attribute `%(name)s`.", name=name)
        return said(
            "Related table `%(table)s` has no attribute `%(name)s`.", table=table.name, name=name
        )

    def _in_segment(self, name: object, path: str) -> Rule | None:
        if isinstance(name, str) and name in self._known:
            return rules.InSegment(segment=name)
        self.mistakes.report(
            path,
            said("There is no segment `%(name)s`.", name=name)
            if isinstance(name, str)
            else "A name is needed.",
            action=proposal(str(name), self._known),
            code="rule_unknown_segment",
        )
        return None

    def _list(self, data: object, path: str, depth: int, *, fewest: int) -> tuple[Rule, ...] | None:
        if not isinstance(data, list):
            self.mistakes.report(
                path,
                said(
                    "A list of rules is needed here, but %(value)s is written.", value=shown(data)
                ),
                action="Begin each rule with a dash.",
                code="rule_wrong_shape",
            )
            return None
        if len(data) < fewest:
            self.mistakes.report(
                path,
                "The list is empty."
                if not data
                else "A set of people needs another one beside it.",
                action=said("Write at least %(fewest)s, or remove this level.", fewest=fewest),
                code="rule_empty_list",
            )
        found = [self.rule(one, f"{path}[{place}]", depth + 1) for place, one in enumerate(data)]
        sound = tuple(rule for rule in found if rule is not None)
        return sound if len(sound) == len(found) >= fewest else None
