"""Read what is typed in the fields of a draft's conditions back into its tree. Nothing is judged here: the parser does that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from segue.core.texts import one_break
from segue.profiles.schema import Attribute, AttributeType, ProfileSchema, Table
from segue.segments.editing import changes
from segue.segments.editing.checking import Making
from segue.segments.editing.documents import is_open
from segue.segments.editing.nodes import CONTAINERS, Draft, Node, Written, nodes
from segue.segments.operators import (
    AGGREGATED_TYPES,
    ALLOWED_COMPARISONS,
    COUNTS,
    NUMBERS,
    ORDERED_BY,
    PERIODS,
    SEVERAL_VALUES,
    TEXT_ONLY,
    comparisons_with_attributes,
)
from segue.segments.parse_values import COMPARISON_KEYS, IGNORE_CASE
from segue.segments.rules import AggregateFunction, Comparison
from segue.web.segments.builder.scopes import aggregate_type, function_of, scopes
from segue.web.segments.builder.words import IS_NOT_BLANK, comparisons_of

HERE = "here"
"""The field that names the conditions whose fields are in the form."""

_WHOLE = re.compile(r"[-+]?[0-9]{1,19}", re.ASCII)
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?", re.ASCII)
_TEXTS = (AttributeType.TEXT, AttributeType.EMAIL, AttributeType.LIST)
_PARTS = {str(one) for one in TEXT_ONLY}
_SEVERAL = {str(one) for one in SEVERAL_VALUES}


def typed(draft: Draft, made: Making, posted: QueryDict) -> Draft:
    """Return a draft, which is one of what is `made`, with what the form says of it."""
    over, there = scopes(draft, made), set(posted.getlist(HERE))
    for node in nodes(draft):
        if node.id not in there:
            continue
        if node.kind in CONTAINERS:
            draft = changes.switch(draft, node.id, posted.get(f"{node.id}-join", node.kind))
        elif node.kind != "not":
            written = _Fields(node, over[node.id], made.schema, posted).written()
            draft = changes.change(draft, node.id, written)
    return draft


def compared(written: Written) -> str:
    """Return how something is compared, as the builder names it; "" for nothing yet."""
    key = next((one for one in COMPARISON_KEYS if one in written), "")
    return IS_NOT_BLANK if key == Comparison.IS_BLANK and written[key] is False else key


def values_in(written: Written) -> Sequence[Any]:
    """Return the values that something is compared with, those that are filled in."""
    value = next((written[one] for one in COMPARISON_KEYS if one in written), "")
    if isinstance(value, dict):
        return ()
    return [one for one in (value if isinstance(value, list) else [value]) if not is_open(one)]


def usual(kind: AttributeType) -> str:
    """Return the comparison that a new condition of a type begins with."""
    if kind in NUMBERS:
        return str(Comparison.AT_LEAST)
    return str(ALLOWED_COMPARISONS[kind][0])


def begun(attribute: Attribute) -> Written:
    """Return a new condition on an attribute, with its value still to be filled in."""
    key = usual(attribute.type)
    return {"attribute": attribute.name, key: [] if key in _SEVERAL else ""}


class _Fields:
    """The fields of one condition."""

    def __init__(self, node: Node, over: Table, schema: ProfileSchema, posted: QueryDict) -> None:
        self._node, self._over, self._schema, self._posted = node, over, schema, posted

    def written(self) -> Written:
        """Return the keys and values that the fields say."""
        return {
            "attribute": self._attribute,
            "related": self._related,
            "segment": self._segment,
            "sample": self._sample,
            "top": self._top,
        }[self._node.kind]()

    def _get(self, field: str, default: str = "") -> str:
        return one_break(self._posted.get(f"{self._node.id}-{field}", default)).strip()

    def _attribute(self) -> Written:
        name = self._get("attribute")
        attribute = self._over.attribute(name)
        kind = attribute.type if attribute is not None else None
        return {"attribute": name, **self._comparison(kind, never_blank=False)}

    def _related(self) -> Written:
        written = self._aggregate(str(self._node.written["related"]))
        function = function_of(written)
        if function == AggregateFunction.EXISTS:
            return written
        kind = aggregate_type(written, self._schema)
        return {**written, **self._comparison(kind, never_blank=function in COUNTS)}

    def _aggregate(self, name: str) -> dict[str, Any]:
        """Return which aggregate over the table is asked for; an attribute that does not fit it is still to be chosen."""
        function = self._get("function", function_of(self._node.written))
        written: dict[str, Any] = {"related": name}
        if function not in AGGREGATED_TYPES:
            return {**written, function or str(AggregateFunction.EXISTS): True}
        table = self._schema.related.get(name)
        chosen = self._get("of")
        found = table.attribute(chosen) if table is not None else None
        fits = found is not None and found.type in AGGREGATED_TYPES[AggregateFunction(function)]
        written[function] = chosen if fits else ""
        return {**written, "by": self._get("by")} if function in ORDERED_BY else written

    def _segment(self) -> Written:
        return {"segment": self._get("segment")}

    def _sample(self) -> Written:
        seed = one_break(self._posted.get(f"{self._node.id}-seed", ""))
        return {"percent": _number(self._get("percent")), **({"seed": seed} if seed else {})}

    def _top(self) -> Written:
        share = "percent" if self._get("share") == "percent" else "number"
        amount = self._get("amount")
        first = {share: _number(amount) if share == "percent" else _whole(amount)}
        kind, _colon, name = self._get("measure").partition(":")
        if kind != "rows":
            return {**first, "attribute": name}
        if name != self._node.written.get("related"):
            return {**first, "related": name, str(AggregateFunction.COUNT): True}
        return {**first, **self._aggregate(name)}

    def _comparison(self, kind: AttributeType | None, *, never_blank: bool) -> dict[str, Any]:
        allowed = comparisons_of(kind, never_blank=never_blank)
        key = self._get("compare")
        if key not in allowed and kind is not None:
            key = usual(kind)
        if key in (IS_NOT_BLANK, Comparison.IS_BLANK):
            return {str(Comparison.IS_BLANK): key == Comparison.IS_BLANK}
        if not key or key not in COMPARISON_KEYS:
            return {}
        if key in PERIODS:
            unit = self._get("unit") or "days"
            return {key: {unit: _whole(self._get("amount"))}}
        if f"{self._node.id}-other" in self._posted and _has_others(kind, key):
            return {key: {"attribute": self._get("other")}, **self._case(kind)}
        return {key: self._values(kind, key), **self._case(kind)}

    def _values(self, kind: AttributeType | None, key: str) -> Any:
        texts = [one_break(one) for one in self._posted.getlist(f"{self._node.id}-value")]
        if key == Comparison.BETWEEN:
            both = [_value(one, kind, key) if one.strip() else "" for one in texts[:2]]
            return [*both, *[""] * (2 - len(both))]
        found = [_value(one, kind, key) for one in texts if one.strip()]
        if key not in _SEVERAL:
            return found[0] if found else ""
        return _in_order(found, self._node.written.get(key))

    def _case(self, kind: AttributeType | None) -> dict[str, bool]:
        chosen = self._get("case")
        if kind not in _TEXTS or chosen not in ("true", "false"):
            return {}
        return {IGNORE_CASE: chosen == "true"}


def _in_order(found: Sequence[Any], before: object) -> list[Any]:
    """Return values in the order in which they were chosen: ticked ones stand where they are on offer, not where they were."""
    known = before if isinstance(before, list) else []
    names = set(map(str, found))
    if {*map(str, known)} == names:
        return list(known)
    kept = [one for one in known if str(one) in names]
    stay = set(map(str, kept))
    return [*kept, *(one for one in dict.fromkeys(found) if str(one) not in stay)]


def _has_others(kind: AttributeType | None, key: str) -> bool:
    return kind is None or key in map(str, comparisons_with_attributes(kind))


def _value(text: str, kind: AttributeType | None, key: str) -> Any:
    """Return a value as the language writes it, where the text is one; any other text as it is, for the parser to refuse."""
    if key == Comparison.MONTH_OF:
        return _whole(text)
    if key in _PARTS or kind not in (*NUMBERS, AttributeType.BOOLEAN):
        return text
    if kind is AttributeType.BOOLEAN:
        return {"true": True, "false": False}.get(text, text)
    return _whole(text) if kind is AttributeType.INTEGER else _number(text)


def _whole(text: str) -> int | str:
    return int(text) if _WHOLE.fullmatch(text) else text


def _number(text: str) -> int | float | str:
    """Return a number that keeps every digit, else its text."""
    if not _NUMBER.fullmatch(text):
        return text
    exact = Decimal(text)
    if exact == exact.to_integral_value():
        return int(exact)
    near = float(exact)
    return near if Decimal(str(near)) == exact else text
