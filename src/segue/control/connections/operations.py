"""Set up a connection step by step, share it, keep its health, remove it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from segue.control.audit.models import Action
from segue.control.audit.operations import Subject, record
from segue.control.connections import policy, privacy_text, queries, refusals
from segue.control.connections.counts import keep_audiences
from segue.control.connections.models import Agreement, Connection, CredentialKind, Health
from segue.control.folding import is_among
from segue.control.origins import Origin, adopted_already, owned_by_file
from segue.control.people.models import Person
from segue.control.people.policy import not_visible, require
from segue.control.people.proof import require_password
from segue.sync import ports

_EDITABLE = ("display_name", "contact_limit", "honours_status_if_new")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What was granted: the secret, where the account's API is, and whose account it is."""

    kind: CredentialKind
    secret: str = field(repr=False)
    base_url: str
    account: ports.Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What can be edited. `agrees` counts when the text on privacy has to be agreed to, `language` is the one it was read in.

    `password` is the actor's own, needed to let contributors use a complete connection.
    """

    display_name: str
    is_shared: bool
    contact_limit: int | None
    honours_status_if_new: bool
    agrees: bool
    language: str
    password: str = field(default="", repr=False)


def subject_of(connection: Connection) -> Subject:
    """Return how the audit log names a connection."""
    return Subject(kind="connection", id=str(connection.pk), name=connection.display_name)


@transaction.atomic
def begin(
    *, display_name: str, is_shared: bool, agrees: bool, language: str, actor: Person, now: datetime
) -> Connection:
    """Begin a connection ("Connect"): name, who may use it, and the agreement. Nobody can use it yet.

    Raises: ConfigurationProblem without a name of its own, or without the agreement.
    """
    require(actor, policy.manage_connections, see=policy.see_connections)
    connection = Connection(
        display_name=refusals.checked_name(display_name),
        is_shared=is_shared,
        created_by=actor,
        created_at=now,
    )
    _save_named(connection)
    if not agrees:
        raise refusals.not_agreed()
    record(Action.CONNECTION_ADDED, actor=actor, now=now, subject=subject_of(connection))
    _agree(connection, language, actor, now)
    return connection


def edit(*, connection: Connection, settings: Settings, actor: Person, now: datetime) -> None:
    """Change name, sharing and switches; exports stay. A text that changed since must be agreed to.

    Raises: ConfigurationProblem as `begin`; NotAllowed as `share`; NotVisible when it was removed meanwhile.
    """
    require(actor, policy.manage_connections, see=policy.see_connections)
    _prove_sharing(
        connection, is_shared=settings.is_shared, password=settings.password, actor=actor
    )
    with transaction.atomic():
        _edit(connection, settings, actor, now)


def _edit(connection: Connection, settings: Settings, actor: Person, now: datetime) -> None:
    connection = _locked(connection)
    before = _summary(connection)
    connection.display_name = refusals.checked_name(settings.display_name)
    connection.contact_limit = settings.contact_limit
    connection.honours_status_if_new = settings.honours_status_if_new
    if connection.is_from_file and before != _summary(connection):
        raise owned_by_file(connection.display_name)
    _save_named(connection, update_fields=_EDITABLE)
    if queries.needs_agreement(connection):
        if not settings.agrees:
            raise refusals.not_agreed()
        _agree(connection, settings.language, actor, now)
    after = _summary(connection)
    if before != after:
        record(
            Action.CONNECTION_EDITED,
            actor=actor,
            now=now,
            subject=subject_of(connection),
            details={"before": before, "after": after},
        )
    _share(connection, is_shared=settings.is_shared, actor=actor, now=now)


def finish(*, connection: Connection, settings: Settings, actor: Person, now: datetime) -> None:
    """Keep what the pane shows ("Save"): edit the connection, and complete it when it was not.

    Raises: as `edit` and `save`; then nothing is kept.
    """
    require(actor, policy.manage_connections, see=policy.see_connections)
    _prove_sharing(
        connection, is_shared=settings.is_shared, password=settings.password, actor=actor
    )
    with transaction.atomic():
        _edit(connection, settings, actor, now)
        save(connection=connection, actor=actor, now=now)


def share(
    *, connection: Connection, is_shared: bool, actor: Person, now: datetime, password: str = ""
) -> None:
    """Let contributors use the connection, or keep it to administrators. Its exports stay as they are.

    `password` is the actor's own, and needed to let contributors use a complete connection.

    Raises: NotAllowed without it.
    """
    require(actor, policy.manage_connections, see=policy.see_connections)
    _prove_sharing(connection, is_shared=is_shared, password=password, actor=actor)
    with transaction.atomic():
        _share(connection, is_shared=is_shared, actor=actor, now=now)


def _prove_sharing(
    connection: Connection, *, is_shared: bool, password: str, actor: Person
) -> None:
    """Ask for the password before contributors may do more than they could. Before a connection is complete nobody can."""
    if is_shared and queries.takes_proof_to_share(connection):
        require_password(actor, password)


def _share(connection: Connection, *, is_shared: bool, actor: Person, now: datetime) -> None:
    others = Connection.objects.filter(pk=connection.pk, is_shared=not is_shared)
    if others.update(is_shared=is_shared):
        action = Action.CONNECTION_SHARED if is_shared else Action.CONNECTION_UNSHARED
        record(action, actor=actor, now=now, subject=subject_of(connection))


@transaction.atomic
def authenticate(
    *, connection: Connection, credential: Credential, actor: Person, now: datetime
) -> None:
    """Keep credentials that Mailchimp granted, in place of earlier ones.

    Raises: ConfigurationProblem before the agreement, when their role may not write contacts, or when they belong to
    another account than before; NotVisible when the connection was removed meanwhile.
    """
    require(actor, policy.manage_connections, see=policy.see_connections)
    connection = _locked(connection)
    if queries.needs_agreement(connection):
        raise refusals.not_agreed()
    refusals.refuse_low_role(credential.account)
    refusals.refuse_other_account(connection, credential.account)
    if connection.is_from_file:
        raise owned_by_file(connection.display_name)
    connection.credential_kind, connection.secret = credential.kind, credential.secret
    connection.secret_reference = None
    connection.base_url = credential.base_url
    connection.account_id = credential.account.account_id
    for name, value in _of_account(credential.account).items():
        setattr(connection, name, value)
    connection.health, connection.health_code = Health.HEALTHY, ""
    connection.authenticated_at = connection.health_checked_at = connection.health_since = now
    connection.save()
    record(
        Action.CONNECTION_AUTHENTICATED,
        actor=actor,
        now=now,
        subject=subject_of(connection),
        details={"credential": str(credential.kind), "account": credential.account.account_id},
    )


def add_export_user(*, connection: Connection, password: str, actor: Person, now: datetime) -> None:
    """Make the actor the person on whose authority the connection's exports run; they sign in again.

    Raises: ConfigurationProblem before Mailchimp was authenticated with; NotAllowed when the password is not theirs.
    """
    require(actor, policy.manage_connections, see=policy.see_connections)
    require_password(actor, password)
    with transaction.atomic():
        _set_export_user(_locked(connection), actor, now)


def _set_export_user(connection: Connection, actor: Person, now: datetime) -> None:
    if not connection.is_authenticated:
        raise refusals.not_authenticated()
    connection.export_user, connection.export_user_at = actor, now
    connection.save(update_fields=["export_user", "export_user_at"])
    record(Action.EXPORT_USER_SET, actor=actor, now=now, subject=subject_of(connection))


@transaction.atomic
def save(*, connection: Connection, actor: Person, now: datetime) -> None:
    """Complete the connection: from now on it can be used. A complete one stays as it is.

    Raises: ConfigurationProblem naming the first step that is not done.
    """
    require(actor, policy.manage_connections, see=policy.see_connections)
    connection = _locked(connection)
    if connection.saved_at is not None:
        return
    missing = [step for step in queries.missing_steps(connection) if step is not queries.Step.SAVE]
    if missing:
        raise refusals.incomplete(missing[0])
    connection.saved_at = now
    connection.save(update_fields=["saved_at"])
    record(Action.CONNECTION_SAVED, actor=actor, now=now, subject=subject_of(connection))


@transaction.atomic
def adopt(*, connection: Connection, actor: Person, now: datetime) -> None:
    """Let a connection from a file belong to the pages. Its secret is looked up where the file said until it is renewed.

    Raises: ConfigurationProblem when it belongs to the pages already, or is gone.
    """
    require(actor, policy.adopt_connections, connection, see=policy.see_connections)
    held = Connection.objects.filter(pk=connection.pk, origin=Origin.FILE)
    if not held.update(origin=Origin.PAGE, declared_name=""):
        raise adopted_already(connection.display_name)
    record(Action.CONNECTION_ADOPTED, actor=actor, now=now, subject=subject_of(connection))


@transaction.atomic
def remove(*, connection: Connection, actor: Person, now: datetime) -> None:
    """Remove a connection and its credentials. Its exports must have been removed or detached before.

    Called by `exports.operations.remove_connection`, which sees to them.
    """
    require(actor, policy.manage_connections, see=policy.see_connections)
    subject = subject_of(connection)
    connection.delete()
    record(Action.CONNECTION_REMOVED, actor=actor, now=now, subject=subject)


@transaction.atomic
def record_health(
    *, connection: Connection, health: Health, code: str, now: datetime
) -> Health | None:
    """Keep what a look at the account found; return the health before when it changed.

    A connection whose credentials were renewed meanwhile is left alone.
    """
    before = Health(connection.health)
    changes = {"health": health, "health_code": code, "health_checked_at": now}
    if health != before:
        changes["health_since"] = now
    current = Connection.objects.filter(
        pk=connection.pk, authenticated_at=connection.authenticated_at
    )
    if not current.update(**changes):
        return None
    for name, value in changes.items():
        setattr(connection, name, value)
    if health == before:
        return None
    record(
        Action.CONNECTION_HEALTH,
        actor=None,
        now=now,
        subject=subject_of(connection),
        details={"before": before.value, "after": health.value, "code": code},
    )
    return before


def put_off_check(*, connection: Connection, now: datetime) -> None:
    """Let a connection wait for its next check although the last one failed as a fault of Segue; its health stays."""
    Connection.objects.filter(pk=connection.pk).update(health_checked_at=now)


@transaction.atomic
def record_account(
    *,
    connection: Connection,
    account: ports.Account,
    audiences: Sequence[ports.Audience],
    now: datetime,
) -> None:
    """Keep how the account is called and which audiences it holds, and count them for the day.

    A connection that was removed, or whose credentials were renewed, meanwhile is left alone.
    """
    current = Connection.objects.filter(
        pk=connection.pk, authenticated_at=connection.authenticated_at
    )
    if not current.update(**_of_account(account)):
        return
    # Credentials from a file are used for the first time here: until now nobody knew whose they are.
    current.filter(account_id="").update(account_id=account.account_id)
    connection.audiences.exclude(audience_id__in=[a.audience_id for a in audiences]).delete()
    keep_audiences(connection, audiences, now)


def record_audience(*, connection: Connection, audience: ports.Audience, now: datetime) -> None:
    """Keep one audience as Mailchimp told it, and its count for the day."""
    keep_audiences(connection, [audience], now)


@transaction.atomic
def record_reading(*, connection: Connection, audience: ports.Audience, now: datetime) -> None:
    """Keep one audience whose contacts were read one by one, with those that were added since, and that count."""
    keep_audiences(connection, [], now, read=[audience])


def _agree(connection: Connection, language: str, actor: Person, now: datetime) -> None:
    agreement = Agreement.objects.create(
        connection=connection,
        connection_name=connection.display_name,
        version=privacy_text.VERSION,
        language=language,
        text="\n\n".join(privacy_text.paragraphs(language)),
        person=actor,
        person_name=actor.name,
        agreed_at=now,
    )
    record(
        Action.CONSENT_GIVEN,
        actor=actor,
        now=now,
        subject=subject_of(connection),
        details={"version": agreement.version, "language": language},
    )


def _save_named(connection: Connection, *, update_fields: Sequence[str] | None = None) -> None:
    named = dict(Connection.objects.values_list("pk", "display_name"))
    mine = named.pop(connection.pk, None)
    if mine != connection.display_name and is_among(connection.display_name, named.values()):
        raise refusals.name_taken()
    try:
        with transaction.atomic():
            connection.save(update_fields=update_fields)
    except IntegrityError:
        raise refusals.name_taken() from None


def _of_account(account: ports.Account) -> dict[str, str]:
    return {
        "account_name": account.name,
        "account_role": account.role,
        "account_plan": account.plan,
    }


def _summary(connection: Connection) -> list[str]:
    """Say what can be edited in words that an audit can compare."""
    return [
        f"name={connection.display_name}",
        f"contact limit={connection.contact_limit}",
        f"honours status_if_new={connection.honours_status_if_new}",
    ]


def _locked(connection: Connection) -> Connection:
    """Return the row as it is now, held until the end: two administrators never overwrite each other's step."""
    current = Connection.objects.select_for_update().filter(pk=connection.pk).first()
    if current is None:
        raise not_visible()
    return current
