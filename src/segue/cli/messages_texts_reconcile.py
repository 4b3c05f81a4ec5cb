"""The texts of `segue reconcile`, in English. Text only; see `messages_texts`."""

from __future__ import annotations

RECONCILE: dict[str, str] = {
    "reconcile_looked": "{export} and audience {audience} ({id}): {count} {count:contact|contacts} looked at.",
    "reconcile_none": "Nothing differs: the audience holds what Mailchimp acknowledged.",
    "reconcile_gone": "Who is no longer in the audience stays out until they sign up again; no repair adds them.",
    "reconcile_repair": "Nothing was written. To repair it: {command}",
    "head_difference": "Difference",
    "head_subject": "Tag or merge field",
    "differs_tag_deleted": "tag deleted, or deleted and made again",
    "differs_tag_renamed": "tag renamed",
    "differs_tag_lost": "tag taken off people",
    "differs_field_new": "merge field deleted, or deleted and made again",
    "differs_fields_differ": "other values than those sent",
    "differs_gone": "no longer in the audience",
}
"""English by key."""
