"""Who was sent something of which nobody heard the answer: what Mailchimp did with it is not known, neither good nor bad."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from segue.core.errors import Problem, TryLater

UNREACHABLE = "mailchimp_unreachable"
"""The code of a call that never left: there was no connection."""

REFUSED_AS_A_WHOLE = frozenset({400, 503})
"""Statuses of replies that put a call off before anything of it is done; any other failure of a server may come after it.

Source: RFC 9110 §15.6.4 for 503; for 400 the words of FACTS.md §4 that put a call off.
"""


@dataclass(slots=True)
class Doubt:
    """One call under way. `left` are those of its people of whom the reply did not say what became of them."""

    left: Collection[str] = ()


class Doubts:
    """The people of one run in doubt, by hash. Whoever a later reply tells of is in doubt no more."""

    def __init__(self) -> None:
        self._people: set[str] = set()
        self._under_way: dict[int, Sequence[str]] = {}

    @property
    def people(self) -> frozenset[str]:
        """Return who is in doubt."""
        return frozenset(self._people).union(*self._under_way.values())

    def left_by_earlier(self, people: Iterable[str]) -> frozenset[str]:
        """Return those of these people who are in doubt since an earlier call that has ended."""
        return frozenset(self._people.intersection(people)) if self._people else frozenset()

    @contextmanager
    def sending(self, people: Sequence[str]) -> Iterator[Doubt]:
        """Doubt these people while a call for them is under way, and ever after when it ends without an answer.

        Who they are is read when somebody asks, or when no answer came: as a rule neither happens.
        """
        doubt = Doubt()
        self._under_way[id(doubt)] = people
        try:
            yield doubt
        except BaseException as problem:
            # Whom an earlier try left in doubt stays so, whatever becomes of this one.
            if not (isinstance(problem, Problem) and _did_nothing(problem)):
                self._people.update(people)
            raise
        finally:
            del self._under_way[id(doubt)]
        if self._people:
            self._people.difference_update(people)
        self._people.update(doubt.left)

    def settle(self, people: Iterable[str]) -> None:
        """Take note that it was found out what became of these people."""
        self._people.difference_update(people)


def _did_nothing(problem: Problem) -> bool:
    """Tell whether a failed call surely changed nobody: it was refused, put off, or never left."""
    if not isinstance(problem, TryLater) or problem.throttled or problem.code == UNREACHABLE:
        return True
    return problem.context.get("http_status") in REFUSED_AS_A_WHOLE
