"""Find out what type each measure has, those that others build on first; what leads in a circle has none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from segue.core.sentences import said
from segue.profiles.schema import Attribute, AttributeType, ProfileSchema
from segue.segments.circles import circle_from
from segue.segments.literals import NotALiteralError, literal
from segue.segments.measures import (
    DEFAULT_DECIMALS,
    Calculation,
    Formula,
    Measure,
    Named,
    Sign,
    names_in,
)
from segue.segments.mistakes import Mistakes
from segue.segments.operators import NUMBERS
from segue.segments.rules import AggregateFunction, Literal, RelatedTo

LONGEST_CHAIN = 10
"""Measures that may build on each other in a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A measure of which everything but its type was read; `options` are its other keys."""

    what: RelatedTo | Formula
    options: Mapping[str, Any]
    attribute: Attribute | None = None


def typed(
    written: Mapping[str, Written], schema: ProfileSchema, mistakes: Mistakes, *, path: str
) -> Mapping[str, Measure]:
    """Return the measures whose type is known, and report why others have none."""
    return _Typing(written, schema, mistakes, path).measures()


def report_no_number(name: str, kind: AttributeType, path: str, mistakes: Mistakes) -> None:
    """Report that a formula cannot compute with what a name stands for."""
    mistakes.report(
        path,
        said(
            "`%(name)s` is of type %(type)s: a formula computes with numbers.", name=name, type=kind
        ),
        action=said("Use a measure or attribute that is a number."),
        code="rule_type_mismatch",
    )


@dataclass(frozen=True, slots=True)
class _Typing:
    written: Mapping[str, Written]
    schema: ProfileSchema
    mistakes: Mistakes
    path: str

    def measures(self) -> Mapping[str, Measure]:
        """Return the measures whose type is known; those of circles are reported and left out."""
        led = {
            name: [n for n in names_in(one.what) if n in self.written]
            for name, one in self.written.items()
            if not isinstance(one.what, RelatedTo)
        }
        found: dict[str, Measure] = {}
        for name in _in_order(self.written, led, self._report_circle, self._report_chain):
            one = self.written[name]
            measure = (
                self._of_rows(name, one) if one.attribute else self._of_formula(name, one, found)
            )
            if measure is not None:
                found[name] = measure
        return found

    def _report(self, path: str, message: str, action: str, code: str) -> None:
        self.mistakes.report(path, message, action=action, code=code)

    def _report_circle(self, names: tuple[str, ...]) -> None:
        self._report(
            f"{self.path}.{names[0]}.formula",
            said("The measure is computed from itself: %(names)s.", names=" → ".join(names)),
            said("Remove one of these names; a measure may only build on others."),
            "measure_cycle",
        )

    def _report_chain(self, name: str) -> None:
        self._report(
            f"{self.path}.{name}.formula",
            said(
                "The measure builds on %(most)s others that build on each other.",
                most=LONGEST_CHAIN,
            ),
            said("Write what one of the first of them computes instead."),
            "measure_chain_too_long",
        )

    def _of_rows(self, name: str, one: Written) -> Measure | None:
        assert one.attribute is not None, "it is computed from rows"
        function = one.what.function if isinstance(one.what, RelatedTo) else None
        decimals = one.options.get("decimals")
        attribute = one.attribute
        if function is AggregateFunction.AVERAGE:
            attribute = _numbered(attribute, DEFAULT_DECIMALS if decimals is None else decimals)
        return self._made(name, one, attribute)

    def _of_formula(self, name: str, one: Written, found: Mapping[str, Measure]) -> Measure | None:
        assert not isinstance(one.what, RelatedTo), "it is computed by a formula"
        operands = []
        for other in names_in(one.what):
            measure = found.get(other)
            attribute = measure.attribute if measure else self.schema.profiles.attribute(other)
            if attribute is None:
                return None  # its own mistakes are told
            if attribute.type not in NUMBERS:
                report_no_number(
                    other, attribute.type, f"{self.path}.{name}.formula", self.mistakes
                )
                return None
            operands.append(attribute)
        decimals = one.options.get("decimals")
        if decimals is None:
            whole = all(a.type is AttributeType.INTEGER for a in operands) and _stays_whole(
                one.what
            )
            decimals = 0 if whole else DEFAULT_DECIMALS
        attribute = Attribute(
            name=name,
            type=AttributeType.DECIMAL,
            column="",
            personal=any(a.personal for a in operands),
        )
        return self._made(name, one, _numbered(attribute, decimals))

    def _made(self, name: str, one: Written, attribute: Attribute) -> Measure | None:
        default = None
        if one.options.get("or") is not None:
            default = self._default(one.options["or"], attribute, f"{self.path}.{name}.or")
            if default is None:
                return None
        return Measure(
            attribute=replace(attribute, name=name, label=one.options.get("label", "").strip()),
            what=one.what,
            default=default,
            decimals=one.options.get("decimals"),
            description=one.options.get("description", "").strip(),
        )

    def _default(self, written: object, attribute: Attribute, at: str) -> Literal | None:
        """Return what stands for blanks; None when it is no such number, which is reported."""
        if attribute.type not in NUMBERS:
            self._report(
                at,
                said("`or` has no meaning for a date."),
                said("Remove it; whoever has no date stays without one."),
                "rule_type_mismatch",
            )
            return None
        try:
            found = literal(written, attribute.type)
        except NotALiteralError as wrong:
            self._report(at, wrong.message, wrong.action, wrong.code)
            return None
        scale = attribute.scale if attribute.type is AttributeType.DECIMAL else 0
        if Decimal(str(found)) % Decimal(1).scaleb(-scale):
            self._report(
                at,
                said("The measure has %(most)s decimals, and this number has more.", most=scale),
                said("Write fewer, or give the measure more `decimals`."),
                "rule_bad_value",
            )
            return None
        return found


def _in_order(
    names: Collection[str],
    led: Mapping[str, Sequence[str]],
    report_circle: Callable[[tuple[str, ...]], None],
    report_chain: Callable[[str], None],
) -> Iterator[str]:
    """Yield names after those that they lead to; of circles, and of what leads there, none."""
    heights: dict[str, int] = {}
    for name in names:
        if circle := circle_from(name, led, heights):
            report_circle(circle)
    for name, height in heights.items():
        if height == LONGEST_CHAIN + 1:
            report_chain(name)
    users: dict[str, list[str]] = {}
    missing = {name: len(led.get(name, ())) for name in names}
    for name in names:
        for other in led.get(name, ()):
            users.setdefault(other, []).append(name)
    ready = [name for name in names if not missing[name]]
    while ready:
        yield from ready
        done, ready = ready, []
        for user in (user for name in done for user in users.get(name, ())):
            missing[user] -= 1
            if not missing[user]:
                ready.append(user)


def _stays_whole(formula: Formula) -> bool:
    """Tell whether whole numbers give a whole number: nothing is divided, and no number has decimals."""
    if isinstance(formula, Calculation):
        sides = _stays_whole(formula.left) and _stays_whole(formula.right)
        return sides and formula.sign is not Sign.BY
    return isinstance(formula, Named) or formula.value == formula.value.to_integral_value()


def _numbered(attribute: Attribute, decimals: int) -> Attribute:
    """Return an attribute as a number with so many decimals: without any it is a whole one."""
    kind = AttributeType.DECIMAL if decimals else AttributeType.INTEGER
    return replace(attribute, type=kind, scale=decimals or DEFAULT_DECIMALS)
