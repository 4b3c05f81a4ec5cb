"""Segments may be counted by times of their own, and be switched at a later date."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the table of schedules."""

    dependencies = (("segments", "0006_static_and_lists"),)

    operations = (
        migrations.CreateModel(
            name="SegmentSchedule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recurrence", models.JSONField(null=True)),
                ("next_at", models.DateTimeField(db_index=True, null=True)),
                ("switch_at", models.DateTimeField(db_index=True, null=True)),
                ("switch_to", models.BooleanField(default=False)),
                (
                    "segment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="schedule",
                        to="segments.segment",
                    ),
                ),
            ],
        ),
    )
