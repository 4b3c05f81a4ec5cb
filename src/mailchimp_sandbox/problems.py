"""The error catalogue: every refusal the sandbox can give, numbered as in FACTS.md §4. No HTTP here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

TYPE_URL = "https://mailchimp.com/developer/marketing/docs/errors/"
_VALIDATION = (
    "The resource submitted could not be validated. For field-specific details, "
    "see the 'errors' array."
)


class FieldError(NamedTuple):
    """One entry of `errors`: a field (merge tag or dotted path, "" = root) and what is wrong with it."""

    field: str
    message: str


@dataclass(slots=True, kw_only=True, eq=False)
class Problem(Exception):
    """A refusal. `typed` says whether the reply carries `type`; `allow` is the Allow header of a 405.

    Source: FACTS.md §4.
    """

    status: int
    title: str
    detail: str
    errors: tuple[FieldError, ...] = ()
    typed: bool = True
    allow: str = ""

    def __post_init__(self) -> None:
        """Give the exception its text."""
        Exception.__init__(self, f"{self.status} {self.title}")

    def document(self, request_id: str) -> dict[str, object]:
        """Return the problem document. `instance` is the request id (47 of 47 recorded errors, FACTS.md §4)."""
        body: dict[str, object] = {"type": TYPE_URL} if self.typed else {}
        body |= {"title": self.title, "status": self.status, "detail": self.detail}
        body["instance"] = request_id
        if self.errors:
            body["errors"] = [error._asdict() for error in self.errors]
        return body


def _invalid(detail: str, errors: Sequence[FieldError] = ()) -> Problem:
    return Problem(status=400, title="Invalid Resource", detail=detail, errors=tuple(errors))


def invalid_address() -> Problem:
    """#1."""
    return _invalid("Please provide a valid email address.")


def fake_address(address: str) -> Problem:
    """#2."""
    return _invalid(f"{address} looks fake or invalid, please enter a real email address.")


def invalid_merge_fields(errors: Sequence[FieldError]) -> Problem:
    """#3."""
    return _invalid("Your merge fields were invalid.", errors)


def invalid_payload(field: str, message: str) -> Problem:
    """#4."""
    return _invalid(_VALIDATION, [FieldError(field, message)])


def too_many_signups(address: str) -> Problem:
    """#5."""
    return _invalid(
        f"{address} has signed up to a lot of lists very recently; we're not allowing more signups for now"
    )


def address_change_refused(status: str) -> Problem:
    """#6."""
    text = (
        f'Because the member\'s status is "{status}." Only subscribed members may change address.'
    )
    return _invalid(_VALIDATION, [FieldError("email address", text)])


def address_taken(address: str, status: str) -> Problem:
    """#7."""
    shown = "Deleted" if status == "archived" else status.capitalize()
    return _invalid(f'{address} is already in this list with a status of "{shown}".')


def must_opt_in_again(address: str) -> Problem:
    """#8."""
    return _invalid(f"{address} has previously unsubscribed from this list and must opt in again.")


def too_many_segment_members(field: str) -> Problem:
    """#9."""
    return _invalid(
        f"Maximum allowed member items exceeded. You may only send up to 500 in {field}.",
        [FieldError(field, "Maximum allowed member items exceeded.")],
    )


def member_exists(address: str) -> Problem:
    """#10, without `type` as recorded."""
    detail = f"{address} is already a list member. Use PUT to insert or update list members."
    return Problem(status=400, title="Member Exists", detail=detail, typed=False)


def in_compliance_state(address: str) -> Problem:
    """#11, without `type` as recorded."""
    detail = (
        f"{address} is in a compliance state due to unsubscribe, bounce, or compliance review "
        "and cannot be subscribed."
    )
    return Problem(status=400, title="Member In Compliance State", detail=detail, typed=False)


def forgotten(address: str) -> Problem:
    """#12, without `type` as recorded."""
    detail = f"{address} was permanently deleted and cannot be re-imported. The contact must re-subscribe to get back on the list."
    return Problem(status=400, title="Forgotten Email Not Subscribed", detail=detail, typed=False)


