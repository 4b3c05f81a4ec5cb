"""Let a person read any language that has a catalogue; nothing changes in the database."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Name no languages."""

    dependencies = [("people", "0004_typed_and_sent_forms")]

    operations = [
        migrations.AlterField(
            model_name="person",
            name="language",
            field=models.CharField(default="en", max_length=5, verbose_name="Language"),
        ),
    ]
