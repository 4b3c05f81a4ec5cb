"""Word a problem in the language of whoever reads the page."""

from __future__ import annotations

from segue.core.errors import Problem
from segue.web.sayings import reads
from segue.words import problems
from segue.words.problems import Worded

__all__ = ["Worded", "worded", "words_of"]


def worded(problem: Problem) -> Worded:
    """Return the words of a problem that was just raised."""
    return problems.worded(problem, reads())


def words_of(code: str, message: str, action: str) -> Worded:
    """Return the words of a stored problem."""
    return problems.words_of(code, message, action, reads())
