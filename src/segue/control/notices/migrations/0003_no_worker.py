from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0002_people_held"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("run_failed", "An export failed"),
                    ("run_skipped", "An export was skipped because something before it failed"),
                    ("refresh_failed", "A refresh failed"),
                    ("timed_out", "An export takes far too long"),
                    ("needs_approval", "A plan needs approval"),
                    ("not_run", "An export has not run for days"),
                    ("exported_nobody", "An export reached nobody"),
                    ("people_held", "People are held back because of earlier refusals"),
                    ("connection_broken", "A connection is broken"),
                    ("no_worker", "No worker is at work"),
                ],
                max_length=30,
            ),
        ),
    ]
