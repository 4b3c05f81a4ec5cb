"""Ask Mailchimp what the pages and the worker need to know of an account, and look after the health of connections.

One call at a time: runs keep the other nine.

Source: FACTS.md §2 (ten connections per user).
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _

from segue.configuration import Connection as DeclaredConnection
from segue.configuration import CredentialKind as Declared
from segue.configuration import SecretReference
from segue.control.connections.models import Connection, CredentialKind, Health
from segue.control.connections.operations import (
    Credential,
    put_off_check,
    record_account,
    record_health,
)
from segue.control.connections.queries import due_for_a_check
from segue.control.connections.refusals import refuse_low_role, refuse_other_account
from segue.control.exports.declared_exports import note_account
from segue.control.exports.draft import AudienceFacts, connection_key
from segue.core.errors import ConfigurationProblem, ConnectionLost, Problem, TryLater
from segue.mailchimp.credentials import base_url_for_key, checked_base_url
from segue.mailchimp.errors import problem
from segue.mailchimp.limits import QUESTION_SECONDS
from segue.mailchimp.oauth import Application, exchange, metadata
from segue.mailchimp.transport import ASKED, Transport
from segue.service.adapters import SystemClock, linked
from segue.service.links import Link, credentials_of, link_of
from segue.sync.ports import Account, Audience, Destination
from segue.sync.tags import folded

Answer = TypeVar("Answer")

_BUSY_CODES = frozenset({"mailchimp_throttled"})
"""Mailchimp answers, and asks for fewer calls at a time: that says nothing about the account."""
_ROLE_CODES = frozenset({"mailchimp_not_permitted"})
_KEY_CODES = frozenset({"key_missing"})
_SECRET_CODES = frozenset({"secret_missing"})
_CLOSED_CODES = frozenset({"mailchimp_user_disabled", "mailchimp_account_restricted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look at an account found. `account` None: it could not be read. `problem` says why it is not healthy."""

    health: Health
    account: Account | None = None
    audiences: Sequence[Audience] = ()
    problem: Problem | None = None

    @property
    def code(self) -> str:
        """Return the code of the problem, "" without one."""
        return self.problem.code if self.problem else ""


def is_registered() -> bool:
    """Tell whether the installation can authenticate with Mailchimp by OAuth."""
    return bool(settings.SEGUE_MAILCHIMP_CLIENT_ID and settings.SEGUE_MAILCHIMP_CLIENT_SECRET)


