"""Turn one finding of the JSON Schema validator into a message and a next step. Titles and descriptions come from the schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from segue.core.sentences import commas, either, said, together
from segue.segments.mistakes import did_you_mean, nearest

_KINDS = {
    "string": said("text"),
    "integer": said("a whole number"),
    "number": said("a number"),
    "boolean": said("true or false"),
    "object": said("a mapping (`key: value` lines)"),
    "array": said("a list"),
    "null": said("nothing"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What is wrong, what to do, and the stable code."""

    message: str
    action: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One way in which a value differs from the schema.

    `keyword` is the schema's word that does not hold (`type`, `enum`, …), `expected` what the schema says for it,
    `schema` the part of the schema, `steps` the keys and indices from the root to `value`.
    """

    keyword: str
    value: Any
    expected: Any
    schema: Mapping[str, Any]
    steps: tuple[str | int, ...]


def sentence(error: Difference) -> Sentence:
    """Return the words for one finding about a value."""
    name = _subject(error)
    match error.keyword:
        case "type":
            return _wrong_kind(error, name)
        case "enum":
            return _not_allowed(error, name, [_plain(value) for value in error.expected])
        case "minimum" | "maximum" | "exclusiveMinimum":
            action = together(_range(error.schema), expectation(error))
            return Sentence(
                message=said(
                    "%(name)s is out of range: %(value)s.", name=name, value=_plain(error.value)
                ),
                action=action,
                code="out_of_range",
            )
    message, action, code = _short(error, name)
    return Sentence(message=message, action=expectation(error) or action, code=code)


def _short(error: Difference, name: str) -> tuple[str, str, str]:
    """Return what is wrong, what to do where the schema does not say it, and the code."""
    match error.keyword:
        case "const":
            wanted = _plain(error.expected)
            return (
                said("%(name)s cannot be %(value)s.", name=name, value=_shown(error.value)),
                said("Write `%(wanted)s`.", wanted=wanted),
                "not_allowed_value",
            )
        case "minItems" | "minLength" | "minProperties":
            return said("%(name)s is empty.", name=name), said("Give at least one."), "empty"
        case "maxLength" | "maxItems" | "maxProperties":
            return (
                said("%(name)s is too long: at most %(most)s.", name=name, most=error.expected),
                said("Shorten it."),
                "too_long",
            )
        case "uniqueItems":
            twice = said("%(name)s holds the same element twice.", name=name)
            return twice, said("Remove one."), "twice"
        case _:
            wrong = said("%(name)s is not written as expected.", name=name)
            return wrong, said("Correct the value."), "bad_format"


def named(error: Difference) -> str:
    """Return what the thing is called whose keys are wrong: its own key, and the schema's title where it adds something."""
    if not error.steps:
        return said("this file")
    key, title = _subject(error), str(error.schema.get("title", ""))
    adds = title and title.casefold().replace(" ", "_") not in key.casefold()
    return said("%(key)s (%(title)s)", key=key, title=said(title)) if adds else key


def expectation(error: Difference) -> str:
    """Return the schema's own description of what belongs here."""
    return expectation_of(error.schema)


def expectation_of(schema: Mapping[str, Any]) -> str:
    """Return the description of a part of the schema, or nothing."""
    return said(str(schema.get("description", "")))


def _not_allowed(error: Difference, name: str, allowed: list[str]) -> Sentence:
    proposal = did_you_mean(str(error.value), allowed)
    names = commas(f"`{value}`" for value in allowed)
    choice = said("Allowed: %(names)s.", names=names)
    return Sentence(
        message=said("%(name)s cannot be %(value)s.", name=name, value=_shown(error.value)),
        action=together(proposal, choice) if nearest(str(error.value), allowed) else choice,
        code="not_allowed_value",
    )


def _wrong_kind(error: Difference, name: str) -> Sentence:
    wanted = error.expected if isinstance(error.expected, list) else [error.expected]
    found = _kind(error.value)
    if error.value is None:
        return Sentence(
            message=said("%(name)s has no value.", name=name),
            action=expectation(error) or said("Give one."),
            code="no_value",
        )
    if "string" in wanted and found in {"a whole number", "a number", "true or false"}:
        return Sentence(
            message=said("%(name)s must be text, and this is %(found)s.", name=name, found=found),
            action="Put it in quotes.",
            code="wrong_kind",
        )
    return Sentence(
        message=said(
            "%(name)s must be %(names)s, and this is %(found)s.",
            name=name,
            names=either(_KINDS[kind] for kind in wanted),
            found=found,
        ),
        action=expectation(error) or said("Correct the value."),
        code="wrong_kind",
    )


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return _KINDS["boolean"]
    if isinstance(value, int):
        return _KINDS["integer"]
    if isinstance(value, Decimal):
        return _KINDS["number"]
    if isinstance(value, str):
        return said("text")
    if isinstance(value, list):
        return said("a list")
    return said("nothing") if value is None else said("a mapping")


def _subject(error: Difference) -> str:
    steps = error.steps
    if not steps:
        return said("The file")
    last = steps[-1]
    if isinstance(last, int):
        holder = next((step for step in reversed(steps) if isinstance(step, str)), "list")
        return said("Element %(number)s of `%(list)s`", number=last + 1, list=holder)
    return f"`{last}`"


def _shown(value: object) -> str:
    text = _plain(value)
    return f"`{text}`" if len(text) <= 40 else said("this text")


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | Decimal) else _kind(value)


def _range(schema: Mapping[str, Any]) -> str:
    low, high = schema.get("minimum", schema.get("exclusiveMinimum")), schema.get("maximum")
    if low is not None and high is not None:
        return said("Give a number from %(low)s to %(high)s.", low=low, high=high)
    return (
        said("Give a number of at least %(low)s.", low=low)
        if low is not None
        else said("Give a number of at most %(high)s.", high=high)
    )
