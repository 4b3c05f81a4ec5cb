"""What people do to their own account: sign in and out, name, language, time zone, password, sessions.

Who somebody is was proven before, by the password or by a link that was sent to them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from segue.control.audit.models import Action
from segue.control.audit.operations import record
from segue.control.due import due
from segue.control.people import policy, queries
from segue.control.people.bearers import kept_of
from segue.control.people.checks import checked_name, checked_time_zone
from segue.control.people.failures import tell_counted
from segue.control.people.models import Person, Session
from segue.control.people.operations import set_checked_password, subject_of

RESET_PAUSE = timedelta(minutes=5)
"""A link to choose a new password is sent at most once in this time, so that nobody's mailbox can be flooded."""


@transaction.atomic
def record_sign_in(*, actor: Person, browser: str, now: datetime) -> None:
    """Record that somebody signed in, forget sessions that have expired, and tell the failures that were counted."""
    actor.last_login = now
    actor.save(update_fields=["last_login"])
    Session.objects.filter(expire_date__lte=now).delete()
    tell_counted(now=now)
    details = {"browser": browser}
    record(Action.SIGNED_IN, actor=actor, now=now, subject=subject_of(actor), details=details)


def record_sign_out(*, actor: Person, now: datetime) -> None:
    """Record that somebody signed out."""
    record(Action.SIGNED_OUT, actor=actor, now=now, subject=subject_of(actor))


@transaction.atomic
def edit(*, name: str, language: str, time_zone: str, actor: Person, now: datetime) -> None:
    """Change name, language and time zone.

    Raises: ConfigurationProblem for a bad name or a time zone that does not exist.
    """
    policy.require(actor, policy.edit_own_account, actor)
    wanted = {
        "name": checked_name(name),
        "language": str(language),
        "time_zone": checked_time_zone(time_zone),
    }
    changed = [field for field, value in wanted.items() if getattr(actor, field) != value]
    if not changed:
        return
    for field in changed:
        setattr(actor, field, wanted[field])
    actor.save(update_fields=changed)
    record(
        Action.ACCOUNT_EDITED,
        actor=actor,
        now=now,
        subject=subject_of(actor),
        details={"changed": changed},
    )


def set_language(*, language: str, actor: Person) -> None:
    """Remember the language that somebody switched to."""
    policy.require(actor, policy.edit_own_account, actor)
    actor.language = language
    actor.save(update_fields=["language"])


def change_password(*, password: str, keep: str, actor: Person, now: datetime) -> None:
    """Give the actor another password and sign all of their browsers out but the one whose session key is `keep`.

    Raises: ConfigurationProblem with every reason why it is too weak.
    """
    policy.require(actor, policy.edit_own_account, actor)
    set_checked_password(actor, password)  # takes long: before the transaction, not in it
    with transaction.atomic():
        actor.save(update_fields=["password"])
        Session.objects.filter(person=actor).exclude(session_key=kept_of(keep)).delete()
        record(Action.PASSWORD_CHANGED, actor=actor, now=now, subject=subject_of(actor))


@transaction.atomic
def begin_password_reset(*, email: str, now: datetime) -> Person | None:
    """Return the person to send a link to; None for nobody, for who has no access, and for who just got one."""
    person = queries.person_by_address(email)
    if person is None or not person.is_active:
        return None
    rested = Q(reset_sent_at=None) | due("reset_sent_at", now - RESET_PAUSE, longest=RESET_PAUSE)
    if not Person.objects.filter(rested, pk=person.pk).update(reset_sent_at=now):
        return None
    record(Action.PASSWORD_RESET_SENT, actor=None, now=now, subject=subject_of(person))
    return person


def reset_password(*, person: Person, password: str, now: datetime) -> None:
    """Give whoever followed the link another password and sign all of their browsers out.

    Raises: ConfigurationProblem with every reason why it is too weak; NotVisible for who has no access any more.
    """
    policy.require(person, policy.edit_own_account, person)
    set_checked_password(person, password)  # takes long: before the transaction, not in it
    with transaction.atomic():
        person.save(update_fields=["password"])
        Session.objects.filter(person=person).delete()
        record(Action.PASSWORD_RESET, actor=person, now=now, subject=subject_of(person))


@transaction.atomic
def end_session(*, handle: str, actor: Person, now: datetime) -> bool:
    """Sign one of the actor's own browsers out; False when they have no such session."""
    for session in Session.objects.filter(person=actor):
        if session.handle == handle:
            session.delete()
            record(Action.SESSION_REVOKED, actor=actor, now=now, subject=subject_of(actor))
            return True
    return False


@transaction.atomic
def end_other_sessions(*, keep: str, actor: Person, now: datetime) -> int:
    """Sign all of the actor's browsers out but the one whose session key is `keep`; return how many."""
    ended, _counts = (
        Session.objects.filter(person=actor).exclude(session_key=kept_of(keep)).delete()
    )
    if ended:
        record(
            Action.SESSION_REVOKED,
            actor=actor,
            now=now,
            subject=subject_of(actor),
            details={"sessions": ended},
        )
    return ended
