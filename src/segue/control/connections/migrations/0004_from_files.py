"""Every connection so far was made in the pages; from now on a file may declare some, with the reference of their secret."""

from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def _unfinish(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """On the way back nothing is there to look a reference up: whoever used one finishes the set-up again."""
    rows = apps.get_model("connections", "Connection").objects.filter(secret="")
    rows.update(saved_at=None, credential_kind="")


class Migration(migrations.Migration):
    """Give each connection its origin."""

    dependencies = [
        ("connections", "0003_counts_with_their_age"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="connection",
            name="connection_saved_with_secret",
        ),
        migrations.AddField(
            model_name="connection",
            name="declared_name",
            field=models.CharField(blank=True, default="", max_length=60),
        ),
        migrations.AddField(
            model_name="connection",
            name="origin",
            field=models.CharField(
                choices=[("page", "made in the pages"), ("file", "from a definition file")],
                default="page",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="connection",
            name="secret_reference",
            field=models.JSONField(null=True),
        ),
        migrations.AddConstraint(
            model_name="connection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("saved_at", None),
                    models.Q(("secret", ""), _negated=True),
                    ("secret_reference__isnull", False),
                    _connector="OR",
                ),
                name="connection_saved_with_secret",
            ),
        ),
        migrations.AddConstraint(
            model_name="connection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("origin", "file")),
                fields=("declared_name",),
                name="connection_declared_once",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, _unfinish),
    ]
