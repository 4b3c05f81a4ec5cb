"""The controls of a condition: what can be chosen or typed in it, by the type of what it compares."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from segue.profiles.ports import TopValue
from segue.profiles.schema import Attribute, AttributeType, ProfileSchema, Table
from segue.segments.editing.documents import is_open
from segue.segments.editing.nodes import Node, Written
from segue.segments.operators import (
    AGGREGATED_TYPES,
    COUNTS,
    DAYS,
    NUMBERS,
    ORDERED,
    ORDERED_BY,
    PERIODS,
    SEVERAL_VALUES,
    WEEKDAYS,
    are_alike,
    comparisons_with_attributes,
)
from segue.segments.parse_values import COMPARISON_KEYS, IGNORE_CASE
from segue.segments.rules import AggregateFunction, Comparison
from segue.service.words import name_of
from segue.web import formats
from segue.web.segments.builder import words
from segue.web.segments.builder.fields import compared, values_in
from segue.web.segments.builder.scopes import function_of, subject_type

Offered = Callable[[str, str], Sequence[TopValue]]
"""Returns the values on offer of an attribute of a table; "" for the profiles."""

_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})?", re.ASCII)
_TEXTS = (AttributeType.TEXT, AttributeType.EMAIL, AttributeType.LIST)
_UNRANKED = (AggregateFunction.EXISTS, AggregateFunction.AVERAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One choice. `count` is how many have the value, "" where nobody says."""

    value: str
    label: str
    is_chosen: bool = False
    count: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One control. `kind` names its template: `select`, `input`, `list` or `checks`; `type` is that of an input.

    `values` are what is typed in inputs, `choices` what can be chosen or, beside an input, what is on offer. `place` tells
    inputs of one name apart, counted from 1.
    """

    kind: str
    name: str
    label: str
    type: str = "text"
    values: Sequence[str] = ()
    choices: Sequence[Choice] = ()
    place: int = 1

    @property
    def template(self) -> str:
        """Return the template part that shows it."""
        return f"segue/segments/builder/{self.kind}.html"

    @property
    def typed(self) -> Sequence[tuple[str, bool]]:
        """Return what is typed, each with whether it has several lines: an input would lose them."""
        return [(one, "\n" in one) for one in self.values]

    @property
    def ticked(self) -> Sequence[Choice]:
        """Return the choices that are ticked."""
        return [one for one in self.choices if one.is_chosen]

    @property
    def chosen(self) -> str:
        """Say how many choices are ticked."""
        return formats.number(len(self.ticked))


def controls_of(
    node: Node, over: Table, schema: ProfileSchema, offered: Offered, labels: Mapping[str, str]
) -> Sequence[Control]:
    """Return the controls of a condition that stands over a table; `labels` are those of other segments, by name."""
    if node.kind == "attribute":
        return [_attribute(node, over), *_comparison(node, over, schema, offered)]
    if node.kind == "related":
        asked = _aggregate(node, schema)
        is_exists = function_of(node.written) == AggregateFunction.EXISTS
        return asked if is_exists else [*asked, *_comparison(node, over, schema, offered)]
    if node.kind == "segment":
        return [_select(node, "segment", _("Segment"), labels.items(), node.written["segment"])]
    if node.kind == "sample":
        return [
            _input(
                node, "percent", _("Percent of all profiles"), "number", node.written.get("percent")
            ),
            _input(
                node,
                "seed",
                _("Seed: another one draws other people"),
                "text",
                node.written.get("seed"),
            ),
        ]
    return _top(node, schema)


def _attribute(node: Node, over: Table) -> Control:
    chosen = str(node.written.get("attribute", ""))
    return _select(node, "attribute", _("Attribute"), _names(over.attributes), chosen)


def _names(attributes: Iterable[Attribute]) -> list[tuple[str, str]]:
    return [(one.name, name_of(one)[:1].upper() + name_of(one)[1:]) for one in attributes]


def _aggregate(node: Node, schema: ProfileSchema, *, ranks: bool = False) -> list[Control]:
    table, function = schema.related.get(str(node.written["related"])), function_of(node.written)
    attributes = table.attributes if table is not None else ()
    functions = [
        (key, str(label))
        for key, label in words.FUNCTIONS.items()
        if not ranks or key not in _UNRANKED
    ]
    found = [_select(node, "function", _("What of the rows"), functions, function)]
    if function in AGGREGATED_TYPES:
        kinds = AGGREGATED_TYPES[AggregateFunction(function)]
        fitting = _names(one for one in attributes if one.type in kinds)
        found.append(_select(node, "of", _("Of which attribute"), fitting, node.written[function]))
    if function in ORDERED_BY:
        ordered = _names(one for one in attributes if one.type in ORDERED)
        found.append(_select(node, "by", _("In the order of"), ordered, node.written.get("by", "")))
    return found


def _top(node: Node, schema: ProfileSchema) -> Sequence[Control]:
    written = node.written
    share = "percent" if "percent" in written else "number"
    shares = [("number", _("people")), ("percent", _("percent of the people"))]
    measures = [
        *(
            (f"attribute:{one.name}", name_of(one))
            for one in schema.customers.attributes
            if one.type in ORDERED
        ),
        *(
            (f"rows:{name}", _("rows of %(table)s") % {"table": name_of(one)})
            for name, one in schema.related.items()
        ),
    ]
    is_over_rows = "related" in written
    measure = (
        f"rows:{written['related']}"
        if is_over_rows
        else f"attribute:{written.get('attribute', '')}"
    )
    return [
        _input(node, "amount", _("How many"), "number", written.get(share)),
        _select(node, "share", _("Of what"), shares, share),
        _select(node, "measure", _("Ranked by"), measures, measure),
        *(_aggregate(node, schema, ranks=True) if is_over_rows else ()),
    ]


def _comparison(
    node: Node, over: Table, schema: ProfileSchema, offered: Offered
) -> Sequence[Control]:
    kind, written = subject_type(node, over, schema), node.written
    never_blank = function_of(written) in COUNTS
    chosen = compared(written)
    keys = list(words.comparisons_of(kind, never_blank=never_blank))
    if chosen and chosen not in keys:
        keys.append(chosen)
    names = [(key, str(words.COMPARISONS[key])) for key in keys]
    select = _select(node, "compare", _("Comparison"), names, chosen)
    if not chosen:
        return [select]
    return [select, *_value(node, over, kind, offered), *_case(node, kind)]


def _value(
    node: Node, over: Table, kind: AttributeType | None, offered: Offered
) -> Sequence[Control]:
    key, written, label = compared(node.written), node.written, _("Value")
    if key in (Comparison.IS_BLANK, words.IS_NOT_BLANK):
        return ()
    if key in PERIODS:
        return _period(node, written[key])
    if isinstance(written[key], dict):
        fitting = [one for one in over.attributes if kind is None or are_alike(one.type, kind)]
        other = written[key].get("attribute", "")
        return [_select(node, "other", _("Other attribute"), _names(fitting), other)]
    if key == Comparison.MONTH_OF:
        named = [(str(at), name) for at, name in enumerate(words.months(), start=1)]
        return [_checks(node, _("Months"), named)]
    if key == Comparison.WEEKDAY_OF:
        return [_checks(node, _("Days of the week"), zip(WEEKDAYS, words.weekdays(), strict=True))]
    if kind is AttributeType.BOOLEAN:
        value = (
            {True: "true", False: "false"}.get(written[key], "")
            if not is_open(written[key])
            else ""
        )
        return [_select(node, "value", label, words.yes_or_no(), value)]
    choices = _on_offer(node, over, offered) if key in _OFFERED else ()
    if key in map(str, SEVERAL_VALUES):
        return [_list(node, _("Values"), choices, kind)]
    return _inputs(
        node, kind, [_("From"), _("To")] if key == Comparison.BETWEEN else [label], choices
    )


def _inputs(
    node: Node, kind: AttributeType | None, labels: Sequence[str], choices: Sequence[Choice]
) -> Sequence[Control]:
    """Return an input for each value of a comparison, of which there are as many as labels."""
    key = compared(node.written)
    values = [_as_typed(one) for one in _padded(node.written[key], key)]
    return [
        Control(
            kind="input",
            name=f"{node.id}-value",
            label=label,
            type=_type_of(kind, key, value),
            values=[value],
            choices=[one for one in choices if "\n" not in one.value],
            place=place,
        )
        for place, (label, value) in enumerate(zip(labels, values, strict=True), start=1)
    ]


_OFFERED = {
    *(str(Comparison.IS), str(Comparison.IS_NOT)),
    *(str(Comparison.ANY_OF), str(Comparison.NONE_OF)),
    *(str(Comparison.HAS_ANY_OF), str(Comparison.HAS_ALL_OF), str(Comparison.HAS_NONE_OF)),
}


def _on_offer(node: Node, over: Table, offered: Offered) -> Sequence[Choice]:
    """Return the values of what is compared, where an attribute itself is."""
    if node.kind != "attribute":
        return ()
    ticked = {str(one) for one in values_in(node.written)}
    table = "" if over.name == "profiles" else over.name
    return [
        Choice(
            value=str(one.value),
            label=str(one.value),
            is_chosen=str(one.value) in ticked,
            count=formats.number(one.people),
        )
        for one in offered(table, str(node.written.get("attribute", "")))
    ]


def _list(node: Node, label: str, choices: Sequence[Choice], kind: AttributeType | None) -> Control:
    """Return a list of values: those on offer to tick, any others to type, with room for one more."""
    known = {one.value for one in choices}
    others = [_as_typed(one) for one in values_in(node.written) if _as_typed(one) not in known]
    return Control(
        kind="list",
        name=f"{node.id}-value",
        label=label,
        type=_type_of(kind, "", ""),
        values=[*others, ""],
        choices=choices,
    )


def _checks(node: Node, label: str, named: Iterable[tuple[str, str]]) -> Control:
    ticked = {str(one) for one in values_in(node.written)}
    choices = [Choice(value=value, label=name, is_chosen=value in ticked) for value, name in named]
    return Control(kind="checks", name=f"{node.id}-value", label=label, choices=choices)


def _period(node: Node, period: object) -> Sequence[Control]:
    unit, amount = (
        next(iter(period.items())) if isinstance(period, dict) and period else ("days", "")
    )
    units = [(key, str(label)) for key, label in words.UNITS.items()]
    return [
        _input(node, "amount", _("How many"), "number", amount),
        _select(node, "unit", _("Unit"), units, unit),
    ]


def _case(node: Node, kind: AttributeType | None) -> Sequence[Control]:
    key = compared(node.written)
    if kind not in _TEXTS or key in (Comparison.IS_BLANK, words.IS_NOT_BLANK):
        return ()
    chosen = {True: "true", False: "false"}.get(node.written.get(IGNORE_CASE), "")  # type: ignore[arg-type]
    options = [("", _("capitals as written")), ("true", _("capitals or not"))]
    told = [("false", _("exactly these letters"))]
    return [_select(node, "case", _("Capital letters"), [*options, *told], chosen)]


def _padded(value: object, key: str) -> Sequence[Any]:
    if key == Comparison.BETWEEN:
        both = list(value) if isinstance(value, list) else []
        return [*both, *[""] * (2 - len(both))][:2]
    return [value]


def _as_typed(value: object) -> str:
    """Return a value as somebody types it: a small number with all its digits, which nobody writes as 1e-05."""
    if isinstance(value, float):
        return f"{Decimal(str(value)):f}"
    return "" if value is None else str(value)


def _type_of(kind: AttributeType | None, key: str, value: str) -> str:
    if kind in NUMBERS and re.fullmatch(r"(-?[0-9.]+)?", value):
        return "number"
    is_day = kind in DAYS and kind is not AttributeType.BIRTHDAY
    return "date" if is_day and _DAY.fullmatch(value) else "text"


def _input(node: Node, field: str, label: str, kind: str, value: object) -> Control:
    typed = _as_typed(value)
    return Control(kind="input", name=f"{node.id}-{field}", label=label, type=kind, values=[typed])


def _select(
    node: Node,
    field: str,
    label: str,
    options: Iterable[tuple[str, str]],
    chosen: object,
) -> Control:
    """Return a choice; what is chosen and not among the options stands there, too, and nothing chosen asks to choose."""
    given = list(options)
    if str(chosen) not in [value for value, _label in given]:
        given.insert(
            0,
            (
                str(chosen),
                str(chosen) if chosen and not str(chosen).endswith(":") else _("Choose…"),
            ),
        )
    return Control(
        kind="select",
        name=f"{node.id}-{field}",
        label=label,
        choices=[
            Choice(value=value, label=name, is_chosen=value == str(chosen)) for value, name in given
        ],
    )


def can_compare_attributes(node: Node, over: Table, schema: ProfileSchema) -> bool:
    """Tell whether another attribute could stand where a value of the condition is."""
    kind, key = subject_type(node, over, schema), compared(node.written)
    if kind is None or key not in map(str, comparisons_with_attributes(kind)):
        return False
    return any(are_alike(one.type, kind) for one in over.attributes)


def compares_attributes(written: Written) -> bool:
    """Tell whether another attribute stands where a value could."""
    value = next((written[one] for one in COMPARISON_KEYS if one in written), None)
    return isinstance(value, dict) and "attribute" in value
