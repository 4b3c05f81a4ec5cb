"""Say of a count when it was made and whether a reading of the audience made it; of earlier ones nobody knows."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns."""

    dependencies = [("connections", "0002_safe_status_if_new")]

    operations = [
        migrations.AddField(
            model_name="audiencecount", name="counted_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="audiencecount", name="is_read", field=models.BooleanField(default=False)
        ),
    ]
