"""Segments have a description and tags, and since when nothing uses them is known from the next refresh on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the columns."""

    dependencies = (("segments", "0004_drafts_of_segments"),)

    operations = (
        migrations.AddField(
            model_name="segment",
            name="description",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="segment",
            name="tags",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="segment",
            name="unused_since",
            field=models.DateTimeField(null=True),
        ),
    )
