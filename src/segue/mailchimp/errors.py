"""Read Mailchimp's words, the only place that does: replies become the classes of `core.errors`, contacts' errors rejections.

Pure functions over the table in `catalogue`. Personal data is taken out of every text before it goes on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from segue.core.errors import (
    ConfigurationProblem,
    ConnectionLost,
    Consequence,
    ContactRejected,
    ContextValue,
    Problem,
    TryLater,
)
from segue.mailchimp.catalogue import (
    CONSEQUENCES,
    CONTACT_ROWS,
    MANY_CONTACTS,
    ONE_CONTACT,
    ROWS,
    TEMPORARY_WORDS,
    Body,
    ContactRow,
    Row,
)
from segue.mailchimp.replies import BatchError, ProblemDocument, SegmentError, document_in
from segue.mailchimp.words import (
    clean_address,
    folded,
    hash_of,
    read_of,
    request_id_in,
    without_addresses,
    without_markup,
)
from segue.sync.ports import Reason, Rejection
from segue.words.refusals import explain, explain_problem

_DATA_CENTRE = re.compile(r"'([a-z]{2}\d{1,3})'|\b(us\d{1,3})\b")
_PLAIN_FIELD = re.compile(r"[A-Za-z0-9_.\[\] -]{1,60}")
_CONTACT_EXISTS = "ERROR_CONTACT_EXISTS"

TOO_MUCH = frozenset(
    {"mailchimp_time_out", "mailchimp_gateway_time_out", "mailchimp_reply_too_large"}
)
"""Codes of requests whose answer was too much for one reply, in time or in bytes: a page may be asked for in halves."""

Context = dict[str, ContextValue]


def problem_from_reply(
    status: int, headers: Mapping[str, str], body: bytes, *, method: str, path_template: str
) -> Problem:
    """Return the problem that a reply other than 2xx means; it is returned, not raised.

    `path_template` is the route with its names in braces (`/lists/{list_id}`). A refusal of one contact is a
    `ContactRejected` with code `contact_<reason>`. Source: FACTS.md §4, row by row.
    """
    document = document_in(body)
    context: Context = {
        "http_status": status,
        "method": method,
        "route": path_template,
        "request_id": request_id_in(headers),
    }
    about = _contact_row(_all_words(document)) if document and status == 400 else None
    if about and document and path_template.endswith(ONE_CONTACT):
        return _contact_problem(about, document, context)
    if about and method == "POST" and path_template == MANY_CONTACTS:
        named = context | {"reason": about.reason.value}
        return _from_row(about.number, "mailchimp_refused_payload", document, body, named)
    row = next(r for r in ROWS if _fits(r, status, method, path_template, document))
    return _from_row(row.number, row.code, document, body, context, throttled=row.throttled)


def problem(
    code: str,
    *,
    detail: str = "",
    context: Mapping[str, ContextValue] | None = None,
    not_before_s: float = 0.0,
    occupies_s: float = 0.0,
    throttled: bool = False,
) -> Problem:
    """Return the problem of a code, of the class that its consequence asks for; `detail` is added to its text.

    Raises: KeyError for a code that the tables do not hold.
    """
    message, fix = explain_problem(code, detail=detail)
    consequence = CONSEQUENCES[code]
    if consequence is Consequence.LATER:
        return TryLater(
            message,
            action=fix,
            code=code,
            context=context,
            not_before_s=not_before_s,
            occupies_s=occupies_s,
            throttled=throttled,
            timed_out=code in TOO_MUCH,
        )
    return _CLASSES[consequence](message, action=fix, code=code, context=context)


_CLASSES: Mapping[Consequence, type[Problem]] = {
    one.consequence: one for one in (ConfigurationProblem, ConnectionLost, ContactRejected)
}


def is_temporary(text: str) -> bool:
    """Return whether words about a contact only put it off: it was not written, and sending it again may help.

    Words that are known to mean something else win: an address that signed up to many lists has waits of its own.
    """
    words = folded(text)
    return _contact_row(words) is None and any(part in words for part in TEMPORARY_WORDS)


def rejection_from(error: BatchError) -> Rejection:
    """Return the rejection that one entry of a batch's `errors` means, by its text, then by its code.

    Source: FACTS.md §4 "Batch-level errors[]"; the texts of most rows are inferred from single calls there.
    """
    text = read_of(f"{error.error} {error.field_message}".strip())
    row = _contact_row(folded(text))
    if row is not None:
        reason = row.reason
    elif error.error_code == _CONTACT_EXISTS:
        reason = Reason.ALREADY_THERE
    else:
        reason = Reason.INVALID_FIELD if error.field else Reason.OTHER
    return Rejection(
        subscriber_hash=hash_of(error.email_address),
        reason=reason,
        field=_field(error.field) if reason is Reason.INVALID_FIELD else "",
        words=without_addresses(text, clean_address(error.email_address)),
    )


def rejections_from(error: SegmentError) -> tuple[Rejection, ...]:
    """Return one rejection per address of one entry in the errors of a tag change."""
    texts = BatchError(error=without_addresses(error.error, *error.email_addresses))
    one = rejection_from(texts)
    return tuple(
        Rejection(subscriber_hash=hash_of(address), reason=one.reason, field="", words=one.words)
        for address in error.email_addresses
    )


def rejection_from_problem(refused: ContactRejected, *, subscriber_hash: str) -> Rejection:
    """Return the rejection of one contact that a refused single call means."""
    known = {f"contact_{reason.value}": reason for reason in Reason}
    missing = {"contact_not_found": Reason.GONE}
    return Rejection(
        subscriber_hash=subscriber_hash,
        reason=(known | missing).get(refused.code, Reason.OTHER),
        field=str(refused.context.get("field", "")),
        words=str(refused.context.get("words", "")),
    )


def problem_from_token_reply(status: int, *, error: str, description: str) -> Problem:
    """Return what a refused code exchange means: start again at authorize. Source: FACTS.md §4 #31."""
    if status == 429 or status >= 500:
        code = "mailchimp_throttled" if status == 429 else "mailchimp_unavailable"
        return problem(code, context={"http_status": status}, throttled=status == 429)
    words = without_addresses(": ".join(filter(None, (error, description))))
    return problem(
        "mailchimp_authorisation_failed", detail=words, context={"http_status": status, "row": "31"}
    )


