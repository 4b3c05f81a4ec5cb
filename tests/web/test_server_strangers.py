"""The web process under strangers: silent and slow sockets, long bodies, many requests. A real process, small bounds.

Each stranger comes from an address of its own of the loopback network, which makes it a place of its own.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from segue.service.keys import make_keys
from tests.cli.installed import SIGNED_IN, ended, eventually, in_installation, running
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.one_database

BOUNDS = {
    "SEGUE_CONNECTIONS": "12",
    "SEGUE_CONNECTIONS_PER_PLACE": "4",
    "SEGUE_HEADERS_WITHIN_S": "1",
    "SEGUE_BODY_STEP_S": "1",
    "SEGUE_ANSWER_TAKEN_WITHIN_S": "1",
    "SEGUE_DOOR_BURST": "3",
    "SEGUE_DOORS_PER_MINUTE": "1",
    "SEGUE_STRANGERS_BURST": "6",
    "SEGUE_STRANGERS_PER_MINUTE": "1",
}
DRIP_S = 0.02
LONG = 70_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A web process: its port, the key of Alice's session, and what a browser remembers of her."""

    port: int
    session: str
    browser: str

    def answers(self) -> bool:
        """Tell whether it is there already."""
        try:
            return self.asked("127.0.0.2", "/static/segue/mark.svg")[0] == 200
        except OSError:
            return False

    def wire(self, host: str) -> socket.socket:
        """Return a connection from an address of the loopback network."""
        return socket.create_connection(
            ("127.0.0.1", self.port), timeout=PATIENCE_S, source_address=(host, 0)
        )

    def asked(
        self, host: str, path: str, method: str = "GET", body: object = None, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, str]:
        """Return status, headers and body of an answer."""
        line = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=PATIENCE_S, source_address=(host, 0)
        )
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request(method, path, body=body, headers=named, encode_chunked=body is not None)  # type: ignore[arg-type]
        reply = line.getresponse()
        with contextlib.closing(line):
            return reply.status, reply.headers, reply.read().decode()


REMEMBERED = """
from segue.web.people.attempts import _mark_of
print(_mark_of("alice@office.example"))
"""
"""Prints what a browser remembers in which Alice signed in."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Run the web process on an installation in which Alice is signed in."""
    home = tmp_path_factory.mktemp("served") / "home"
    make_keys(home / "segue.keys")
    assert ended("manage", "--home", str(home), "migrate", cwd=home.parent).returncode == 0
    session = in_installation(home, SIGNED_IN)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    command = (sys.executable, "-m", "segue.web", "--port", str(port))
    with running(*command, cwd=home.parent, SEGUE_HOME=str(home), **BOUNDS):
        made = Served(port=port, session=session, browser=in_installation(home, REMEMBERED))
        eventually(made.answers, "an answer of the pages")
        yield made


def _closed(wire: socket.socket) -> bool:
    """Wait until the other side has closed, and tell that it did."""
    with contextlib.suppress(ConnectionResetError):
        while wire.recv(65536):
            pass
    return True


def _drips(wire: socket.socket) -> bool:
    """Send a byte now and then until the other side has had enough."""
    wire.settimeout(DRIP_S)
    with contextlib.suppress(ConnectionError):
        while True:
            try:
                if not wire.recv(65536):
                    return True
            except TimeoutError:
                wire.send(b"a")
    return True


def test_silent_sockets_of_one_place_make_room_for_its_readers_and_take_none_of_others(
    served: Served,
) -> None:
    silent = [served.wire("127.0.1.1") for _ in range(10)]

    here = served.asked("127.0.1.1", "/static/segue/mark.svg")[0]
    elsewhere = served.asked("127.0.1.2", "/sign-in/")[0]

    assert (here, elsewhere) == (200, 200)
    assert _closed(silent[0])


def test_silent_sockets_of_many_places_make_room_too(served: Served) -> None:
    silent = [served.wire(f"127.0.2.{number}") for number in range(1, 31)]

    assert served.asked("127.0.2.99", "/sign-in/")[0] == 200
    assert [_closed(wire) for wire in silent] == [True] * 30


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"\r\n",
        b"GET /sign-in/ HTTP/1.1\r\n",
        b"GET /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: a",
    ],
)
def test_headers_that_do_not_end_are_cut(served: Served, begun: bytes) -> None:
    stopping, dripping = served.wire("127.0.3.1"), served.wire("127.0.3.2")
    stopping.sendall(begun)
    dripping.sendall(begun or b"G")

    assert (_closed(stopping), _drips(dripping)) == (True, True)


