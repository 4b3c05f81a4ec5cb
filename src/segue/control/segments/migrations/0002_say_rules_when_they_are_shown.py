"""Drop the sentences of segments: they are made when they are shown, in the language of whoever reads."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    """Remove both columns."""

    dependencies = [("segments", "0001_initial")]

    operations = [
        migrations.RemoveField(model_name="segment", name="words_en"),
        migrations.RemoveField(model_name="segment", name="words_fr"),
    ]
