"""The tables of connections, agreements and audiences."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import segue.control.encryption


class Migration(migrations.Migration):
    """Make them."""

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AudienceCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account_id", models.CharField(max_length=64)),
                ("audience_id", models.CharField(max_length=40)),
                ("day", models.DateField()),
                ("contacts", models.BigIntegerField()),
            ],
            options={
                "ordering": ("day",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account_id", "audience_id", "day"),
                        name="audience_count_once_a_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Connection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("display_name", models.CharField(max_length=120, verbose_name="Display name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("mailchimp", "Mailchimp")], default="mailchimp", max_length=20
                    ),
                ),
                ("is_shared", models.BooleanField(default=False)),
                (
                    "credential_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "not authenticated yet"),
                            ("access_token", "authenticated with Mailchimp"),
                            ("api_key", "API key"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                ("secret", segue.control.encryption.EncryptedField(blank=True, default="")),
                ("base_url", models.CharField(blank=True, max_length=300)),
                ("account_id", models.CharField(blank=True, max_length=64)),
                ("account_name", models.CharField(blank=True, max_length=200)),
                ("account_role", models.CharField(blank=True, max_length=60)),
                ("account_plan", models.CharField(blank=True, max_length=60)),
                ("authenticated_at", models.DateTimeField(null=True)),
                ("export_user_at", models.DateTimeField(null=True)),
                ("saved_at", models.DateTimeField(null=True)),
                ("honours_status_if_new", models.BooleanField(default=True)),
                ("contact_limit", models.PositiveBigIntegerField(blank=True, null=True)),
                (
                    "health",
                    models.CharField(
                        choices=[
                            ("unknown", "Not checked yet"),
                            ("healthy", "Healthy"),
                            ("unreachable", "Mailchimp does not answer"),
                            ("revoked", "Access was revoked"),
                            ("role_too_low", "The Mailchimp role is too low"),
                            ("closed", "The Mailchimp account is closed or disabled"),
                            ("unreadable", "The stored credentials cannot be read"),
                        ],
                        default="unknown",
                        max_length=20,
                    ),
                ),
                ("health_code", models.CharField(blank=True, max_length=60)),
                ("health_checked_at", models.DateTimeField(null=True)),
                ("health_since", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "export_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("display_name",),
            },
        ),
        migrations.CreateModel(
            name="Audience",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("audience_id", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=200)),
                ("double_opt_in", models.BooleanField(default=False)),
                ("contacts", models.BigIntegerField(default=0)),
                ("seen_at", models.DateTimeField()),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="audiences",
                        to="connections.connection",
                    ),
                ),
            ],
            options={
                "ordering": ("name",),
            },
        ),
        migrations.CreateModel(
            name="Agreement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("connection_name", models.CharField(max_length=120)),
                ("version", models.CharField(max_length=20)),
                ("language", models.CharField(max_length=5)),
                ("text", models.TextField()),
                ("person_name", models.CharField(max_length=120)),
                ("agreed_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="agreements",
                        to="connections.connection",
                    ),
                ),
            ],
            options={
                "ordering": ("-agreed_at", "-id"),
            },
        ),
        migrations.AddConstraint(
            model_name="connection",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("display_name"), name="connection_name_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="connection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("saved_at", None), models.Q(("secret", ""), _negated=True), _connector="OR"
                ),
                name="connection_saved_with_secret",
            ),
        ),
        migrations.AddConstraint(
            model_name="audience",
            constraint=models.UniqueConstraint(
                fields=("connection", "audience_id"), name="audience_once"
            ),
        ),
    ]
