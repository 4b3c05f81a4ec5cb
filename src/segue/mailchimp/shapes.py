"""What the values of replies may be: ids checked, names and counts clipped and cleaned, once, where they come in. Pure.

Inside, and in databases, files and pages behind it, nothing is longer, larger or stranger than what stands in `limits`.
"""

from __future__ import annotations

from collections.abc import Sequence

from segue.core.names import is_identifier
from segue.mailchimp.errors import problem
from segue.mailchimp.limits import (
    ADDRESS_LENGTH,
    COUNT,
    NAME_LENGTH,
    VALUE_LENGTH,
    WORD_LENGTH,
)

_MARK = "\ufffd"
"""Stands for a sign that nobody sees: taken out, one name could pass for another."""
_KEPT_BLANKS = "\t\n\r"


def identifier(text: str, *, field: str, longest: int) -> str:
    """Return an id that other calls, files and folders are named after.

    Raises: ConfigurationProblem `mailchimp_strange_reply` naming the field, never the value.
    """
    if not is_identifier(text, longest=longest):
        raise strange(field)
    return text


def name(text: str) -> str:
    """Return a name for one line."""
    return _line(text, NAME_LENGTH.value)


def word(text: str) -> str:
    """Return one of few words, such as a role."""
    return _line(text, WORD_LENGTH.value)


def address(text: str) -> str:
    """Return a contact's address as it is shown; no two contacts become one by it."""
    return _line(text, ADDRESS_LENGTH.value)


def addresses(texts: Sequence[str]) -> Sequence[str]:
    """Return a page of addresses, each as `address` has it; as a rule all are fit to be seen as they are."""
    if "".join(texts).isprintable() and max(map(len, texts), default=0) <= ADDRESS_LENGTH.value:
        return texts
    return [address(text) for text in texts]


def value(text: str) -> str:
    """Return what a merge field holds: as it is, or else it would differ from what was sent. Nothing stores a NUL."""
    kept = text if len(text) <= VALUE_LENGTH.value else _cut(text, VALUE_LENGTH.value)
    return kept.replace("\0", _MARK)


def choice(text: str) -> str:
    """Return one of the values that a merge field may have, to be shown."""
    return _line(text, VALUE_LENGTH.value)


def count(number: int) -> int:
    """Return a count that is only shown."""
    return min(max(number, 0), COUNT.value)


def strange(field: str) -> Exception:
    """Return the refusal of a whole reply for one of its fields."""
    return problem("mailchimp_strange_reply", detail=field, context={"field": field})


def _line(text: str, most: int) -> str:
    if len(text) <= most and text.isprintable():
        return text
    return "".join(" " if sign in _KEPT_BLANKS else _seen(sign) for sign in _cut(text, most))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _seen(sign: str) -> str:
    """Return a sign, or the mark for a control character. Blanks of other kinds and joiners stay as they are."""
    return _MARK if sign < " " or "\x7f" <= sign < "\xa0" else sign
