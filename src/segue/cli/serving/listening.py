"""The socket that the web process serves on. It is ours, so that a web process that is started again loses nobody."""

from __future__ import annotations

import errno
import ipaddress
import socket

from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said

BACKLOG = 512
"""Requests that wait while the web process starts."""


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket on an address of this machine; port 0 takes a free one.

    Raises: ConfigurationProblem when the address is not ours, or the port is used or reserved.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except OSError as error:
        raise _refused(error, host, port) from None


def url_of(listening: socket.socket) -> str:
    """Return the address under which a browser on this machine reaches the socket."""
    host, port = listening.getsockname()[:2]
    address = ipaddress.ip_address(host)
    if address.is_unspecified:
        address = ipaddress.ip_address("127.0.0.1" if address.version == 4 else "::1")
    return f"http://{f'[{address}]' if address.version == 6 else address}:{port}"


def is_open_to_others(listening: socket.socket) -> bool:
    """Tell whether other machines can reach the socket."""
    return not ipaddress.ip_address(listening.getsockname()[0]).is_loopback


def _refused(error: OSError, host: str, port: int) -> ConfigurationProblem:
    context = {"port": port}
    if error.errno == errno.EADDRINUSE:
        return ConfigurationProblem(
            said(
                "Port %(port)s is in use by another program, perhaps by another `segue up`.",
                port=port,
            ),
            action="Stop that program, or choose another port with --port.",
            code="port_in_use",
            context=context,
        )
    if error.errno == errno.EACCES:
        return ConfigurationProblem(
            said("This user may not listen on port %(port)s.", port=port),
            action="Choose a port above 1023 with --port, and put a reverse proxy before it.",
            code="port_not_allowed",
            context=context,
        )
    return ConfigurationProblem(
        said("Segue cannot listen on %(host)s: it is no address of this machine.", host=host),
        action="Name an address of this machine with --host, such as 127.0.0.1 or 0.0.0.0.",
        code="host_not_ours",
        context=context,
    )
