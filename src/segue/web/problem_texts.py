"""General words for problems that are stored with a run, a task or a refresh, by code. Texts only.

`detailed` repeats names and numbers of the problem's own sentence; where it lacks one, the general `message` stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a code means and what to do. `detailed` None: there is nothing to repeat from the message."""

    message: Promise
    action: Promise
    detailed: Promise | None = None


ENGINE: Mapping[str, Text] = {
    "already_running": Text(
        message=_("Another program is using the same Mailchimp account or the same data."),
        action=_("Wait until it is over, then run again."),
    ),
    "attribute_format_invalid": Text(
        message=_("Attributes of the profiles declare formats that cannot be used."),
        action=_("Correct the definition as the original message says."),
    ),
    "attribute_time_zone_unknown": Text(
        message=_("An attribute of the profiles declares a time zone that does not exist."),
        action=_("Use a name such as Europe/Paris in the definition."),
    ),
    "attribute_unknown": Text(
        message=_("The data matching names an attribute that the profiles do not have."),
        action=_("Choose one of the profiles' attributes in the export."),
        detailed=_(
            "The data matching of %(tag)s names the attribute %(attribute)s, which the profiles do not have."
        ),
    ),
    "audience_unstable": Text(
        message=_("The audience changed faster than it could be read."),
        action=_("Run again when no import or campaign is changing the audience."),
    ),
    "bug": Text(
        message=_("Something went wrong inside Segue that nobody foresaw."),
        action=_(
            "Run again: nothing is lost. If it happens again, tell whoever runs this installation; the details are in the log."
        ),
    ),
    "configuration_invalid": Text(
        message=_("The definition of data sources, profiles and segments has mistakes."),
        action=_("An administrator corrects it under Data › Data sources."),
    ),
    "configuration_not_found": Text(
        message=_("The definition of data sources, profiles and segments is not there."),
        action=_("An administrator applies a definition under Data › Data sources."),
    ),
    "configuration_unreadable": Text(
        message=_("The definition of data sources, profiles and segments cannot be read."),
        action=_("An administrator applies a definition under Data › Data sources."),
    ),
    "connection_unknown": Text(
        message=_("The export’s connection is no longer there."),
        action=_("Attach another connection to the export."),
    ),
    "everybody_rejected": Text(
        message=_("Mailchimp rejected everybody that was sent."),
        action=_("Look at the reasons under Rejected."),
        detailed=_("Mailchimp rejected everybody that was sent (%(sent)s people)."),
    ),
    "export_unknown": Text(
        message=_("The export is no longer there."), action=_("Open the list of exports.")
    ),
    "key_malformed": Text(
        message=_("The key that protects stored secrets cannot be used."),
        action=_("Whoever runs this installation checks its keys."),
    ),
    "key_missing": Text(
        message=_("A stored secret cannot be read: the key that protects it is missing."),
        action=_("Whoever runs this installation puts the key back."),
    ),
    "merge_field_missing": Text(
        message=_("The audience lacks a merge field that the export feeds."),
        action=_("Create it in Mailchimp, or let the export create it."),
        detailed=_("The audience lacks the merge field %(tag)s, which the export feeds."),
    ),
    "merge_field_required": Text(
        message=_("The audience requires a merge field that the export does not feed."),
        action=_("Match it to an attribute, or make it optional in Mailchimp."),
        detailed=_(
            "The audience requires the merge field %(tag)s, which the export does not feed."
        ),
    ),
    "merge_field_type": Text(
        message=_("A merge field of the audience is of another type than the export expects."),
        action=_("Save the export again, or match another merge field."),
        detailed=_(
            "The merge field %(tag)s of the audience is of type %(type)s, not %(expected)s as the export expects."
        ),
    ),
    "listing_stands_still": Text(
        message=_(
            "Mailchimp’s list of contacts does not go on, though more contacts are announced."
        ),
        action=_(
            "Run again later; if it lasts, an administrator checks that the connection leads to Mailchimp."
        ),
    ),
    "listing_too_long": Text(
        message=_(
            "Mailchimp announces more contacts than the audience can hold by its own counts."
        ),
        action=_(
            "Run again later; if it lasts, an administrator checks that the connection leads to Mailchimp."
        ),
        detailed=_(
            "Mailchimp announces %(total)s contacts in one list; by its own counts of the audience there are at most %(most)s."
        ),
    ),
    "new_contacts_unsaid": Text(
        message=_(
            "The audience asks new contacts to confirm, and the export does not say what becomes of them."
        ),
        action=_("Edit the export and choose what new contacts become."),
        detailed=_(
            "The audience %(audience)s asks new contacts to confirm (double opt-in), and %(export)s does not say what becomes of them."
        ),
    ),
    "plan_changed": Text(
        message=_("The plan is no longer the one that was approved; nothing was written."),
        action=_("Something changed since: look at the new plan and approve that one."),
    ),
    "plan_needs_approval": Text(
        message=_("The plan waits for approval; nothing was written."),
        action=_("Look at the plan, then approve exactly this one or discard it."),
    ),
    "first_run_needs_approval": Text(
        message=_(
            "The first run of an export waits for approval of its plan; nothing was written."
        ),
        action=_("Look at the plan, then approve exactly this one or discard it."),
    ),
    "profile_limit_exceeded": Text(
        message=_("The export selects more people than its limit."),
        action=_("Choose fewer segments, or raise the limit in the export."),
        detailed=_(
            "The export selects %(people)s people, %(over)s more than its limit of %(limit)s."
        ),
    ),
    "rejected_not_kept": Text(
        message=_("The rejected contacts of this run are no longer kept."),
        action=_(
            "They are kept for the last 20 runs of an export, and for 30 days; look at a newer one."
        ),
    ),
    "run_unknown": Text(
        message=_("The files of this run are no longer kept."),
        action=_("Look at a newer run."),
    ),
    "secret_missing": Text(
        message=_("A secret that the definition refers to is not there or empty."),
        action=_("Whoever runs this installation sets the variable or writes the file."),
        detailed=_("The secret %(env)s that the definition refers to is not there or empty."),
    ),
    "snapshot_unusable": Text(
        message=_(
            "What was last read of the data sources is damaged, or was written by another version of Segue."
        ),
        action=_("Refresh again and read everything again."),
    ),
}
"""Codes of the engine, whose own words speak of commands and keys: pages say these instead, in both languages."""

