"""Stored problems in the reader's language: every code that a run, a task or a refresh can end with has French words."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from docs.build.codes import sites
from segue.control.connections.queries import Unusable
from segue.control.refreshes.data_work import UPSTREAM_FAILED
from segue.control.refreshes.run_work import STOPPED_BY_CHANGE
from segue.core.errors import ConfigurationProblem, TryLater
from segue.mailchimp.reasons import codes as mailchimp_codes
from segue.sync.ports import Reason
from segue.web.problem_texts import ENGINE, RUNNING, WORK
from segue.web.problem_texts_sources import SOURCES
from segue.web.problems import Worded, worded, words_of

pytestmark = pytest.mark.one_database

_AT_WORK = {"sync", "engines", "workspace", "bootstrap", "worker"}
"""Packages whose problems end a task or a run with their own code."""

_WHOLE_FILE = {"configuration_invalid", "secret_missing"}
"""What a definition can end a refresh with; its single mistakes are listed under one of these."""

_OF_CONTROL = {
    UPSTREAM_FAILED,
    "plan_discarded",
    "plan_superseded",
    "segment_removed",
    "segment_inactive",
    "definition_missing",
    "key_missing",
    "key_malformed",
    "bug",
}


def _stored_codes() -> set[str]:
    raised = {site.code for site in sites() if site.package in _AT_WORK}
    refused = {f"contact_{reason.value}" for reason in Reason}
    unusable = set(Unusable.values)
    return {
        *raised,
        *refused,
        *mailchimp_codes(),
        *unusable,
        *STOPPED_BY_CHANGE,
        *_WHOLE_FILE,
        *_OF_CONTROL,
    }


def test_every_code_that_can_be_stored_has_words_in_french() -> None:
    original = "Written in English."

    with override("fr"):
        silent = sorted(
            code for code in _stored_codes() if words_of(code, original, "").message == original
        )

    assert silent == []


def test_every_text_is_translated() -> None:
    texts = {**ENGINE, **SOURCES, **RUNNING, **WORK}

    with override("en"):
        english = {code: (str(text.message), str(text.action)) for code, text in texts.items()}
    with override("fr"):
        french = {code: (str(text.message), str(text.action)) for code, text in texts.items()}
    untranslated = [code for code in texts if set(english[code]) & set(french[code])]

    assert untranslated == []


def test_a_stored_problem_repeats_the_names_and_numbers_of_its_message() -> None:
    message = "The export 'vip' selects 1204000 people, 204000 more than its limit of 1000000."

    with override("fr"):
        told = words_of("profile_limit_exceeded", message, "Choose fewer segments.")

    assert told.message.replace("\u202f", " ") == (
        "L’exportation sélectionne 1 204 000 personnes, soit 204 000 de plus que sa limite de 1 000 000."
    )
    assert told.original == f"{message} Choose fewer segments."


@pytest.mark.parametrize(
    ("code", "message", "named"),
    [
        ("source_file_missing", "Source 'shop' reads /data/a.csv, and there is no such file.", "shop"),
        ("source_column_missing", "Source 'shop' has no columns 'mail', 'city' in a.csv.", "mail, city"),
        ("source_table_missing", "Source 'shop' reads the table 'visits', which …", "visits"),
        ("source_quote_unclosed", "Source 'shop' cannot read a.csv: a quote that opens in row 12 or later", "12"),
        ("sources_unreadable", "3 data sources cannot be read: …", "3"),
        ("merge_field_required", "The audience a1 requires the merge field CITY, which …", "CITY"),
        ("merge_field_missing", "The audience a1 has no merge field CITY; it has FNAME.", "CITY"),
        ("people_left", "12 people are left: their calls failed again and again.", "12"),
        ("merge_field_type", "The merge field CITY of audience a1 is of type number, not text.", "number"),
    ],
)  # fmt: skip
def test_what_a_message_names_is_named_in_french_too(code: str, message: str, named: str) -> None:
    with override("fr"):
        told = words_of(code, message, "")

    assert named in told.message


def test_pages_do_not_repeat_advice_about_commands() -> None:
    message = "Everybody that 'vip' sent was rejected (12 people)."
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
    raised = TryLater("Mailchimp did not answer.", action="Run again.", code="mailchimp_time_out")

    with override("fr"):
        told = worded(raised)

    assert told.message.startswith("Mailchimp n’a pas répondu à temps")
