"""Stored problems in the reader's language, with what they name."""

from __future__ import annotations

import ast
import re

import pytest
from django.utils.translation import override

from docs.build.codes import SOURCE, codes_in
from segue.core.errors import ConfigurationProblem
from segue.core.sentences import Sentence, kept, recalled, said
from segue.mailchimp.errors import problem
from segue.web.problems import Worded, worded, words_of
from segue.words.catalogue import in_language
from segue.words.problem_texts import ENGINE, RUNNING, WORK
from segue.words.problem_texts_state import STATE
from segue.words.problem_texts_trouble import TROUBLES

pytestmark = pytest.mark.one_database

_PLACES = re.compile(r"%\((\w+)\)[sd]")


def _values_by_code() -> dict[str, set[str]]:
    """Return which values stand in the sentences of the modules that give a code."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(SOURCE.rglob("*.py"))]
    found: dict[str, set[str]] = {}
    for text in texts:
        for code in set(codes_in(ast.parse(text))):
            found.setdefault(code, set()).update(_PLACES.findall(text))
    # A run's problem takes its code from the rule book, and has words of its own.
    passed_on = {
        name for text in texts if "code=fault.code" in text for name in _PLACES.findall(text)
    }
    return {code: names | passed_on for code, names in found.items()}


def test_every_text_is_translated() -> None:
    texts = {**ENGINE, **RUNNING, **WORK}

    english = {code: (text.message, text.action) for code, text in texts.items()}
    french = {
        code: tuple(in_language(text, "fr") for text in both) for code, both in english.items()
    }
    untranslated = [code for code in texts if set(english[code]) & set(french[code])]

    assert untranslated == []


def _limit() -> Sentence:
    return said(
        "The export '%(export)s' selects %(people)s people, %(over)s more than its limit of %(limit)s.",
        export="vip", people=1_204_000, over=204_000, limit=1_000_000,
    )  # fmt: skip


def test_a_stored_problem_repeats_the_names_and_numbers_of_its_message() -> None:
    with override("fr"):
        told = words_of("profile_limit_exceeded", recalled(kept(_limit())), "")

    assert told.message.replace("\u202f", " ") == (
        "L’exportation sélectionne 1 204 000 personnes, soit 204 000 de plus que sa limite de 1 000 000."
    )
    assert told.original.startswith("L’exportation «\u00a0vip\u00a0» retient 1204000 personnes")
    assert not told.is_english


def test_what_was_stored_without_values_is_told_in_general_with_its_english_beside_it() -> None:
    message = str(_limit())

    with override("fr"):
        told = words_of("profile_limit_exceeded", message, "Choose fewer segments.")

    assert told.message == "L’exportation sélectionne plus de personnes que sa limite."
    assert told.original == f"{message} Choose fewer segments."
    assert told.is_english


def test_a_sentence_within_a_sentence_names_things_too() -> None:
    what = said("reads the table '%(table)s', which the database does not have.", table="visits")

    with override("fr"):
        told = words_of(
            "source_table_missing",
            said("Source '%(source)s' %(what)s", source="shop", what=what),
            "",
        )

    assert told.message == (
        "La source de données «\u00a0shop\u00a0» lit la table «\u00a0visits\u00a0», que la base de données n’a pas."
    )


def test_every_detail_that_a_page_tells_is_among_the_values_of_the_problem() -> None:
    told = {
        code: text
        for code, text in {**ENGINE, **STATE, **TROUBLES, **WORK}.items()
        if text.detailed
    }
    needed = {code: set(_PLACES.findall(str(text.detailed))) for code, text in told.items()}

    named = _values_by_code()

    assert {
        code: names - named[code] for code, names in needed.items() if names - named[code]
    } == {}
    assert len(needed) > 8


def test_pages_do_not_repeat_advice_about_commands() -> None:
    message = said(
        "Everybody that '%(export)s' sent was rejected (%(sent)s people).", export="vip", sent=12
    )
    action = "Look at the reasons with: segue report --rejected FILE.csv"

    with override("en"):
        told = words_of("everybody_rejected", message, action)

    assert (told.message, told.action) == (
        "Mailchimp rejected everybody that was sent (12 people).",
        "Look at the reasons under Rejected.",
    )


def test_english_that_names_more_stays_in_english() -> None:
    message = "Source 'shop' has no column 'mail'."

    with override("en"):
        told = words_of("source_column_missing", message, "Did you mean 'email'?")

    assert told == Worded(
        code="source_column_missing", message=message, action="Did you mean 'email'?"
    )


def test_a_code_without_words_gets_them() -> None:
    with override("en"):
        told = words_of("upstream_failed", "", "")

    assert told == Worded(
        code="upstream_failed",
        message="Something before it failed, so that it was skipped.",
        action="Repair what failed, then refresh again.",
    )


def test_an_unknown_code_keeps_what_was_stored() -> None:
    with override("fr"):
        told = words_of("from_a_newer_version", "Something new.", "Read the news.")

    assert told == Worded(
        code="from_a_newer_version", message="Something new.", action="Read the news."
    )


def test_a_problem_that_a_page_raised_is_in_the_reader_s_language_already() -> None:
    raised = ConfigurationProblem(
        "CITY est obligatoire dans cette audience.",
        action="Choisissez un attribut.",
        code="merge_field_required",
    )

    with override("fr"):
        told = worded(raised)

    assert told.message == "CITY est obligatoire dans cette audience."


def test_a_problem_that_the_engine_raised_is_told_in_french() -> None:
    raised = problem("mailchimp_time_out")

    with override("fr"):
        told = worded(raised)

    assert told.message.startswith("Mailchimp n’a pas répondu à temps")
