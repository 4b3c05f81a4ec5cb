"""Every row of the catalogue of refusals (FACTS.md §4): the reply as seen in the wild, and what it must mean."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from segue.core.errors import (
    ConfigurationProblem,
    ConnectionLost,
    ContactRejected,
    Problem,
    TryLater,
)
from segue.mailchimp.catalogue import CONTACT_ROWS, ROWS
from segue.mailchimp.errors import (
    problem_from_metadata,
    problem_from_reply,
    problem_from_token_reply,
)
from tests.fixtures.logs import secrets_in

LIST = "/lists/{list_id}"
MEMBER = "/lists/{list_id}/members/{subscriber_hash}"
SEGMENT = "/lists/{list_id}/segments/{segment_id}"
FIELDS = "/lists/{list_id}/merge-fields"
NOT_VALIDATED = (
    "The resource submitted could not be validated. For field-specific details, "
    "see the 'errors' array."
)
NADIA = "Nadia@shop.example"


def document(status: int, title: str, detail: str, *errors: tuple[str, str]) -> bytes:
    """Return a problem document as Mailchimp sends it."""
    body: dict[str, object] = {"title": title, "status": status, "detail": detail}
    body["instance"] = "11111111-2222-3333-4444-555555555555"
    if errors:
        body["errors"] = [{"field": field, "message": message} for field, message in errors]
    return json.dumps(body).encode()


@dataclass(frozen=True)
class Case:
    """A reply and its meaning."""

    number: str
    status: int
    body: bytes
    kind: type[Problem]
    code: str
    method: str = "POST"
    route: str = LIST
    throttled: bool = False


def invalid(detail: str, *errors: tuple[str, str]) -> bytes:
    """Return the most common refusal."""
    return document(400, "Invalid Resource", detail, *errors)


FORGOTTEN = document(
    400,
    "Forgotten Email Not Subscribed",
    f"{NADIA} was permanently deleted and cannot be re-imported. The contact must re-subscribe to get back on the list.",
)
AKAMAI = json.dumps(
    {"type": "akamai_error_message", "title": "akamai_503", "status": 503, "ref_no": "18.1"}
).encode()
HTML = b"<html><body><h1>502 Bad Gateway</h1>nginx</body></html>"
COMPLIANCE = "is in a compliance state due to unsubscribe, bounce, or compliance review and cannot be subscribed."

CASES = [
    Case("1", 400, invalid("Please provide a valid email address."), ContactRejected, "contact_invalid_address", "PUT", MEMBER),
    Case("1", 400, invalid("Invalid email address"), ContactRejected, "contact_invalid_address", "PUT", MEMBER),
    Case("2", 400, invalid(f"{NADIA} looks fake or invalid, please enter a real email address."), ContactRejected, "contact_fake_address", "PUT", MEMBER),
    Case("3", 400, invalid("Your merge fields were invalid.", ("SPENT", "Please enter a number")), ContactRejected, "contact_invalid_field", "PUT", MEMBER),
    Case("4", 400, invalid(NOT_VALIDATED, ("members.item:0.vip", "Schema describes boolean, string found instead")), ConfigurationProblem, "mailchimp_refused_payload"),
    Case("4", 400, invalid(NOT_VALIDATED, ("", "Required fields were not provided: email_address")), ConfigurationProblem, "mailchimp_refused_payload", "PUT", MEMBER),
    Case("5", 400, invalid(f"{NADIA} has signed up to a lot of lists very recently; we're not allowing more signups for now"), ContactRejected, "contact_too_many_signups", "PUT", MEMBER),
    Case("6", 400, invalid(NOT_VALIDATED, ("email address", "Because the member’s status is \"cleaned.\" …")), ContactRejected, "contact_not_subscribed", "PATCH", MEMBER),
    Case("6", 400, invalid(NOT_VALIDATED, ("email address", "This member's status is \"unsubscribed.\"")), ContactRejected, "contact_not_subscribed", "PATCH", MEMBER),
    Case("7", 400, invalid(f'{NADIA} is already in this list with a status of "Subscribed".'), ContactRejected, "contact_already_there", "PATCH", MEMBER),
    Case("8", 400, invalid(f"{NADIA} has previously unsubscribed from this list and must opt in again."), ContactRejected, "contact_unsubscribed", "PUT", MEMBER),
    Case("8", 400, invalid(f"{NADIA} was previously removed from this audience. To rejoin, they'll need to sign up using a Mailchimp form."), ContactRejected, "contact_unsubscribed", "PUT", MEMBER),
    Case("9", 400, invalid("Maximum allowed member items exceeded. 500 in members_to_remove"), ConfigurationProblem, "mailchimp_too_many_items", "POST", SEGMENT),
    Case("10", 400, document(400, "Member Exists", f"{NADIA} is already a list member. Use PUT to insert or update list members."), ContactRejected, "contact_already_there", "POST", LIST + "/members"),
    Case("11", 400, document(400, "Member In Compliance State", f"{NADIA} {COMPLIANCE}"), ContactRejected, "contact_compliance", "PUT", MEMBER),
    Case("11", 400, document(400, "Member In Compliance State", f"{NADIA} is already a list member in compliance state due to unsubscribe"), ContactRejected, "contact_compliance", "PUT", MEMBER),
    Case("12", 400, FORGOTTEN, ContactRejected, "contact_forgotten", "PUT", MEMBER),
    Case("12", 400, FORGOTTEN, ConfigurationProblem, "mailchimp_refused_payload", "POST", LIST),
    Case("13", 400, document(400, "Merge Max Limit Exceeded", "Too many merge fields."), ConfigurationProblem, "merge_field_limit_reached", "POST", FIELDS),
    Case("14", 400, invalid('A Merge Field with the tag "SPENT" already exists for this list.'), ConfigurationProblem, "merge_field_exists", "POST", FIELDS),
    Case("15", 400, invalid(NOT_VALIDATED, ("url", "Sorry, you can't set up multiple WebHooks for one URL")), ConfigurationProblem, "webhook_refused", "POST", LIST + "/webhooks"),
    Case("15", 400, invalid(NOT_VALIDATED), ConfigurationProblem, "webhook_refused", "POST", LIST + "/webhooks"),
    Case("16", 400, document(400, "JSON Parse Error", "We encountered an unspecified JSON parsing error."), ConfigurationProblem, "mailchimp_refused_request"),
    Case("16", 400, document(400, "Bad Request", "Your request could not be processed."), ConfigurationProblem, "mailchimp_refused_request"),
    Case("16", 400, document(400, "Invalid Action", "The action requested was not valid."), ConfigurationProblem, "mailchimp_refused_request"),
    Case("17", 401, document(401, "API Key Invalid", "Your API key may be invalid, or you've attempted to access the wrong datacenter."), ConnectionLost, "mailchimp_key_refused", "GET", "/ping"),
    Case("17", 401, b"", ConnectionLost, "mailchimp_key_refused", "GET", "/ping"),
    Case("18", 401, document(401, "API Key Missing", "Your request did not include an API key."), ConnectionLost, "mailchimp_key_missing", "GET", "/ping"),
    Case("19", 403, document(403, "Forbidden", "You don't have permission to access this."), ConnectionLost, "mailchimp_not_permitted"),
    Case("19", 403, document(403, "User action not permitted", ""), ConnectionLost, "mailchimp_not_permitted"),
    Case("20", 403, document(403, "User Disabled", "This account has been deactivated."), ConnectionLost, "mailchimp_user_disabled"),
    Case("21", 403, document(403, "Wrong Datacenter", "The API key provided is linked to a different datacenter: 'us7'."), ConnectionLost, "mailchimp_wrong_data_centre"),
    Case("21", 403, document(403, "Forbidden", "This key belongs to datacenter 'us7'."), ConnectionLost, "mailchimp_wrong_data_centre"),
    Case("22", 403, b"", TryLater, "mailchimp_throttled", throttled=True),
    Case("22", 403, b"<html>Access Denied</html>", TryLater, "mailchimp_throttled", throttled=True),
    Case("23", 404, document(404, "Resource Not Found", "The requested resource could not be found."), ConfigurationProblem, "audience_not_found", "GET", LIST),
    Case("23", 404, document(404, "Resource Not Found", "The requested resource could not be found."), ConfigurationProblem, "audience_not_found", "GET", LIST + "/members"),
    Case("23", 404, document(404, "Resource Not Found", "The requested resource could not be found."), ConfigurationProblem, "tag_not_found", "POST", SEGMENT),
    Case("23", 404, document(404, "Resource Not Found", "The requested resource could not be found."), ConfigurationProblem, "tag_not_found", "GET", SEGMENT + "/members"),
    Case("23", 404, document(404, "Resource Not Found", "The requested resource could not be found."), ContactRejected, "contact_not_found", "GET", MEMBER),
    Case("23b", 404, b"", TryLater, "mailchimp_unclear_not_found", "PUT", MEMBER),
    Case("23b", 404, document(404, "Resource Not Found", ""), TryLater, "mailchimp_unclear_not_found", "PUT", MEMBER),
    Case("24", 405, document(405, "Method Not Allowed", "This list member cannot be removed. Please contact support."), ContactRejected, "contact_not_archivable", "DELETE", MEMBER),
    Case("25", 405, document(405, "Method Not Allowed", "See the Allow header."), ConfigurationProblem, "mailchimp_refused_request", "PUT", LIST),
    Case("26", 414, document(414, "Resource Nesting Too Deep", "…"), ConfigurationProblem, "mailchimp_refused_request"),
    Case("26", 422, document(422, "Requested Fields Invalid", "…"), ConfigurationProblem, "mailchimp_refused_request"),
    Case("26", 426, document(426, "Upgrade Required", "…"), ConfigurationProblem, "mailchimp_refused_request"),
    Case("27", 429, document(429, "Too Many Requests", "You have exceeded the limit of 10 simultaneous connections."), TryLater, "mailchimp_throttled", throttled=True),
    Case("27", 429, document(429, "TooManyRequests", ""), TryLater, "mailchimp_throttled", throttled=True),
    Case("27", 429, b"", TryLater, "mailchimp_throttled", throttled=True),
    Case("28", 500, document(500, "Internal Server Error", "An unexpected internal error has occurred."), TryLater, "mailchimp_unavailable"),
    Case("29", 503, document(503, "Compliance Related", "This method has been disabled."), ConnectionLost, "mailchimp_account_restricted"),
    Case("30", 502, HTML, TryLater, "mailchimp_unavailable"),
    Case("30", 503, AKAMAI, TryLater, "mailchimp_unavailable"),
    Case("30", 504, HTML, TryLater, "mailchimp_gateway_time_out", "GET", LIST + "/members"),
    Case("-", 302, b"", ConfigurationProblem, "mailchimp_redirected", "GET", "/ping"),
    Case("-", 400, document(400, "Bad Request", "Please try again later."), TryLater, "mailchimp_unavailable"),
    Case("-", 418, b"", ConfigurationProblem, "mailchimp_refused_request", "GET", "/ping"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.number}-{c.code}")
def test_every_refusal_has_the_consequence_of_its_row(case: Case) -> None:
    headers = {"X-Request-Id": "11111111-2222-3333-4444-555555555555"}

    found = problem_from_reply(
        case.status, headers, case.body, method=case.method, path_template=case.route
    )

    assert (type(found), found.code, found.context["row"]) == (case.kind, case.code, case.number)
    assert getattr(found, "throttled", False) is case.throttled
    assert found.context["request_id"] == headers["X-Request-Id"]
    assert found.action


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.number}-{c.code}")
def test_no_refusal_carries_an_address(case: Case) -> None:
    found = problem_from_reply(
        case.status, {}, case.body, method=case.method, path_template=case.route
    )

    assert secrets_in(f"{found.message} {found.action} {found.context}") == []


def test_every_row_of_the_catalogue_is_tried() -> None:
    tried = {case.number for case in CASES} | {"31", "32"}
    rows = {row.number for row in (*ROWS, *CONTACT_ROWS)} | {"31", "32"}

    numbers = {str(number) for number in range(1, 33)} | {"23b", "-"}

    assert tried == rows == numbers


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "mailchimp_not_permitted"),
        (404, "contact_not_found"),
        (422, "mailchimp_refused_request"),
        (500, "mailchimp_unavailable"),
    ],
)
def test_words_about_a_contact_count_only_where_mailchimp_refuses_a_contact(
    status: int, code: str
) -> None:
    body = document(status, "Member Exists", f"{NADIA} is already a list member.")

    found = problem_from_reply(status, {}, body, method="PUT", path_template=MEMBER)

    assert found.code == code


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Required fields were not provided: status_if_new", "gone"),
        (f"{NADIA} looks fake or invalid.", "fake_address"),
    ],
)
def test_a_whole_call_that_words_about_one_contact_spoil_names_the_reason(
    words: str, reason: str
) -> None:
    found = problem_from_reply(400, {}, invalid(words), method="POST", path_template=LIST)

    assert (found.code, found.context["reason"]) == ("mailchimp_refused_payload", reason)


def test_the_data_centre_that_mailchimp_names_is_handed_on() -> None:
    body = document(403, "Wrong Datacenter", "The key is linked to a different datacenter: 'us7'.")

    found = problem_from_reply(403, {}, body, method="GET", path_template="/ping")

    assert found.context["data_centre"] == "us7"


def test_the_key_type_of_a_document_is_never_read() -> None:
    bare = {"title": "Member Exists", "status": 400, "detail": f"{NADIA} is already a list member."}
    typed = {"type": "https://mailchimp.com/developer/marketing/docs/errors/", **bare}

    codes = [
        problem_from_reply(
            400, {}, json.dumps(body).encode(), method="PUT", path_template=MEMBER
        ).code
        for body in (bare, typed)
    ]

    assert codes == ["contact_already_there"] * 2


def test_a_failed_code_exchange_starts_again_at_authorize() -> None:
    found = problem_from_token_reply(400, error="invalid_grant", description="code expired")

    assert (type(found), found.code) == (ConnectionLost, "mailchimp_authorisation_failed")
    assert "invalid_grant: code expired" in found.message


def test_metadata_that_answers_200_with_an_error_is_a_lost_connection() -> None:
    found = problem_from_metadata(200, error="invalid_token", description="")

    assert (type(found), found.code) == (ConnectionLost, "mailchimp_token_refused")


def test_a_busy_login_server_is_no_lost_connection() -> None:
    found = [problem_from_token_reply(s, error="", description="") for s in (429, 500, 503)]

    assert [type(one) for one in found] == [TryLater] * 3
    assert [one.context["http_status"] for one in found] == [429, 500, 503]


@pytest.mark.parametrize(
    ("status", "title", "detail", "route", "code"),
    [
        (500, "Merge Max Limit Exceeded", "Too many merge fields.", FIELDS, "mailchimp_unavailable"),
        (400, "Invalid Resource", "It already exists for this list.", LIST, "mailchimp_refused_request"),
    ],
)  # fmt: skip
def test_words_about_merge_fields_count_only_where_mailchimp_refuses_one(
    status: int, title: str, detail: str, route: str, code: str
) -> None:
    body = document(status, title, detail)

    assert problem_from_reply(status, {}, body, method="POST", path_template=route).code == code
