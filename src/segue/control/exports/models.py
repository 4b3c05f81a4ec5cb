"""Exports: connection, audience, data matching, segments, consent and schedule, and how the last run ended."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from segue.control.connections.models import Connection
from segue.control.origins import OF_AN_EXPORT, Origin
from segue.control.people.models import Person
from segue.control.segments.models import Segment
from segue.control.statuses import Status


class NewStatus(models.TextChoices):
    """The status that a contact unknown to Mailchimp gets; the same words as the engine's."""

    SUBSCRIBED = "subscribed", _("Subscribed")
    PENDING = "pending", _("Pending")
    TRANSACTIONAL = "transactional", _("Transactional")


class Blanks(models.TextChoices):
    """What a blank does to what Mailchimp holds; the same words as the engine's."""

    KEEP = "keep", _("leaves what Mailchimp holds")
    CLEAR = "clear", _("clears it")


class FirstRun(models.TextChoices):
    """Whether the first run waits for a person; the same words as the engine's."""

    APPROVE = "approve", _("It waits until somebody approves its plan")
    FREE = "free", _("It runs like any other")


class Leftovers(models.TextChoices):
    """What becomes of tags that removed exports left in the audience; the same words as the engine's."""

    SHOW = "show", _("Plans name them, and they stay")
    REMOVE = "remove", _("The next run takes them away")


class ScheduleMode(models.TextChoices):
    """When an export runs by itself."""

    EVERY_REFRESH = "every_refresh", _("With every scheduled refresh")
    OWN = "own", _("On its own schedule")


class Export(models.Model):
    """An export.

    `key` is its stable name in the engine: never changed, never used again. `connection` None: detached, it does not
    run until another is attached. `account_id` is the Mailchimp account that the audience belongs to. `newest_by` ""
    lets the first key win among profiles with one address. `new_status_said` False: nobody chose the status of new
    contacts, so that an audience with double opt-in refuses the plan. `brakes` holds what differs from the defaults. `recurrence`
    as `schedules.recurrence_as_json` writes it. `last_status` and what follows tell the export's own last run. `origin`
    FILE: applying a file changes and removes it; `declared_name` is its name there, "" for what belongs to the pages.
    """

    name = models.CharField(max_length=120)
    key = models.CharField(max_length=60, unique=True)
    connection = models.ForeignKey(
        Connection, null=True, on_delete=models.SET_NULL, related_name="exports"
    )
    account_id = models.CharField(max_length=64, blank=True)
    audience_id = models.CharField(max_length=40)
    audience_name = models.CharField(max_length=200, blank=True)
    email_attribute = models.CharField(max_length=60)
    newest_by = models.CharField(max_length=60, blank=True)
    consent_attribute = models.CharField(max_length=60, blank=True)
    attestation = models.TextField(blank=True)
    attested_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    attested_by_name = models.CharField(max_length=120, blank=True)
    attested_on = models.DateField(null=True)
    new_status = models.CharField(
        max_length=20, choices=NewStatus.choices, default=NewStatus.SUBSCRIBED
    )
    new_status_said = models.BooleanField(default=True)
    profile_limit = models.PositiveBigIntegerField(default=1_000_000)
    brakes = models.JSONField(default=dict)
    first_run = models.CharField(max_length=20, choices=FirstRun.choices, default=FirstRun.APPROVE)
    leftovers = models.CharField(max_length=20, choices=Leftovers.choices, default=Leftovers.SHOW)
    schedule_is_on = models.BooleanField(default=True)
    schedule_mode = models.CharField(
        max_length=20, choices=ScheduleMode.choices, default=ScheduleMode.EVERY_REFRESH
    )
    recurrence = models.JSONField(null=True)
    next_run_at = models.DateTimeField(null=True)
    last_run_id = models.BigIntegerField(null=True)
    last_status = models.CharField(
        max_length=30, choices=Status.choices, default=Status.NOT_STARTED
    )
    last_status_at = models.DateTimeField(null=True)
    refreshed_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    origin = models.CharField(max_length=20, choices=OF_AN_EXPORT, default=Origin.PAGE)
    declared_name = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        """By name; two living exports never have the same one, whatever its capitals."""

        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                Lower("name"), condition=models.Q(removed_at=None), name="export_name_once"
            ),
            models.UniqueConstraint(
                fields=["declared_name"],
                condition=models.Q(origin=Origin.FILE),
                name="export_declared_once",
            ),
        )
        indexes = (
            models.Index(fields=["removed_at", "next_run_at"], name="export_next_run"),
            models.Index(fields=["account_id", "audience_id"], name="export_audience"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_from_file(self) -> bool:
        """Whether a file owns it."""
        return self.origin == Origin.FILE


class ExportField(models.Model):
    """One line of the data matching. `parts` maps an address's parts to attributes, empty for any other type.

    `value` is what everybody gets, None where an attribute or the parts feed the field. `create`: a plan may create the
    merge field where the audience lacks it; only files say so.
    """

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="fields")
    tag = models.CharField(max_length=50)
    name = models.CharField(max_length=200, blank=True)
    type = models.CharField(max_length=20)
    attribute = models.CharField(max_length=60, blank=True)
    parts = models.JSONField(default=dict)
    value = models.TextField(null=True)
    blanks = models.CharField(max_length=20, choices=Blanks.choices, default=Blanks.KEEP)
    create = models.BooleanField(default=False)
    position = models.PositiveIntegerField()

    class Meta:
        """In the order of the data matching."""

        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=["export", "tag"], name="export_field_once"),)


class ExportSegment(models.Model):
    """A chosen segment and the tag that marks its members in the audience."""

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="segments")
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="exports")
    tag = models.CharField(max_length=100)
    position = models.PositiveIntegerField()

    class Meta:
        """In the order of choice."""

        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=["export", "segment"], name="export_segment_once"),
        )