def test_headers_that_drip_after_a_first_answer_are_cut_too(served: Served) -> None:
    wire = served.wire("127.0.3.3")
    wire.sendall(b"HEAD /static/segue/mark.svg HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert wire.recv(65536).startswith(b"HTTP/1.1 200")

    wire.sendall(b"GET / HTTP/1.1\r\nX-Long: a")

    assert _drips(wire)


@pytest.mark.parametrize("length", ["Content-Length: 60000", "Transfer-Encoding: chunked"])
def test_a_body_that_drips_is_cut(served: Served, length: str) -> None:
    wire = served.wire("127.0.3.4")

    wire.sendall(f"POST /exports/ HTTP/1.1\r\nHost: 127.0.0.1\r\n{length}\r\n\r\n".encode())
    wire.sendall(b"2710\r\n" if "chunked" in length else b"a")

    assert _drips(wire)


def test_an_answer_that_is_not_taken_is_cut(served: Served) -> None:
    wire = socket.socket()
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    wire.bind(("127.0.3.5", 0))
    wire.settimeout(PATIENCE_S)
    wire.connect(("127.0.0.1", served.port))
    asked = b"GET /static/segue/segue.css HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

    # Asks for the same on and on and reads nothing: in the end sending fails, for the other side is gone.
    with contextlib.suppress(ConnectionError):
        while True:
            wire.sendall(asked)

    assert served.asked("127.0.3.6", "/sign-in/")[0] == 200


def test_a_strangers_long_body_is_refused_by_its_stated_length_before_it_is_sent(
    served: Served,
) -> None:
    for number, path in enumerate(("/sign-in/", "/exports/", "/sources/definition/"), start=1):
        wire = served.wire(f"127.0.4.{number}")
        wire.sendall(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {LONG}\r\n\r\n".encode()
        )

        assert wire.recv(65536).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("cookie", ["", "segue_session=planted0planted0planted0"])
def test_a_strangers_body_of_unknown_length_is_refused_as_it_is_counted(
    served: Served, cookie: str
) -> None:
    status, headers, page = served.asked(
        "127.0.4.8",
        "/exports/",
        "POST",
        body=iter([b"a" * 10_000] * 8),
        Transfer_Encoding="chunked",
        Cookie=cookie,
        Accept_Language="fr",
    )

    assert (status, headers["Content-Language"]) == (413, "fr")
    assert "L’envoi est trop grand." in page


def test_whose_session_ended_in_this_browser_sends_long_forms_still_also_after_a_restart(
    served: Served,
) -> None:
    """Nobody at the gate has seen the session; what was typed comes through to be kept until they sign in again."""
    ended = f"segue_session={'0' * 64}; segue_browser="
    long = b"a" * LONG

    known, forged, gone = (
        served.asked("127.0.4.10", "/exports/add/", "POST", body=long, Cookie=cookie)[0]
        for cookie in (
            ended + served.browser,
            f"{ended}{'f' * 64}",
            f"segue_browser={served.browser}",
        )
    )

    assert (known, forged, gone) == (403, 413, 403)  # 403: no page of ours sent it, but it was read


def test_who_is_signed_in_sends_long_forms_up_to_a_bound(served: Served) -> None:
    cookie = f"segue_session={served.session}"
    sizes = {"/exports/": (LONG, 6_000_001), "/sources/definition/": (LONG, 2_000_001)}

    answers = [
        served.asked("127.0.4.9", path, "POST", body=b"a" * size, Cookie=cookie)[0]
        for path, both in sizes.items()
        for size in both
    ]

    assert answers == [
        403,
        413,
        403,
        413,
    ]  # 403: the form is not from a page of ours, but it was read


@pytest.mark.parametrize(
    "path",
    ["/sign-in/", "/password-reset/", "/invitation/anything/", "/connections/mailchimp/?state=x"],
)
def test_a_place_that_knocks_too_often_waits_and_others_do_not(served: Served, path: str) -> None:
    number = sum(map(ord, path)) % 200 + 1
    host = f"127.0.5.{number}"

    answers = [served.asked(host, path, Accept_Language="fr-CA, en;q=0.5") for _ in range(4)]
    status, headers, page = answers[-1]

    assert 429 not in [answer[0] for answer in answers[:3]]
    assert (status, headers["Content-Language"], headers["Cache-Control"]) == (
        429,
        "fr",
        "no-store",
    )
    assert int(headers["Retry-After"]) >= 1
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "Trop de demandes" in page
    assert served.asked(f"127.0.6.{number}", path)[0] != 429


def test_a_stranger_is_bounded_everywhere_and_who_is_signed_in_works_on_at_the_same_place(
    served: Served,
) -> None:
    signed_in = {"Cookie": f"segue_session={served.session}"}
    before = served.asked("127.0.7.1", "/account/", **signed_in)[0]

    strangers = [
        served.asked("127.0.7.1", "/exports/", Cookie="segue_session=planted0planted0")[0]
        for _ in range(7)
    ]
    after = [served.asked("127.0.7.1", "/account/", **signed_in)[0] for _ in range(8)]

    assert (before, strangers[0], strangers[-1]) == (200, 302, 429)
    assert after == [200] * 8
