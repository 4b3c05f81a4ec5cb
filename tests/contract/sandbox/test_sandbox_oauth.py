"""OAuth 2. Source of every rule: FACTS.md §1, §9.12 unless a test says otherwise."""

from __future__ import annotations

import http.client
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import orjson
import pytest

from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from tests.contract.sandbox.sandbox_calls import LIST, Caller, HandClock, problem
from tests.patience import PATIENCE_S

BACK = "http://127.0.0.1:9/callback"
ASKED = {"response_type": "code", "client_id": "segue", "redirect_uri": BACK, "state": "s-1"}
FORM = "application/x-www-form-urlencoded"


def visit(
    sandbox: Sandbox, method: str, path: str, form: dict[str, str] | None = None, **headers: str
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """Call outside /3.0."""
    where = urlsplit(sandbox.origin)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=PATIENCE_S)
    try:
        given = {"Content-Type": FORM, **headers} if form is not None else headers
        connection.request(method, path, urlencode(form or {}), given)
        reply = connection.getresponse()
        return reply.status, reply.headers, reply.read()
    finally:
        connection.close()


@pytest.fixture
def registered(sandbox: Sandbox) -> Sandbox:
    """Register one application; authorisation is given at once."""
    sandbox.register_client("segue", "hush", redirect_uri=BACK)
    sandbox.set_switches(Switches(oauth_asks=False))
    return sandbox


def new_code(sandbox: Sandbox) -> str:
    """Ask for a code and read it from the redirection."""
    status, headers, _ = visit(sandbox, "GET", f"/oauth2/authorize?{urlencode(ASKED)}")
    assert status == 302
    answer = parse_qs(urlsplit(headers["Location"]).query)
    assert answer["state"] == ["s-1"]
    return answer["code"][0]


def exchange(sandbox: Sandbox, code: str, **changes: str) -> tuple[int, dict[str, Any]]:
    """Exchange a code for a token."""
    form = {
        "grant_type": "authorization_code",
        "client_id": "segue",
        "client_secret": "hush",
        "redirect_uri": BACK,
        "code": code,
    }
    status, _, body = visit(sandbox, "POST", "/oauth2/token", {**form, **changes})
    return status, orjson.loads(body)


def metadata(sandbox: Sandbox, token: str) -> tuple[int, dict[str, Any]]:
    """Read the metadata of a token."""
    status, _, body = visit(sandbox, "GET", "/oauth2/metadata", Authorization=f"OAuth {token}")
    return status, orjson.loads(body)


def test_a_token_without_expiry_opens_the_api(registered: Sandbox, caller: Caller) -> None:
    status, answer = exchange(registered, new_code(registered))

    token = answer["access_token"]
    assert (status, answer["expires_in"], answer["scope"]) == (200, 0, None)
    assert "refresh_token" not in answer
    assert caller.call("GET", "/ping", authorization=f"Bearer {token}").status == 200


def test_metadata_points_at_the_sandbox_itself(registered: Sandbox) -> None:
    """Source: FACTS.md §1, §9.1."""
    token = exchange(registered, new_code(registered))[1]["access_token"]

    status, answer = metadata(registered, token)

    assert (status, answer["dc"], answer["api_endpoint"]) == (200, "us1", registered.origin)
    assert sorted(answer) == [
        "accountname", "api_endpoint", "dc", "login", "login_url", "role", "user_id",
    ]  # fmt: skip


def test_metadata_answers_200_to_an_invalid_token(registered: Sandbox) -> None:
    """Source: FACTS.md §1, §4 #32: check for the key, not the status."""
    status, answer = metadata(registered, "stolen")

    assert status == 200
    assert sorted(answer) == ["error", "error_description"]


def test_a_code_works_once(registered: Sandbox) -> None:
    code = new_code(registered)
    exchange(registered, code)

    status, answer = exchange(registered, code)

    assert (status, answer["error"]) == (400, "invalid_grant")


