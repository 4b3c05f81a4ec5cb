"""Connect a connection with Mailchimp: by its sign-in page (OAuth), or by an API key. Then look at the account at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from segue.control.connections import queries, refusals
from segue.control.connections.models import Connection
from segue.control.connections.operations import authenticate
from segue.control.people.models import Person
from segue.core.errors import ConfigurationProblem, ConnectionLost
from segue.mailchimp.oauth import authorize_url, returned_code
from segue.service.accounts import Granted, application, granted_by_code, granted_by_key, keep


def sign_in_page(connection: Connection, *, redirect_uri: str, state: str) -> str:
    """Return the address of Mailchimp's sign-in page.

    Raises: ConfigurationProblem before the agreement, or when the installation is not registered with Mailchimp.
    """
    if queries.needs_agreement(connection):
        raise refusals.not_agreed()
    return authorize_url(application(redirect_uri), state=state)


def authenticate_by_sign_in(
    connection: Connection,
    *,
    query: Mapping[str, str],
    state: str,
    redirect_uri: str,
    actor: Person,
    now: datetime,
) -> None:
    """Take what Mailchimp's sign-in page sent back: compare its state, exchange its code once, keep the token.

    Raises: ConfigurationProblem or ConnectionLost with the next step; TryLater when Mailchimp did not answer.
    """
    app = application(redirect_uri)
    try:
        code = returned_code(query, state=state)
    except ConnectionLost:
        if query.get("error") == "access_denied":
            raise _denied() from None
        raise
    _keep(connection, granted_by_code(app, code), actor=actor, now=now)


def authenticate_by_key(connection: Connection, key: str, *, actor: Person, now: datetime) -> None:
    """Take an API key after Mailchimp has accepted it.

    Raises: ConfigurationProblem or ConnectionLost with the next step; TryLater when Mailchimp did not answer.
    """
    if queries.needs_agreement(connection):
        raise refusals.not_agreed()
    _keep(connection, granted_by_key(key), actor=actor, now=now)


def _keep(connection: Connection, granted: Granted, *, actor: Person, now: datetime) -> None:
    authenticate(connection=connection, credential=granted.credential, actor=actor, now=now)
    current = queries.connections().filter(pk=connection.pk).first()
    if current is not None:
        keep(current, granted.look, now)


def _denied() -> ConfigurationProblem:
    return ConfigurationProblem(
        _("Access to the account was declined at Mailchimp."),
        action=_("Authenticate with Mailchimp again and allow the access, or use an API key."),
        code="oauth_denied",
    )
