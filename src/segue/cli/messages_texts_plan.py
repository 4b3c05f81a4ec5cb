"""The texts of plans on the terminal, in English, beside those of `words` and `shown`. Text only; see `messages_texts`."""

from __future__ import annotations

PLAN: dict[str, str] = {
    "plan_title": "Plan of {export} for audience {audience} ({id})",
    "plan_empty": "Nothing to send: Mailchimp holds what it should.",
    "plan_unsettled": "Nothing to send, but not everything at Mailchimp is as it should be:",
    "plan_people": "{members} {members:person|people} in the chosen segments, {wanted} wanted, {acknowledged} acknowledged before.",
    "plan_calls": "Writing calls: at least {calls}.",
    "plan_fields": "Merge fields to create: {fields}.",
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
"""English by key."""
