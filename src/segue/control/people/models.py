"""People who sign in, their sessions, and invitations to become one of them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from segue.control.people.bearers import kept_of
from segue.core.emails import canonical
from segue.words.catalogue import ENGLISH


class Role(models.TextChoices):
    """What a person may do; each role may do everything that the ones before it may."""

    VIEWER = "viewer", _("Viewer")
    CONTRIBUTOR = "contributor", _("Contributor")
    ADMINISTRATOR = "administrator", _("Administrator")


class PersonManager(BaseUserManager["Person"]):
    """Finds people by address, however it is typed."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """Return the person with this address. Raises: Person.DoesNotExist."""
        return self.get(email=canonical(username).address or "")


class Person(AbstractBaseUser):
    """Somebody who works with Segue. `email` is kept in its canonical form; `time_zone` is an IANA name.

    `reset_sent_at` is when they were last sent a link to choose a new password; None: never.
    """

    email = models.CharField(_("E-mail"), max_length=254, unique=True)
    name = models.CharField(_("Name"), max_length=120)
    role = models.CharField(_("Role"), max_length=20, choices=Role.choices, default=Role.VIEWER)
    language = models.CharField(_("Language"), max_length=5, default=ENGLISH)
    time_zone = models.CharField(_("Time zone"), max_length=64, default="UTC")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    reset_sent_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        """By name. One person an address, whatever its capitals; only known roles."""

        ordering = ("name", "email")
        constraints = (
            models.UniqueConstraint(Lower("email"), name="person_address_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="person_role_known"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_administrator(self) -> bool:
        """Whether the person may do everything."""
        return self.is_active and self.role == Role.ADMINISTRATOR

    @property
    def is_contributor(self) -> bool:
        """Whether the person may change things, as contributor or administrator."""
        return self.is_active and self.role in (Role.CONTRIBUTOR, Role.ADMINISTRATOR)


HANDLE_LENGTH = 20


class SessionManager(BaseSessionManager["Session"]):
    """Finds sessions."""


class Session(AbstractBaseSession):
    """A signed-in browser (`person` set) or one that is about to sign in. Ending it is deleting it.

    `session_key` is the hash of the key that the browser holds.
    """

    session_key = models.CharField(max_length=64, primary_key=True)
    person = models.ForeignKey(
        Person, null=True, on_delete=models.CASCADE, related_name="sessions", db_constraint=True
    )
    browser = models.CharField(max_length=120, blank=True)
    began_at = models.DateTimeField(null=True)

    objects: ClassVar[SessionManager] = SessionManager()

    @property
    def handle(self) -> str:
        """What names the session in a page."""
        return kept_of(self.session_key)[:HANDLE_LENGTH]

    @classmethod
    def get_session_store_class(cls) -> type:
        """Return the store that keeps sessions in this table."""
        from segue.control.people.sessions import SessionStore

        return SessionStore


class FailedSignIns(models.Model):
    """How often somebody failed to sign in since `since`: one row a person, and one for all unknown addresses together.

    `who` is a person's key; "" stands for addresses that are nobody's. `told` of the `tries` have entries of their own.
    """

    who = models.CharField(max_length=20, unique=True)
    since = models.DateTimeField()
    tries = models.PositiveBigIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)


class Invitation(models.Model):
    """An invitation by a one-time link; only the link's hash is kept. `invited_by` None: the installation's own first one."""

    email = models.CharField(max_length=254, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering = ("-created_at",)


class KeptInput(models.Model):
    """What somebody typed into a form that could not be taken when it was sent; `kept_inputs` says for how long.

    `key` is the hash of what the browser holds, `content` is encrypted under what it holds. `person` None: whoever typed
    it was not signed in. `is_proven`: that it is theirs is certain, not only said by the form.
    """

    key = models.CharField(max_length=64, primary_key=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    is_proven = models.BooleanField()
    kept_at = models.DateTimeField(db_index=True)
    content = models.TextField()


class SentForm(models.Model):
    """A form that was sent, so that sending it twice does once what it does. `key` is the hash of what the form holds.

    `answer` is encrypted under what the form holds; "": it is still being worked on, or was interrupted.
    """

    key = models.CharField(max_length=64, primary_key=True)
    sent_at = models.DateTimeField(db_index=True)
    answer = models.TextField(blank=True)
