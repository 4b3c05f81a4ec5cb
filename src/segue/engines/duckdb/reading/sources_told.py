"""How problems with data sources are made: which source, what is wrong, which names come near."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from segue.core.errors import ConfigurationProblem, Mistake, SourceAway
from segue.core.sentences import commas, either, said, said_many, together

MOST_NAMES = 12
"""So many of the names that there are, are told."""

_ADDRESS = re.compile(r"\S@\S")
_TELEPHONE = re.compile(r"\s*(\+|00)\d[\d ()./-]{6,}")
_NUMBER_OR_DAY = re.compile(r"\s*[+-]?\d[\d\s.,:/T-]*Z?\s*")

_AWAY = frozenset((
    "source_server_unreachable", "source_store_unreachable", "source_store_failing", "source_object_gone",
    "source_object_changed", "source_object_cut_short", "source_too_slow", "source_silent", "source_query_canceled",
    "source_locked", "source_file_changed",
))  # fmt: skip
"""What may be otherwise in a while, though nobody changes what is declared."""


def source_problem(
    source: str, code: str, what: str, action: str, **context: str
) -> ConfigurationProblem:
    """Say what is wrong with a source and what to do; `what` goes on where the source's name ends."""
    message = said("Source '%(source)s' %(what)s", source=source, what=what)
    kind = SourceAway if code in _AWAY else ConfigurationProblem
    return kind(
        message,
        action=action,
        code=code,
        context={"source": source, **context},
        mistakes=[Mistake(path=f"sources.{source}", message=message, action=action, code=code)],
    )


def combined(problems: Sequence[ConfigurationProblem]) -> ConfigurationProblem:
    """Make one problem of several: every mistake is told at once. It passes by itself only where each of them does."""
    if len(problems) == 1:
        return problems[0]
    mistakes = [mistake for problem in problems for mistake in problem.mistakes]
    count = said("%(count)s data sources cannot be read:", count=len(problems))
    are_away = all(isinstance(problem, SourceAway) for problem in problems)
    kind = SourceAway if are_away else ConfigurationProblem
    return kind(
        together(count, *(problem.message for problem in problems)),
        action=together(*dict.fromkeys(problem.action for problem in problems)),
        code="sources_unreadable",
        mistakes=mistakes,
    )


def suggestion(wanted: str, known: Sequence[str]) -> str:
    """Propose the nearest names, or list what there is."""
    by_fold = {name.casefold(): name for name in known}
    if wanted.casefold() in by_fold:
        return said("Did you mean %(names)s?", names=repr(by_fold[wanted.casefold()]))
    near = get_close_matches(wanted.casefold(), list(by_fold), n=3, cutoff=0.6)
    if near:
        return said("Did you mean %(names)s?", names=either(repr(by_fold[name]) for name in near))
    if not known:
        return said("There is none at all.")
    if look_like_values(known):
        return said(
            "The names that there are look like the values of a row. Write the names of the columns into the first row."
        )
    names, more = commas(repr(name) for name in known[:MOST_NAMES]), len(known) - MOST_NAMES
    if more > 0:
        return said("There are %(names)s and %(more)s more.", names=names, more=more)
    return said("There are %(names)s.", names=names)


def look_like_values(names: Sequence[str]) -> bool:
    """Tell whether names are rather what a person's row holds: a file without a header. Values are told to nobody."""
    if begin_with_a_person(names):
        return True
    return 4 * sum(bool(_NUMBER_OR_DAY.fullmatch(name)) for name in names) >= len(names) > 0


def begin_with_a_person(names: Sequence[str]) -> bool:
    """Tell whether a first row is surely no header: it holds an address or a telephone number, or begins with a number."""
    if any(_ADDRESS.search(name) or _TELEPHONE.fullmatch(name) for name in names):
        return True
    return bool(names and _NUMBER_OR_DAY.fullmatch(names[0]))


def columns_missing(
    source: str, missing: Sequence[str], known: Sequence[str], *, place: str = ""
) -> ConfigurationProblem:
    """Say which columns a source lacks, each with the nearest names."""
    mistakes = [
        Mistake(
            path=f"sources.{source}",
            message=_column_missing(column, place),
            action=suggestion(column, known),
            code="source_column_missing",
        )
        for column in missing
    ]
    names = commas(repr(column) for column in missing)
    what = said_many(
        "has no column %(names)s", "has no columns %(names)s", count=len(missing), names=names
    )
    inside = said(
        "Source '%(source)s' %(what)s in %(place)s.", source=source, what=what, place=place
    )
    return ConfigurationProblem(
        inside if place else said("Source '%(source)s' %(what)s.", source=source, what=what),
        action=" ".join(dict.fromkeys(mistake.action for mistake in mistakes)),
        code="source_column_missing",
        context={"source": source},
        mistakes=mistakes,
    )


def _column_missing(column: str, place: str) -> str:
    if place:
        return said("There is no column '%(column)s' in %(place)s.", column=column, place=place)
    return said("There is no column '%(column)s'.", column=column)
