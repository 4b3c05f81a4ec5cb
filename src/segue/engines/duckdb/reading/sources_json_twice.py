"""Find keys that stand twice in one JSON object: readers of JSON keep the last value and say nothing.

Nobody can tell which of two different values is meant, so that the key has neither (`TWICE`).
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

_KEY = re.compile(rb'"\s*:')


class _Twice:
    """The value of a key that has several."""

    __slots__ = ()


TWICE: Final = _Twice()


class Written(str):
    """A number with a point or an exponent, in the digits written."""

    __slots__ = ()


class Object(dict[str, Any]):
    """An object in which a key that stands twice with different values has TWICE."""

    __slots__ = ()

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value if key not in self or self._is(key, value) else TWICE)

    def _is(self, key: str, value: Any) -> bool:
        """Return whether the key has this value already; what is nested is not whole yet when it is put in."""
        before = self[key]
        return not isinstance(value, dict | list) and (type(before), before) == (type(value), value)


def with_twice(line: bytes, value: Any) -> Any:
    """Return the value of a line, read again with TWICE where keys stand twice.

    What ends a text in front of a colon is counted: where there are as many as keys, none stands twice.
    """
    if not isinstance(value, dict | list):
        return value
    found = len(_KEY.findall(line))
    if found in (len(value), _keys(value)):
        return value
    return json.loads(line, object_pairs_hook=_object, parse_float=Written)


def _object(pairs: list[tuple[str, Any]]) -> Object:
    found = Object()
    for key, value in pairs:
        found[key] = value
    return found


def _keys(value: Any) -> int:
    if isinstance(value, dict):
        return len(value) + sum(map(_keys, value.values()))
    return sum(map(_keys, value)) if isinstance(value, list) else 0
