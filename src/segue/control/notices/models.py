"""Notices: what people are told, once each, over which channels, and whether it is over."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from segue.control.encryption import EncryptedField


class NoticeKind(models.TextChoices):
    """What a notice is about. Codes are stored."""

    RUN_FAILED = "run_failed", _("An export failed")
    RUN_SKIPPED = "run_skipped", _("An export was skipped because something before it failed")
    REFRESH_FAILED = "refresh_failed", _("A refresh failed")
    TIMED_OUT = "timed_out", _("An export takes far too long")
    NEEDS_APPROVAL = "needs_approval", _("A plan needs approval")
    NOT_RUN = "not_run", _("An export has not run for days")
    EXPORTED_NOBODY = "exported_nobody", _("An export reached nobody")
    PEOPLE_HELD = "people_held", _("People are held back because of earlier refusals")
    CONNECTION_BROKEN = "connection_broken", _("A connection is broken")
    NO_WORKER = "no_worker", _("No worker is at work")


class Notice(models.Model):
    """Something that people are told. It is open until `resolved_at`; `subject_key` names what it is about.

    There is one open notice of a kind and subject: it is told once, and once more when it is over. `values` are codes,
    numbers and words of a problem for the text, `since` when the state began. `sent_at` is when the notice was handed
    to the channels, `recovery_sent_at` when its end was, or was found not worth telling; None: neither yet.
    """

    kind = models.CharField(max_length=30, choices=NoticeKind.choices)
    subject_key = models.CharField(max_length=80)
    subject_name = models.CharField(max_length=200)
    path = models.CharField(max_length=200)
    values = models.JSONField(default=dict)
    since = models.DateTimeField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    recovery_sent_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first; one open notice of a kind and subject."""

        ordering = ("-created_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "subject_key"],
                condition=models.Q(resolved_at=None),
                name="notice_told_once",
            ),
        )
        indexes = (
            models.Index(fields=["resolved_at", "-created_at"], name="notice_open"),
            models.Index(
                fields=["resolved_at"],
                condition=models.Q(recovery_sent_at=None),
                name="notice_end_untold",
            ),
        )


class ChannelKind(models.TextChoices):
    """How people are told."""

    MAIL = "mail", _("E-mail")
    APPRISE = "apprise", _("Chat or webhook (Apprise)")


class Channel(models.Model):
    """Where notices go. `target` is an address or an Apprise URL and is kept encrypted.

    "" with MAIL: all active administrators and the owner of the export, each in their language. `name` "": the words
    for that. `last_error_code` is one of `Trouble`, "" after a message that arrived.
    """

    kind = models.CharField(max_length=20, choices=ChannelKind.choices)
    name = models.CharField(max_length=120, blank=True)
    target = EncryptedField(blank=True, default="")
    language = models.CharField(max_length=5, default="en")
    is_on = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    last_sent_at = models.DateTimeField(null=True)
    last_error_code = models.CharField(max_length=60, blank=True)

    class Meta:
        """By name."""

        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name or str(_("Administrators and owners"))

    @property
    def is_to_administrators(self) -> bool:
        """Whether it reaches administrators and owners instead of one target."""
        return self.kind == ChannelKind.MAIL and not self.target


class Trouble(models.TextChoices):
    """Why a message did not arrive. Codes are stored."""

    MAIL_SILENT = "mail_server_silent", _("The mail server does not answer.")
    MAIL_NOT_KEPT = (
        "mail_not_kept",
        _(
            "The mail could not be written into the outbox of this installation: its disk is full, or may not be written."
        ),
    )
    MACHINE_SHORT = (
        "machine_short",
        _("The message could not be sent: the machine that runs Segue lets it open no more files."),
    )
    MAIL_REFUSED = "mail_refused", _("The mail server refused the message.")
    TARGET_INVALID = "channel_target", _("The address of the channel is not one that can be used.")
    PLACE_REFUSED = (
        "channel_place",
        _("The address of the channel leads inside the network of the installation."),
    )
    SERVICE_REFUSED = "service_refused", _("The service refused the message or does not answer.")


class Delivery(models.Model):
    """One notice over one channel, or its recovery. Tried again a few times; `given_up_at`: no more.

    `reached` are the keys of the people who have it already while others of the channel do not.
    """

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="deliveries")
    is_recovery = models.BooleanField(default=False)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    reached = models.JSONField(default=list)

    class Meta:
        """Once each."""

        constraints = (
            models.UniqueConstraint(
                fields=["notice", "channel", "is_recovery"], name="delivery_once"
            ),
        )
        indexes = (
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(sent_at=None, given_up_at=None),
                name="delivery_due",
            ),
        )