RUNNING: Mapping[str, Text] = {
    "connection_closed": Text(
        message=_("The Mailchimp account is closed or disabled."),
        action=_("Have the account reactivated at Mailchimp, or attach another connection."),
    ),
    "connection_not_finished": Text(
        message=_("The set-up of the connection is not finished."),
        action=_("An administrator completes the connection."),
    ),
    "connection_revoked": Text(
        message=_("Mailchimp no longer accepts the connection’s credentials."),
        action=_("An administrator connects the account again."),
    ),
    "connection_role_too_low": Text(
        message=_("The Mailchimp user of the connection has too low a role."),
        action=_("An administrator connects with a user whose role is Manager or above."),
    ),
    "connection_unreadable": Text(
        message=_(
            "The connection’s stored credentials cannot be read with the keys of this installation."
        ),
        action=_(
            "Whoever runs this installation puts the key back, or an administrator connects the account again."
        ),
    ),
    "definition_missing": Text(
        message=_("No data source is declared yet."),
        action=_("An administrator applies a definition under Data › Data sources."),
    ),
    "export_detached": Text(
        message=_("The export has no connection."),
        action=_("Attach a connection to the export."),
    ),
    "export_removed": Text(
        message=_("The export was removed."),
        action=_("Nothing to do: a removed export never runs again."),
    ),
    "export_user_gone": Text(
        message=_("The export user of the connection has left or was deactivated."),
        action=_("An administrator adds themselves as export user of the connection."),
    ),
    "export_user_role": Text(
        message=_("The export user of the connection is no longer an administrator."),
        action=_("An administrator adds themselves as export user of the connection."),
    ),
    "plan_discarded": Text(
        message=_("The plan was discarded; nothing was written."),
        action=_("The next run plans anew."),
    ),
    "plan_superseded": Text(
        message=_("A newer run of the export took its place; nothing was written."),
        action=_("Look at the newer run."),
    ),
    "segment_inactive": Text(
        message=_("One of the export’s segments is inactive."),
        action=_("Activate it, or take it out of the export."),
    ),
    "segment_removed": Text(
        message=_("One of the export’s segments is no longer declared."),
        action=_("Take it out of the export, or declare it again."),
    ),
    "upstream_failed": Text(
        message=_("Something before it failed, so that it was skipped."),
        action=_("Repair what failed, then refresh again."),
    ),
    "worker_died": Text(
        message=_("The worker died several times in a row while it was at work on this."),
        action=_("Look at the worker's log and at the memory of its machine, then run again."),
    ),
}
"""Codes that the control plane stores without words, or in words of the language of whoever was there."""

WORK: Mapping[str, Text] = {
    "inconsistent": Text(
        message=_(
            "Mailchimp's replies leave people out or count them twice: the counts do not balance."
        ),
        action=_("Run the export again; if it comes back, report it with the run's report."),
    ),
    "lease_lost": Text(
        message=_("Another worker took the work over."), action=_("Nothing: it goes on there.")
    ),
    "people_left": Text(
        message=_("Some people are left: their calls failed again and again."),
        action=_("Nothing: the next attempt sends them."),
        detailed=_(
            "%(count)s {count:person is|people are} left: their calls failed again and again."
        ),
    ),
    "run_canceled": Text(
        message=_("Somebody canceled it."),
        action=_("Run it again: what Mailchimp accepted is kept, the next run does the rest."),
    ),
    "segment_unusable": Text(
        message=_("A segment is not declared, or its rules no longer fit the profiles."),
        action=_("Correct the definition, or take the segment out of the export."),
    ),
    "snapshot_missing": Text(
        message=_("The data sources have not been read yet."), action=_("Refresh the data sources.")
    ),
    "snapshot_of_earlier_definition": Text(
        message=_("The profiles were last read by an earlier definition."),
        action=_("Refresh the data sources."),
    ),
    "snapshot_outdated": Text(
        message=_("The definition changed after the data sources were read."),
        action=_("Run the export again: the data sources are read first."),
    ),
    "source_unused": Text(
        message=_("Nothing in the definition uses this data source, so it was not read."),
        action=_("Use it in the profiles or in a related table, or take it out of the definition."),
    ),
    "state_changing": Text(
        message=_("A run is writing this audience's state just now."),
        action=_("Look again in a moment."),
    ),
    "worker_ends": Text(
        message=_("The worker was ended while it was at work."),
        action=_("Nothing: the next worker goes on with it."),
    ),
}
"""Codes of work in progress and of what it left, whose own English is fit for pages."""
