from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("refreshes", "0002_read_with_problems"),
    ]

    operations = [
        migrations.CreateModel(
            name="Worker",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True)),
                ("began_at", models.DateTimeField()),
                ("heard_at", models.DateTimeField()),
                ("signs", models.PositiveBigIntegerField(default=0)),
            ],
            options={"ordering": ("name",)},
        ),
        migrations.CreateModel(
            name="ClockMove",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("worker", models.CharField(max_length=80)),
                ("before_at", models.DateTimeField()),
                ("after_at", models.DateTimeField()),
            ],
            options={"ordering": ("-id",)},
        ),
    ]
