"""The texts of `reasons`: per code what happened, without its full stop, and what to do. Text only, in English.

Text and fix are whole sentences without names: the place that raises a problem adds the ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Row(NamedTuple):
    """What happened, as a sentence without its full stop, and the next step."""

    text: str
    fix: str


REASONS: Mapping[str, Row] = {
    "invalid_address": Row(
        "Mailchimp says that this is no valid e-mail address",
        "Correct the address in the data source; the next run sends it again.",
    ),
    "fake_address": Row(
        "Mailchimp takes this address for fake or misspelt",
        "Check the domain after the @ in the data source (gmial.com, example.com) and correct it.",
    ),
    "invalid_field": Row(
        "A value does not fit its merge field",
        "Correct the named attribute in the data source, or match another attribute to this merge field.",
    ),
    "too_many_signups": Row(
        "This address has signed up to many lists very recently; Mailchimp holds it back",
        "Nothing to correct: Segue tries again in later runs.",
    ),
    "unsubscribed": Row(
        "This person unsubscribed or was removed, and Mailchimp accepts them only by their own sign-up",
        "Leave them out, or ask them to sign up again by the audience's own form.",
    ),
    "compliance": Row(
        "The contact is in a compliance state after an unsubscribe, a bounce or a review; nobody can subscribe it by API",
        "Leave it out; only the person can come back, by the audience's own form.",
    ),
    "forgotten": Row(
        "The contact was permanently deleted in Mailchimp and cannot be imported again",
        "Leave it out; only the person can come back, by the audience's own form.",
    ),
    "already_there": Row(
        "The audience already holds a contact with this address",
        "Nothing to correct when the next run updates it; after an address change, archive the contact that is left over.",
    ),
    "not_subscribed": Row(
        "Mailchimp changes the address of subscribed contacts only, and this one is not subscribed",
        "Leave the old contact as it is; the new address is treated as a new contact.",
    ),
    "unreadable": Row(
        "Mailchimp could not read the contact as it was sent",
        "Look at the person's values in the data source for odd signs; they are sent again once one of them changes.",
    ),
    "gone": Row(
        "The audience no longer holds this address: somebody changed or deleted the contact in Mailchimp",
        "Look the person up in Mailchimp: put the changed address into the data source, or leave the person out.",
    ),
    "call_fails": Row(
        "Mailchimp fails at every call that holds this person, while calls for others get through",
        "Segue tries again after 1, 2 and 7 days, then only when the person's values change. Look at these for odd signs; if they are plain, ask Mailchimp's support with the request id that the run's report shows.",
    ),
    "other": Row(
        "Mailchimp refused the contact with words that Segue does not know",
        "Segue tries again after 1, 2 and 7 days, then only when the person's values change. Read Mailchimp's words beside it; if they do not help, ask Mailchimp's support.",
    ),
}

PROBLEMS: Mapping[str, Row] = {
    "mailchimp_throttled": Row(
        "Mailchimp takes no more simultaneous requests for now",
        "Nothing to do unless it lasts: then stop other programs that use the same Mailchimp user.",
    ),
    "mailchimp_unavailable": Row(
        "Mailchimp did not serve the request",
        "Run again later; look at Mailchimp's status page if it lasts.",
    ),
    "mailchimp_gateway_time_out": Row(
        "Mailchimp did not answer its own gateway in time; the request may still be running there",
        "Run again later; for long lists ask for smaller pages.",
    ),
    "mailchimp_time_out": Row(
        "Mailchimp did not answer in time; whether the request was carried out is unknown",
        "Run again later: what was carried out already is not done twice.",
    ),
    "mailchimp_unreachable": Row(
        "Mailchimp's server could not be reached; nothing was sent",
        "Check the network and the connection's base URL, then run again.",
    ),
    "mailchimp_connection_broken": Row(
        "The connection broke before Mailchimp's answer was complete; whether the request was carried out is unknown",
        "Run again later: what was carried out already is not done twice.",
    ),
    "mailchimp_unreadable_reply": Row(
        "Mailchimp's answer could not be read",
        "Run again later; if it lasts, a proxy may be changing the answers: check the base URL.",
    ),
    "mailchimp_reply_too_large": Row(
        "Mailchimp's answer is larger than any answer to such a request should be; the rest of it was not read",
        "Run again later; if it lasts, check that the base URL leads to Mailchimp: a proxy or another server may be answering.",
    ),
    "mailchimp_strange_reply": Row(
        "Mailchimp's answer holds something that Segue takes from nobody",
        "Check that the connection's base URL leads to Mailchimp and that no proxy changes its answers; then try again. Nothing of the answer was kept.",
    ),
    "mailchimp_incomplete_listing": Row(
        "Mailchimp returned fewer rows than it announced",
        "Run again later; nothing was decided from the incomplete list.",
    ),
    "mailchimp_left_out": Row(
        "Mailchimp's reply passed people over or put them off, and they do not hold what was sent",
        "Nothing to do: the next run writes them again.",
    ),
    "mailchimp_unclear_not_found": Row(
        "Mailchimp said 'not found' without saying what; it does so when requests for one contact cross",
        "Nothing to do unless it lasts: then stop other programs that change the same contacts.",
    ),
    "mailchimp_key_missing": Row(
        "The request reached Mailchimp without credentials",
        "Enter the connection's credentials again; if it happens again, a proxy is removing them.",
    ),
    "mailchimp_key_refused": Row(
        "Mailchimp does not accept the connection's credentials",
        "Connect the account: enter a valid API key, copied whole, or authenticate with Mailchimp.",
    ),
    "mailchimp_not_permitted": Row(
        "The Mailchimp user or plan does not permit this",
        "Connect with a user whose role is Manager or above, or check what the Mailchimp plan includes.",
    ),
    "mailchimp_user_disabled": Row(
        "The Mailchimp account or user is deactivated",
        "Have the account reactivated at Mailchimp, or connect another one.",
    ),
    "mailchimp_wrong_data_centre": Row(
        "The credentials belong to another Mailchimp data centre than the one addressed",
        "Remove the connection's base URL so that it follows the key, or connect the account again.",
    ),
    "mailchimp_account_restricted": Row(
        "Mailchimp has disabled this function for the account after a compliance review",
        "Settle it with Mailchimp's support, then run again.",
    ),
    "mailchimp_authorisation_failed": Row(
        "Mailchimp did not complete the authorisation",
        "Start again with 'Authenticate with Mailchimp': its code works once and for a short time.",
    ),
    "mailchimp_token_refused": Row(
        "Mailchimp does not know the access token",
        "Connect the account again with 'Authenticate with Mailchimp'.",
    ),
    "mailchimp_state_mismatch": Row(
        "The answer to the authorisation does not belong to the request that this browser started",
        "Start again with 'Authenticate with Mailchimp', in one browser window.",
    ),
    "mailchimp_refused_payload": Row(
        "Mailchimp refused the request as malformed",
        "Nothing of it was written; correct the record or field that Mailchimp names, else report it as a fault of Segue.",
    ),
    "mailchimp_too_many_items": Row(
        "Mailchimp refused the request as too large",
        "Report it as a fault of Segue: it sends at most 500 contacts at once.",
    ),
    "mailchimp_refused_request": Row(
        "Mailchimp refused the request",
        "Check the connection's base URL; if it is right, report it as a fault of Segue with Mailchimp's request id.",
    ),
    "mailchimp_redirected": Row(
        "The connection's base URL answers with a redirection, which is never followed with credentials",
        "Correct the connection's base URL.",
    ),
    "mailchimp_base_url_invalid": Row(
        "The connection's base URL cannot be used",
        "Enter an address such as https://us1.api.mailchimp.com/3.0; plain http is accepted for this machine only.",
    ),
    "mailchimp_key_without_data_centre": Row(
        "The API key does not name its data centre",
        "Copy the whole key, including the end after the dash (such as -us1), or state the connection's base URL.",
    ),
    "audience_not_found": Row(
        "The account holds no such audience",
        "Choose one of the account's audiences, or connect the account that holds it.",
    ),
    "tag_not_found": Row(
        "The audience holds no such tag; someone may have deleted it",
        "Run again: the next run reads the audience's tags afresh.",
    ),
    "contact_not_found": Row(
        "The audience holds no such contact",
        "Nothing to correct: the next run treats the address as new.",
    ),
    "contact_not_archivable": Row(
        "The contact is archived, pending or cleaned already, and so cannot be archived",
        "Nothing to do: such a contact gets no campaigns.",
    ),
    "merge_field_exists": Row(
        "The audience already has a merge field with this tag",
        "Nothing to do: the existing field is used.",
    ),
    "merge_field_limit_reached": Row(
        "The audience holds as many merge fields as the Mailchimp plan allows",
        "Delete a merge field in Mailchimp, or match the attribute to an existing one.",
    ),
    "webhook_refused": Row(
        "Mailchimp could not set up the webhook",
        "Check that the address answers from the internet and is not registered for this audience already.",
    ),
}