def application(redirect_uri: str) -> Application:
    """Return Segue as registered with Mailchimp.

    Raises: ConfigurationProblem when the installation has no registration.
    """
    if not is_registered():
        raise ConfigurationProblem(
            _("This installation is not registered with Mailchimp as an application."),
            action=_(
                "Set SEGUE_MAILCHIMP_CLIENT_ID and SEGUE_MAILCHIMP_CLIENT_SECRET, or use an API key."
            ),
            code="oauth_not_set_up",
        )
    return Application(
        client_id=settings.SEGUE_MAILCHIMP_CLIENT_ID,
        client_secret=settings.SEGUE_MAILCHIMP_CLIENT_SECRET,
        redirect_uri=redirect_uri,
        login_url=settings.SEGUE_MAILCHIMP_LOGIN_URL,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """Credentials that Mailchimp granted, and what was seen of their account when they were first used."""

    credential: Credential
    look: Look


def granted_by_code(app: Application, code: str) -> Granted:
    """Exchange a one-time code, once, and return what it grants.

    Raises: ConnectionLost: begin again; TryLater when no answer came.
    """
    return _answered(_granted_by_code(app, code))


def granted_by_key(key: str) -> Granted:
    """Return what an API key grants. Raises: ConfigurationProblem, ConnectionLost or TryLater when Mailchimp refuses it."""
    key = key.strip()
    base_url = settings.SEGUE_MAILCHIMP_API_URL or base_url_for_key(key)
    return _answered(_granted(CredentialKind.API_KEY, key, checked_base_url(base_url)))


def look(connection: Connection) -> Look:
    """Look at a connection's account: who it is, which audiences it holds, and in which health it is."""
    try:
        account, audiences = _answered(_ask(connection, _account_and_audiences))
    except (TryLater, ConnectionLost, ConfigurationProblem) as problem:
        return _failed(problem, Health(connection.health))
    return _seen(connection, account, audiences)


def _seen(connection: Connection, account: Account, audiences: Sequence[Audience]) -> Look:
    """Return what an answer says of the health of a connection."""
    try:
        refuse_other_account(connection, account)
    except ConfigurationProblem as problem:
        return Look(health=Health.REVOKED, problem=problem)
    try:
        refuse_low_role(account)
    except ConfigurationProblem as problem:
        return Look(
            health=Health.ROLE_TOO_LOW, account=account, audiences=audiences, problem=problem
        )
    return Look(health=Health.HEALTHY, account=account, audiences=audiences)


def _failed(problem: Problem, known: Health) -> Look:
    """Return a look that saw no audiences; `known` is what was known of the account before."""
    return Look(
        health=known if problem.code in _BUSY_CODES else health_of(problem), problem=problem
    )


def audience_facts(connection: Connection, audience_id: str) -> AudienceFacts:
    """Return an audience and its merge fields.

    Raises: ConfigurationProblem `audience_not_found`; ConnectionLost; TryLater.
    """
    return _answered(_ask(connection, lambda destination: _facts(destination, audience_id)))


def audience_or_others(connection: Connection, audience_id: str) -> AudienceFacts | Look:
    """Return an audience and its merge fields, or a look at the account that has none of this id.

    Raises: ConnectionLost; TryLater; ConfigurationProblem for anything but an audience that is not there.
    """

    async def asked(destination: Destination) -> AudienceFacts | Look:
        try:
            return await _facts(destination, audience_id)
        except ConfigurationProblem as problem:
            if problem.code != "audience_not_found":
                raise
        try:
            return _seen(connection, *await _account_and_audiences(destination))
        except (TryLater, ConnectionLost, ConfigurationProblem) as problem:
            return _failed(problem, Health(connection.health))

    return _answered(_ask(connection, asked))


def rename_in_audience(connection: Connection, audience_id: str, tag_id: int, name: str) -> None:
    """Give a tag of an audience another name; whoever carries it keeps it. Nothing where it is gone, or has that name.

    Raises: ConfigurationProblem when another tag has the name; TryLater, ConnectionLost.
    """
    _answered(_ask(connection, lambda destination: _rename(destination, audience_id, tag_id, name)))


async def _rename(destination: Destination, audience_id: str, tag_id: int, name: str) -> None:
    known = await destination.tags(audience_id)
    ours = next((tag for tag in known if tag.tag_id == tag_id), None)
    if ours is None or ours.name == name:
        return
    if any(folded(tag.name) == folded(name) and tag.tag_id != tag_id for tag in known):
        raise tag_name_taken(name)
    await destination.rename_tag(audience_id, tag_id, name)


def tag_name_taken(name: str) -> ConfigurationProblem:
    """Return the refusal of a name that another tag of the audience has."""
    return ConfigurationProblem(
        _("The audience has another tag “%(name)s”.") % {"name": name},
        action=_("Choose another name."),
        code="tag_name_taken",
    )


def at_work(connection: Connection) -> DeclaredConnection:
    """Return a kept connection as the engine takes it; without a reference where the installation holds the secret."""
    reference = connection.secret_reference
    return DeclaredConnection(
        name=connection_key(connection),
        label=connection.display_name,
        kind=Declared(connection.credential_kind),
        credential=_reference(reference) if reference else None,
        base_url=connection.base_url or None,
        honours_status_if_new=connection.honours_status_if_new,
        contact_limit=connection.contact_limit,
    )


def _reference(kept: Mapping[str, str]) -> SecretReference:
    return SecretReference(env=kept.get("env"), file=Path(kept["file"]) if "file" in kept else None)


async def _link(connection: Connection) -> Link:
    """Return what opens a connection. Raises: as `link_of_kept`, or `secret_missing` where a reference leads nowhere."""
    if connection.secret_reference:
        return await link_of(at_work(connection), os.environ, clock=SystemClock())
    return link_of_kept(connection)


def link_of_kept(connection: Connection) -> Link:
    """Return what opens a connection whose secret the installation holds. Raises: ConfigurationProblem `key_missing`."""
    return Link(
        base_url=connection.base_url,
        credentials=credentials_of(Declared(connection.credential_kind), connection.secret),
        honours_status_if_new=connection.honours_status_if_new,
    )


def health_of(problem: Problem) -> Health:
    """Return what a refusal says of the account's health."""
    if problem.code in _ROLE_CODES:
        return Health.ROLE_TOO_LOW
    if problem.code in _CLOSED_CODES:
        return Health.CLOSED
    if problem.code in _SECRET_CODES:
        return Health.SECRET_MISSING
    if problem.code in _KEY_CODES:
        return Health.UNREADABLE
    return Health.REVOKED if isinstance(problem, ConnectionLost) else Health.UNREACHABLE


def _answered(asking: Coroutine[Any, Any, Answer]) -> Answer:
    """Wait for all replies to a question, and no longer than a person would.

    Raises: TryLater `mailchimp_time_out`, however many replies came till then.
    """
    return asyncio.run(_in_time(asking))


async def _in_time(asking: Coroutine[Any, Any, Answer]) -> Answer:
    try:
        async with asyncio.timeout(QUESTION_SECONDS.value):
            return await asking
    except TimeoutError as error:
        raise problem("mailchimp_time_out") from error


async def _granted_by_code(app: Application, code: str) -> Granted:
    async with Transport(clock=SystemClock(), connections=1, timing=ASKED) as transport:
        token = await exchange(app, transport, code=code)
        grant = await metadata(token, transport, login_url=app.login_url)
    return await _granted(CredentialKind.ACCESS_TOKEN, token.secret, grant.base_url)


async def _granted(kind: CredentialKind, secret: str, base_url: str) -> Granted:
    """Use credentials for the first time: whose they are, and which audiences there are, through one door."""
    link = Link(base_url=base_url, credentials=credentials_of(Declared(kind), secret))
    async with _destination(link) as destination:
        account = await destination.account()
        credential = Credential(kind=kind, secret=secret, base_url=base_url, account=account)
        try:
            audiences = await destination.audiences()
        except (TryLater, ConnectionLost, ConfigurationProblem) as problem:
            # The credentials hold; what is wrong with the account is told as at any later look.
            return Granted(credential=credential, look=_failed(problem, Health.HEALTHY))
    seen = Look(health=Health.HEALTHY, account=account, audiences=audiences)
    return Granted(credential=credential, look=seen)


async def _account_and_audiences(destination: Destination) -> tuple[Account, Sequence[Audience]]:
    return await destination.account(), await destination.audiences()


async def _facts(destination: Destination, audience_id: str) -> AudienceFacts:
    audience = await destination.audience(audience_id)
    return AudienceFacts(
        audience=audience, merge_fields=await destination.merge_fields(audience_id)
    )


async def _ask(
    connection: Connection, question: Callable[[Destination], Awaitable[Answer]]
) -> Answer:
    async with _destination(await _link(connection)) as destination:
        return await question(destination)


@asynccontextmanager
async def _destination(link: Link) -> AsyncIterator[Destination]:
    async with linked(link, clock=SystemClock(), connections=1, timing=ASKED) as opened:
        yield opened.destination


log = logging.getLogger("segue.service.accounts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A connection that was looked at, and what was found. `before` None: its health is what it was."""

    connection: Connection
    look: Look
    before: Health | None


def check(connection: Connection, now: datetime) -> Checked:
    """Look at a connection's account once and keep what was found. What a failed look did not see stays as it was."""
    return keep(connection, look(connection), now)


def keep(connection: Connection, found: Look, now: datetime) -> Checked:
    """Keep what a look at a connection's account found."""
    before = record_health(connection=connection, health=found.health, code=found.code, now=now)
    if found.account is not None:
        record_account(
            connection=connection, account=found.account, audiences=found.audiences, now=now
        )
        note_account(connection)
    if before is not None:
        log.info(
            "connection.health_changed",
            extra={
                "connection": connection.pk,
                "before": before.value,
                "after": found.health.value,
                "code": found.code,
            },
        )
    return Checked(connection=connection, look=found, before=before)


class Guarded(Protocol):
    """Returns what `do` returns; whatever it raises is logged as `event`, and None comes back."""

    def __call__(
        self, event: str, do: Callable[[], Checked], *, connection: int
    ) -> Checked | None: ...


def check_due(now: datetime, *, guarded: Guarded) -> Sequence[Checked]:
    """Look, one after the other, at every account that was not looked at lately; return what was found.

    Whatever goes wrong with one of them is its own, and the connection is looked at again later.
    """
    found: list[Checked] = []
    for connection in list(due_for_a_check(now)):
        look = guarded(
            "connection.check_failed", partial(check, connection, now), connection=connection.pk
        )
        if look is None:
            put_off_check(connection=connection, now=now)
        else:
            found.append(look)
    return found
