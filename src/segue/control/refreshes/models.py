"""Refreshes, their tasks and the runs of exports. The rows of refreshes and runs are the jobs themselves.

A worker holds a job by a lease: `owner` names the worker, `fence` counts who held it, `heartbeat_at` changes while it
works. Whoever has seen it unchanged for a lease takes the job over with the next fence; the old owner's writes no
longer fit. Whose clock wrote `heartbeat_at` does not matter: it is never compared with another clock's time.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from segue.control.encryption import EncryptedField
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.statuses import OPEN, Status
from segue.control.told import SentenceField


class Scope(models.TextChoices):
    """What a refresh goes through."""

    WHOLE = "whole", _("Entire workflow")
    DATA = "data", _("Data sources, profiles and segments")
    EXPORTS = "exports", _("Chosen exports")


class Trigger(models.TextChoices):
    """What started a refresh."""

    SCHEDULE = "schedule", _("System refresh")
    EXPORT_SCHEDULE = "export_schedule", _("The export’s own schedule")
    PERSON = "person", _("A person")


class Leased(models.Model):
    """A job that one worker at a time holds. `takeovers` counts the workers in a row that died while they held it."""

    owner = models.CharField(max_length=80, blank=True)
    fence = models.PositiveIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True)
    takeovers = models.PositiveIntegerField(default=0)

    class Meta:
        """Columns only."""

        abstract = True


class Told(models.Model):
    """Something that can go wrong: the problem's stable code and what was said of it."""

    code = models.CharField(max_length=80, blank=True)
    message = SentenceField(blank=True)
    action = SentenceField(blank=True)

    class Meta:
        """Columns only."""

        abstract = True


class SystemSchedule(models.Model):
    """The one system refresh: off, or daily or weekly at some times. There is exactly one row."""

    is_on = models.BooleanField(default=False)
    recurrence = models.JSONField(null=True)
    next_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        """One row only."""

        constraints = (
            models.CheckConstraint(condition=models.Q(pk=1), name="system_schedule_once"),
        )


class Refresh(Leased, Told):
    """One pass. Its data part (sources → profiles → segments) is a job; each of its runs is another.

    `data_ready_at` None: the data part is not over, so that its runs wait. `read_again` reads sources that have not
    changed too.
    """

    scope = models.CharField(max_length=20, choices=Scope.choices)
    trigger = models.CharField(max_length=20, choices=Trigger.choices)
    requested_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    requested_by_name = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=30, choices=Status.choices, default=Status.QUEUED)
    read_again = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    data_ready_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    snapshot_id = models.CharField(max_length=80, blank=True)
    cancel_requested_at = models.DateTimeField(null=True)
    canceled_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        """Newest first. One data part at a time."""

        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["status"],
                condition=models.Q(status=Status.REFRESHING),
                name="refresh_one_data_part",
            ),
        )
        indexes = (models.Index(fields=["status", "id"], name="refresh_status"),)


class TaskKind(models.TextChoices):
    """What a task of a refresh works on."""

    SOURCE = "source", _("Data source")
    PROFILES = "profiles", _("Profiles")
    SEGMENT = "segment", _("Segment")


class Task(Told):
    """One step of a refresh's data part. `count` is rows, profiles or members; None while it is not known."""

    refresh = models.ForeignKey(Refresh, on_delete=models.CASCADE, related_name="tasks")
    kind = models.CharField(max_length=20, choices=TaskKind.choices)
    name = models.CharField(max_length=120)
    label = models.CharField(max_length=200)
    position = models.PositiveIntegerField()
    status = models.CharField(max_length=30, choices=Status.choices, default=Status.QUEUED)
    count = models.BigIntegerField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        """In the order of the walk."""

        ordering = ("position",)
        indexes = (models.Index(fields=["kind", "name", "-id"], name="task_latest"),)


class RunKind(models.TextChoices):
    """What a run does."""

    EXPORT = "export", _("Export")
    PLAN = "plan", _("Plan only")


