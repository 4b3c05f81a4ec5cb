"""Every bound of the pages that a stranger can run into: how much, what happens then, and which setting changes it.

The values that a setting changes are read from Django's settings with `as_set`; what stands here is the default.
"""

from __future__ import annotations

from django.conf import settings

from segue.control.people import input_bounds
from segue.core.bounds import Bound


def as_set(bound: Bound) -> int:
    """Return the bound's value as the installation has set it."""
    return int(getattr(settings, bound.set_by)) if bound.set_by else bound.value


CONNECTIONS = Bound(
    name="open connections to the pages",
    value=3_000,
    unit="connections",
    beyond="the connection that has been silent for longest, of the place that holds most, is closed for the new one; "
    "503 when all are being answered",
    set_by="SEGUE_CONNECTIONS",
)
CONNECTIONS_PER_PLACE = Bound(
    name="open connections from one place (an IPv4 address, or an IPv6 network of 64 bits); proxies that are believed "
    "have no such bound",
    value=1_200,
    unit="connections",
    beyond="the one of the place that has been silent for longest is closed for the new one; 503 when all are being "
    "answered",
    set_by="SEGUE_CONNECTIONS_PER_PLACE",
)
HEADERS_WITHIN = Bound(
    name="time from the opening of a connection to its first byte, and from there to the end of the headers",
    value=10,
    unit="seconds",
    beyond="the connection is closed",
    set_by="SEGUE_HEADERS_WITHIN_S",
)
HEADERS_SIZE = Bound(
    name="all headers of a request together",
    value=64 * 1024,
    unit="bytes",
    beyond="400",
)
BODY_STEP = Bound(
    name="time until at least 10,000 more bytes of a body have arrived, or its end",
    value=10,
    unit="seconds",
    beyond="the connection is closed",
    set_by="SEGUE_BODY_STEP_S",
)
BODY_WITHIN = Bound(
    name="time until a whole body has arrived",
    value=600,
    unit="seconds",
    beyond="the connection is closed",
)
ANSWER_TAKEN_WITHIN = Bound(
    name="time in which a browser that is sent an answer takes none of it",
    value=60,
    unit="seconds",
    beyond="the connection is closed",
    set_by="SEGUE_ANSWER_TAKEN_WITHIN_S",
)
STRANGERS_BODY = Bound(
    name="a body that somebody sends who is not signed in, from a browser in which nobody was before, by its stated length "
    "and as counted",
    value=64 * 1024,
    unit="bytes",
    beyond="413; nothing of it is kept",
)
BODY = Bound(
    name="a form of somebody who is signed in, or was in that browser before, by its stated length and as counted",
    value=6_000_000,
    unit="bytes",
    beyond="413; nothing of it is kept",
)
DEFINITION_BODY = Bound(
    name="an upload of a definition, by its stated length and as counted",
    value=2_000_000,
    unit="bytes",
    beyond="413; nothing of it is kept",
)
DOOR_BURST = Bound(
    name="requests from one place at once to the doors: sign-in, forgotten password, invitation, the way back from Mailchimp",
    value=40,
    unit="requests",
    beyond="429 with Retry-After, before anything is looked up",
    set_by="SEGUE_DOOR_BURST",
)
DOOR_RATE = Bound(
    name="requests from one place to the doors, once the burst is spent",
    value=60,
    unit="requests a minute",
    beyond="429 with Retry-After, before anything is looked up",
    set_by="SEGUE_DOORS_PER_MINUTE",
)
STRANGERS_BURST = Bound(
    name="requests from one place at once by browsers in which nobody is signed in, files of the pages' looks apart",
    value=200,
    unit="requests",
    beyond="429 with Retry-After, before anything is looked up",
    set_by="SEGUE_STRANGERS_BURST",
)
STRANGERS_RATE = Bound(
    name="the same requests, once the burst is spent",
    value=600,
    unit="requests a minute",
    beyond="429 with Retry-After, before anything is looked up",
    set_by="SEGUE_STRANGERS_PER_MINUTE",
)
HASHINGS = Bound(
    name="passwords hashed at the same time, on threads that give way to the pages",
    value=2,
    unit="passwords",
    beyond="up to 8 more wait for their turn; beyond, 429 with Retry-After",
)
FAILURES_PER_PERSON = Bound(
    name="failed sign-ins for one e-mail address from one place in half an hour",
    value=10,
    unit="failed sign-ins",
    beyond="429: that address waits half an hour at that place; a new password by mail ends it",
)
FAILURES_PER_PLACE = Bound(
    name="failed sign-ins from one place in half an hour, for whatever addresses",
    value=20,
    unit="failed sign-ins",
    beyond="429 for browsers of that place in which the address never signed in before; they wait half an hour",
)
FAILURES_SINGLY = Bound(
    name="failed sign-ins of one person that the audit log tells one by one; those of unknown addresses never are",
    value=10,
    unit="entries an hour",
    beyond="the rest of the hour is one entry with their number",
)
CHOSEN = Bound(
    name="exports that are ticked in the list and changed together",
    value=500,
    unit="exports",
    beyond="nothing is changed (`too_many_chosen`)",
)
CHOSEN_SEGMENTS = Bound(
    name="segments that are ticked in the list and changed together",
    value=500,
    unit="segments",
    beyond="nothing is changed (`too_many_chosen`)",
)
SESSION_IDLE = Bound(
    name="a session without use; what a page asks for by itself is no use",
    value=12,
    unit="hours",
    beyond="the session ends",
    set_by="SEGUE_SESSION_IDLE_HOURS",
)
SESSION = Bound(
    name="a session, however much it is used",
    value=14,
    unit="days",
    beyond="the session ends",
)
KEPT_FOR = Bound(
    name="what was typed into a form that could not be taken, and the answer to a form in case it is sent twice",
    value=round(input_bounds.LIFETIME.total_seconds() / 60),
    unit="minutes",
    beyond="it is forgotten",
)
KEPT_OF_A_PERSON = Bound(
    name="forms of one person whose input is kept",
    value=input_bounds.MOST_OF_A_PERSON,
    unit="forms",
    beyond="the oldest is forgotten",
)
KEPT_SIZE = Bound(
    name="the input of one form that is kept",
    value=input_bounds.LARGEST,
    unit="characters",
    beyond="it is not kept",
)

BOUNDS = (
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
    CHOSEN,
    CHOSEN_SEGMENTS,
    SESSION_IDLE,
    SESSION,
    KEPT_FOR,
    KEPT_OF_A_PERSON,
    KEPT_SIZE,
)
"""All of them, in the order in which a reference lists them."""
