"""The statuses of refreshes, tasks and runs, in the product's words. Which may follow which is in `refreshes.states`."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """How something stands. Codes are stored: never change or reuse one. Source of the words: PRODUCT.md §3."""

    NOT_STARTED = "not_started", _("Not started")
    QUEUED = "queued", _("Queued")
    REFRESHING = "refreshing", _("Refreshing")
    PROCESSING = "processing", _("Processing")
    SUCCESSFUL = "successful", _("Successful")
    SUCCESSFUL_WITH_SKIPS = "successful_with_skips", _("Successful with skips")
    READ_WITH_PROBLEMS = "read_with_problems", _("Read with problems")
    NEEDS_APPROVAL = "needs_approval", _("Needs approval")
    SKIPPED = "skipped", _("Skipped")
    FAILED_RETRYING = "failed_retrying", _("Failed, retrying")
    FAILED = "failed", _("Failed (permanent)")
    CANCELED = "canceled", _("Canceled")


WORKING = frozenset({Status.REFRESHING, Status.PROCESSING})
"""Something is being done right now, by a worker that holds a lease."""

OPEN = WORKING | {Status.QUEUED, Status.FAILED_RETRYING}
"""Something will still be done without anybody's help."""

ENDED = frozenset(Status) - OPEN - {Status.NOT_STARTED, Status.NEEDS_APPROVAL}
"""Nothing more will happen to it."""

GOOD = frozenset({Status.SUCCESSFUL, Status.SUCCESSFUL_WITH_SKIPS, Status.READ_WITH_PROBLEMS})
"""It did what it was for; of a data source something may not have been read."""
