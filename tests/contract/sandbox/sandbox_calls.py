"""A plain caller of the sandbox for its tests: one connection a call, nothing interpreted."""

from __future__ import annotations

import base64
import http.client
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import orjson

from mailchimp_sandbox.addresses import key_of
from mailchimp_sandbox.server import Sandbox
from tests.patience import PATIENCE_S

LIST = "a1b2c3d4e5"
PLACE = {"addr1": "1 Quay", "city": "Lyon", "state": "ARA", "zip": "69001"}
"""A complete address, as a merge value."""
CONTACT = {"company": "Shop", "address1": "1 Quay", "city": "Lyon", "country": "FR"}
AUDIENCE = {
    "name": "Magazine",
    "contact": CONTACT,
    "permission_reminder": "You subscribed in our shop.",
    "campaign_defaults": {
        "from_name": "Shop",
        "from_email": "alice@shop.example",
        "subject": "",
        "language": "fr",
    },
    "email_type_option": False,
}
"""What POST /lists needs."""
NOON = 1_780_315_200
"""2026-06-01T12:00:00Z."""


@dataclass(slots=True)
class HandClock:
    """A clock that only moves when told."""

    seconds: float = NOON

    def __call__(self) -> float:
        """Return seconds since 1970."""
        return self.seconds

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A reply as it came."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return orjson.loads(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Call below /3.0 of one sandbox, with its key unless `authorization` says otherwise."""

    sandbox: Sandbox

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        authorization: str | None = None,
        raw: bytes | None = None,
        headers: dict[str, str] | None = None,
        **query: Any,
    ) -> Answer:
        """Send one request; `body` becomes JSON, `raw` goes as it is."""
        given = dict(headers or {})
        given["Authorization"] = (
            basic(self.sandbox.api_key) if authorization is None else authorization
        )
        if not given["Authorization"]:
            del given["Authorization"]
        payload = raw if raw is not None else (b"" if body is None else orjson.dumps(body))
        where = urlsplit(self.sandbox.base_url)
        connection = http.client.HTTPConnection(
            where.hostname or "", where.port, timeout=PATIENCE_S
        )
        try:
            text = f"?{urlencode(query)}" if query else ""
            connection.request(method, f"/3.0{path}{text}", payload, given)
            reply = connection.getresponse()
            return Answer(status=reply.status, headers=reply.headers, body=reply.read())
        finally:
            connection.close()

    def get(self, path: str, **query: Any) -> Any:
        """Read and return the JSON of a 200."""
        answer = self.call("GET", path, **query)
        assert answer.status == 200, answer.body
        return answer.json

    def batch(self, members: Iterable[dict[str, Any]], **envelope: Any) -> Any:
        """Send a batch to the first audience and return the JSON of its 200."""
        query = {name: envelope.pop(name) for name in list(envelope) if name.startswith("skip_")}
        body = {"members": list(members), **envelope}
        answer = self.call("POST", f"/lists/{LIST}", body, **query)
        assert answer.status == 200, answer.body
        return answer.json

    def put(self, email: str, body: dict[str, Any], **query: Any) -> Answer:
        """Upsert one contact of the first audience."""
        return self.call("PUT", member_path(email), body, **query)


def basic(key: str) -> str:
    """Return the header value of HTTP Basic with any user name."""
    return "Basic " + base64.b64encode(f"anyone:{key}".encode()).decode()


def member_path(email: str) -> str:
    """Return the path of a contact by its md5."""
    return f"/lists/{LIST}/members/{key_of(email)}"


def address_path(email: str) -> str:
    """Return the path of a contact by its plain address."""
    return f"/lists/{LIST}/members/{quote(email)}"


def problem(answer: Answer) -> tuple[int, str]:
    """Return status and title of a refusal."""
    assert answer.headers["Content-Type"] == "application/problem+json; charset=utf-8"
    return answer.status, answer.json["title"]


def until(is_true: Callable[[], bool]) -> None:
    """Wait for what another thread is about to do, ten seconds at most."""
    pause, deadline = threading.Event(), time.monotonic() + PATIENCE_S
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen within all patience"
        pause.wait(0.002)
