"""General words for files of the state folder that are lost, by code. Texts only."""

from __future__ import annotations

from collections.abc import Mapping

from segue.core.sentences import said
from segue.words.problem_texts import Wording

_RESTORE = said(
    "Whoever runs this installation restores the state folder from a backup, or builds the file anew with: segue manage repair"
)

STATE: Mapping[str, Wording] = {
    "account_unconnected": Wording(
        message="No connection leads to the Mailchimp account of the audience.",
        action="Connect the account.",
    ),
    "audience_not_kept": Wording(
        message="Nothing is kept of this audience.",
        action="Check the ID of the audience and the state folder.",
    ),
    "export_declared": Wording(
        message="The export is still declared: its tags are not left over.",
        action="Remove the export first.",
    ),
    "installation_undecided": Wording(
        message="It is not sure that this installation is the real one: nothing was written to the audience.",
        action="An administrator says once which installation is the real one, under System › Installation; then run the export again.",
    ),
    "installation_unreadable": Wording(
        message="The file that says which installation this is is damaged; nothing was sent.",
        action="An administrator says once which installation is the real one, under System › Installation.",
    ),
    "interrupted_by_restore": Wording(
        message="Interrupted by the restore of a backup.",
        action="Look at the plan, then start it again.",
    ),
    "name_unsafe": Wording(
        message="A name that a file or folder would get cannot be one: it is empty, too long, or holds a slash or invisible signs.",
        action="Correct the name where it comes from; nothing was read or written under it. The details are in the run’s problem.",
    ),
    "no_email_attribute": Wording(
        message="The profiles have no e-mail attribute.",
        action="Declare one in the definition.",
    ),
    "nothing_left_over": Wording(
        message="The export has left no tags on anybody.",
        action="Plans say which exports have left tags.",
    ),
    "backup_disturbed": Wording(
        message="What was to be backed up changed faster than it could be copied.",
        action="Make the backup again when no refresh and no run is under way.",
    ),
    "restore_under_way": Wording(
        message="A backup is being restored into the state folder.",
        action="Wait until it is over, then start again.",
    ),
    "report_damaged": Wording(
        message="The report of this run is damaged.",
        action="Whoever runs this installation restores it from a backup; no later run needs it.",
    ),
    "state_file_damaged": Wording(
        message="A file of what Segue keeps of the audience is damaged; nothing was sent.",
        action=_RESTORE,
    ),
    "state_file_missing": Wording(
        message="A file of what Segue keeps of the audience is missing; nothing was sent.",
        action=_RESTORE,
    ),
}
"""Codes of the engine, whose own words speak of commands: pages say these instead, in both languages."""
