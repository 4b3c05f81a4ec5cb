"""Add, invite, promote and deactivate people. What they do to their own account stands in `own_account`."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from segue.control.audit.models import Action
from segue.control.audit.operations import Subject, record
from segue.control.people import policy, queries
from segue.control.people.bearers import kept_of
from segue.control.people.checks import checked_address, checked_name, checked_time_zone
from segue.control.people.models import Invitation, Person, Role, Session
from segue.control.people.proof import needs_proof, require_password
from segue.core.errors import ConfigurationProblem, NotAllowed
from segue.core.retention import INVITATION_LIFETIME
from segue.words.catalogue import ENGLISH


def subject_of(person: Person) -> Subject:
    """Return how the audit log names a person."""
    return Subject(kind="person", id=str(person.pk), name=person.name)


def add_person(
    *,
    name: str,
    email: str,
    role: Role,
    password: str,
    actor: Person | None,
    now: datetime,
    language: str = ENGLISH,
    time_zone: str = "UTC",
) -> Person:
    """Add somebody with a password. `actor` None: the installation itself (first administrator, demonstration).

    Raises: ConfigurationProblem for a bad name, address or password, or one that is taken.
    """
    if actor is not None:
        policy.require(actor, policy.manage_people, see=policy.see_people)
    person = _new_person(
        name=name,
        email=email,
        role=role,
        password=password,
        now=now,
        language=language,
        time_zone=time_zone,
    )
    with transaction.atomic():
        _add(person, actor=actor, now=now)
    return person


def set_checked_password(person: Person, password: str) -> None:
    """Set a password on the person, without saving. Raises: ConfigurationProblem with every reason why it is too weak."""
    try:
        validate_password(password, user=person)
    except ValidationError as weak:
        raise ConfigurationProblem(
            " ".join(weak.messages),
            action=_("Choose another password."),
            code="password_too_weak",
        ) from None
    person.set_password(password)


def invite(
    *, email: str, role: Role, actor: Person, now: datetime, password: str = ""
) -> tuple[Invitation, str]:
    """Invite somebody; return the invitation and the token of its one-time link, which is not kept.

    `password` is the actor's own, and needed to invite anybody but a viewer.

    Raises: ConfigurationProblem when the address is malformed or belongs to somebody; NotAllowed without the password.
    """
    policy.require(actor, policy.invite, see=policy.see_people)
    address = checked_address(email)
    _refuse_taken(address)
    if needs_proof(role):
        require_password(actor, password)
    with transaction.atomic():
        return _invite(address, role, actor, now)


def _invite(address: str, role: Role, actor: Person, now: datetime) -> tuple[Invitation, str]:
    for earlier in queries.open_invitations(now).filter(email=address):
        _withdraw(earlier, actor, now)
    invitation, token = _new_invitation(address, role, invited_by=actor, now=now)
    record(
        Action.PERSON_INVITED,
        actor=actor,
        now=now,
        subject=Subject(kind="invitation", id=str(invitation.pk), name=address),
        details={"role": str(role)},
    )
    return invitation, token


@transaction.atomic
def first_invitation(*, now: datetime) -> str | None:
    """Return the token of a one-time link for the first administrator; None when there is somebody already.

    Earlier links of this kind end.
    """
    if not queries.is_empty():
        return None
    queries.open_invitations(now).filter(invited_by=None).update(revoked_at=now)
    _invitation, token = _new_invitation("", Role.ADMINISTRATOR, invited_by=None, now=now)
    return token


@transaction.atomic
def invite_administrator(*, now: datetime) -> str:
    """Return the token of a one-time link for another administrator: the installation itself invites.

    For whoever runs the installation and can sign in no more; it asks for no rights, the command line's user has all.
    """
    invitation, token = _new_invitation("", Role.ADMINISTRATOR, invited_by=None, now=now)
    record(
        Action.PERSON_INVITED,
        actor=None,
        now=now,
        subject=Subject(kind="invitation", id=str(invitation.pk), name=""),
        details={"role": str(Role.ADMINISTRATOR)},
    )
    return token


def accept_invitation(
    *,
    token: str,
    name: str,
    password: str,
    now: datetime,
    email: str = "",
    language: str = ENGLISH,
    time_zone: str = "UTC",
) -> Person:
    """Make the invited person. `email` counts only where the invitation names none (the first administrator).

    Raises: ConfigurationProblem when the link is spent, or name, address or password are not good enough.
    """
    invitation = queries.invitation_by_token(token, now)
    if invitation is None:
        raise _spent()
    person = _new_person(
        name=name,
        email=invitation.email or email,
        role=Role(invitation.role),
        password=password,
        now=now,
        language=language,
        time_zone=time_zone,
    )
    with transaction.atomic():
        if not _taken(invitation, now):
            raise _spent()
        _add(person, actor=None, now=now)
        record(Action.INVITATION_ACCEPTED, actor=person, now=now, subject=subject_of(person))
    return person


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, actor: Person, now: datetime) -> None:
    """Make an invitation's link worthless."""
    policy.require(actor, policy.invite, see=policy.see_people)
    _withdraw(invitation, actor, now)


def change_role(*, person: Person, role: Role, password: str, actor: Person, now: datetime) -> None:
    """Give a person another role, at once. Invitations by whoever is no administrator any more end.

    `password` is the actor's own.

    Raises: NotAllowed for another password, and when nobody would be an administrator any more.
    """
    policy.require(actor, policy.manage_people, see=policy.see_people)
    require_password(actor, password)
    with transaction.atomic():
        _change_role(person, role, actor, now)


