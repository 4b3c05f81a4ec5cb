"""Every export so far was made in the pages; from now on a file may declare some."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Give each export its origin."""

    dependencies = [
        ("connections", "0004_from_files"),
        ("exports", "0004_constants_in_data_matching"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="export",
            name="declared_name",
            field=models.CharField(blank=True, default="", max_length=60),
        ),
        migrations.AddField(
            model_name="export",
            name="new_status_said",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="export",
            name="origin",
            field=models.CharField(
                choices=[("page", "made in the pages"), ("file", "from a definition file")],
                default="page",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="exportfield",
            name="create",
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.UniqueConstraint(
                condition=models.Q(("origin", "file")),
                fields=("declared_name",),
                name="export_declared_once",
            ),
        ),
    ]
