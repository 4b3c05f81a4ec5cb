"""Trust no account to honour status_if_new unless somebody says so: who had checked cannot be told from who had the default."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def switch_off(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Switch every connection to the setting that is safe whatever the account does."""
    connections = apps.get_model("connections", "Connection").objects
    connections.using(schema_editor.connection.alias).update(honours_status_if_new=False)


class Migration(migrations.Migration):
    """Change the default, and the rows that have the old one."""

    dependencies = [("connections", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="connection",
            name="honours_status_if_new",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(switch_off, migrations.RunPython.noop),
    ]
