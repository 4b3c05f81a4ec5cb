"""Every code and reason of Mailchimp's refusals in words a person can act on. Nothing is decided here.

The texts stand in tables so that a test can ask for each code, and the reference page shows exactly these.
"""

from __future__ import annotations

from typing import NamedTuple

from segue.core.sentences import said
from segue.sync.ports import Reason
from segue.words.refusal_texts import PROBLEMS, REASONS, Row


class Explanation(NamedTuple):
    """What happened, and the next step: sentences, so that they can be said in every language."""

    text: str
    fix: str


def explain(reason: Reason, *, detail: str = "") -> Explanation:
    """Return why one contact was refused, and how to fix it; `detail` is added to the text."""
    return _explanation(REASONS[reason.value], detail)


def explain_problem(code: str, *, detail: str = "") -> Explanation:
    """Return what a code of this package means for the whole call, and the next step; `detail` is added to the text.

    Raises: KeyError for a code that this package never gives.
    """
    return _explanation(PROBLEMS[code], detail)


def codes() -> tuple[str, ...]:
    """Return every code that an error of this package may carry, besides `contact_<reason>`."""
    return tuple(PROBLEMS)


def _explanation(row: Row, detail: str = "") -> Explanation:
    what, told = said(row.text), detail.rstrip(".")
    text = (
        said("%(what)s: %(told)s.", what=what, told=told) if told else said("%(what)s.", what=what)
    )
    return Explanation(text=text, fix=said(row.fix))
