"""Predicates of policies, typed: made from plain functions, joined with `&`, `|` and `~`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import rules


class Predicate(Protocol):
    """Tell whether an actor may do something to a thing. Joined predicates are predicates."""

    def test(self, actor: Any = None, thing: Any = None) -> bool:
        """Return the answer."""
        ...

    def __and__(self, other: Predicate) -> Predicate:
        """Return the predicate that needs both."""
        ...

    def __or__(self, other: Predicate) -> Predicate:
        """Return the predicate that needs one of the two."""
        ...

    def __invert__(self) -> Predicate:
        """Return the opposite."""
        ...


def predicate(test: Callable[..., bool]) -> Predicate:
    """Make a predicate of a function of the actor, or of the actor and the thing."""
    made: Predicate = rules.predicate(test)
    return made