def too_many_merge_fields() -> Problem:
    """#13."""
    detail = "You have reached the maximum number of merge fields for this list."
    return Problem(status=400, title="Merge Max Limit Exceeded", detail=detail)


def merge_tag_taken(tag: str) -> Problem:
    """#14."""
    return _invalid(f'A Merge Field with the tag "{tag}" already exists for this list.')


def unreadable_json() -> Problem:
    """#16."""
    detail = "We encountered an unspecified JSON parsing error."
    return Problem(status=400, title="JSON Parse Error", detail=detail)


def invalid_key() -> Problem:
    """#17."""
    detail = "Your API key may be invalid, or you've attempted to access the wrong datacenter."
    return Problem(status=401, title="API Key Invalid", detail=detail)


def missing_key() -> Problem:
    """#18."""
    detail = "Your request did not include an API key."
    return Problem(status=401, title="API Key Missing", detail=detail)


def forbidden() -> Problem:
    """#19; also the assumed answer at the contact limit of a plan (FACTS.md §11.8)."""
    detail = "The requested action is not permitted for this user or plan."
    return Problem(status=403, title="Forbidden", detail=detail)


def user_disabled() -> Problem:
    """#20."""
    detail = "This account has been deactivated."
    return Problem(status=403, title="User Disabled", detail=detail)


def wrong_datacenter() -> Problem:
    """#21."""
    detail = "The API key provided is linked to a different datacenter: 'us1'."
    return Problem(status=403, title="Wrong Datacenter", detail=detail)


def not_found() -> Problem:
    """#23."""
    detail = "The requested resource could not be found."
    return Problem(status=404, title="Resource Not Found", detail=detail)


def cannot_archive() -> Problem:
    """#24, recorded (R1)."""
    detail = (
        "This list member cannot be removed. "
        "Can not archive a contact that is bounced, pending or archived"
    )
    return wrong_method("GET, PUT", detail)


def wrong_method(allow: str, detail: str = "") -> Problem:
    """#25; `allow` lists the methods of the path."""
    detail = (
        detail
        or "The requested method and resource are not compatible. See the Allow header for this resource's available methods."
    )
    return Problem(status=405, title="Method Not Allowed", detail=detail, allow=allow)


def too_many_connections(limit: int) -> Problem:
    """#27."""
    detail = f"You have exceeded the limit of {limit} simultaneous connections."
    return Problem(status=429, title="Too Many Requests", detail=detail)


def too_many_batches(limit: int) -> Problem:
    """#27 for batches of operations. Assumption: the wording is not recorded. Source: FACTS.md §2."""
    detail = f"You have more than {limit} pending batches. Wait for some of them to finish."
    return Problem(status=429, title="Too Many Requests", detail=detail)


def webhook_url_taken() -> Problem:
    """#15."""
    return _invalid(
        _VALIDATION, [FieldError("url", "Sorry, you can't set up multiple WebHooks for one URL")]
    )


def server_error() -> Problem:
    """#28."""
    detail = (
        "An unexpected internal error has occurred. Please contact Support for more information."
    )
    return Problem(status=500, title="Internal Server Error", detail=detail)


def contact_limit_reached() -> Problem:
    """Assumption: the wording of a full plan is unverified. Source: FACTS.md §11.8."""
    return _invalid("Your plan's contact limit has been reached; the contact was not added.")


def numbered(number: int, address: str) -> Problem:
    """Return the refusal of one address with a number of the catalogue: 1, 2, 3, 5, 8, 11 or 12.

    Raises: ValueError for a number that does not concern one address.
    """
    match number:
        case 1:
            return invalid_address()
        case 2:
            return fake_address(address)
        case 3:
            return invalid_merge_fields([FieldError("FNAME", "This value should not be blank.")])
        case 5:
            return too_many_signups(address)
        case 8:
            return must_opt_in_again(address)
        case 11:
            return in_compliance_state(address)
        case 12:
            return forgotten(address)
    raise ValueError(f"#{number} does not concern one address; use 1, 2, 3, 5, 8, 11 or 12.")