def _change_role(person: Person, role: Role, actor: Person, now: datetime) -> None:
    person = _locked(person, actor)
    if person.role == role:
        return
    _keep_an_administrator(person)
    before, person.role = person.role, role
    person.save(update_fields=["role"])
    if not person.is_administrator:
        _withdraw_invitations_by(person, actor, now)
    record(
        Action.ROLE_CHANGED,
        actor=actor,
        now=now,
        subject=subject_of(person),
        details={"before": before, "after": str(role)},
    )


@transaction.atomic
def deactivate(*, person: Person, actor: Person, now: datetime) -> None:
    """End a person's access at once, with their sessions and the invitations they sent; what they made stays.

    Raises: NotAllowed when nobody would be an administrator any more.
    """
    policy.require(actor, policy.manage_people, see=policy.see_people)
    person = _locked(person, actor)
    if not person.is_active:
        return
    _keep_an_administrator(person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    Session.objects.filter(person=person).delete()
    _withdraw_invitations_by(person, actor, now)
    record(Action.PERSON_DEACTIVATED, actor=actor, now=now, subject=subject_of(person))


def reactivate(*, person: Person, actor: Person, now: datetime, password: str = "") -> None:
    """Give a deactivated person access again, with the role they had.

    `password` is the actor's own, and needed for anybody but a viewer.

    Raises: NotAllowed without it.
    """
    policy.require(actor, policy.manage_people, see=policy.see_people)
    if needs_proof(Role(person.role)):
        require_password(actor, password)
    with transaction.atomic():
        _reactivate(person, actor, now)


def _reactivate(person: Person, actor: Person, now: datetime) -> None:
    found = Person.objects.filter(pk=person.pk, role=person.role, is_active=False)
    if found.update(is_active=True):
        record(Action.PERSON_REACTIVATED, actor=actor, now=now, subject=subject_of(person))


def _new_person(
    *,
    name: str,
    email: str,
    role: Role,
    password: str,
    now: datetime,
    language: str,
    time_zone: str,
) -> Person:
    """Return somebody new who is not saved. Hashing takes long: this is no part of a transaction."""
    person = Person(
        name=checked_name(name),
        email=checked_address(email),
        role=role,
        language=language,
        time_zone=checked_time_zone(time_zone),
        created_at=now,
    )
    _refuse_taken(person.email)
    set_checked_password(person, password)
    return person


def _add(person: Person, *, actor: Person | None, now: datetime) -> None:
    _save_new(person)
    record(
        Action.PERSON_ADDED,
        actor=actor or person,
        now=now,
        subject=subject_of(person),
        details={"role": str(person.role)},
    )


def _new_invitation(
    address: str, role: Role, *, invited_by: Person | None, now: datetime
) -> tuple[Invitation, str]:
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=address,
        role=role,
        token_hash=kept_of(token),
        invited_by=invited_by,
        created_at=now,
        expires_at=now + INVITATION_LIFETIME,
    )
    return invitation, token


def _taken(invitation: Invitation, now: datetime) -> bool:
    """Take an invitation, once. The installation's first one ends as soon as there is somebody."""
    if _is_first_link(invitation) and not queries.is_empty():
        return False
    return bool(queries.open_invitations(now).filter(pk=invitation.pk).update(accepted_at=now))


def _is_first_link(invitation: Invitation) -> bool:
    """Tell whether the installation itself made the link while nobody was there yet."""
    before = Person.objects.filter(created_at__lt=invitation.created_at)
    return invitation.invited_by_id is None and not before.exists()


def _spent() -> ConfigurationProblem:
    return ConfigurationProblem(
        _("This link has been used, withdrawn or has expired."),
        action=_("Ask an administrator for a new invitation."),
        code="invitation_spent",
    )


def _withdraw(invitation: Invitation, actor: Person, now: datetime) -> None:
    if queries.open_invitations(now).filter(pk=invitation.pk).update(revoked_at=now):
        subject = Subject(kind="invitation", id=str(invitation.pk), name=invitation.email)
        record(Action.INVITATION_REVOKED, actor=actor, now=now, subject=subject)


def _withdraw_invitations_by(person: Person, actor: Person, now: datetime) -> None:
    """Nobody comes back by a link that they made while they were an administrator."""
    for invitation in queries.open_invitations(now).filter(invited_by=person):
        _withdraw(invitation, actor, now)


def _refuse_taken(address: str) -> None:
    if Person.objects.filter(email=address).exists():
        raise _address_taken()


def _save_new(person: Person) -> None:
    """Save somebody new, unless somebody else with the address was faster."""
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        raise _address_taken() from None


def _address_taken() -> ConfigurationProblem:
    return ConfigurationProblem(
        _("Somebody with this e-mail address is there already."),
        action=_("Change that person’s role, reactivate them, or give another address."),
        code="person_address_taken",
    )


def _locked(person: Person, actor: Person) -> Person:
    """Hold all administrators' rows, so that two cannot remove each other at the same time.

    Raises: NotVisible when the actor has stopped being one of them meanwhile.
    """
    held = queries.administrators().select_for_update().order_by("pk")
    if actor.pk not in list(held.values_list("pk", flat=True)):
        raise policy.not_visible()
    return Person.objects.select_for_update().get(pk=person.pk)


def _keep_an_administrator(person: Person) -> None:
    if queries.is_last_administrator(person):
        raise NotAllowed(
            _("%(name)s is the last administrator.") % {"name": person.name},
            action=_("Make somebody else an administrator first."),
            code="last_administrator",
        )