def problem_from_metadata(status: int, *, error: str, description: str) -> Problem:
    """Return what metadata without `api_endpoint` means, also with HTTP 200: reconnect. Source: FACTS.md §4 #32."""
    if status == 429 or status >= 500:
        return problem_from_token_reply(status, error=error, description=description)
    words = without_addresses(": ".join(filter(None, (error, description))))
    return problem(
        "mailchimp_token_refused", detail=words, context={"http_status": status, "row": "32"}
    )


def _fits(
    row: Row, status: int, method: str, path_template: str, document: ProblemDocument | None
) -> bool:
    silent = document is None or not (document.detail or document.errors)
    title = folded(document.title) if document else ""
    words = _all_words(document) if document else ""
    return (
        (not row.statuses or status in row.statuses)
        and (row.body is not Body.BARE or document is None)
        and (row.body is not Body.SILENT or silent)
        and (not row.method or method == row.method)
        and path_template.endswith(row.route)
        and (not row.titles or any(part in title for part in row.titles))
        and (not row.words or any(part in words for part in row.words))
    )


def _contact_row(words: str) -> ContactRow | None:
    return next((r for r in CONTACT_ROWS if any(part in words for part in r.words)), None)


def _all_words(document: ProblemDocument) -> str:
    errors = (f"{error.field} {error.message}" for error in document.errors)
    return folded(" ".join((document.title, document.detail, *errors)))


def _from_row(
    number: str,
    code: str,
    document: ProblemDocument | None,
    body: bytes,
    context: Context,
    *,
    throttled: bool = False,
) -> Problem:
    words = _shown(document) if document else without_addresses(without_markup(_start(body)))
    named = context | {"row": number, "words": words}
    if code == "mailchimp_wrong_data_centre" and (found := _DATA_CENTRE.search(words)):
        named["data_centre"] = found[1] or found[2]
    return problem(code, detail=words, context=named, throttled=throttled)


def _contact_problem(row: ContactRow, document: ProblemDocument, context: Context) -> Problem:
    field = _field(document.errors[0].field) if document.errors else ""
    words = _shown(document)
    message, fix = explain(row.reason, detail=words)
    return ContactRejected(
        message,
        action=fix,
        code=f"contact_{row.reason.value}",
        context=context | {"row": row.number, "field": field, "words": words},
    )


def _shown(document: ProblemDocument) -> str:
    errors = "; ".join(
        f"{_field(error.field)}: {error.message}".removeprefix(": ") for error in document.errors
    )
    return without_addresses(" ".join(filter(None, (document.detail or document.title, errors))))


def _start(body: bytes) -> str:
    return body[:1_000].decode(errors="replace")


def _field(name: str) -> str:
    return name if _PLAIN_FIELD.fullmatch(name) else ""
