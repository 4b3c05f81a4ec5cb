"""What a comparison looks at while rules are read, and another attribute that stands where a value could."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard

from segue.core.sentences import said
from segue.profiles.schema import Attribute, AttributeType, Table
from segue.segments.mistakes import Mistakes, proposal
from segue.segments.operators import are_alike, comparisons_with_attributes
from segue.segments.rules import CompareAttributes, Comparison

_KEY = "attribute"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What a comparison looks at: `attribute` ("" for an aggregate), its type, and its name in sentences.

    `type` None: the attribute is unknown and already reported; only the shape is checked. `never_blank` is for counts.
    `others` holds the attributes that it can be compared with.
    """

    attribute: str
    type: AttributeType | None
    called: str
    others: Table
    never_blank: bool = False


def names_an_attribute(value: object) -> TypeGuard[Mapping[str, object]]:
    """Return whether `{attribute: …}` is written where a value could be."""
    return isinstance(value, dict) and _KEY in value


def read_other(
    value: Mapping[str, object],
    comparison: Comparison,
    compared: Compared,
    path: str,
    mistakes: Mistakes,
    *,
    ignore_case: bool,
) -> CompareAttributes | None:
    """Return the comparison with another attribute, or None when something in it is wrong and reported."""
    before = len(mistakes)
    _check_shape(value, comparison, compared, path, mistakes)
    other = _other(value[_KEY], compared.others, f"{path}.{_KEY}", mistakes)
    if other is None or compared.type is None or len(mistakes) > before:
        return None
    if not are_alike(compared.type, other.type):
        _report_types(compared, other, path, mistakes)
        return None
    return CompareAttributes(
        attribute=compared.attribute,
        comparison=comparison,
        other=other.name,
        ignore_case=ignore_case,
    )


def _check_shape(
    value: Mapping[str, object],
    comparison: Comparison,
    compared: Compared,
    path: str,
    mistakes: Mistakes,
) -> None:
    for key in value:
        if key != _KEY:
            mistakes.report(
                f"{path}.{key}",
                said("`%(key)s` is not known here.", key=key),
                action=proposal(str(key), [_KEY]),
                code="rule_unknown_key",
            )
    fitting = comparisons_with_attributes(compared.type) if compared.type else [comparison]
    if comparison not in fitting:
        mistakes.report(
            path,
            said(
                "`%(key)s` does not compare %(called)s with another attribute.",
                key=comparison,
                called=compared.called,
            ),
            action=said("Use one of: %(names)s.", names=", ".join(f"`{one}`" for one in fitting))
            if fitting
            else "Compare it with values that are written here.",
            code="rule_type_mismatch",
        )


def _other(name: object, table: Table, path: str, mistakes: Mistakes) -> Attribute | None:
    attribute = table.attribute(name) if isinstance(name, str) else None
    if table.is_unsure(name):
        return None
    if attribute is None:
        mistakes.report(
            path,
            said("There is no attribute `%(name)s` to compare with.", name=name)
            if isinstance(name, str)
            else "The name of an attribute is needed here.",
            action=proposal(str(name), [one.name for one in table.attributes]),
            code="rule_unknown_attribute",
        )
    return attribute


def _report_types(compared: Compared, other: Attribute, path: str, mistakes: Mistakes) -> None:
    mistakes.report(
        path,
        said(
            "`%(attribute)s` is of type %(type)s, and %(called)s is of type %(compared)s.",
            attribute=other.name,
            type=other.type,
            called=compared.called,
            compared=compared.type,
        ),
        action="Compare attributes of one type.",
        code="rule_type_mismatch",
    )
