"""Write single YAML lines for the starter file, so that what is read back is what was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from segue.configuration.scalars import NotInCalendarError, plain

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")


def scalar(text: str) -> str:
    """Return the text as a YAML scalar, quoted where it needs quotes."""
    try:
        is_plain = plain(text) == text and _PLAIN.fullmatch(text) is not None
    except NotInCalendarError:
        is_plain = False
    return text if is_plain else _quoted(text)


def flow(settings: Mapping[str, object]) -> str:
    """Return `{key: value, …}`; a pair as value becomes `{first: second}`."""
    return "{" + ", ".join(f"{key}: {_value(value)}" for key, value in settings.items()) + "}"


def comment(*lines: str, indent: str = "") -> Iterator[str]:
    """Yield the lines as comments."""
    return (f"{indent}# {line}" for line in lines)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return flow(dict([value]))
    return scalar(str(value))
