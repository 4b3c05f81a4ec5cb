"""What is said to a person, remembered as a template and its values, so that it can be said in another language.

A `Sentence` is its own English text. `words.catalogue` says it in other languages: the template is looked up there and
filled with the values, each in that language. A plain text without values is its own template.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Any

Value = str | int | float
"""What stands in a sentence: a name, a number, or a sentence again."""

_NUMBER = re.compile(r"%\((\w+)\)d")
_CHOICE = re.compile(r"\{(\w+):([^{}]*\|[^{}]*)\}")
_TEMPLATE, _MANY, _VALUES = "said", "many", "with"


class Sentence(str):
    """An English text that knows what it was made of.

    `template` holds `%(name)s` for each of `values` that stands there as it is, and `%(name)d` for a number that is
    written as the reader does (1,000); `{name:row|rows}` are the words that fit a number. `many` is the template for several, "" where the number of things
    (`values["count"]`) makes no difference.
    """

    template: str
    values: Mapping[str, Value]
    many: str

    def __new__(cls, template: str, values: Mapping[str, Value], many: str = "") -> Sentence:
        """Fill the template. Raises: KeyError when a value is missing."""
        said = super().__new__(cls, filled(template, values, many))
        said.template, said.values, said.many = template, values, many
        return said

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make the sentence again in another process."""
        return (Sentence, (self.template, self.values, self.many))


def phrase(template: str) -> str:
    """Return a template of the catalogue as it is: its values, written as the reader's language does, are put in later."""
    return template


def said(template: str, **values: object) -> Sentence:
    """Return a sentence: `said("There is no export `%(name)s`.", name=name)`. What is no text and no number is one by `str`."""
    return Sentence(template, _values(values))


def said_many(one: str, many: str, *, count: float, **values: object) -> Sentence:
    """Return a sentence about one thing or several; both templates may hold `%(count)d`."""
    return Sentence(one, {"count": count, **_values(values)}, many)


def together(*sentences: str) -> str:
    """Return several sentences one after the other, each to be said in any language; empty ones are left out."""
    told = (one if isinstance(one, Sentence) else Sentence(one, {}) for one in sentences if one)
    return _joined(told, lambda first, after: said("%(first)s %(next)s", first=first, next=after))


def commas(names: Iterable[str]) -> str:
    """Return names with commas between them."""
    return _joined(names, lambda first, after: said("%(first)s, %(next)s", first=first, next=after))


def either(names: Iterable[str]) -> str:
    """Return names of which one is meant: `a or b or c`."""
    return _joined(
        names, lambda first, after: said("%(first)s or %(next)s", first=first, next=after)
    )


def _values(values: Mapping[str, object]) -> Mapping[str, Value]:
    return {name: _plain_value(value) for name, value in values.items()}


def _plain_value(value: object) -> Value:
    if isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    return str(value)


def _joined(parts: Iterable[str], join: Callable[[str, str], str]) -> str:
    each = list(parts)
    return reduce(join, each) if each else ""


def fitting(text: str, values: Mapping[str, Value], form: Callable[[int], int]) -> str:
    """Return a text with the words that fit its numbers: of `{n:row|rows}` the form that `form` tells for `n`.

    Numbers may be texts, written as people do (1,000); of what is no number the last form is taken.
    """

    def chosen(found: re.Match[str]) -> str:
        forms = found[2].split("|")
        digits = "".join(sign for sign in str(values[found[1]]) if sign.isdigit())
        return forms[form(int(digits)) if digits else -1]

    return _CHOICE.sub(chosen, text)


def filled(template: str, values: Mapping[str, Value], many: str = "") -> str:
    """Return the English text of a template."""
    chosen = many if many and values["count"] != 1 else template
    chosen = fitting(chosen, values, _form) if values else chosen
    return put(chosen, {name: str(value) for name, value in values.items()}, grouped(values))


def _form(count: int) -> int:
    return int(count != 1)


def put(template: str, as_they_are: Mapping[str, str], numbers: Mapping[str, str]) -> str:
    """Return a template with its values; a template without values is a text, in which `%` is a sign as others are."""
    if not as_they_are:
        return template
    return _NUMBER.sub(lambda found: numbers[found[1]].replace("%", "%%"), template) % as_they_are


def grouped(values: Mapping[str, Value]) -> Mapping[str, str]:
    """Return the numbers among values as English writes them."""
    return {name: f"{value:,}" for name, value in values.items() if not isinstance(value, str)}


def kept(text: str) -> str:
    """Return a text as it is stored: a sentence with its template and values, another text as it is."""
    return json.dumps(_plain(text), ensure_ascii=False) if isinstance(text, Sentence) else text


def recalled(stored: str) -> str:
    """Return what `kept` was given; what is not of its making is a text."""
    if not stored.startswith(f'{{"{_TEMPLATE}":'):
        return stored
    try:
        return _again(json.loads(stored))
    except (AttributeError, KeyError, TypeError, ValueError):
        return stored


def _plain(value: Value) -> Any:
    if not isinstance(value, Sentence):
        return value
    parts: dict[str, Any] = {_TEMPLATE: value.template}
    if value.many:
        parts[_MANY] = value.many
    return parts | {_VALUES: {name: _plain(one) for name, one in value.values.items()}}


def _again(parts: Mapping[str, Any]) -> Sentence:
    values = {
        name: _again(one) if isinstance(one, dict) else one for name, one in parts[_VALUES].items()
    }
    return Sentence(parts[_TEMPLATE], values, parts.get(_MANY, ""))
