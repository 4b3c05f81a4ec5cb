"""Walk the steps of a connection in the pages, for tests: what a person reads, presses and gets back. No expectations."""

from __future__ import annotations

import html
import re
from typing import Any

from django.http import HttpResponse
from django.test import Client

from segue.control.connections.models import Connection
from tests.fixtures.mailchimp import decided
from tests.fixtures.people import PASSWORD

PANE = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "pane"}
"""The headers of a request that opens or goes on in a side pane."""


def words(response: HttpResponse) -> str:
    """Return the main part of a page, or a pane, as its text with single blanks (a no-break space stays one)."""
    text = response.content.decode()
    text = text.partition("<main")[2].partition("</main>")[0] or text
    text = re.sub(r"<(svg|script|style)\b.*?</\1>", " ", text, flags=re.DOTALL)
    text = html.unescape(re.sub(r"<[^>]+>", " ", text))
    return re.sub(r"[ \n\t]+", " ", text).strip()


def button(response: HttpResponse, label: str) -> str | None:
    """Return "enabled" or "disabled" for the button with this label, None when there is none."""
    for attributes, inner in re.findall(
        r"<button\b([^>]*)>(.*?)</button>", response.content.decode(), flags=re.DOTALL
    ):
        said = html.unescape(re.sub(r"<svg.*?</svg>|<[^>]+>", "", inner, flags=re.DOTALL)).strip()
        if said == label:
            return (
                "disabled" if re.search(r"(?<![-\w])disabled(?![-\w])", attributes) else "enabled"
            )
    return None


def begin(client: Client, name: str = "Newsletter account", **more: Any) -> Connection:
    """Press "Connect" with everything in order."""
    form = {"kind": "mailchimp", "display_name": name, "agrees": "on", **more}
    client.post("/connections/add/", form)
    return Connection.objects.get(display_name=name)


def to_mailchimp(client: Client, connection: Connection) -> str:
    """Press "Authenticate with Mailchimp" and return where it leads."""
    return client.post(f"/connections/{connection.pk}/authenticate/").headers["Location"]


def authenticate(client: Client, connection: Connection) -> Any:
    """Sign in at Mailchimp, allow, and return the page one comes back to."""
    return client.get(decided(to_mailchimp(client, connection)), follow=True)


def complete(client: Client, name: str = "Newsletter account", **more: Any) -> Connection:
    """Do every step."""
    connection = begin(client, name, **more)
    authenticate(client, connection)
    client.post(f"/connections/{connection.pk}/export-user/", {"password": PASSWORD})
    form = {"display_name": name, **more}
    client.post(f"/connections/{connection.pk}/", form)
    return Connection.objects.get(pk=connection.pk)


def fresh(connection: Connection) -> Connection:
    """Read a connection again."""
    return Connection.objects.get(pk=connection.pk)
