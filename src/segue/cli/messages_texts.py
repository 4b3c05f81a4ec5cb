"""The texts of the command line, in English; the catalogue has them in other languages. `{…}` are names, numbers and dates."""

from __future__ import annotations

from collections.abc import Mapping

from segue.cli.messages_texts_data import APPLY, INIT, PROBLEMS, READING, RECONCILE
from segue.cli.messages_texts_installation import BACKUPS, IDENTITY, MANAGE, STATE, UP

_STATUSES: dict[str, str] = {
    "status_successful": "Successful",
    "status_successful_with_skips": "Successful with skips",
    "status_needs_approval": "Needs approval",
    "status_failed": "Failed",
    "status_failed_retrying": "Failed, the next run takes it up again",
    "status_inconsistent": "Inconsistent",
    "status_canceled": "Canceled",
}

_PLAN: dict[str, str] = {
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
    "left_elsewhere": "The export {export} has left tags in the audience {audience}, for which no export is declared any more: people keep them there. To take them away: segue release {export}",
    "plan_csv": "{rows} {rows:person|people} written to {file}.",
    "plan_samples": "Examples",
    "plan_masked": "Addresses are masked; --show-addresses shows them.",
}

_RUN: dict[str, str] = {
    "run_confirm": "Send this to Mailchimp now?",
    "run_declined": "Nothing was written.",
    "run_line": "{export}: {status}",
    "run_counts": "{accepted} accepted, {rejected} rejected, {skipped} skipped, {not_sent} not sent, in {time}.",
    "run_counts_unknown": "{accepted} accepted, {rejected} rejected, {skipped} skipped, {not_sent} not sent, {unknown} sent with the answer unknown, in {time}.",
    "run_failed_calls": "Calls that failed for good: {calls}, for {people} {people:person|people} ({facts}). {text}",
    "sending_move": "changing addresses",
    "sending_write": "writing contacts",
    "sending_untag": "removing tags",
    "request_id": "request {id}",
    "run_rejected": "Rejected contacts with reason and fix: {command}",
    "run_recovered": "An earlier run had been interrupted; what it had achieved was kept ({runs}).",
    "run_left_out": "{export}: not started, its connection {connection} was lost.",
    "run_left_out_interrupted": "{export}: not started, because you interrupted.",
    "run_stopped_before": "{export}: canceled before anything was sent.",
    "run_ends": "Nothing more is sent. Waiting for the calls under way, at most {seconds} {seconds:second|seconds}; Ctrl-C ends at once.",
    "run_progress": "accepted contacts",
    "run_left": "left",
}

_TABLES: dict[str, str] = {
    "head_merge_field": "Merge field",
    "head_changed": "Changed",
    "head_cleared": "Cleared",
    "head_left": "Left as it is",
    "head_cut": "Cut",
    "head_change": "Change",
    "head_people": "People",
    "head_segment": "Segment",
    "head_tag": "Tag",
    "head_before": "Before",
    "head_after": "After",
    "head_added": "Added",
    "head_removed": "Removed",
    "head_given_up": "Given up",
    "head_reason": "Reason",
    "head_fix": "Fix",
    "head_profile": "Profile",
    "head_address": "Address",
    "head_run": "Run",
    "head_export": "Export",
    "head_status": "Status",
    "head_started": "Started (UTC)",
    "head_time": "Duration",
    "head_accepted": "Accepted",
    "head_rejected": "Rejected",
    "head_skipped": "Skipped",
    "head_label": "Label",
    "head_members": "Members",
    "head_active": "Active",
    "head_step": "Step",
    "head_count": "Count",
    "head_source": "Data source",
    "head_file": "File",
    "head_encoding": "Encoding",
    "head_separator": "Separator",
    "head_row": "Row",
    "head_column": "Column",
    "head_problem": "Problem",
    "head_value": "Value",
    "head_measure": "Measure",
    "head_attribute": "Attribute",
    "head_type": "Type",
    "head_description": "What it is",
    "head_from": "From",
    "head_to": "To",
    "head_key": "Key",
    "head_table": "Table",
    "head_rows": "Rows",
    "head_without_key": "Without key",
    "head_repeated": "Key repeated",
    "head_without_profile": "Without profile",
    "head_kept": "Kept",
    "head_address_attribute": "E-mail attribute",
    "head_valid": "Valid",
    "head_missing": "Missing",
    "head_invalid": "Not valid",
    "head_duplicates": "Repeated",
    "head_audience": "Audience",
    "head_contacts": "Contacts",
    "head_kind": "Kind",
    "yes": "yes",
    "no": "no",
    "none": "none",
    "told_of": "{what}: {told}",
}

_REPORTS: dict[str, str] = {
    "report_none": "No run yet. Start one: segue run",
    "report_csv": "{rows} rejected {rows:contact|contacts} written to {file}; {held} of them {held:is|are} held since earlier runs.",
    "report_calls": "Calls to Mailchimp: {calls}; retries: {retries}; throttled: {throttled}.",
}

