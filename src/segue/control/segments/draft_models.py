"""Drafts of segments: what somebody makes in the builder before it counts, with every step that can be undone."""

from __future__ import annotations

from django.db import models

from segue.control.people.models import Person


class SegmentDraft(models.Model):
    """One person's draft of a segment. `segment` None: of a new one.

    `position` is the number of the step that is shown; those after it can be done again. `opened_on` is the version of
    the segment that the draft began with, as `audit.meanwhile` counts them.
    """

    segment = models.ForeignKey(
        "segments.Segment", null=True, on_delete=models.CASCADE, related_name="drafts"
    )
    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="segment_drafts")
    position = models.PositiveIntegerField(default=0)
    opened_on = models.BigIntegerField(default=0)
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        """The one changed last comes first."""

        ordering = ("-changed_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["segment", "owner"],
                condition=models.Q(segment__isnull=False),
                name="one_draft_a_person",
            ),
        )

    def __str__(self) -> str:
        return f"draft {self.pk}"


class DraftStep(models.Model):
    """A draft as one step left it: the tree as `segments.editing.nodes` writes it, and what people will read."""

    draft = models.ForeignKey(SegmentDraft, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=200, blank=True)
    tree = models.JSONField()

    class Meta:
        """In the order of doing."""

        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["draft", "number"], name="one_step_a_number"),
        )

    def __str__(self) -> str:
        return f"step {self.number}"
