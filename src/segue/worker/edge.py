"""The outermost edge of the worker: what is no problem is the machine's trouble or a bug, is told without a word of data, and ends one job.

Messages of foreign errors may hold values that were read; only kinds and places in the code are told.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from segue.core.errors import Problem
from segue.core.sentences import said
from segue.core.trouble import trouble_of
from segue.observability.logs import Value

Result = TypeVar("Result")

_OURS = Path(__file__).resolve().parents[1]
"""The folder of the package."""

PLACES = 12
"""Places in the code that are told of one error, the innermost last."""


def guarded(event: str, do: Callable[[], Result], **fields: Value) -> Result | None:
    """Return what `do` returns; log whatever it raises as `event` and return None."""
    try:
        return do()
    except Exception as error:  # the outermost edge: the worker goes on with its other work
        tell_error(event, error, **fields)
        return None


def or_bug(event: str, do: Callable[[], Result], **fields: Value) -> Result | Problem:
    """Return what `do` returns, or the problem that it raised; anything else is logged, and comes back as what it tells of."""
    try:
        return do()
    except Problem as problem:
        return problem
    except Exception as error:  # the outermost edge: one job fails, the worker goes on
        tell_error(event, error, **fields)
        return trouble_of(error) or bug_of(error)


def tell_error(event: str, error: BaseException, **fields: Value) -> None:
    """Log an error by its kind and the places it came through."""
    where = " < ".join(reversed(list(_places(error))[-PLACES:]))
    known = error if isinstance(error, Problem) else trouble_of(error, tells_place=False)
    code = known.code if known is not None else ""
    told: dict[str, Value] = {**fields, "kind": _kind(error), "code": code, "where": where}
    logging.getLogger("segue.worker").error(event, extra=told)


def bug_of(error: BaseException) -> Problem:
    """Return the problem that people are told of an error of ours."""
    return Problem(
        said("This is a bug in Segue (%(kind)s), not your mistake.", kind=_kind(error)),
        action="Run again; if it comes back, report it with the worker's log of that time.",
        code="bug",
        context={"kind": _kind(error)},
    )


def _kind(error: BaseException) -> str:
    inner = _innermost(error)
    name = type(inner).__name__
    return name if inner is error else f"{type(error).__name__}[{name}]"


def _innermost(error: BaseException) -> BaseException:
    return _innermost(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


def _places(error: BaseException) -> Iterator[str]:
    for frame in traceback.extract_tb(_innermost(error).__traceback__):
        yield f"{_place(Path(frame.filename))}:{frame.lineno}:{frame.name}"


def _place(file: Path) -> str:
    """Return a file of ours by its path in the package, any other by its name: the path may name a person's folder."""
    inside = file.is_relative_to(_OURS)
    return file.relative_to(_OURS).as_posix() if inside else file.name
