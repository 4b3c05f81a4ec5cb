"""What a run's summary says beside its counts: calls that failed for good are told with status, code and request id: on the terminal, in JSON and for the page."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest

from segue.cli.report_text import print_summary
from segue.shown.documents import report_as_json
from segue.sync.failures import FailedCalls
from segue.sync.kinds import Skip
from segue.sync.store import Step
from segue.web.runs.failed_view import FailedRow, failed_rows
from tests.integration.engines.test_reports import REPORT

FAILED = FailedCalls(
    step=Step.WRITE,
    code="mailchimp_unavailable",
    http_status=500,
    calls=2,
    people=3,
    request_id="11111111-2222",
)
LOST = replace(FAILED, code="mailchimp_connection_broken", http_status=0, request_id="")
TOLD = replace(REPORT, failed_calls=(FAILED, LOST))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            "Calls that failed for good: 2, for 3 people (writing contacts, HTTP 500, "
            "mailchimp_unavailable, request 11111111-2222). Mailchimp did not serve the request.",
        ),
        (
            "fr",
            "Appels définitivement en échec : 2, pour 3 personnes (écriture de contacts, HTTP 500, "
            "mailchimp_unavailable, requête 11111111-2222). Mailchimp n’a pas traité la requête.",
        ),
    ],
)
def test_the_summary_of_a_run_names_them(
    capsys: pytest.CaptureFixture[str], language: Literal["en", "fr"], words: str
) -> None:
    print_summary(TOLD, language)

    said = " ".join(capsys.readouterr().out.split())
    assert words in said
    assert "(writing contacts, mailchimp_connection_broken)" in said or language == "fr"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "2 people are no longer in the audience"),
        ("fr", "2 personnes ne sont plus dans l’audience"),
    ],
)
def test_the_summary_says_what_its_plan_found_amiss(
    capsys: pytest.CaptureFixture[str], language: Literal["en", "fr"], words: str
) -> None:
    """A run whose only person changed the address at Mailchimp counts one skipped, and says why and what to do."""
    print_summary(replace(REPORT, plan=replace(REPORT.plan, skips={Skip.GONE: 2})), language)

    said = " ".join(capsys.readouterr().out.split())
    assert words in said
    assert "correct it in the data" in said or "corrigez-la dans les données" in said


def test_json_holds_them() -> None:
    assert report_as_json(TOLD)["failed_calls"] == [
        {
            "step": "write",
            "code": "mailchimp_unavailable",
            "http_status": 500,
            "calls": 2,
            "people": 3,
            "request_id": "11111111-2222",
        },
        {
            "step": "write",
            "code": "mailchimp_connection_broken",
            "http_status": None,
            "calls": 2,
            "people": 3,
            "request_id": None,
        },
    ]


def test_the_page_of_a_run_shows_them() -> None:
    assert failed_rows(None) == []
    assert failed_rows(TOLD)[0] == FailedRow(
        text="Mailchimp did not serve the request.",
        facts="HTTP 500 · mailchimp_unavailable · 11111111-2222",
        calls=2,
        people=3,
    )
    assert failed_rows(TOLD)[1].facts == "mailchimp_connection_broken"
