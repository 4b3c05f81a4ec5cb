"""A connection whose secret is looked up may find none there."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One more state of health."""

    dependencies = [
        ("connections", "0004_from_files"),
    ]

    operations = [
        migrations.AlterField(
            model_name="connection",
            name="health",
            field=models.CharField(
                choices=[
                    ("unknown", "Not checked yet"),
                    ("healthy", "Healthy"),
                    ("unreachable", "Mailchimp does not answer"),
                    ("revoked", "Access was revoked"),
                    ("role_too_low", "The Mailchimp role is too low"),
                    ("closed", "The Mailchimp account is closed or disabled"),
                    ("unreadable", "The stored credentials cannot be read"),
                    ("secret_missing", "The variable or file with the secret is missing"),
                ],
                default="unknown",
                max_length=20,
            ),
        ),
    ]