_ERRORS: dict[str, str] = {
    "mistakes_more": "  … {more} more",
    "mistakes_further": "Further mistakes may appear when these are corrected.",
    "what_to_do": "What to do: {action}",
    "to_do_list": "What to do:",
    "problem_line": "{title}: {message}",
    "error_Problem": "Error",
    "error_ConfigurationProblem": "The configuration must be corrected",
    "error_SourceAway": "Try again later",
    "error_NotAllowed": "Not allowed",
    "error_NotVisible": "Not found",
    "error_UnsafePlan": "Needs approval",
    "error_ContactRejected": "Contact rejected",
    "error_TryLater": "Try again later",
    "error_MachineTrouble": "Not possible now",
    "error_ConnectionLost": "Connection lost",
    "error_BrokenOff": "Stopped",
    "interrupted": "Interrupted. What Mailchimp accepted is kept; the next run continues from there.",
    "interrupted_unsent": "Interrupted.",
    "ask": "{what}:",
    "bug": "This is a bug in Segue ({kind}), not your mistake.",
    "bug_action": "Report it with the last entry of {file}; run again afterwards: nothing is lost.",
}

_CHECK: dict[str, str] = {
    "check_good": "{file} is correct.",
    "check_counts": (
        "Data sources: {sources}, profile attributes: {attributes}, related tables: {related}, "
        "segments: {segments}, connections: {connections}, exports: {exports}."
    ),
    "check_read_as": "{source} was last read as {encodings}.",
    "check_connection": "Connection {name}: {account}, role {role}, plan {plan}, {contacts} {contacts:contact|contacts}.",
    "check_audience": "{contacts} {contacts:contact|contacts}, {tags} {tags:tag|tags}, merge fields {fields}.",
    "check_export": "Export {export}: audience {audience} fits.",
    "check_double_opt_in": "Audience {audience} asks new contacts to confirm (double opt-in).",
    "check_new_subscribed": "It asks new contacts to confirm; new_contacts: subscribed passes that over.",
    "check_new_pending": "It asks new contacts to confirm; new_contacts: pending lets Mailchimp ask each of them by mail.",
    "check_new_transactional": "It asks new contacts to confirm; new_contacts: transactional asks nobody, and they get no campaigns.",
    "check_creates": "A run creates the merge fields {fields}.",
    "warning": "Note: {text}",
}

_DATA: dict[str, str] = {
    "profiles_count": "{count} {count:profile|profiles}.",
    "profiles_read": "Read at {time} UTC.",
    "profiles_unchanged": "{source}: unchanged since it was read at {time} UTC.",
    "profiles_rising": "{source}: all rows were read at {time} UTC, since then those that are new. Rows that were deleted meanwhile are noticed at the next full reading, at once when the number of rows differs.",
    "profiles_none_wrong": "No problems were found.",
    "profiles_won": "Row {row} won.",
    "profiles_won_elsewhere": "Row {row} of {file} won.",
    "segments_none": "No segment is declared.",
    "measures_none": "No measure is declared.",
    "customers_none": "No customer fits.",
    "customers_more": "There are more: write more of the name.",
    "customer_key": "Customer with the key {profile}",
    "customer_in": "In: {name}",
    "customer_not_in": "Not in: {name}",
    "customer_rows": "{count} {count:row fits|rows fit}",
    "customer_more_rows": "and {count} more {count:row|rows}",
    "customer_audience": "Audience {audience}: {status}",
    "customer_export": "Export {name}, tags: {tags}",
    "customer_left_out": "left out: {reason}",
    "measure_people": "With a value: {people} of {profiles}.",
    "measure_values": "From {least} to {most}; in the middle: {median}.",
    "segment_count": "{name}: {count} {count:member|members}",
    "init_written": "{file} is written.",
    "init_found": "Found: {tables}.",
    "masked": "Personal data is masked; --show-personal shows it.",
}

_USAGE: dict[str, str] = {
    "usage_no_command": "There is no command '{name}'. See: {proposed}",
    "usage_near_command": "There is no command '{name}'. Did you mean '{proposed}'?",
    "usage_nobody_to_ask": "Nobody can be asked here; use {option}.",
    "usage_exclude": "{one} and {other} exclude each other.",
    "usage_empty_place": "an empty text names no file and no folder.",
    "usage_which_installation": "Give --this-one or --a-copy: it is one or the other.",
    "usage_spark": "--spark-env and --snapshots belong together: the cluster's address, and where it keeps what was read.",
    "usage_time_zone": "'{zone}' is not a time zone; use an IANA name such as Europe/Paris.",
    "usage_repair_missing": "--yes and --approve say that a repair may write: add --repair.",
    "usage_approve_digest": "--approve takes the digest of a held plan as the plan tells it: 16 digits and letters from a to f.",
    "usage_approve_one": "--approve approves one plan: name its export with --export.",
    "yes_or_no": "[y/N]:",
    "yes_or_no_only": "Answer y or n.",
}

TEXTS: dict[str, str] = {
    **UP, **MANAGE, **STATE, **IDENTITY, **BACKUPS,
    **_STATUSES, **_PLAN, **_RUN,
    **_TABLES, **_REPORTS, **_ERRORS, **_CHECK, **_DATA, **APPLY, **RECONCILE, **PROBLEMS,
    **READING, **INIT, **_USAGE,
}  # fmt: skip
"""English by key."""

CONTEXTS: Mapping[str, str] = {"head_skipped": "people"}
"""What is one word in English only, by key: of whom or what it is said."""
