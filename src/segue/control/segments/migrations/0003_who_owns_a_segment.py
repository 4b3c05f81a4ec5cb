"""Every segment so far came from a definition file, and goes on doing so."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def _from_files(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("segments", "Segment").objects.update(origin="file")


class Migration(migrations.Migration):
    """Give each segment its origin."""

    dependencies = (("segments", "0002_say_rules_when_they_are_shown"),)

    operations = (
        migrations.AddField(
            model_name="segment",
            name="origin",
            field=models.CharField(
                choices=[("page", "made in the pages"), ("file", "from a definition file")],
                default="page",
                max_length=20,
            ),
        ),
        migrations.RunPython(_from_files, migrations.RunPython.noop),
    )
