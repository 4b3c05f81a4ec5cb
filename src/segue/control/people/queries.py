"""Read people, sessions and invitations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce

from segue.control.folding import Folded, holds
from segue.control.people.bearers import kept_of
from segue.control.people.models import Invitation, Person, Role, Session
from segue.core.emails import canonical

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def people(*, text: str = "") -> QuerySet[Person]:
    """Return everybody, or whose name or address holds the text; those with access first, by name.

    `signed_in_at` sorts like `last_login`, and whoever never signed in before all others in every database.
    """
    found = Person.objects.order_by("-is_active", Folded("name"), "email").annotate(
        signed_in_at=Coalesce("last_login", Value(_LONG_AGO))
    )
    if text:
        found = found.filter(holds(text, "name", "email"))
    return found


def person_by_address(email: str) -> Person | None:
    """Return the person with this address, however it is typed; None when there is nobody."""
    address = canonical(email).address
    return Person.objects.filter(email=address).first() if address else None


def administrators() -> QuerySet[Person]:
    """Return the active administrators."""
    return Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True)


def is_empty() -> bool:
    """Tell whether nobody has been added yet."""
    return not Person.objects.exists()


def is_last_administrator(person: Person) -> bool:
    """Tell whether nobody else is an active administrator."""
    return person.is_administrator and not administrators().exclude(pk=person.pk).exists()


def sessions_of(person: Person, now: datetime) -> Sequence[Session]:
    """Return the person's living sessions, newest first."""
    living = Session.objects.filter(person=person, expire_date__gt=now)
    return list(living.order_by(F("began_at").desc(nulls_last=True), "session_key"))


def is_signed_in(person: Person, session_key: str, now: datetime) -> bool:
    """Tell whether the person may still be here and this session of theirs has not ended."""
    living = Session.objects.filter(session_key=kept_of(session_key), expire_date__gt=now)
    return living.filter(person=person, person__is_active=True).exists()


def is_somebodys(session_key: str, now: datetime) -> bool:
    """Tell whether the key is that of a session in which somebody is signed in."""
    living = Session.objects.filter(session_key=kept_of(session_key), expire_date__gt=now)
    return living.filter(person__is_active=True).exists()


def open_invitations(now: datetime) -> QuerySet[Invitation]:
    """Return invitations that can still be accepted."""
    return Invitation.objects.filter(
        accepted_at=None, revoked_at=None, expires_at__gt=now
    ).select_related("invited_by")


def invitation_by_token(token: str, now: datetime) -> Invitation | None:
    """Return the invitation that a link's token opens, None when there is none (any more)."""
    return open_invitations(now).filter(token_hash=kept_of(token)).first()