def test_a_code_is_short_lived(registered: Sandbox, hand_clock: HandClock) -> None:
    """Assumption: a minute."""
    code = new_code(registered)
    hand_clock.forward(61)

    assert exchange(registered, code)[1]["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"redirect_uri": "http://localhost:9/callback"}, "invalid_grant"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_wrong_exchange_is_refused(
    registered: Sandbox, changes: dict[str, str], error: str
) -> None:
    """Source: FACTS.md §1, §4 #31."""
    status, answer = exchange(registered, new_code(registered), **changes)

    assert (status, answer["error"]) == (400, error)


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://localhost:9/callback"},
        {"client_id": "nobody"},
        {"response_type": "token"},
    ],
)
def test_a_wrong_question_never_redirects(registered: Sandbox, changes: dict[str, str]) -> None:
    status, headers, _ = visit(
        registered, "GET", f"/oauth2/authorize?{urlencode({**ASKED, **changes})}"
    )

    assert (status, headers["Location"]) == (400, None)


def test_a_person_is_asked_and_may_deny(registered: Sandbox) -> None:
    registered.set_switches(Switches())
    status, _, page = visit(registered, "GET", f"/oauth2/authorize?{urlencode(ASKED)}")

    denied = visit(registered, "POST", "/oauth2/authorize", {**ASKED, "decision": "deny"})
    allowed = visit(registered, "POST", "/oauth2/authorize", {**ASKED, "decision": "allow"})

    assert status == 200 and b"Allow" in page and b"Deny" in page
    assert denied[1]["Location"] == f"{BACK}?error=access_denied&state=s-1"
    assert allowed[1]["Location"].startswith(f"{BACK}?code=")


@pytest.mark.parametrize(
    ("setting", "expected"), [("401", (401, "API Key Invalid")), ("403", (403, "Forbidden"))]
)
def test_a_revoked_token_is_refused_everywhere(
    registered: Sandbox, caller: Caller, setting: str, expected: tuple[int, str]
) -> None:
    """Source: FACTS.md §9.12, §11.12."""
    registered.set_switches(Switches().changed(f"revocation_answer={setting}"))
    registered.issue_token("tok")
    before = caller.call("GET", "/ping", authorization="Bearer tok").status

    registered.revoke_token("tok")

    assert before == 200
    assert problem(caller.call("GET", "/ping", authorization="Bearer tok")) == expected
    assert "error" in metadata(registered, "tok")[1]


def test_metadata_may_answer_200_with_an_error_to_a_token_just_issued(registered: Sandbox) -> None:
    """Source: FACTS.md §1, §4 #32."""
    token = exchange(registered, new_code(registered))[1]["access_token"]
    registered.set_switches(Switches(oauth_metadata_error=True))

    status, answer = metadata(registered, token)

    assert (status, sorted(answer)) == (200, ["error", "error_description"])


def test_the_account_that_signs_in_can_be_another_one(registered: Sandbox, caller: Caller) -> None:
    registered.issue_token("tok")
    before = caller.call("GET", "/", authorization="Bearer tok").json

    registered.set_account(account_id="0ther", name="Another shop")

    after = caller.call("GET", "/", authorization="Bearer tok").json
    assert (before["account_id"], before["account_name"]) == (
        "5e91ba2cf1e4e7a7e1b0c0de",
        "Segue Sandbox",
    )
    assert (after["account_id"], after["account_name"]) == ("0ther", "Another shop")
    assert metadata(registered, "tok")[1]["accountname"] == "Another shop"


@pytest.mark.parametrize("role", ["author", "viewer"])
def test_a_low_role_reads_and_may_not_write(registered: Sandbox, caller: Caller, role: str) -> None:
    """Source: FACTS.md §4 #19; which roles is an assumption."""
    registered.set_switches(Switches().changed(f"account_role={role}"))

    read = caller.call("GET", "/")
    write = caller.call("POST", f"/lists/{LIST}", {"members": []})

    assert (read.status, read.json["role"]) == (200, role)
    assert problem(write) == (403, "Forbidden")


@pytest.mark.parametrize("role", ["owner", "admin", "manager"])
def test_a_high_role_may_write(registered: Sandbox, caller: Caller, role: str) -> None:
    registered.set_switches(Switches().changed(f"account_role={role}"))

    assert caller.call("POST", f"/lists/{LIST}", {"members": []}).status == 200


def test_a_disabled_account_refuses_every_call(registered: Sandbox, caller: Caller) -> None:
    """Source: FACTS.md §4 #20."""
    registered.set_switches(Switches(account_disabled=True))

    assert problem(caller.call("GET", "/ping")) == (403, "User Disabled")
