"""Every code and reason of Mailchimp's refusals in words a person can act on, English and French. Nothing is decided here.

The texts stand in tables so that a test can ask for each code, and the reference page shows exactly these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from segue.mailchimp.reason_texts import PROBLEMS, REASONS
from segue.sync.ports import Reason

Language = Literal["en", "fr"]


class Explanation(NamedTuple):
    """What happened, and the next step."""

    text: str
    fix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """An explanation in both languages."""

    en: Explanation
    fr: Explanation


def explain(reason: Reason, language: Language = "en") -> Explanation:
    """Return why one contact was refused, and how to fix it."""
    return _in(REASONS[reason.value], language)


def explain_problem(code: str, language: Language = "en") -> Explanation:
    """Return what a code of this package means for the whole call, and the next step.

    Raises: KeyError for a code that this package never gives.
    """
    return _in(PROBLEMS[code], language)


def codes() -> tuple[str, ...]:
    """Return every code that an error of this package may carry, besides `contact_<reason>`."""
    return tuple(PROBLEMS)


def _in(row: tuple[str, str, str, str], language: Language) -> Explanation:
    wording = Wording(en=Explanation(*row[:2]), fr=Explanation(*row[2:]))
    return wording.fr if language == "fr" else wording.en
