"""Every bound of the pages that a stranger can run into: how much, what happens then, and which setting changes it.

The values that a setting changes are read from Django's settings; what stands here is the default.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One bound. `then` is what happens beyond it; `setting` None: it is fixed."""

    name: str
    bound: int
    unit: str
    of: str
    then: str
    setting: str | None = None

    @property
    def value(self) -> int:
        """Return the bound as it is set."""
        return self.bound if self.setting is None else int(getattr(settings, self.setting))


CONNECTIONS = Limit(
    name="connections",
    bound=3_000,
    unit="connections",
    of="open connections to the pages",
    then="the connection that has been silent for longest, of the place that holds most, is closed for the new one; "
    "503 when all are being answered",
    setting="SEGUE_CONNECTIONS",
)
CONNECTIONS_PER_PLACE = Limit(
    name="connections_per_place",
    bound=1_200,
    unit="connections",
    of="open connections from one place (an IPv4 address, or an IPv6 network of 64 bits); proxies that are believed "
    "have no such bound",
    then="the one of the place that has been silent for longest is closed for the new one; 503 when all are being "
    "answered",
    setting="SEGUE_CONNECTIONS_PER_PLACE",
)
HEADERS_WITHIN = Limit(
    name="headers_within",
    bound=10,
    unit="seconds",
    of="from the opening of a connection to its first byte, and from there to the end of the headers",
    then="the connection is closed",
    setting="SEGUE_HEADERS_WITHIN_S",
)
HEADERS_SIZE = Limit(
    name="headers_size",
    bound=64 * 1024,
    unit="bytes",
    of="all headers of a request together",
    then="400",
)
BODY_STEP = Limit(
    name="body_step",
    bound=10,
    unit="seconds",
    of="in which at least 10,000 bytes of a body arrive, or its end",
    then="the connection is closed",
    setting="SEGUE_BODY_STEP_S",
)
BODY_WITHIN = Limit(
    name="body_within",
    bound=600,
    unit="seconds",
    of="for a whole body",
    then="the connection is closed",
)
ANSWER_TAKEN_WITHIN = Limit(
    name="answer_taken_within",
    bound=60,
    unit="seconds",
    of="in which a browser that is sent an answer takes none of it",
    then="the connection is closed",
    setting="SEGUE_ANSWER_TAKEN_WITHIN_S",
)
STRANGERS_BODY = Limit(
    name="strangers_body",
    bound=64 * 1024,
    unit="bytes",
    of="a body that somebody sends who is not signed in, by its stated length and as counted",
    then="413; nothing of it is kept",
)
BODY = Limit(
    name="body",
    bound=6_000_000,
    unit="bytes",
    of="a form of somebody who is signed in, by its stated length and as counted",
    then="413; nothing of it is kept",
)
DEFINITION_BODY = Limit(
    name="definition_body",
    bound=2_000_000,
    unit="bytes",
    of="an upload of a definition, by its stated length and as counted",
    then="413; nothing of it is kept",
)
DOOR_BURST = Limit(
    name="door_burst",
    bound=40,
    unit="requests",
    of="from one place at once to the doors: sign-in, forgotten password, invitation, the way back from Mailchimp",
    then="429 with Retry-After, before anything is looked up",
    setting="SEGUE_DOOR_BURST",
)
DOOR_RATE = Limit(
    name="door_rate",
    bound=60,
    unit="requests a minute",
    of="from one place to the doors, once the burst is spent",
    then="429 with Retry-After, before anything is looked up",
    setting="SEGUE_DOORS_PER_MINUTE",
)
STRANGERS_BURST = Limit(
    name="strangers_burst",
    bound=200,
    unit="requests",
    of="from one place at once by browsers in which nobody is signed in, files of the pages' looks apart",
    then="429 with Retry-After, before anything is looked up",
    setting="SEGUE_STRANGERS_BURST",
)
STRANGERS_RATE = Limit(
    name="strangers_rate",
    bound=600,
    unit="requests a minute",
    of="the same, once the burst is spent",
    then="429 with Retry-After, before anything is looked up",
    setting="SEGUE_STRANGERS_PER_MINUTE",
)
HASHINGS = Limit(
    name="hashings",
    bound=2,
    unit="passwords",
    of="hashed at the same time, on threads that give way to the pages",
    then="up to 8 more wait for their turn; beyond, 429 with Retry-After",
)
FAILURES_PER_PERSON = Limit(
    name="failures_per_person",
    bound=10,
    unit="failed sign-ins",
    of="for one e-mail address from one place in half an hour",
    then="429: that address waits half an hour at that place; a new password by mail ends it",
)
FAILURES_PER_PLACE = Limit(
    name="failures_per_place",
    bound=20,
    unit="failed sign-ins",
    of="from one place in half an hour, for whatever addresses",
    then="429 for browsers of that place in which the address never signed in before; they wait half an hour",
)
FAILURES_SINGLY = Limit(
    name="failures_singly",
    bound=10,
    unit="entries an hour",
    of="failed sign-ins of one person that the audit log tells one by one; those of unknown addresses never are",
    then="the rest of the hour is one entry with their number",
)
SESSION_IDLE = Limit(
    name="session_idle",
    bound=12,
    unit="hours",
    of="without use of a session; what a page asks for by itself is no use",
    then="the session ends",
    setting="SEGUE_SESSION_IDLE_HOURS",
)
SESSION = Limit(
    name="session",
    bound=14,
    unit="days",
    of="of a session, however much it is used",
    then="the session ends",
)

LIMITS: tuple[Limit, ...] = (
    CONNECTIONS,
    CONNECTIONS_PER_PLACE,
    HEADERS_WITHIN,
    HEADERS_SIZE,
    BODY_STEP,
    BODY_WITHIN,
    ANSWER_TAKEN_WITHIN,
    STRANGERS_BODY,
    BODY,
    DEFINITION_BODY,
    DOOR_BURST,
    DOOR_RATE,
    STRANGERS_BURST,
    STRANGERS_RATE,
    HASHINGS,
    FAILURES_PER_PERSON,
    FAILURES_PER_PLACE,
    FAILURES_SINGLY,
    SESSION_IDLE,
    SESSION,
)
"""All of them, in the order in which a reference lists them."""
