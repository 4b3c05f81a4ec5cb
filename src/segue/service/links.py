"""What opens an account: its address and the credentials that go with it. The one place where a secret becomes credentials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from segue.configuration.connections import Connection, CredentialKind, resolve_secret

if TYPE_CHECKING:
    from segue.core.clock import Clock
    from segue.mailchimp.credentials import AccessToken, Credentials


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An account that can be opened. `honours_status_if_new` as in `segue.yaml`."""

    base_url: str
    credentials: Credentials
    honours_status_if_new: bool = False


def credentials_of(kind: CredentialKind, secret: str) -> Credentials:
    """Return a secret as Mailchimp takes it."""
    from segue.mailchimp.credentials import AccessToken, ApiKey

    return ApiKey(secret) if kind is CredentialKind.API_KEY else AccessToken(secret)


async def link_of(connection: Connection, environment: Mapping[str, str], *, clock: Clock) -> Link:
    """Resolve a declared connection. Raises: ConfigurationProblem when its secret is missing; what asking raises."""
    credentials = credentials_of(connection.kind, resolve_secret(connection, environment))
    return Link(
        base_url=connection.base_url or await _base_url(credentials, clock),
        credentials=credentials,
        honours_status_if_new=connection.honours_status_if_new,
    )


async def _base_url(credentials: Credentials, clock: Clock) -> str:
    from segue.mailchimp.credentials import ApiKey, base_url_for_key

    if isinstance(credentials, ApiKey):
        return base_url_for_key(credentials.secret)
    return await _base_url_of_token(credentials, clock)


async def _base_url_of_token(token: AccessToken, clock: Clock) -> str:
    """Ask Mailchimp which data centre serves the token. Source: FACTS.md §1 (metadata, api_endpoint)."""
    from segue.mailchimp.oauth import metadata
    from segue.mailchimp.transport import Transport

    async with Transport(clock=clock, connections=1) as transport:
        return (await metadata(token, transport)).base_url
