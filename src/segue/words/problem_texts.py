"""General words for problems that are stored with a run, a task or a refresh, by code. Texts only.

`detailed` repeats names and numbers of the problem's own sentence; where it lacks one, the general `message` stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from segue.core.retention import KEPT_RUNS, RUNS_KEPT
from segue.core.sentences import said


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a code means and what to do. `detailed` None: there is nothing to repeat from the message."""

    message: str
    action: str
    detailed: str | None = None


ENGINE: Mapping[str, Wording] = {
    "already_running": Wording(
        message="Another program is using the same Mailchimp account or the same data.",
        action="Wait until it is over, then run again.",
    ),
    "attribute_format_invalid": Wording(
        message="Attributes of the profiles declare formats that cannot be used.",
        action="Correct the definition as the original message says.",
    ),
    "attribute_time_zone_unknown": Wording(
        message="An attribute of the profiles declares a time zone that does not exist.",
        action="Use a name such as Europe/Paris in the definition.",
    ),
    "attribute_unknown": Wording(
        message="The data matching names an attribute that the profiles do not have.",
        action="Choose one of the profiles' attributes in the export.",
        detailed="The data matching of %(tag)s names the attribute %(attribute)s, which the profiles do not have.",
    ),
    "audience_unstable": Wording(
        message="The audience changed faster than it could be read.",
        action="Run again when no import or campaign is changing the audience.",
    ),
    "bug": Wording(
        message="Something went wrong inside Segue that nobody foresaw.",
        action="Run again: nothing is lost. If it happens again, tell whoever runs this installation; the details are in the log.",
    ),
    "configuration_invalid": Wording(
        message="The definition of data sources, profiles and segments has mistakes.",
        action="An administrator corrects it under Data › Data sources.",
    ),
    "configuration_not_found": Wording(
        message="The definition of data sources, profiles and segments is not there.",
        action="An administrator applies a definition under Data › Data sources.",
    ),
    "configuration_unreadable": Wording(
        message="The definition of data sources, profiles and segments cannot be read.",
        action="An administrator applies a definition under Data › Data sources.",
    ),
    "connection_unknown": Wording(
        message="The export’s connection is no longer there.",
        action="Attach another connection to the export.",
    ),
    "everybody_rejected": Wording(
        message="Mailchimp rejected everybody that was sent.",
        action="Look at the reasons under Rejected.",
        detailed="Mailchimp rejected everybody that was sent (%(sent)s people).",
    ),
    "export_unknown": Wording(
        message="The export is no longer there.", action="Open the list of exports."
    ),
    "key_malformed": Wording(
        message="The key that protects stored secrets cannot be used.",
        action="Whoever runs this installation checks its keys.",
    ),
    "key_missing": Wording(
        message="A stored secret cannot be read: the key that protects it is missing.",
        action="Whoever runs this installation puts the key back.",
    ),
    "merge_field_missing": Wording(
        message="The audience lacks a merge field that the export feeds.",
        action="Create it in Mailchimp, or let the export create it.",
        detailed="The audience lacks the merge field %(tag)s, which the export feeds.",
    ),
    "merge_field_required": Wording(
        message="The audience requires a merge field that the export does not feed.",
        action="Match it to an attribute, or make it optional in Mailchimp.",
        detailed="The audience requires the merge field %(tag)s, which the export does not feed.",
    ),
    "merge_field_type": Wording(
        message="A merge field of the audience is of another type than the export expects.",
        action="Save the export again, or match another merge field.",
        detailed="The merge field %(tag)s of the audience is of type %(type)s, not %(expected)s as the export expects.",
    ),
    "listing_behind": Wording(
        message="Mailchimp's listing of the audience leaves out contacts that are there.",
        action="Run again in a few minutes, when Mailchimp lists everybody.",
    ),
    "listing_stands_still": Wording(
        message="Mailchimp’s list of contacts does not go on, though more contacts are announced.",
        action="Run again later; if it lasts, an administrator checks that the connection leads to Mailchimp.",
    ),
    "listing_too_long": Wording(
        message="Mailchimp announces more contacts than the audience can hold by its own counts.",
        action="Run again later; if it lasts, an administrator checks that the connection leads to Mailchimp.",
        detailed="Mailchimp announces %(total)s contacts in one list; by its own counts of the audience there are at most %(most)s.",
    ),
    "new_contacts_unsaid": Wording(
        message="The audience asks new contacts to confirm, and the export does not say what becomes of them.",
        action="Edit the export and choose what new contacts become.",
        detailed="The audience %(audience)s asks new contacts to confirm (double opt-in), and %(export)s does not say what becomes of them.",
    ),
    "plan_changed": Wording(
        message="The plan is no longer the one that was approved; nothing was written.",
        action="Something changed since: look at the new plan and approve that one.",
    ),
    "plan_needs_approval": Wording(
        message="The plan waits for approval; nothing was written.",
        action="Look at the plan, then approve exactly this one or discard it.",
    ),
    "first_run_needs_approval": Wording(
        message="The first run of an export waits for approval of its plan; nothing was written.",
        action="Look at the plan, then approve exactly this one or discard it.",
    ),
    "profile_limit_exceeded": Wording(
        message="The export selects more people than its limit.",
        action="Choose fewer segments, or raise the limit in the export.",
        detailed="The export selects %(people)s people, %(over)s more than its limit of %(limit)s.",
    ),
    "rejected_not_kept": Wording(
        message="The rejected contacts of this run are no longer kept.",
        action=said(
            "They are kept for the last %(runs)s runs of an export, and for %(days)s days; look at a newer one.",
            runs=KEPT_RUNS,
            days=RUNS_KEPT.days,
        ),
    ),
    "run_unknown": Wording(
        message="The files of this run are no longer kept.",
        action="Look at a newer run.",
    ),
    "secret_missing": Wording(
        message="A secret that the definition refers to is not there or empty.",
        action="Whoever runs this installation sets the variable or writes the file.",
        detailed="The secret %(env)s that the definition refers to is not there or empty.",
    ),
    "snapshot_unusable": Wording(
        message="What was last read of the data sources is damaged, or was written by another version of Segue.",
        action="Refresh again and read everything again.",
    ),
}
"""Codes of the engine, whose own words speak of commands and keys: pages say these instead, in both languages."""

