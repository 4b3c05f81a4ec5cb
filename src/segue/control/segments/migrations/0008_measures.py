"""Measures have rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the table of measures."""

    dependencies = (("segments", "0007_segment_schedules"),)

    operations = (
        migrations.CreateModel(
            name="Measure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True)),
                ("label", models.CharField(max_length=200)),
                ("description", models.TextField(blank=True, default="")),
                ("definition", models.JSONField()),
                ("type", models.CharField(blank=True, default="", max_length=20)),
                ("personal", models.BooleanField(default=False)),
                ("position", models.PositiveIntegerField(default=0)),
                (
                    "origin",
                    models.CharField(
                        choices=[("page", "made in the pages"), ("file", "from a definition file")],
                        default="page",
                        max_length=20,
                    ),
                ),
            ],
            options={
                "ordering": ("position", "name"),
            },
        ),
    )
