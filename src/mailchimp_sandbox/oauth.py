"""OAuth 2 as Mailchimp does it: one-time codes, tokens without expiry, metadata that answers 200 to anybody.

Source: FACTS.md §1, §9.12.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import urlencode

import orjson
from aiohttp import web

from mailchimp_sandbox.account import Account
from mailchimp_sandbox.faults import Faults
from mailchimp_sandbox.hostile import HOSTILE, STREAMED, spoiled, streamed

CODE_LIFETIME_S: Final = 60.0
"""Assumption: "short-lived". Source: FACTS.md §1, §11.11."""
_DOCUMENT: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sandbox · Connect an app</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/sandbox/page.css"></head><body><main class="narrow">
<h1>Connect an app</h1>
<p><strong>{client}</strong> asks for full access to the account “{account}”.</p>
<form method="post" action="/oauth2/authorize">{hidden}
<button name="decision" value="allow">Allow</button>
<button name="decision" value="deny" class="quiet">Deny</button></form>
</main></body></html>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthClient:
    """A registered application."""

    secret: str
    redirect_uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Code:
    client_id: str
    redirect_uri: str
    expires_at: float


class OAuth:
    """The three endpoints. `origin` is set once the port is known."""

    def __init__(self, account: Account, faults: Faults) -> None:
        """Begin without clients."""
        self.account = account
        self.faults = faults
        self.origin = ""
        self.clients: dict[str, OAuthClient] = {}
        self._codes: dict[str, _Code] = {}

    def add_routes(self, app: web.Application) -> None:
        """Serve /oauth2/…"""
        app.router.add_get("/oauth2/authorize", self.ask)
        app.router.add_post("/oauth2/authorize", self.decide)
        app.router.add_post("/oauth2/token", self.token)
        app.router.add_get("/oauth2/metadata", self.metadata)

    async def ask(self, request: web.Request) -> web.Response:
        """Show Allow and Deny, or allow at once by switch."""
        refusal = self._refusal(request.query)
        if refusal:
            return web.Response(status=400, text=refusal)
        if not self.account.switches.oauth_asks:
            return self._redirect(request.query, {"code": self._new_code(request.query)})
        names = ("client_id", "redirect_uri", "response_type", "state")
        hidden = "".join(
            f'<input type="hidden" name="{name}" value="{escape(request.query[name])}">'
            for name in names
            if name in request.query
        )
        client = escape(request.query["client_id"])
        account = escape(self.account.name)
        page = _DOCUMENT.format(client=client, account=account, hidden=hidden)
        return web.Response(text=page, content_type="text/html")

    async def decide(self, request: web.Request) -> web.Response:
        """Go back to the application with a code or access_denied."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        refusal = self._refusal(form)
        if refusal:
            return web.Response(status=400, text=refusal)
        if form.get("decision") != "allow":
            return self._redirect(form, {"error": "access_denied"})
        return self._redirect(form, {"code": self._new_code(form)})

    async def token(self, request: web.Request) -> web.StreamResponse:
        """Exchange a code, once. Source: FACTS.md §1, §4 #31."""
        return await self._struck(request, await self._exchanged(request))

    async def metadata(self, request: web.Request) -> web.StreamResponse:
        """Tell the data centre and the API's address; 200 even for an invalid token. Source: FACTS.md §1, §4 #32."""
        return await self._struck(request, self._told(request))

    async def _struck(self, request: web.Request, reply: web.Response) -> web.StreamResponse:
        """Return a reply, spoiled when a fault for hostile replies was ordered for it."""
        if not self.faults.concerns("/oauth2"):
            return reply
        fault = self.faults.take(request.method, request.path, request.path)
        if fault is None or fault.kind not in HOSTILE:
            return reply
        if fault.kind in STREAMED:
            return await streamed(request, fault.kind, {"Content-Type": "application/json"})
        body = reply.body if isinstance(reply.body, bytes) else b"{}"
        reply.body = spoiled(fault.kind, body, changes=fault.changes, first=body)
        return reply

    async def _exchanged(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        client = self.clients.get(form.get("client_id", ""))
        if client is None or not secrets.compare_digest(
            client.secret.encode(), form.get("client_secret", "").encode()
        ):
            return _failed("invalid_client", "The client credentials are invalid")
        if form.get("grant_type") != "authorization_code":
            return _failed("unsupported_grant_type", "Use authorization_code")
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.expires_at < self.account.clock():
            return _failed("invalid_grant", "Authorization code not found or expired")
        same = (code.client_id, code.redirect_uri) == (form["client_id"], form.get("redirect_uri"))
        if not same:
            return _failed("invalid_grant", "The redirect URI does not match")
        issued = secrets.token_hex(16)
        self.account.tokens.add(issued)
        # Source: FACTS.md §1: no expiry, no refresh token.
        return _json({"access_token": issued, "expires_in": 0, "scope": None})

    def _told(self, request: web.Request) -> web.Response:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        is_known = secret in self.account.tokens or secret == self.account.api_key
        if self.account.switches.oauth_metadata_error:
            is_known = False
        if scheme.lower() not in ("oauth", "bearer") or not is_known:
            return _json({"error": "invalid_token", "error_description": "Invalid token"})
        return _json(
            {
                "dc": self.account.data_centre,
                "role": self.account.switches.account_role,
                "accountname": self.account.name,
                "user_id": 147258369,
                "login": {
                    "email": "alice@segue.example",
                    "avatar": None,
                    "login_id": 147258369,
                    "login_name": "alice",
                    "login_email": "alice@segue.example",
                },
                "login_url": f"{self.origin}/",
                "api_endpoint": self.origin,
            }
        )

    def _refusal(self, asked: Mapping[str, str]) -> str:
        """Return why the request cannot be honoured, without redirecting anywhere, or ""."""
        client = self.clients.get(asked.get("client_id", ""))
        if client is None:
            return "This client_id is not registered with the sandbox."
        if asked.get("redirect_uri") != client.redirect_uri:
            return "The redirect_uri is not the registered one."
        if asked.get("response_type") != "code":
            return "The response_type must be code."
        return ""

    def _new_code(self, asked: Mapping[str, str]) -> str:
        code = secrets.token_hex(16)
        self._codes[code] = _Code(
            client_id=asked["client_id"],
            redirect_uri=asked["redirect_uri"],
            expires_at=self.account.clock() + CODE_LIFETIME_S,
        )
        return code

    def _redirect(self, asked: Mapping[str, str], answer: dict[str, str]) -> web.Response:
        if "state" in asked:
            answer["state"] = asked["state"]
        address = asked["redirect_uri"]
        joint = "&" if "?" in address else "?"
        location = f"{address}{joint}{urlencode(answer)}"
        return web.Response(status=302, headers={"Location": location})


def _json(document: dict[str, object]) -> web.Response:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return web.Response(body=orjson.dumps(document), headers=headers)


def _failed(error: str, description: str) -> web.Response:
    # Assumption: the status of token errors is unverified (FACTS.md §11.11).
    response = _json({"error": error, "error_description": description})
    response.set_status(400)
    return response
