"""Segments: a named rule tree, the sentence that says it, and the number of members over time."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from segue.control.encryption import EncryptedField
from segue.control.origins import Origin
from segue.control.people.models import Person
from segue.control.segments.draft_models import DraftStep, SegmentDraft
from segue.control.segments.measure_models import Measure

__all__ = ["DraftStep", "Measure", "Segment", "SegmentCount", "SegmentDraft", "SegmentStatus"]


class SegmentStatus(models.TextChoices):
    """How the last counting of a segment ended."""

    NOT_STARTED = "not_started", _("Not started")
    SUCCESSFUL = "successful", _("Successful")
    FAILED = "failed", _("Failed (permanent)")


class SegmentKind(models.TextChoices):
    """Who decides on the members of a segment."""

    DYNAMIC = "dynamic", _("dynamic")
    """Its rule, with every refresh."""
    STATIC = "static", _("static")
    """Its rule when it was refreshed by hand; until the next time the members are kept."""
    LIST = "list", _("list")
    """Whoever wrote the addresses on it."""


class Segment(models.Model):
    """A segment. `rule` is the tree as `segments.printing` writes it: what a builder of rules edits.

    `kept` names what is kept of its members beside the snapshots, "" for a dynamic one; a list has an empty rule.

    Of the members of a list `own` have no profile and an attested consent; `left_out` are on it with neither, and no members.
    None: it is no list, or was not counted.

    `name` is its stable identifier in definitions; `members` None: not counted yet. An inactive segment is not
    counted and cannot be exported. `tags` are a list of texts by which people find it. `removed_at`: no longer declared, kept while an export still names it. `origin` FILE:
    applying a definition changes and removes it. `unused_since` is when a refresh first found that no export and no other
    segment uses it, None while one does.
    """

    name = models.CharField(max_length=60, unique=True)
    label = models.CharField(max_length=200)
    description = models.TextField(blank=True, default="")
    tags = models.JSONField(default=list)
    rule = models.JSONField()
    kind = models.CharField(max_length=20, choices=SegmentKind.choices, default=SegmentKind.DYNAMIC)
    kept = models.CharField(max_length=100, blank=True, default="")
    kept_at = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)
    members = models.BigIntegerField(null=True)
    own = models.PositiveIntegerField(null=True)
    left_out = models.PositiveIntegerField(null=True)
    status = models.CharField(
        max_length=20, choices=SegmentStatus.choices, default=SegmentStatus.NOT_STARTED
    )
    refreshed_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    unused_since = models.DateTimeField(null=True)
    origin = models.CharField(max_length=20, choices=Origin.choices, default=Origin.PAGE)

    class Meta:
        """By label."""

        ordering = ("label", "name")

    def __str__(self) -> str:
        return self.label

    @property
    def is_from_file(self) -> bool:
        """Whether a definition file owns it."""
        return self.origin == Origin.FILE

    @property
    def with_profile(self) -> int:
        """Return how many of the members have a profile."""
        return (self.members or 0) - (self.own or 0)


class ListContents(models.Model):
    """The addresses on a list, canonical, one a line, encrypted; `count` is how many there are.

    Behind an address whose consent is attested stands a tab and the key of the `ListAttestation`.
    """

    segment = models.OneToOneField(Segment, on_delete=models.CASCADE, related_name="contents")
    addresses = EncryptedField(blank=True, default="")
    count = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()


class ListAttestation(models.Model):
    """Somebody's word that the people of one batch of addresses consented; `addresses` is how many these were."""

    contents = models.ForeignKey(
        ListContents, on_delete=models.CASCADE, related_name="attestations"
    )
    statement = models.TextField()
    attested_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    attested_by_name = models.CharField(max_length=120)
    attested_at = models.DateTimeField()
    addresses = models.PositiveIntegerField()

    class Meta:
        """Newest first."""

        ordering = ("-attested_at", "-pk")


class SegmentSchedule(models.Model):
    """What happens to a segment by itself, besides refreshes.

    `recurrence` None: it is counted with refreshes only; `next_at` is when it is counted next by its own. `switch_at` None:
    it stays as active as it is; else it becomes so then (`switch_to`).
    """

    segment = models.OneToOneField(Segment, on_delete=models.CASCADE, related_name="schedule")
    recurrence = models.JSONField(null=True)
    next_at = models.DateTimeField(null=True, db_index=True)
    switch_at = models.DateTimeField(null=True, db_index=True)
    switch_to = models.BooleanField(default=False)


class SegmentCount(models.Model):
    """How many members a segment had."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="counts")
    at = models.DateTimeField()
    members = models.BigIntegerField()

    class Meta:
        """Oldest first: a line over time."""

        ordering = ("at",)
        indexes = (models.Index(fields=["segment", "-at"], name="segment_counts"),)