class Run(Leased, Told):
    """One execution of one export. Counts are people.

    `unread` counts the values and rows that the export stands on and that were left out of the data.

    `to_send` is what the plan wants to write, `accepted` grows while pushing; `accepted_before` were in attempts that
    came to no end of their own: at least so many, for what a dying worker did last it told nobody. `attempt` counts from 1; `retry_at` is
    when the next one begins. `approved_digest` is the plan that somebody approved. `engine_run_id` names the run in
    the engine's files.

    `not_sent` nothing was sent to; `unknown` were sent something whose answer nobody heard. `wait_attempt` is the attempt
    that a call waits for while it must be made again, `wait_until` when it begins, and `wait_code` why the one before
    failed: 0, None and "" while no call waits.
    """

    refresh = models.ForeignKey(Refresh, on_delete=models.CASCADE, related_name="runs")
    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=20, choices=RunKind.choices, default=RunKind.EXPORT)
    export_name = models.CharField(max_length=120)
    connection_name = models.CharField(max_length=120, blank=True)
    account_id = models.CharField(max_length=64, blank=True)
    audience_id = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=30, choices=Status.choices, default=Status.QUEUED)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    attempt = models.PositiveIntegerField(default=1)
    retry_at = models.DateTimeField(null=True)
    step = models.CharField(max_length=20, blank=True)
    step_at = models.DateTimeField(null=True)
    push_started_at = models.DateTimeField(null=True)
    to_send = models.BigIntegerField(default=0)
    unread = models.BigIntegerField(default=0)
    sent = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    accepted_before = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    untagged = models.BigIntegerField(default=0)
    moved = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    skipped = models.BigIntegerField(default=0)
    not_sent = models.BigIntegerField(default=0)
    unknown = models.BigIntegerField(default=0)
    retries = models.PositiveIntegerField(default=0)
    connections_in_use = models.PositiveIntegerField(default=0)
    wait_attempt = models.PositiveIntegerField(default=0)
    wait_code = models.CharField(max_length=80, blank=True, default="")
    wait_until = models.DateTimeField(null=True)
    digest = models.CharField(max_length=80, blank=True)
    approved_digest = models.CharField(max_length=80, blank=True)
    approved_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_by_name = models.CharField(max_length=120, blank=True)
    approved_at = models.DateTimeField(null=True)
    engine_run_id = models.CharField(max_length=120, blank=True)
    cancel_requested_at = models.DateTimeField(null=True)
    canceled_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        """Newest first. One run at a time for an account, one open run for an export."""

        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["account_id"],
                condition=models.Q(status=Status.PROCESSING) & ~models.Q(account_id=""),
                name="run_one_an_account",
            ),
            models.UniqueConstraint(
                fields=["export", "kind"],
                condition=models.Q(status__in=sorted(OPEN)),
                name="run_one_open_an_export",
            ),
        )
        indexes = (
            models.Index(fields=["export", "-id"], name="run_of_export"),
            models.Index(fields=["status", "id"], name="run_status"),
            models.Index(fields=["-finished_at"], name="run_finished"),
        )

    @property
    def accepted_in_all(self) -> int:
        """Return how many people were accepted in all attempts: what is told of the run wherever it is one line."""
        return self.accepted_before + self.accepted


class Worker(models.Model):
    """A worker process. `signs` goes up while it lives; both times are by its own clock and only shown."""

    name = models.CharField(max_length=80, unique=True)
    began_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    signs = models.PositiveBigIntegerField(default=0)

    class Meta:
        """By name."""

        ordering = ("name",)


class ClockMove(models.Model):
    """That somebody set the clock of a worker's machine: what it said before and what it said then."""

    worker = models.CharField(max_length=80)
    before_at = models.DateTimeField()
    after_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-id",)


class RunPaper(models.Model):
    """What a run wrote down, apart from the row that lists read.

    `plan` and `report` are JSON of the engine's values, "" while there is none; `samples` are a few people of the plan
    (personal, so encrypted; emptied after a while); `step_seconds` maps steps to seconds.
    """

    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="paper")
    plan = models.TextField(blank=True)
    report = models.TextField(blank=True)
    samples = EncryptedField(blank=True, default="")
    step_seconds = models.JSONField(default=dict)
