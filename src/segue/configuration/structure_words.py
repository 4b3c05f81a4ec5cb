"""Turn one finding of the JSON Schema validator into a message and a next step. Titles and descriptions come from the schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from segue.configuration.findings import did_you_mean

_KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a mapping (`key: value` lines)",
    "array": "a list",
    "null": "nothing",
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
            action = f"{_range(error.schema)} {expectation(error)}".strip()
            return Sentence(
                message=f"{name} is out of range: {_plain(error.value)}.",
                action=action,
                code="out_of_range",
            )
    message, action, code = _short(error)
    return Sentence(message=f"{name} {message}", action=expectation(error) or action, code=code)


def _short(error: Difference) -> tuple[str, str, str]:
    """Return what is wrong, what to do where the schema does not say it, and the code."""
    match error.keyword:
        case "const":
            wanted = _plain(error.expected)
            return f"cannot be {_shown(error.value)}.", f"Write `{wanted}`.", "not_allowed_value"
        case "minItems" | "minLength" | "minProperties":
            return "is empty.", "Give at least one.", "empty"
        case "maxLength" | "maxItems" | "maxProperties":
            return f"is too long: at most {error.expected}.", "Shorten it.", "too_long"
        case "uniqueItems":
            return "holds the same element twice.", "Remove one.", "twice"
        case _:
            return "is not written as expected.", "Correct the value.", "bad_format"


def named(error: Difference) -> str:
    """Return what the thing is called whose keys are wrong: its own key, and the schema's title where it adds something."""
    if not error.steps:
        return "this file"
    key, title = _subject(error), str(error.schema.get("title", ""))
    adds = title and title.casefold().replace(" ", "_") not in key.casefold()
    return f"{key} ({title})" if adds else key


def expectation(error: Difference) -> str:
    """Return the schema's own description of what belongs here."""
    return expectation_of(error.schema)


def expectation_of(schema: Mapping[str, Any]) -> str:
    """Return the description of a part of the schema, or nothing."""
    return str(schema.get("description", ""))


def _not_allowed(error: Difference, name: str, allowed: list[str]) -> Sentence:
    proposal = did_you_mean(str(error.value), allowed)
    near = f"{proposal} " if proposal.startswith("Did") else ""
    return Sentence(
        message=f"{name} cannot be {_shown(error.value)}.",
        action=f"{near}Allowed: {', '.join(f'`{value}`' for value in allowed)}.",
        code="not_allowed_value",
    )


def _wrong_kind(error: Difference, name: str) -> Sentence:
    wanted = error.expected if isinstance(error.expected, list) else [error.expected]
    found = _kind(error.value)
    if error.value is None:
        return Sentence(
            message=f"{name} has no value.",
            action=expectation(error) or "Give one.",
            code="no_value",
        )
    if "string" in wanted and found in {"a whole number", "a number", "true or false"}:
        return Sentence(
            message=f"{name} must be text, and this is {found}.",
            action="Put it in quotes.",
            code="wrong_kind",
        )
    return Sentence(
        message=f"{name} must be {' or '.join(_KINDS[kind] for kind in wanted)}, and this is {found}.",
        action=expectation(error) or "Correct the value.",
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
        return "text"
    return "a list" if isinstance(value, list) else "nothing" if value is None else "a mapping"


def _subject(error: Difference) -> str:
    steps = error.steps
    if not steps:
        return "The file"
    last = steps[-1]
    if isinstance(last, int):
        holder = next((step for step in reversed(steps) if isinstance(step, str)), "list")
        return f"Element {last + 1} of `{holder}`"
    return f"`{last}`"


def _shown(value: object) -> str:
    text = _plain(value)
    return f"`{text}`" if len(text) <= 40 else "this text"


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | Decimal) else _kind(value)


def _range(schema: Mapping[str, Any]) -> str:
    low, high = schema.get("minimum", schema.get("exclusiveMinimum")), schema.get("maximum")
    if low is not None and high is not None:
        return f"Give a number from {low} to {high}."
    return (
        f"Give a number of at least {low}."
        if low is not None
        else f"Give a number of at most {high}."
    )
