"""Authenticate with the sandbox as a person would: look at its page, allow the access, come back with a code."""

from __future__ import annotations

from http.client import HTTPConnection
from urllib.parse import parse_qs, urlencode, urlsplit

from mailchimp_sandbox.remote import RemoteSandbox
from segue.core.errors import TryLater

CLIENT_ID = "segue-demonstration"
CLIENT_SECRET = "known-to-everybody"  # noqa: S105 - it opens nothing but the sandbox on this machine
RETURN_PATH = "/connections/mailchimp/"
"""Where Mailchimp's sign-in page sends people back to: the page `connection-returned`."""


def register(sandbox: RemoteSandbox, *, url: str) -> str:
    """Register the demonstration with the sandbox and return the address that people come back to."""
    redirect_uri = url + RETURN_PATH
    sandbox.act(
        "register_client",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        redirect_uri=redirect_uri,
    )
    return redirect_uri


def allowed_code(sandbox: RemoteSandbox, redirect_uri: str) -> str:
    """Allow the access on the sandbox's page and return the one-time code. Raises: TryLater when none comes back."""
    form = {
        "client_id": CLIENT_ID,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "decision": "allow",
    }
    connection = HTTPConnection(urlsplit(sandbox.origin).netloc, timeout=30)
    try:
        connection.request(
            "POST",
            "/oauth2/authorize",
            body=urlencode(form),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        location = connection.getresponse().headers.get("Location", "")
    finally:
        connection.close()
    codes = parse_qs(urlsplit(location).query).get("code", [])
    if not codes:
        raise TryLater(
            "The sandbox did not let the demonstration in.",
            action="Run the demonstration again.",
            code="demo_sandbox_silent",
        )
    return codes[0]
