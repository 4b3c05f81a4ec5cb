"""Connections to Mailchimp accounts, who agreed to what, and what each account was seen to hold."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from segue.control.encryption import EncryptedField
from segue.control.origins import Origin
from segue.control.people.models import Person


class Kind(models.TextChoices):
    """The destinations that a connection may lead to."""

    MAILCHIMP = "mailchimp", "Mailchimp"


class CredentialKind(models.TextChoices):
    """What the secret of a connection is."""

    NONE = "", _("not authenticated yet")
    ACCESS_TOKEN = "access_token", _("authenticated with Mailchimp")
    API_KEY = "api_key", _("API key")


class Health(models.TextChoices):
    """What the last look at the account found. Codes are stored."""

    UNKNOWN = "unknown", _("Not checked yet")
    HEALTHY = "healthy", _("Healthy")
    UNREACHABLE = "unreachable", _("Mailchimp does not answer")
    REVOKED = "revoked", _("Access was revoked")
    ROLE_TOO_LOW = "role_too_low", _("The Mailchimp role is too low")
    CLOSED = "closed", _("The Mailchimp account is closed or disabled")
    UNREADABLE = "unreadable", _("The stored credentials cannot be read")
    SECRET_MISSING = "secret_missing", _("The variable or file with the secret is missing")


BROKEN = frozenset(
    {
        Health.REVOKED,
        Health.ROLE_TOO_LOW,
        Health.CLOSED,
        Health.UNREADABLE,
        Health.SECRET_MISSING,
    }
)
"""States in which no export runs until somebody reconnects."""


class Connection(models.Model):
    """A link to one Mailchimp account. `saved_at` None: its set-up is not finished, so nobody can use it.

    `secret` is the access token or API key, encrypted. `base_url` is where the account's API is. `contact_limit` None:
    what the Mailchimp plan allows is not known. `honours_status_if_new` as in `segue.yaml`. `origin` FILE: applying a file
    changes and removes it, by its `declared_name` there. `secret_reference`, `{"env": …}` or `{"file": …}`, says where
    the secret is looked up each time; None: `secret` holds it.
    """

    display_name = models.CharField(_("Display name"), max_length=120)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.MAILCHIMP)
    is_shared = models.BooleanField(default=False)
    credential_kind = models.CharField(
        max_length=20, choices=CredentialKind.choices, default=CredentialKind.NONE, blank=True
    )
    secret = EncryptedField(blank=True, default="")
    base_url = models.CharField(max_length=300, blank=True)
    account_id = models.CharField(max_length=64, blank=True)
    account_name = models.CharField(max_length=200, blank=True)
    account_role = models.CharField(max_length=60, blank=True)
    account_plan = models.CharField(max_length=60, blank=True)
    authenticated_at = models.DateTimeField(null=True)
    export_user = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    export_user_at = models.DateTimeField(null=True)
    saved_at = models.DateTimeField(null=True)
    honours_status_if_new = models.BooleanField(default=False)
    contact_limit = models.PositiveBigIntegerField(null=True, blank=True)
    health = models.CharField(max_length=20, choices=Health.choices, default=Health.UNKNOWN)
    health_code = models.CharField(max_length=60, blank=True)
    health_checked_at = models.DateTimeField(null=True)
    health_since = models.DateTimeField(null=True)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    origin = models.CharField(max_length=20, choices=Origin.choices, default=Origin.PAGE)
    declared_name = models.CharField(max_length=60, blank=True, default="")
    secret_reference = models.JSONField(null=True)

    class Meta:
        """By name; two connections never have the same one, whatever its capitals."""

        ordering = ("display_name",)
        constraints = (
            models.UniqueConstraint(Lower("display_name"), name="connection_name_once"),
            models.CheckConstraint(
                condition=models.Q(saved_at=None)
                | ~models.Q(secret="")
                | models.Q(secret_reference__isnull=False),
                name="connection_saved_with_secret",
            ),
            models.UniqueConstraint(
                fields=["declared_name"],
                condition=models.Q(origin=Origin.FILE),
                name="connection_declared_once",
            ),
        )

    def __str__(self) -> str:
        return self.display_name

    @property
    def is_from_file(self) -> bool:
        """Whether a file owns it."""
        return self.origin == Origin.FILE

    @property
    def secret_place(self) -> str:
        """Where a reference says that the secret is; "" where the installation holds it."""
        return "".join((self.secret_reference or {}).values())

    @property
    def is_authenticated(self) -> bool:
        """Whether there are credentials."""
        return bool(self.credential_kind)


class Agreement(models.Model):
    """Somebody's *I agree* to one version of the text on data privacy and compliance. It outlives its connection."""

    connection = models.ForeignKey(
        Connection, null=True, on_delete=models.SET_NULL, related_name="agreements"
    )
    connection_name = models.CharField(max_length=120)
    version = models.CharField(max_length=20)
    language = models.CharField(max_length=5)
    text = models.TextField()
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    person_name = models.CharField(max_length=120)
    agreed_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-agreed_at", "-id")


class Audience(models.Model):
    """An audience as a connection's account was last seen to hold it.

    `contacts` counts subscribed ones as Mailchimp told them: what is known of them is in `AudienceCount`.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="audiences")
    audience_id = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    double_opt_in = models.BooleanField(default=False)
    contacts = models.BigIntegerField(default=0)
    seen_at = models.DateTimeField()

    class Meta:
        """By name."""

        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=["connection", "audience_id"], name="audience_once"),
        )

    def __str__(self) -> str:
        return self.name


class AudienceCount(models.Model):
    """How many contacts an audience had on a day: its last count that day, made at `counted_at` (None: nobody noted when).

    `is_read`: a run or a plan read the audience itself and added what Mailchimp accepted of it. Any other count is one
    that Mailchimp told without being read, which may be older than what was written since: it never follows a reading.
    """

    account_id = models.CharField(max_length=64)
    audience_id = models.CharField(max_length=40)
    day = models.DateField()
    contacts = models.BigIntegerField()
    counted_at = models.DateTimeField(null=True)
    is_read = models.BooleanField(default=False)

    class Meta:
        """Oldest first: a line over time."""

        ordering = ("day",)
        constraints = (
            models.UniqueConstraint(
                fields=["account_id", "audience_id", "day"], name="audience_count_once_a_day"
            ),
        )
