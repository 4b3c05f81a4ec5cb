"""General words for files of the state folder that are lost, by code. Texts only."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from segue.web.problem_texts import Text

_RESTORE = _(
    "Whoever runs this installation restores the state folder from a backup, or builds the file anew with: segue manage repair"
)

STATE: Mapping[str, Text] = {
    "account_unconnected": Text(
        message=_("No connection leads to the Mailchimp account of the audience."),
        action=_("Connect the account."),
    ),
    "audience_not_kept": Text(
        message=_("Nothing is kept of this audience."),
        action=_("Check the ID of the audience and the state folder."),
    ),
    "export_declared": Text(
        message=_("The export is still declared: its tags are not left over."),
        action=_("Remove the export first."),
    ),
    "installation_undecided": Text(
        message=_(
            "It is not sure that this installation is the real one: nothing was written to the audience."
        ),
        action=_(
            "An administrator says once which installation is the real one, under System › Installation; then run the export again."
        ),
    ),
    "installation_unreadable": Text(
        message=_("The file that says which installation this is is damaged; nothing was sent."),
        action=_(
            "An administrator says once which installation is the real one, under System › Installation."
        ),
    ),
    "interrupted_by_restore": Text(
        message=_("Interrupted by the restore of a backup."),
        action=_("Look at the plan, then start it again."),
    ),
    "name_unsafe": Text(
        message=_(
            "A name that a file or folder would get cannot be one: it is empty, too long, or holds a slash or invisible signs."
        ),
        action=_(
            "Correct the name where it comes from; nothing was read or written under it. The details are in the run’s problem."
        ),
    ),
    "no_email_attribute": Text(
        message=_("The profiles have no e-mail attribute."),
        action=_("Declare one in the definition."),
    ),
    "nothing_left_over": Text(
        message=_("The export has left no tags on anybody."),
        action=_("Plans say which exports have left tags."),
    ),
    "backup_disturbed": Text(
        message=_("What was to be backed up changed faster than it could be copied."),
        action=_("Make the backup again when no refresh and no run is under way."),
    ),
    "restore_under_way": Text(
        message=_("A backup is being restored into the state folder."),
        action=_("Wait until it is over, then start again."),
    ),
    "report_damaged": Text(
        message=_("The report of this run is damaged."),
        action=_(
            "Whoever runs this installation restores it from a backup; no later run needs it."
        ),
    ),
    "state_file_damaged": Text(
        message=_("A file of what Segue keeps of the audience is damaged; nothing was sent."),
        action=_RESTORE,
    ),
    "state_file_missing": Text(
        message=_("A file of what Segue keeps of the audience is missing; nothing was sent."),
        action=_RESTORE,
    ),
}
"""Codes of the engine, whose own words speak of commands: pages say these instead, in both languages."""
