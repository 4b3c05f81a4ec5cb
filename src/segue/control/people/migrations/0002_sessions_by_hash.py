"""Keep the hash of a session's key. All sessions end: the keys of those so far stand in backups, and open doors no more."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def end_all(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """End every session: people sign in once more."""
    apps.get_model("people", "Session").objects.using(schema_editor.connection.alias).all().delete()


class Migration(migrations.Migration):
    """End the sessions, and make room for a hash."""

    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.RunPython(end_all, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="session",
            name="session_key",
            field=models.CharField(max_length=64, primary_key=True, serialize=False),
        ),
    ]
