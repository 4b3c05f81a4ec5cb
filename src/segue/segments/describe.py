"""Say a rule or a segment as one sentence, in English or French. Nested groups stand in brackets.

The words of each language are in `describe_en` and `describe_fr`; here is only the order in which they are said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol, TypeAlias

from segue.profiles.schema import Attribute, ProfileSchema, Table
from segue.segments import rules
from segue.segments.describe_en import English
from segue.segments.describe_fr import French
from segue.segments.formulas import formula_words
from segue.segments.measures import Measure
from segue.segments.operators import COMPLEMENTS, TIMES
from segue.segments.rules import (
    Compare,
    CompareAttributes,
    Literal,
    RelatedTo,
    Rule,
    Sample,
    Segment,
    Test,
    Top,
    Within,
)
from segue.segments.walk import parts

Language: TypeAlias = str
"""The code of a language; rules are described in English and French, in English for readers of others."""


class Wording(Protocol):
    """The words of one language; every method returns a part of a sentence."""

    and_: str
    or_: str

    def sentence(self, clause: str) -> str:
        """Return the whole sentence."""
        ...

    def comparison(self, subject: str, rule: Compare, *, negated: bool) -> str:
        """Return the clause that compares the subject."""
        ...

    def other(
        self, names: tuple[str, str], rule: CompareAttributes, *, over_time: bool, negated: bool
    ) -> str:
        """Return the clause that compares the first of the names with the second."""
        ...

    def sample(self, rule: Sample, *, negated: bool) -> str:
        """Return the clause that the person is in a random sample."""
        ...

    def top(self, rule: Top, measure: str, *, negated: bool) -> str:
        """Return the clause that the person is among the first by a measure."""
        ...

    def period(self, subject: str, rule: Within, *, negated: bool) -> str:
        """Return the clause that places the subject in a period relative to today."""
        ...

    def membership(self, segment: str, *, negated: bool) -> str:
        """Return the clause that the person is in a segment."""
        ...

    def kept(self, *, is_list: bool, negated: bool) -> str:
        """Return the clause that the person is on the list, or among the members that are kept."""
        ...

    def rows(self, table: str, where: str, *, negated: bool) -> str:
        """Return the clause that there is such a row; `where` "": any row."""
        ...

    def aggregate(
        self, rule: RelatedTo, names: Mapping[str, str], where: str, *, over_time: bool
    ) -> str:
        """Return the aggregate as a subject; `names` has the words for `table`, `attribute` and `by`."""
        ...

    def denial(self, clause: str) -> str:
        """Return that the clause, in brackets, does not hold."""
        ...

    def exception(self, clause: str, excepted: str) -> str:
        """Return the clause without those of the other clauses."""
        ...

    def measure(self, phrase: str, default: Literal | None) -> str:
        """Return the phrase of a measure with what it is instead of blank; None: it stays blank."""
        ...


_WORDINGS: Mapping[Language, Wording] = {"en": English(), "fr": French()}


def _wording(language: Language) -> Wording:
    return _WORDINGS.get(language.partition("-")[0], _WORDINGS["en"])


_GROUPS = (rules.All, rules.Any, rules.Union, rules.Intersect, rules.Except)


def describe(
    subject: Segment | Rule,
    schema: ProfileSchema,
    language: Language,
    *,
    labels: Mapping[str, str] | None = None,
) -> str:
    """Return one sentence that says who is selected; `labels` says what people read of other segments, by name."""
    rule = subject.rule if isinstance(subject, Segment) else subject
    words = _wording(language)
    return words.sentence(_Describer(schema, words, labels=labels).clause(rule))


def describe_clause(
    rule: Rule,
    schema: ProfileSchema,
    language: Language,
    *,
    rows_of: Table | None = None,
    labels: Mapping[str, str] | None = None,
) -> str:
    """Return a rule as a clause, to stand beside others; `rows_of` is the related table that it looks at the rows of.

    `labels`: as `describe`.
    """
    return _Describer(schema, _wording(language), rows_of=rows_of, labels=labels).clause(rule)


def describe_measure(measure: Measure, schema: ProfileSchema, language: Language) -> str:
    """Return what a measure is, as one phrase without a full stop."""
    words = _wording(language)
    describer = _Describer(schema, words)
    if isinstance(measure.what, RelatedTo):
        phrase, _ = describer.aggregate(measure.what)
    else:
        phrase = formula_words(measure.what, describer.subject)
    return words.measure(phrase[:1].upper() + phrase[1:], measure.default)


def _named(thing: Attribute | Table) -> str:
    return thing.label or thing.name.strip("_").replace("_", " ")


class _Describer:
    """Describe rules over profiles, or over the rows of one related table."""

    def __init__(
        self,
        schema: ProfileSchema,
        words: Wording,
        *,
        rows_of: Table | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> None:
        self._schema, self._words, self._labels = schema, words, labels or {}
        self._table = rows_of or schema.customers

    def clause(self, rule: Rule, *, negated: bool = False) -> str:
        """Return the rule as a clause, or its complement."""
        if isinstance(rule, rules.Not):
            return self.clause(rule.rule, negated=not negated)
        if isinstance(rule, _GROUPS):
            group = self._group(rule)
            return self._words.denial(group) if negated else group
        if isinstance(rule, rules.InSegment):
            name = self._labels.get(rule.segment, rule.segment)
            return self._words.membership(name, negated=negated)
        if isinstance(rule, rules.Kept):
            return self._words.kept(is_list=bool(rule.attributes), negated=negated)
        if isinstance(rule, RelatedTo):
            return self._related(rule, negated=negated)
        if isinstance(rule, Sample):
            return self._words.sample(rule, negated=negated)
        if isinstance(rule, Top):
            measure = self.subject(rule.attribute or "")
            if rule.aggregate is not None:
                measure, _ = self.aggregate(rule.aggregate)
            return self._words.top(rule, measure, negated=negated)
        attribute = self._table.attribute(rule.attribute)
        over_time = attribute is not None and attribute.type in TIMES
        subject = self.subject(rule.attribute)
        return self._test(subject, rule, over_time=over_time, negated=negated)

    def subject(self, name: str) -> str:
        """Return what people read for an attribute or measure."""
        attribute = self._table.attribute(name)
        return _named(attribute) if attribute else name

    def _test(self, subject: str, rule: Test, *, over_time: bool, negated: bool) -> str:
        if isinstance(rule, Within):
            return self._words.period(subject, rule, negated=negated)
        positive = COMPLEMENTS.get(rule.comparison)
        if positive is not None:
            rule, negated = replace(rule, comparison=positive), not negated
        if isinstance(rule, CompareAttributes):
            names = subject, self.subject(rule.other)
            return self._words.other(names, rule, over_time=over_time, negated=negated)
        return self._words.comparison(subject, rule, negated=negated)

    def _group(
        self, rule: rules.All | rules.Any | rules.Union | rules.Intersect | rules.Except
    ) -> str:
        if isinstance(rule, rules.All):
            return self._joined(rule.rules, self._words.and_)
        if isinstance(rule, rules.Any):
            return self._joined(rule.rules, self._words.or_)
        if isinstance(rule, rules.Intersect):
            return self._joined(rule.operands, self._words.and_)
        if isinstance(rule, rules.Union):
            return self._joined(rule.operands, self._words.or_)
        first, *others = rule.operands
        excepted = self._inside(rules.Union(operands=tuple(others)))
        return self._words.exception(self._inside(first), excepted)

    def _joined(self, parts: Sequence[Rule], conjunction: str) -> str:
        if len(parts) == 1:
            return self.clause(parts[0])
        return conjunction.join(self._inside(part) for part in parts)

    def _inside(self, rule: Rule) -> str:
        """Return a clause that can stand beside others: in brackets when it is itself made of several."""
        clause = self.clause(rule)
        return f"({clause})" if _is_compound(rule) else clause

    def _related(self, rule: RelatedTo, *, negated: bool) -> str:
        if rule.test is None:
            table = self._schema.related[rule.table]
            return self._words.rows(_named(table), self._where(rule), negated=negated)
        subject, over_time = self.aggregate(rule)
        return self._test(subject, rule.test, over_time=over_time, negated=negated)

    def _where(self, rule: RelatedTo) -> str:
        table = self._schema.related[rule.table]
        over_rows = _Describer(self._schema, self._words, rows_of=table)
        return "" if rule.where is None else over_rows.clause(rule.where)

    def aggregate(self, rule: RelatedTo) -> tuple[str, bool]:
        """Return an aggregate's words as a subject, and whether it is a day or an instant."""
        table = self._schema.related[rule.table]
        over_rows = _Describer(self._schema, self._words, rows_of=table)
        names = {
            "table": _named(table),
            "attribute": over_rows.subject(rule.attribute or ""),
            "by": over_rows.subject(rule.by or ""),
        }
        attribute = table.attribute(rule.attribute or "")
        over_time = attribute is not None and attribute.type in TIMES
        words = self._words.aggregate(rule, names, self._where(rule), over_time=over_time)
        return words, over_time


def _is_compound(rule: Rule) -> bool:
    """Tell whether a rule's clause is made of several clauses outside of brackets."""
    if isinstance(rule, rules.Except):
        return True
    if isinstance(rule, rules.All | rules.Any | rules.Union | rules.Intersect):
        inner = parts(rule)
        return len(inner) > 1 or _is_compound(inner[0])
    return False
