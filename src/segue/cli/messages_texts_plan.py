"""The texts of plans, in English: changes, reasons, brakes, notes. Text only; see `messages_texts`."""

from __future__ import annotations

_KINDS: dict[str, str] = {
    "kind_same": "unchanged",
    "kind_add": "add",
    "kind_update": "update",
    "kind_tag": "add tags only",
    "kind_untag": "remove tags",
    "kind_leave": "leave the export (lose its tags)",
    "kind_move": "change the address",
    "kind_release": "tags given up, not removed",
    "kind_skip": "skip",
}

_SKIPS: dict[str, str] = {
    "skip_none": "",
    "skip_missing_address": "no e-mail address",
    "skip_invalid_address": "e-mail address not valid",
    "skip_duplicate": "another profile with this address wins",
    "skip_no_consent": "no consent",
    "skip_unsubscribed": "unsubscribed",
    "skip_cleaned": "cleaned by Mailchimp (address bounces)",
    "skip_archived": "archived in Mailchimp",
    "skip_forgotten": "permanently deleted in Mailchimp",
    "skip_compliance": "in a compliance state in Mailchimp",
    "skip_unsubscribed_before_move": "unsubscribed under the earlier address",
    "skip_forgotten_before_move": "permanently deleted under the earlier address",
    "skip_gone": "no longer in the audience under this address",
    "skip_invalid_address_says_mailchimp": "Mailchimp finds the address not valid",
    "skip_fake_address": "Mailchimp takes the address for fake",
    "skip_invalid_field": "Mailchimp refused a field’s value",
    "skip_too_many_signups": "held back by Mailchimp for a time",
    "skip_already_there": "the address belongs to another contact",
    "skip_not_subscribed": "not subscribed, so not moved",
    "skip_unreadable": "Mailchimp could not read the contact",
    "skip_call_fails": "every call with this person fails at Mailchimp",
    "skip_other": "refused by Mailchimp",
}

_STOPS: dict[str, str] = {
    "stop_empty_segment": "Segment {subject} is empty; {total} {total:person carries|people carry} its tag.",
    "stop_shrunken_segment": "Segment {subject} loses {count} of {total} {total:person|people} (limit {threshold}).",
    "stop_stale_source": "Data source {subject} last changed {count} {count:day|days} ago (limit {threshold}).",
    "stop_large_removal": "{count} of {total} {total:person|people} would lose tags (limit {threshold}).",
    "stop_large_addition": "{count} {count:person|people} would be added to the {total} acknowledged (limit {threshold}).",
    "stop_contact_limit": "The account would hold {count} {count:contact|contacts} instead of {total}; its limit is {threshold}.",
    "stop_profile_limit": "The export selects {count} {count:person|people}; its limit is {threshold}. No approval lifts this.",
    "stop_first_run": "This is the first run of {subject}: {count} {count:person|people} would be sent to Mailchimp.",
    "stop_clock_differs": (
        "This machine’s clock says {after}, Mailchimp’s {before}: they are {gap} apart (limit {limit}). "
        "Rules by date may choose other people than they should. Set the clock and run again."
    ),
    "span_minutes": "{n} {n:minute|minutes}",
    "span_hours": "{n} {n:hour|hours}",
    "span_days": "{n} {n:day|days}",
    "stop_large_move": (
        "The address of {count} of {total} {total:person|people} changed (limit {threshold}): none is renamed; "
        "the old addresses lose their tags, and the new ones are added."
    ),
    "stop_field_wiped": "{count} of {total} {total:person|people} would lose their value of {subject} (limit {threshold}).",
    "stop_field_emptied": (
        "The data have no value of {subject} any more for {count} of {total} {total:person|people} (limit {threshold}); "
        "what Mailchimp holds is left as it is."
    ),
    "stop_field_levelled": "{count} of {total} {total:person|people} would {count:get|all get} the same value of {subject} (limit {threshold}).",
    "stop_field_changed": "{count} of {total} {total:person|people} would get another value of {subject} (limit {threshold}).",
}

_PLAN: dict[str, str] = {
    "plan_title": "Plan of {export} for audience {audience} ({id})",
    "plan_empty": "Nothing to send: Mailchimp holds what it should.",
    "plan_unsettled": "Nothing to send, but not everything at Mailchimp is as it should be:",
    "plan_people": "{members} {members:person|people} in the chosen segments, {wanted} wanted, {acknowledged} acknowledged before.",
    "plan_calls": "Writing calls: at least {calls}.",
    "plan_fields": "Merge fields to create: {fields}.",
    "plan_misfit": "{people} {people:person has|people have} a value that does not fit {tag}; it counts as a blank for {people:that person|them}.",
    "plan_stops": "Brakes: nothing is written before approval.",
    "plan_digest": "Digest: {digest}",
    "plan_run": "Nothing was written. To run it: {command}",
    "plan_approve": "Nothing was written. To approve exactly this plan: {command}",
    "plan_first_run": "It is a first run: --yes instead of --approve runs whatever its plan is then.",
    "plan_refused": "Nothing was written, and this plan cannot be approved.",
    "plan_csv": "{rows} {rows:person|people} written to {file}.",
    "plan_samples": "Examples",
    "plan_masked": "Addresses are masked; --show-addresses shows them.",
}

_NOTES: dict[str, str] = {
    "note_held": (
        "{people} {people:person is|people are} held back because of earlier refusals. Who and why: segue report --rejected FILE.csv; "
        "to try them again: segue run --retry-held"
    ),
    "note_gone": (
        "{people} {people:person is|people are} no longer in the audience: erased, or {people:the|their} address was changed there. Nobody adds {people:this person|them} again; "
        "where an address changed, correct it in the data."
    ),
    "note_known": "{people} of those to add {people:is|are} in the audience already: {people:its status stays|they keep the status that they have}.",
    "note_archives": "{people} of the changed addresses {people:has a contact of its|have a contact of their} own already: the contact of the old address is archived.",
    "note_confirmations": "Mailchimp would send {people} {people:mail that asks a new contact|mails that ask new contacts} to confirm.",
    "note_unconfirmed": "{people} new {people:contact|contacts} would be subscribed without the confirmation that the audience asks for.",
    "note_found_tag": "{people} {people:contact carries|contacts carry} the tag {tag} already, which no run gave {people:it: it stays|them: they keep it}.",
    "note_leftover": (
        "The export {export} is declared no more; its tags {tags} are on {people} {people:person|people}. "
        "To take them away: segue release {export}, or leftovers: remove in an export of this audience."
    ),
    "drift_tag_deleted": "Changed at Mailchimp: the tag {subject} was deleted, or deleted and made again; {people} {people:person|people} carried it.",
    "drift_tag_renamed": "Changed at Mailchimp: the tag {subject} was renamed; {people} {people:person carries|people carry} it.",
    "drift_tag_lost": "Changed at Mailchimp: {people} {people:person no longer carries|people no longer carry} the tag {subject}.",
    "drift_field_new": "Changed at Mailchimp: the merge field {subject} was deleted, or made again; it is empty for {people} {people:person|people}.",
    "drift_fields_differ": "Changed at Mailchimp: {people} {people:contact holds|contacts hold} other values than those that were sent.",
    "drift_gone": "Changed at Mailchimp: {people} {people:contact that was written is|contacts that were written are} no longer in the audience.",
}

PLAN: dict[str, str] = {**_KINDS, **_SKIPS, **_STOPS, **_PLAN, **_NOTES}
"""English by key."""
