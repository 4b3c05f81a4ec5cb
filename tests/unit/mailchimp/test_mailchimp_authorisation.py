"""The pure part of OAuth: the way out, and the way back with its state checked."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from segue.core.errors import ConfigurationProblem, ConnectionLost
from segue.mailchimp.oauth import Application, authorize_url, returned_code

APPLICATION = Application(
    client_id="123", client_secret="hush-hush", redirect_uri="http://127.0.0.1:8000/back?x=1"
)


def test_the_person_is_sent_to_mailchimp_with_a_state_and_without_the_secret() -> None:
    url = authorize_url(APPLICATION, state="s1")

    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == (
        "https://login.mailchimp.com/oauth2/authorize"
    )
    assert parse_qs(parts.query) == {
        "response_type": ["code"],
        "client_id": ["123"],
        "redirect_uri": ["http://127.0.0.1:8000/back?x=1"],
        "state": ["s1"],
    }
    assert "hush" not in url + repr(APPLICATION)


def test_the_code_comes_back_with_the_state() -> None:
    assert returned_code({"state": "s1", "code": "c1"}, state="s1") == "c1"


@pytest.mark.parametrize("query", [{"code": "c1"}, {"code": "c1", "state": "s2"}, {"state": ""}])
def test_an_answer_to_another_request_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(ConfigurationProblem) as caught:
        returned_code(query, state="s1")

    assert caught.value.code == "mailchimp_state_mismatch"


def test_no_state_at_all_is_never_a_match() -> None:
    with pytest.raises(ConfigurationProblem):
        returned_code({"state": "", "code": "c1"}, state="")


@pytest.mark.parametrize("query", [{"error": "access_denied"}, {}, {"code": ""}])
def test_a_person_who_says_no_starts_again(query: dict[str, str]) -> None:
    with pytest.raises(ConnectionLost) as caught:
        returned_code({"state": "s1", **query}, state="s1")

    assert caught.value.code == "mailchimp_authorisation_failed"
