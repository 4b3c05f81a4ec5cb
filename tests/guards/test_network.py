"""The tests themselves cannot leave this machine."""

from __future__ import annotations

import socket

import pytest

from tests.fixtures.network import LeftTheMachine, is_local


def test_a_connection_beyond_loopback_is_refused() -> None:
    with socket.socket() as sock, pytest.raises(LeftTheMachine):
        sock.connect(("192.0.2.1", 443))


def test_a_name_look_up_beyond_loopback_is_refused() -> None:
    with pytest.raises(LeftTheMachine):
        socket.create_connection(("api.shop.example", 443))


def test_loopback_works() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()

        with socket.create_connection(address) as client:
            assert client.getpeername() == address


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        (None, True),
        ("0.0.0.0", True),
        ("10.0.0.1", False),
        ("shop.example", False),
    ],
)
def test_only_this_machine_is_local(host: str | None, local: bool) -> None:
    assert is_local(host) is local
