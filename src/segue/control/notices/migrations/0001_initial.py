"""The tables of `notices`, and the channel that there is from the start: mail to administrators and owners."""

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

import segue.control.encryption


def add_first_channel(apps, schema_editor):
    """Let somebody be told without anybody having to set that up; it can be switched off and removed."""
    apps.get_model("notices", "Channel").objects.create(kind="mail", created_at=timezone.now())


class Migration(migrations.Migration):
    """Make the tables and the first channel."""

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Channel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("mail", "E-mail"), ("apprise", "Chat or webhook (Apprise)")],
                        max_length=20,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120)),
                ("target", segue.control.encryption.EncryptedField(blank=True, default="")),
                ("language", models.CharField(default="en", max_length=5)),
                ("is_on", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
                ("last_sent_at", models.DateTimeField(null=True)),
                ("last_error_code", models.CharField(blank=True, max_length=60)),
            ],
            options={
                "ordering": ("name", "id"),
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("run_failed", "An export failed"),
                            (
                                "run_skipped",
                                "An export was skipped because something before it failed",
                            ),
                            ("refresh_failed", "A refresh failed"),
                            ("timed_out", "An export takes far too long"),
                            ("needs_approval", "A plan needs approval"),
                            ("not_run", "An export has not run for days"),
                            ("exported_nobody", "An export reached nobody"),
                            ("connection_broken", "A connection is broken"),
                        ],
                        max_length=30,
                    ),
                ),
                ("subject_key", models.CharField(max_length=80)),
                ("subject_name", models.CharField(max_length=200)),
                ("path", models.CharField(max_length=200)),
                ("values", models.JSONField(default=dict)),
                ("since", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("resolved_at", models.DateTimeField(null=True)),
                ("recovery_sent_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("-created_at", "-id"),
                "indexes": [
                    models.Index(fields=["resolved_at", "-created_at"], name="notice_open"),
                    models.Index(
                        condition=models.Q(("recovery_sent_at", None)),
                        fields=["resolved_at"],
                        name="notice_end_untold",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("resolved_at", None)),
                        fields=("kind", "subject_key"),
                        name="notice_told_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_recovery", models.BooleanField(default=False)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("next_try_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("given_up_at", models.DateTimeField(null=True)),
                ("reached", models.JSONField(default=list)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="notices.channel",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="notices.notice",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("given_up_at", None), ("sent_at", None)),
                        fields=["next_try_at"],
                        name="delivery_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("notice", "channel", "is_recovery"), name="delivery_once"
                    )
                ],
            },
        ),
        migrations.RunPython(add_first_channel, migrations.RunPython.noop),
    ]
