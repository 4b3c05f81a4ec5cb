from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("refreshes", "0003_workers_and_clock_moves"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="unknown",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="run",
            name="wait_attempt",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="run",
            name="wait_code",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.AddField(
            model_name="run",
            name="wait_until",
            field=models.DateTimeField(null=True),
        ),
    ]
