"""Lists know of whom a consent is attested, and how many of them have no profile."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the columns, and the table of attestations."""

    dependencies = (
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("segments", "0008_measures"),
    )

    operations = (
        migrations.AddField(
            model_name="segment",
            name="left_out",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="segment",
            name="own",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.CreateModel(
            name="ListAttestation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("statement", models.TextField()),
                ("attested_by_name", models.CharField(max_length=120)),
                ("attested_at", models.DateTimeField()),
                ("addresses", models.PositiveIntegerField()),
                (
                    "attested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "contents",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attestations",
                        to="segments.listcontents",
                    ),
                ),
            ],
            options={
                "ordering": ("-attested_at", "-pk"),
            },
        ),
    )
