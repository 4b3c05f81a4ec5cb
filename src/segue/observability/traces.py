"""The trace of an error for a log: kinds and places in the code. What an error says may hold values that were read."""

from __future__ import annotations

import traceback
from collections.abc import Iterator

from segue.core.errors import Problem
from segue.observability.redact import redacted

_SAYS_NO_VALUE = (Problem, AttributeError, ImportError, NameError, RecursionError, TypeError)
"""Errors whose words are of the code alone, or were written to be shown."""

_DEEPEST = 8
"""Errors of one chain, or within a group, that are told."""


def trace_of(error: BaseException) -> str:
    """Return an error, what caused it before, and of groups what is inside, each with its places; nobody's values."""
    return redacted("\n".join(_told(error, _DEEPEST)))


def _told(error: BaseException, more: int) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and more:
        yield from _told(before, more - 1)
        yield "While or because of this:"
    if error.__traceback__ is not None:
        yield "Traceback (most recent call last):"
        yield from (line.rstrip() for line in traceback.format_tb(error.__traceback__))
    kind = type(error)
    name = (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}"
    )
    yield f"{name}: {error}" if isinstance(error, _SAYS_NO_VALUE) else name
    inside = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    for one in inside[:more]:
        yield from _told(one, more - 1)
