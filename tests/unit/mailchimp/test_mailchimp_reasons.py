"""Every reason and code is explained with a fix in English and French, and the reference pages show the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from segue.mailchimp import limits
from segue.mailchimp.catalogue import CONSEQUENCES
from segue.mailchimp.reasons import Language, codes, explain, explain_problem
from segue.sync.ports import Reason

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_fix(reason: Reason, language: Language) -> None:
    text, fix = explain(reason, language)

    assert text.endswith(".")
    assert fix.endswith(".")


@pytest.mark.parametrize("reason", list(Reason))
def test_english_and_french_differ(reason: Reason) -> None:
    assert not set(explain(reason, "en")) & set(explain(reason, "fr"))


def test_every_code_has_a_consequence_and_an_explanation() -> None:
    assert set(codes()) == set(CONSEQUENCES)


@pytest.mark.parametrize("code", codes())
def test_every_code_is_explained_in_both_languages(code: str) -> None:
    english, french = explain_problem(code, "en"), explain_problem(code, "fr")

    assert all(sentence.endswith(".") for sentence in (*english, *french))
    assert not set(english) & set(french)


def test_the_reference_page_of_errors_shows_every_code_with_its_fix() -> None:
    page = (ROOT / "docs/reference/mailchimp-errors.md").read_text(encoding="utf-8")

    rows = [(f"`{reason.value}`", *explain(reason)) for reason in Reason]
    rows += [(f"`{code}`", *explain_problem(code)) for code in codes()]
    missing = [
        name for name, text, fix in rows if f"| {text} | {fix} |" not in page or name not in page
    ]

    assert missing == []


def test_the_reference_page_of_limits_shows_every_limit() -> None:
    page = (ROOT / "docs/reference/mailchimp-limits.md").read_text(encoding="utf-8")

    missing = [
        limit.name
        for limit in limits.ALL
        if f"| {limit.value:,} | {limit.unit} | {limit.source} | {limit.as_of} |" not in page
    ]

    assert missing == []
