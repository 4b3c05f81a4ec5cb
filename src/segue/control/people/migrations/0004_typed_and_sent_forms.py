"""Keep for a while what was typed into forms that could not be taken, and which forms were sent already."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Make the tables."""

    dependencies = [("people", "0003_failed_sign_ins_counted")]

    operations = [
        migrations.CreateModel(
            name="SentForm",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("sent_at", models.DateTimeField(db_index=True)),
                ("answer", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="KeptInput",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("is_proven", models.BooleanField()),
                ("kept_at", models.DateTimeField(db_index=True)),
                ("content", models.TextField()),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
