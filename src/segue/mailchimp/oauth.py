"""Mailchimp's OAuth 2: where to send the person, what comes back, the code's exchange, what a token stands for.

Nothing is stored here and no session is kept: the caller keeps `state` in the person's own session. There are no
scopes, no expiry and no refresh token: a token that stops working was revoked. Source: FACTS.md §1.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

import msgspec

from segue.mailchimp import shapes
from segue.mailchimp.credentials import (
    AccessToken,
    base_url_for_endpoint,
    checked_base_url,
    is_loopback,
)
from segue.mailchimp.decoding import UnreadableError, decoded
from segue.mailchimp.errors import problem, problem_from_metadata, problem_from_token_reply
from segue.mailchimp.limits import SECRET_LENGTH
from segue.mailchimp.replies import MetadataReply, TokenReply
from segue.mailchimp.transport import Transport

LOGIN_URL = "https://login.mailchimp.com/oauth2"

T = TypeVar("T", TokenReply, MetadataReply)

_token = msgspec.json.Decoder(TokenReply)
_metadata = msgspec.json.Decoder(MetadataReply)

_SECRET = re.compile(f"[!-~]{{1,{SECRET_LENGTH.value}}}")
_ENDPOINT = re.compile(r"https?://[A-Za-z0-9.:-]{1,200}(/[A-Za-z0-9./_-]{0,60})?")
_MAILCHIMP_HOSTS = ".mailchimp.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """Segue as registered with Mailchimp. `redirect_uri` is exactly the registered one (127.0.0.1, not localhost).

    `login_url` is Mailchimp's own unless the sandbox stands in for it.
    """

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    login_url: str = LOGIN_URL


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a token stands for: which account, where its API is, with which role."""

    base_url: str
    data_centre: str
    account_name: str
    role: str
    login_name: str


def authorize_url(application: Application, *, state: str) -> str:
    """Return where to send the person; `state` is a fresh secret that `returned_code` compares."""
    query = {
        "response_type": "code",
        "client_id": application.client_id,
        "redirect_uri": application.redirect_uri,
        "state": state,
    }
    return f"{checked_base_url(application.login_url)}/authorize?{urlencode(query)}"


def returned_code(query: Mapping[str, str], *, state: str) -> str:
    """Return the one-time code of the redirection that came back.

    Raises: ConfigurationProblem when its state is not the one sent; ConnectionLost when the person or Mailchimp
    refused.
    """
    if not state or not hmac.compare_digest(query.get("state", "").encode(), state.encode()):
        raise problem("mailchimp_state_mismatch")
    code = query.get("code", "")
    if query.get("error") or not code:
        raise problem_from_token_reply(
            400, error=query.get("error", ""), description=query.get("error_description", "")
        )
    return code


async def exchange(application: Application, transport: Transport, *, code: str) -> AccessToken:
    """Return the access token for a one-time code. Source: FACTS.md §1, §4 #31.

    Raises: ConnectionLost: start again at `authorize_url`; TryLater when no complete reply came.
    """
    form = {
        "grant_type": "authorization_code",
        "client_id": application.client_id,
        "client_secret": application.client_secret,
        "redirect_uri": application.redirect_uri,
        "code": code,
    }
    reply = await transport.send(
        "POST",
        f"{checked_base_url(application.login_url)}/token",
        headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
        body=urlencode(form).encode(),
    )
    said = _said(_token, reply.body)
    if reply.status != 200 or not said.access_token:
        raise problem_from_token_reply(
            reply.status, error=said.error, description=said.error_description
        )
    if not _SECRET.fullmatch(said.access_token):
        raise shapes.strange("access_token")
    return AccessToken(said.access_token)


async def metadata(
    token: AccessToken, transport: Transport, *, login_url: str = LOGIN_URL
) -> Grant:
    """Return what a token stands for; an invalid one is told by its body, not by its status.

    Raises: ConnectionLost when the token is refused, also with HTTP 200. Source: FACTS.md §1, §4 #32.
    """
    reply = await transport.send(
        "GET",
        f"{checked_base_url(login_url)}/metadata",
        headers={"Authorization": f"OAuth {token.secret}", "Accept": "application/json"},
    )
    said = _said(_metadata, reply.body)
    if reply.status != 200 or not said.api_endpoint:
        raise problem_from_metadata(
            reply.status, error=said.error, description=said.error_description
        )
    return Grant(
        base_url=base_url_of(said.api_endpoint, login_url=login_url),
        data_centre=shapes.word(said.dc),
        account_name=shapes.name(said.accountname),
        role=shapes.word(said.role),
        login_name=shapes.name(said.login.login_name),
    )


def _said(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    try:
        return decoded(decoder, body)
    except UnreadableError:
        return decoder.type()


def base_url_of(endpoint: str, *, login_url: str) -> str:
    """Return where the token may be sent: to Mailchimp's own hosts, or to this machine when the sign-in was there.

    Raises: ConfigurationProblem when the reply names another place.
    """
    if not _ENDPOINT.fullmatch(endpoint):
        raise shapes.strange("api_endpoint")
    host = urlsplit(endpoint).hostname or ""
    is_theirs = endpoint.startswith("https://") and host.endswith(_MAILCHIMP_HOSTS)
    is_here = is_loopback(host) and is_loopback(urlsplit(login_url).hostname or "")
    if not (is_theirs or is_here):
        raise shapes.strange("api_endpoint")
    return base_url_for_endpoint(endpoint)
