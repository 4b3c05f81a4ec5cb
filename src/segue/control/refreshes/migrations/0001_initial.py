"""The first tables of the app `refreshes`."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import segue.control.encryption


class Migration(migrations.Migration):
    """Make the tables."""

    initial = True

    dependencies = [
        ("exports", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Refresh",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("owner", models.CharField(blank=True, max_length=80)),
                ("fence", models.PositiveIntegerField(default=0)),
                ("heartbeat_at", models.DateTimeField(null=True)),
                ("takeovers", models.PositiveIntegerField(default=0)),
                ("code", models.CharField(blank=True, max_length=80)),
                ("message", models.TextField(blank=True)),
                ("action", models.TextField(blank=True)),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("whole", "Entire workflow"),
                            ("data", "Data sources, profiles and segments"),
                            ("exports", "Chosen exports"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "trigger",
                    models.CharField(
                        choices=[
                            ("schedule", "System refresh"),
                            ("export_schedule", "The export’s own schedule"),
                            ("person", "A person"),
                        ],
                        max_length=20,
                    ),
                ),
                ("requested_by_name", models.CharField(blank=True, max_length=120)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("not_started", "Not started"),
                            ("queued", "Queued"),
                            ("refreshing", "Refreshing"),
                            ("processing", "Processing"),
                            ("successful", "Successful"),
                            ("successful_with_skips", "Successful with skips"),
                            ("needs_approval", "Needs approval"),
                            ("skipped", "Skipped"),
                            ("failed_retrying", "Failed, retrying"),
                            ("failed", "Failed (permanent)"),
                            ("canceled", "Canceled"),
                        ],
                        default="queued",
                        max_length=30,
                    ),
                ),
                ("read_again", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("data_ready_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("snapshot_id", models.CharField(blank=True, max_length=80)),
                ("cancel_requested_at", models.DateTimeField(null=True)),
                ("canceled_by_name", models.CharField(blank=True, max_length=120)),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("owner", models.CharField(blank=True, max_length=80)),
                ("fence", models.PositiveIntegerField(default=0)),
                ("heartbeat_at", models.DateTimeField(null=True)),
                ("takeovers", models.PositiveIntegerField(default=0)),
                ("code", models.CharField(blank=True, max_length=80)),
                ("message", models.TextField(blank=True)),
                ("action", models.TextField(blank=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("export", "Export"), ("plan", "Plan only")],
                        default="export",
                        max_length=20,
                    ),
                ),
                ("export_name", models.CharField(max_length=120)),
                ("connection_name", models.CharField(blank=True, max_length=120)),
                ("account_id", models.CharField(blank=True, max_length=64)),
                ("audience_id", models.CharField(blank=True, max_length=40)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("not_started", "Not started"),
                            ("queued", "Queued"),
                            ("refreshing", "Refreshing"),
                            ("processing", "Processing"),
                            ("successful", "Successful"),
                            ("successful_with_skips", "Successful with skips"),
                            ("needs_approval", "Needs approval"),
                            ("skipped", "Skipped"),
                            ("failed_retrying", "Failed, retrying"),
                            ("failed", "Failed (permanent)"),
                            ("canceled", "Canceled"),
                        ],
                        default="queued",
                        max_length=30,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("attempt", models.PositiveIntegerField(default=1)),
                ("retry_at", models.DateTimeField(null=True)),
                ("step", models.CharField(blank=True, max_length=20)),
                ("step_at", models.DateTimeField(null=True)),
                ("push_started_at", models.DateTimeField(null=True)),
                ("to_send", models.BigIntegerField(default=0)),
                ("sent", models.BigIntegerField(default=0)),
                ("accepted", models.BigIntegerField(default=0)),
                ("accepted_before", models.BigIntegerField(default=0)),
                ("created", models.BigIntegerField(default=0)),
                ("updated", models.BigIntegerField(default=0)),
                ("untagged", models.BigIntegerField(default=0)),
                ("moved", models.BigIntegerField(default=0)),
                ("rejected", models.BigIntegerField(default=0)),
                ("skipped", models.BigIntegerField(default=0)),
                ("not_sent", models.BigIntegerField(default=0)),
                ("retries", models.PositiveIntegerField(default=0)),
                ("connections_in_use", models.PositiveIntegerField(default=0)),
                ("digest", models.CharField(blank=True, max_length=80)),
                ("approved_digest", models.CharField(blank=True, max_length=80)),
                ("approved_by_name", models.CharField(blank=True, max_length=120)),
                ("approved_at", models.DateTimeField(null=True)),
                ("engine_run_id", models.CharField(blank=True, max_length=120)),
                ("cancel_requested_at", models.DateTimeField(null=True)),
                ("canceled_by_name", models.CharField(blank=True, max_length=120)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "export",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="runs",
                        to="exports.export",
                    ),
                ),
                (
                    "refresh",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="runs",
                        to="refreshes.refresh",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="RunPaper",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("plan", models.TextField(blank=True)),
                ("report", models.TextField(blank=True)),
                ("samples", segue.control.encryption.EncryptedField(blank=True, default="")),
                ("step_seconds", models.JSONField(default=dict)),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="paper",
                        to="refreshes.run",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SystemSchedule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_on", models.BooleanField(default=False)),
                ("recurrence", models.JSONField(null=True)),
                ("next_at", models.DateTimeField(null=True)),
                ("changed_at", models.DateTimeField(null=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=80)),
                ("message", models.TextField(blank=True)),
                ("action", models.TextField(blank=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("source", "Data source"),
                            ("profiles", "Profiles"),
                            ("segment", "Segment"),
                        ],
                        max_length=20,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("label", models.CharField(max_length=200)),
                ("position", models.PositiveIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("not_started", "Not started"),
                            ("queued", "Queued"),
                            ("refreshing", "Refreshing"),
                            ("processing", "Processing"),
                            ("successful", "Successful"),
                            ("successful_with_skips", "Successful with skips"),
                            ("needs_approval", "Needs approval"),
                            ("skipped", "Skipped"),
                            ("failed_retrying", "Failed, retrying"),
                            ("failed", "Failed (permanent)"),
                            ("canceled", "Canceled"),
                        ],
                        default="queued",
                        max_length=30,
                    ),
                ),
                ("count", models.BigIntegerField(null=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "refresh",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="refreshes.refresh",
                    ),
                ),
            ],
            options={
                "ordering": ("position",),
            },
        ),
        migrations.AddIndex(
            model_name="refresh",
            index=models.Index(fields=["status", "id"], name="refresh_status"),
        ),
        migrations.AddConstraint(
            model_name="refresh",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "refreshing")),
                fields=("status",),
                name="refresh_one_data_part",
            ),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(fields=["export", "-id"], name="run_of_export"),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(fields=["status", "id"], name="run_status"),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(fields=["-finished_at"], name="run_finished"),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("status", "processing"), models.Q(("account_id", ""), _negated=True)
                ),
                fields=("account_id",),
                name="run_one_an_account",
            ),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("status__in", ["failed_retrying", "processing", "queued", "refreshing"])
                ),
                fields=("export", "kind"),
                name="run_one_open_an_export",
            ),
        ),
        migrations.AddConstraint(
            model_name="systemschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("pk", 1)), name="system_schedule_once"
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["kind", "name", "-id"], name="task_latest"),
        ),
    ]