RUNNING: Mapping[str, Wording] = {
    "connection_closed": Wording(
        message="The Mailchimp account is closed or disabled.",
        action="Have the account reactivated at Mailchimp, or attach another connection.",
    ),
    "connection_not_finished": Wording(
        message="The set-up of the connection is not finished.",
        action="An administrator completes the connection.",
    ),
    "connection_revoked": Wording(
        message="Mailchimp no longer accepts the connection’s credentials.",
        action="An administrator connects the account again.",
    ),
    "connection_role_too_low": Wording(
        message="The Mailchimp user of the connection has too low a role.",
        action="An administrator connects with a user whose role is Manager or above.",
    ),
    "connection_unreadable": Wording(
        message="The connection’s stored credentials cannot be read with the keys of this installation.",
        action="Whoever runs this installation puts the key back, or an administrator connects the account again.",
    ),
    "connection_secret_missing": Wording(
        message="The variable or file in which the connection’s secret is looked up is missing or empty.",
        action="Whoever runs this installation sets the variable, or writes the file, for the pages and for the workers.",
    ),
    "definition_missing": Wording(
        message="No data source is declared yet.",
        action="An administrator applies a definition under Data › Data sources.",
    ),
    "export_detached": Wording(
        message="The export has no connection.",
        action="Attach a connection to the export.",
    ),
    "export_removed": Wording(
        message="The export was removed.",
        action="Nothing to do: a removed export never runs again.",
    ),
    "export_user_gone": Wording(
        message="The export user of the connection has left or was deactivated.",
        action="An administrator adds themselves as export user of the connection.",
    ),
    "export_user_role": Wording(
        message="The export user of the connection is no longer an administrator.",
        action="An administrator adds themselves as export user of the connection.",
    ),
    "plan_discarded": Wording(
        message="The plan was discarded; nothing was written.",
        action="The next run plans anew.",
    ),
    "plan_superseded": Wording(
        message="A newer run of the export took its place; nothing was written.",
        action="Look at the newer run.",
    ),
    "segment_inactive": Wording(
        message="One of the export’s segments is inactive.",
        action="Activate it, or take it out of the export.",
    ),
    "segment_removed": Wording(
        message="One of the export’s segments is no longer declared.",
        action="Take it out of the export, or declare it again.",
    ),
    "upstream_failed": Wording(
        message="Something before it failed, so that it was skipped.",
        action="Repair what failed, then refresh again.",
    ),
    "worker_died": Wording(
        message="The worker died several times in a row while it was at work on this.",
        action="Look at the worker's log and at the memory of its machine, then run again.",
    ),
}
"""Codes that the control plane stores without words, or in words of the language of whoever was there."""

WORK: Mapping[str, Wording] = {
    "inconsistent": Wording(
        message="Mailchimp's replies leave people out or count them twice: the counts do not balance.",
        action="Run the export again; if it comes back, report it with the run's report.",
    ),
    "lease_lost": Wording(
        message="Another worker took the work over.", action="Nothing: it goes on there."
    ),
    "people_left": Wording(
        message="Some people are left: their calls failed again and again.",
        action="Nothing: the next attempt sends them.",
        detailed="%(count)s {count:person is|people are} left: their calls failed again and again.",
    ),
    "run_canceled": Wording(
        message="Somebody canceled it.",
        action="Run it again: what Mailchimp accepted is kept, the next run does the rest.",
    ),
    "segment_unusable": Wording(
        message="A segment is not declared, or its rules no longer fit the profiles.",
        action="Correct the definition, or take the segment out of the export.",
    ),
    "snapshot_missing": Wording(
        message="The data sources have not been read yet.", action="Refresh the data sources."
    ),
    "snapshot_of_earlier_definition": Wording(
        message="The profiles were last read by an earlier definition.",
        action="Refresh the data sources.",
    ),
    "snapshot_outdated": Wording(
        message="The definition changed after the data sources were read.",
        action="Run the export again: the data sources are read first.",
    ),
    "source_unused": Wording(
        message="Nothing in the definition uses this data source, so it was not read.",
        action="Use it in the profiles or in a related table, or take it out of the definition.",
    ),
    "state_changing": Wording(
        message="A run is writing this audience's state just now.",
        action="Look again in a moment.",
    ),
    "worker_ends": Wording(
        message="The worker was ended while it was at work.",
        action="Nothing: the next worker goes on with it.",
    ),
}
"""Codes of work in progress and of what it left, whose own English is fit for pages."""
