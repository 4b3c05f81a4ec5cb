"""Segments may keep their members, and be lists of addresses."""

import django.db.models.deletion
from django.db import migrations, models

import segue.control.encryption


class Migration(migrations.Migration):
    """Add the columns, and the table of addresses."""

    dependencies = (("segments", "0005_described_and_tagged"),)

    operations = (
        migrations.AddField(
            model_name="segment",
            name="kept",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.AddField(
            model_name="segment",
            name="kept_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="segment",
            name="kind",
            field=models.CharField(
                choices=[("dynamic", "dynamic"), ("static", "static"), ("list", "list")],
                default="dynamic",
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="ListContents",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("addresses", segue.control.encryption.EncryptedField(blank=True, default="")),
                ("count", models.PositiveIntegerField(default=0)),
                ("changed_at", models.DateTimeField()),
                (
                    "segment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contents",
                        to="segments.segment",
                    ),
                ),
            ],
        ),
    )
