"""Count failed sign-ins in a table of one row a person."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Make the table."""

    dependencies = [("people", "0002_sessions_by_hash")]

    operations = [
        migrations.CreateModel(
            name="FailedSignIns",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("who", models.CharField(max_length=20, unique=True)),
                ("since", models.DateTimeField()),
                ("tries", models.PositiveBigIntegerField(default=0)),
                ("told", models.PositiveIntegerField(default=0)),
            ],
        ),
    ]
