"""Every reason and code is explained with a fix in English and French, and the reference pages show the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from segue.mailchimp import limits
from segue.mailchimp.catalogue import CONSEQUENCES
from segue.sync.ports import Reason
from segue.words.catalogue import in_language
from segue.words.refusals import Explanation, codes, explain, explain_problem

ROOT = Path(__file__).resolve().parents[3]


def _in_french(words: Explanation) -> list[str]:
    return [in_language(text, "fr") for text in words]


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_fix_in_both_languages(reason: Reason) -> None:
    english = explain(reason)

    assert all(text.endswith(".") for text in (*english, *_in_french(english)))
    assert not set(english) & set(_in_french(english))


def test_what_mailchimp_says_is_added_in_both_languages() -> None:
    words = explain(Reason.INVALID_ADDRESS, detail="Looks like a typo.")

    assert words.text == "Mailchimp says that this is no valid e-mail address: Looks like a typo."
    assert _in_french(words)[0] == (
        "Mailchimp indique que cette adresse e-mail n’est pas valide\u00a0: Looks like a typo."
    )


def test_every_code_has_a_consequence_and_an_explanation() -> None:
    assert set(codes()) == set(CONSEQUENCES)


@pytest.mark.parametrize("code", codes())
def test_every_code_is_explained_in_both_languages(code: str) -> None:
    english = explain_problem(code)

    assert all(text.endswith(".") for text in (*english, *_in_french(english)))
    assert not set(english) & set(_in_french(english))


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
