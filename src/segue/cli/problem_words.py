"""Say problems and mistakes in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segue.words.catalogue import in_language

if TYPE_CHECKING:
    from segue.cli.invocation import Language
    from segue.core.errors import Mistake, Problem


class Words(NamedTuple):
    """What happened and what to do."""

    message: str
    action: str


def words_of_problem(problem: Problem | Mistake, language: Language) -> Words:
    """Return the words of a problem, or of one mistake of a configuration."""
    return Words(in_language(problem.message, language), in_language(problem.action, language))


def words_of_kind(kind: str, language: Language) -> Words:
    """Return what a kind of problem with rows and values means, and what to do about it."""
    from segue.profiles.problems import explanation

    told = explanation(kind)
    return Words(in_language(told.meaning, language), in_language(told.action, language))
