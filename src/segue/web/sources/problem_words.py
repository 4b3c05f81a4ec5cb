"""Say what was wrong with rows and values in the reader's language."""

from __future__ import annotations

from segue.profiles.problems import Explanation, explanation
from segue.web.sayings import told


def problem_words(kind: str) -> Explanation:
    """Return what a kind of problem means and what to do about it. Raises: KeyError for an unknown kind: our bug."""
    words = explanation(kind)
    return Explanation(meaning=told(words.meaning), action=told(words.action))
