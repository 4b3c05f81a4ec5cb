"""Read connections: which exist, who may use them, what is still missing, why one cannot be used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import models
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from segue.control.connections import privacy_text
from segue.control.connections.models import (
    BROKEN,
    Agreement,
    Audience,
    AudienceCount,
    Connection,
    Health,
)
from segue.control.due import due
from segue.control.folding import Folded, by_name
from segue.control.people.models import Person, Role

HEALTH_EVERY = timedelta(minutes=15)
TREND_DAYS = 60

TOO_LOW_ROLES = frozenset({"author", "viewer"})
"""Mailchimp roles that may not change contacts.

Assumption: FACTS.md §4 #19 says that a role can be too low, not which; Mailchimp documents that Manager is enough.
"""


class Step(StrEnum):
    """The steps of a connection's set-up that are more than a field, in their order."""

    AGREE = "agree"
    AUTHENTICATE = "authenticate"
    EXPORT_USER = "export_user"
    SAVE = "save"


class Unusable(models.TextChoices):
    """Why exports cannot run on a connection."""

    NOT_FINISHED = "connection_not_finished", _("The set-up of the connection is not finished.")
    EXPORT_USER_GONE = (
        "export_user_gone",
        _("The export user of the connection has left or was deactivated."),
    )
    EXPORT_USER_ROLE = (
        "export_user_role",
        _("The export user of the connection is no longer an administrator."),
    )
    REVOKED = "connection_revoked", _("Mailchimp no longer accepts the connection’s credentials.")
    ROLE_TOO_LOW = (
        "connection_role_too_low",
        _("The Mailchimp user of the connection has too low a role."),
    )
    CLOSED = "connection_closed", _("The Mailchimp account is closed or disabled.")
    UNREADABLE = (
        "connection_unreadable",
        _("The connection’s stored credentials cannot be read with the keys of this installation."),
    )
    SECRET_MISSING = (
        "connection_secret_missing",
        _(
            "The variable or file in which the connection’s secret is looked up is missing or empty."
        ),
    )


_BY_HEALTH = {
    Health.REVOKED: Unusable.REVOKED,
    Health.ROLE_TOO_LOW: Unusable.ROLE_TOO_LOW,
    Health.CLOSED: Unusable.CLOSED,
    Health.UNREADABLE: Unusable.UNREADABLE,
    Health.SECRET_MISSING: Unusable.SECRET_MISSING,
}


def connections() -> QuerySet[Connection]:
    """Return all connections, by name."""
    found = Connection.objects.select_related("export_user", "created_by")
    return by_name(found, "display_name")


def with_uses() -> QuerySet[Connection]:
    """Return all connections with what a list of them shows: `export_count`, agreements, and `name_key` to sort by."""
    return (
        connections()
        .prefetch_related("agreements")
        .annotate(export_count=Count("exports"), name_key=Folded("display_name"))
    )


def usable_by(person: Person) -> Sequence[Connection]:
    """Return the connections on which a person may set up exports."""
    if not person.is_contributor:
        return []
    found = connections().filter(saved_at__isnull=False)
    if not person.is_administrator:
        found = found.filter(is_shared=True)
    return [connection for connection in found if why_unusable(connection) is None]


def agreement(connection: Connection) -> Agreement | None:
    """Return the last agreement for the connection."""
    return connection.agreements.first()


def takes_proof_to_share(connection: Connection) -> bool:
    """Tell whether contributors could do more than now if the connection were shared: it is complete, and not shared."""
    return Connection.objects.filter(
        pk=connection.pk, is_shared=False, saved_at__isnull=False
    ).exists()


def needs_agreement(connection: Connection) -> bool:
    """Tell whether the text that counts now was not agreed to for this connection."""
    latest = agreement(connection)
    return latest is None or latest.version != privacy_text.VERSION


def missing_steps(connection: Connection) -> Sequence[Step]:
    """Return what is still to be done before the connection can be used, in the order of doing it."""
    missing = []
    if needs_agreement(connection):
        missing.append(Step.AGREE)
    if not connection.is_authenticated:
        missing.append(Step.AUTHENTICATE)
    if connection.export_user is None or not connection.export_user.is_administrator:
        missing.append(Step.EXPORT_USER)
    if connection.saved_at is None:
        missing.append(Step.SAVE)
    return missing


def why_unusable(connection: Connection) -> Unusable | None:
    """Return why exports cannot run on the connection, None when they can."""
    if connection.saved_at is None or not connection.is_authenticated:
        return Unusable.NOT_FINISHED
    user = connection.export_user
    if user is None or not user.is_active:
        return Unusable.EXPORT_USER_GONE
    if user.role != Role.ADMINISTRATOR:
        return Unusable.EXPORT_USER_ROLE
    return _BY_HEALTH.get(Health(connection.health))


def is_too_low(role: str) -> bool:
    """Tell whether a Mailchimp role may not change contacts; an unknown role may, until Mailchimp refuses."""
    return role.strip().lower() in TOO_LOW_ROLES


def due_for_a_check(now: datetime) -> QuerySet[Connection]:
    """Return authenticated connections whose account was not looked at lately."""
    last = due("health_checked_at", now - HEALTH_EVERY, longest=HEALTH_EVERY)
    return (
        connections()
        .exclude(secret="", secret_reference=None)
        .exclude(secret="", saved_at=None)
        .filter(Q(health_checked_at=None) | last)
        .order_by("health_checked_at", "pk")
    )


def is_broken(connection: Connection) -> bool:
    """Tell whether the account refuses the connection."""
    return connection.health in BROKEN


def others_on_account(connection: Connection) -> Sequence[Connection]:
    """Return the other connections that lead to the same account."""
    if not connection.account_id:
        return []
    return list(connections().filter(account_id=connection.account_id).exclude(pk=connection.pk))


def audience(connection: Connection, audience_id: str) -> Audience | None:
    """Return an audience as it was last seen, None when it was never seen."""
    return connection.audiences.filter(audience_id=audience_id).first()


def known_contacts(account_id: str, audience_id: str) -> AudienceCount | None:
    """Return what is known of the contacts of an audience: its newest count, with its age. None: it was never counted."""
    counts = AudienceCount.objects.filter(account_id=account_id, audience_id=audience_id)
    return counts.last()
