"""The audit log tells of segments that are described, tagged, refreshed and added."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Let the new actions be."""

    dependencies = [
        ("audit", "0007_segments_built"),
    ]

    operations = (
        migrations.AlterField(
            model_name="entry",
            name="action",
            field=models.CharField(
                choices=[
                    ("person.signed_in", "signed in"),
                    ("person.sign_in_failed", "failed to sign in"),
                    ("person.signed_out", "signed out"),
                    ("person.password_changed", "changed the password"),
                    ("person.password_reset_sent", "sent a link to choose a new password"),
                    ("person.password_reset", "reset the password"),
                    ("person.account_edited", "changed their account"),
                    ("person.session_revoked", "ended a session"),
                    ("person.added", "added a person"),
                    ("person.invited", "invited a person"),
                    ("person.invitation_revoked", "withdrew an invitation"),
                    ("person.invitation_accepted", "accepted an invitation"),
                    ("person.role_changed", "changed a role"),
                    ("person.deactivated", "deactivated a person"),
                    ("person.reactivated", "reactivated a person"),
                    ("source.definition_applied", "applied a definition"),
                    ("source.personal_data_shown", "looked at personal data"),
                    ("segment.activated", "activated a segment"),
                    ("segment.deactivated", "deactivated a segment"),
                    ("segment.adopted", "adopted a segment from a file"),
                    ("segment.added", "made a segment"),
                    ("segment.edited", "edited a segment"),
                    ("segment.removed", "removed a segment"),
                    ("segment.described", "renamed or described a segment"),
                    ("segment.tagged", "changed the tags of a segment"),
                    ("segment.refreshed", "refreshed a segment"),
                    ("segment.duplicated", "duplicated a segment"),
                    ("connection.added", "began a connection"),
                    ("connection.adopted", "adopted a connection from a file"),
                    ("connection.edited", "edited a connection"),
                    ("connection.shared", "shared a connection with contributors"),
                    ("connection.unshared", "kept a connection to administrators"),
                    ("connection.consent_given", "agreed to data privacy and compliance"),
                    ("connection.authenticated", "authenticated with Mailchimp"),
                    ("connection.export_user_set", "became the export user"),
                    ("connection.saved", "completed a connection"),
                    ("connection.removed", "removed a connection"),
                    ("connection.health", "found the health of a connection changed"),
                    ("export.added", "added an export"),
                    ("export.edited", "edited an export"),
                    ("export.duplicated", "duplicated an export"),
                    ("export.scheduled", "changed the schedule of an export"),
                    ("export.detached", "detached the connection of an export"),
                    ("export.removed", "removed an export"),
                    ("export.adopted", "adopted an export from a file"),
                    ("export.consent_attested", "attested the consent of contacts"),
                    ("refresh.scheduled", "changed the system refresh"),
                    ("refresh.requested", "started a refresh"),
                    ("refresh.canceled", "canceled a refresh"),
                    ("run.canceled", "canceled a run"),
                    ("run.plan_approved", "approved a plan"),
                    ("run.plan_discarded", "discarded a plan"),
                    ("notice.channel_added", "added a notification channel"),
                    ("notice.channel_edited", "changed a notification channel"),
                    ("notice.channel_removed", "removed a notification channel"),
                    ("notice.channel_tested", "tried a notification channel"),
                    ("audit.exported", "downloaded the audit log"),
                    ("installation.keys_rotated", "rotated the keys"),
                    ("installation.decided", "said whether this installation is the real one"),
                    ("installation.backup_restored", "restored a backup"),
                ],
                max_length=60,
            ),
        ),
    )
