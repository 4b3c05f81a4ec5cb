"""The audit log: one entry for every change and consent. Entries are written once and never changed."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from segue.core.errors import NotAllowed


class Action(models.TextChoices):
    """What somebody did. Codes are stored: never change or reuse one."""

    SIGNED_IN = "person.signed_in", _("signed in")
    SIGN_IN_FAILED = "person.sign_in_failed", _("failed to sign in")
    SIGNED_OUT = "person.signed_out", _("signed out")
    PASSWORD_CHANGED = "person.password_changed", _("changed the password")
    PASSWORD_RESET_SENT = (
        "person.password_reset_sent",
        _("sent a link to choose a new password"),
    )
    PASSWORD_RESET = "person.password_reset", _("reset the password")
    ACCOUNT_EDITED = "person.account_edited", _("changed their account")
    SESSION_REVOKED = "person.session_revoked", _("ended a session")
    PERSON_ADDED = "person.added", _("added a person")
    PERSON_INVITED = "person.invited", _("invited a person")
    INVITATION_REVOKED = "person.invitation_revoked", _("withdrew an invitation")
    INVITATION_ACCEPTED = "person.invitation_accepted", _("accepted an invitation")
    ROLE_CHANGED = "person.role_changed", _("changed a role")
    PERSON_DEACTIVATED = "person.deactivated", _("deactivated a person")
    PERSON_REACTIVATED = "person.reactivated", _("reactivated a person")
    DEFINITION_APPLIED = "source.definition_applied", _("applied a definition")
    PERSONAL_DATA_SHOWN = "source.personal_data_shown", _("looked at personal data")
    SEGMENT_ACTIVATED = "segment.activated", _("activated a segment")
    SEGMENT_DEACTIVATED = "segment.deactivated", _("deactivated a segment")
    SEGMENT_ADOPTED = "segment.adopted", _("adopted a segment from a file")
    SEGMENT_ADDED = "segment.added", _("made a segment")
    SEGMENT_EDITED = "segment.edited", _("edited a segment")
    SEGMENT_REMOVED = "segment.removed", _("removed a segment")
    SEGMENT_DESCRIBED = "segment.described", _("renamed or described a segment")
    SEGMENT_TAGGED = "segment.tagged", _("changed the tags of a segment")
    SEGMENT_REFRESHED = "segment.refreshed", _("refreshed a segment")
    SEGMENT_FROZEN = "segment.frozen", _("kept the members of a segment")
    SEGMENT_THAWED = "segment.thawed", _("let a segment be dynamic again")
    SEGMENT_SCHEDULED = "segment.scheduled", _("changed the schedule of a segment")
    LIST_CHANGED = "segment.list_changed", _("changed the addresses of a list")
    LIST_ATTESTED = "segment.list_attested", _("attested the consent of people on a list")
    SEGMENT_DUPLICATED = "segment.duplicated", _("duplicated a segment")
    MEASURE_ADDED = "measure.added", _("made a measure")
    MEASURE_CHANGED = "measure.changed", _("changed a measure")
    MEASURE_REMOVED = "measure.removed", _("removed a measure")
    MEASURE_ADOPTED = "measure.adopted", _("adopted a measure from a file")
    CONNECTION_ADDED = "connection.added", _("began a connection")
    CONNECTION_ADOPTED = "connection.adopted", _("adopted a connection from a file")
    CONNECTION_EDITED = "connection.edited", _("edited a connection")
    CONNECTION_SHARED = "connection.shared", _("shared a connection with contributors")
    CONNECTION_UNSHARED = "connection.unshared", _("kept a connection to administrators")
    CONSENT_GIVEN = "connection.consent_given", _("agreed to data privacy and compliance")
    CONNECTION_AUTHENTICATED = "connection.authenticated", _("authenticated with Mailchimp")
    EXPORT_USER_SET = "connection.export_user_set", _("became the export user")
    CONNECTION_SAVED = "connection.saved", _("completed a connection")
    CONNECTION_REMOVED = "connection.removed", _("removed a connection")
    CONNECTION_HEALTH = "connection.health", _("found the health of a connection changed")
    EXPORT_ADDED = "export.added", _("added an export")
    EXPORT_EDITED = "export.edited", _("edited an export")
    EXPORT_DUPLICATED = "export.duplicated", _("duplicated an export")
    EXPORT_SCHEDULED = "export.scheduled", _("changed the schedule of an export")
    EXPORT_DETACHED = "export.detached", _("detached the connection of an export")
    EXPORT_REMOVED = "export.removed", _("removed an export")
    EXPORT_ADOPTED = "export.adopted", _("adopted an export from a file")
    CONSENT_ATTESTED = "export.consent_attested", _("attested the consent of contacts")
    REFRESH_SCHEDULED = "refresh.scheduled", _("changed the system refresh")
    REFRESH_REQUESTED = "refresh.requested", _("started a refresh")
    REFRESH_CANCELED = "refresh.canceled", _("canceled a refresh")
    RUN_CANCELED = "run.canceled", _("canceled a run")
    PLAN_APPROVED = "run.plan_approved", _("approved a plan")
    PLAN_DISCARDED = "run.plan_discarded", _("discarded a plan")
    CHANNEL_ADDED = "notice.channel_added", _("added a notification channel")
    CHANNEL_EDITED = "notice.channel_edited", _("changed a notification channel")
    CHANNEL_REMOVED = "notice.channel_removed", _("removed a notification channel")
    CHANNEL_TESTED = "notice.channel_tested", _("tried a notification channel")
    LOG_EXPORTED = "audit.exported", _("downloaded the audit log")
    KEYS_ROTATED = "installation.keys_rotated", _("rotated the keys")
    INSTALLATION_DECIDED = (
        "installation.decided",
        _("said whether this installation is the real one"),
    )
    BACKUP_RESTORED = "installation.backup_restored", _("restored a backup")


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries as they are read; they are neither changed nor deleted, not many at once either."""

    def update(self, **changes: Any) -> int:
        """Refuse. Raises: NotAllowed."""
        raise _immutable()

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse. Raises: NotAllowed."""
        raise _immutable()


class Entry(models.Model):
    """One thing that happened. `actor_id` None: Segue itself, or nobody known.

    `details` holds ids, counts, settings before and after: no secret, no contact.
    """

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)
    action = models.CharField(max_length=60, choices=Action.choices)
    subject_kind = models.CharField(max_length=30, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    subject_name = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict)

    objects = EntryQuerySet.as_manager()

    class Meta:
        """Newest first."""

        ordering = ("-at", "-id")
        indexes = (
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["subject_kind", "subject_id", "-at"], name="audit_subject"),
            models.Index(fields=["action", "-at"], name="audit_action"),
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new entry. Raises: NotAllowed for one that is stored already."""
        if not self._state.adding:
            raise _immutable()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse. Raises: NotAllowed."""
        raise _immutable()


def _immutable() -> NotAllowed:
    return NotAllowed(
        "An entry of the audit log is never changed.",
        action="Write a new entry.",
        code="audit_immutable",
    )
