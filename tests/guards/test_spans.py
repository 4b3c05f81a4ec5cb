"""What people read of how long something stays agrees with `core/retention`, wherever the span is written by hand."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from segue.core.retention import (
    INPUT_KEPT,
    INVITATION_LIFETIME,
    KEPT_RUNS,
    PLANS_KEPT,
    RUNS_KEPT,
    SAMPLES_KEPT,
)
from tests.guards import tree
from tools import texts

_EN, _FR = "docs/howto/watch-and-approve-runs.md", "docs/fr/howto/watch-and-approve-runs.md"
_RUNS, _PLANS, _SAMPLES = RUNS_KEPT.days, PLANS_KEPT.days, SAMPLES_KEPT.days
_SPELLED = {7: ("seven days", "sept jours"), 15: ("15 minutes", "15 minutes")}
_DOCUMENTS = (
    (_EN, rf"last {KEPT_RUNS} runs of an export and for {_RUNS} days at most"),
    (_EN, rf"a few people of each plan for {_SAMPLES} days"),
    (_EN, rf"downloaded as CSV for {_PLANS} days"),
    (_FR, rf"{KEPT_RUNS} dernières exécutions d’une exportation et {_RUNS} jours au plus"),
    (_FR, rf"quelques personnes de chaque plan pendant {_SAMPLES} jours"),
    (_FR, rf"téléchargées en CSV pendant {_PLANS} jours"),
    ("docs/howto/manage-people.md", rf"within {_SPELLED[INVITATION_LIFETIME.days][0]}"),
    ("docs/fr/howto/manage-people.md", rf"pendant {_SPELLED[INVITATION_LIFETIME.days][1]}"),
    ("docs/howto/run-in-production.md", rf"within {_SPELLED[INVITATION_LIFETIME.days][0]}"),
    ("docs/fr/howto/run-in-production.md", rf"sous {_SPELLED[INVITATION_LIFETIME.days][1]}"),
    ("docs/build/error_texts.toml", rf"last {KEPT_RUNS} runs of an export, and for {_RUNS} days"),
)  # fmt: skip
_MINUTES = INPUT_KEPT // timedelta(minutes=1)
_SAID = (
    ("once, within", INVITATION_LIFETIME.days),
    ("It ends when it is used, withdrawn", INVITATION_LIFETIME.days),
    ("What you entered", _MINUTES),
)
"""How texts begin, or what is in them, that tell a span in words; and the number that they tell."""


@pytest.mark.parametrize(("document", "told"), _DOCUMENTS)
def test_the_documents_tell_the_spans(document: str, told: str) -> None:
    text = " ".join((tree.text_of(document) or "").split())

    assert re.search(told, text), f"{document} does not say: {told}"


@pytest.mark.parametrize(("words", "number"), _SAID)
def test_pages_letters_and_terminal_tell_the_spans(words: str, number: int) -> None:
    english, french = _SPELLED[number]
    told = [
        message
        for message in texts.translated("fr")
        if words in str(message.id) and re.search(r"days|minutes", str(message.id))
    ]

    assert told
    assert [one.id for one in told if english not in str(one.id)] == []
    assert [one.id for one in told if french not in str(one.string).replace("\xa0", " ")] == []
