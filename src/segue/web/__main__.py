"""`python -m segue.web`: the web process. It serves the pages on a socket that it is handed, or opens one itself."""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import socket
import sys
from threading import Event, Thread
from typing import TYPE_CHECKING

from segue.core.errors import Problem
from segue.core.trouble import trouble_of

if TYPE_CHECKING:
    import uvicorn

FAREWELL_S = 3
"""How long open requests may go on once the process is asked to end; live pages come back by themselves."""

TIDY_EVERY_S = 3600
"""How often a host looks after what it mirrors of a store."""

FILES_BESIDE = 200
"""Files that the process needs beside those of its connections."""


def main(arguments: list[str] | None = None) -> int:
    """Serve until a signal; return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        server = prepared()
    except Exception as error:  # settings, or the machine: said in words, not as a traceback
        known = error if isinstance(error, Problem) else trouble_of(error)
        if known is None:
            raise
        sys.stderr.write(f"{known}\n")
        return known.exit_code
    from segue.web.attendance import listen

    over = Event()
    listen(over)
    _keep_tidy(over)
    server.run(sockets=[_socket(options)])
    over.set()
    return 0


def _keep_tidy(over: Event) -> None:
    """Look after what this host mirrors of a store, where it has no worker either; nothing where there is no store."""
    from django.conf import settings
    from django.db import connections

    from segue.observability.logs import log_event
    from segue.service.adapters import SystemClock
    from segue.service.mirroring import tidy_mirror

    def again_and_again() -> None:
        while not over.is_set():
            try:
                tidy_mirror(SystemClock().now())
            except Exception as error:  # the outermost edge: the pages go on, and it is done again
                log_event("mirror.not_tidied", kind=type(error).__name__)
            connections.close_all()
            over.wait(TIDY_EVERY_S)

    if settings.SEGUE_STATE is not None:
        Thread(target=again_and_again, name="mirror", daemon=True).start()


def prepared() -> uvicorn.Server:
    """Load the pages and return their server. Raises: Problem for settings that cannot be used."""
    import uvicorn

    from segue.observability.logs import log_process

    handler = log_process(os.environ)
    from segue.web.asgi import application  # reads the settings
    from segue.web.request_log import RoutesOnly

    handler.addFilter(RoutesOnly())
    from django.conf import settings

    from segue.web import limits

    proxies: list[str] = settings.SEGUE_BEHIND_PROXY
    return uvicorn.Server(
        uvicorn.Config(
            application,
            http=_protocol(proxies),
            lifespan="off",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(proxies),
            forwarded_allow_ips=proxies,
            h11_max_incomplete_event_size=limits.as_set(limits.HEADERS_SIZE),
            timeout_graceful_shutdown=FAREWELL_S,
        )
    )


def _protocol(proxies: list[str]) -> type[asyncio.Protocol]:
    from segue.web import limits
    from segue.web.server.sockets import Sockets
    from segue.web.server.wire import Patience, protocol

    wanted = limits.as_set(limits.CONNECTIONS)
    most_per_place = limits.as_set(limits.CONNECTIONS_PER_PLACE)
    sockets = Sockets(most=min(wanted, _files_for(wanted)), most_per_place=most_per_place)
    patience = Patience(
        headers_s=limits.as_set(limits.HEADERS_WITHIN),
        body_step_s=limits.as_set(limits.BODY_STEP),
        body_s=limits.as_set(limits.BODY_WITHIN),
        answer_s=limits.as_set(limits.ANSWER_TAKEN_WITHIN),
    )
    return protocol(sockets, patience, proxies)


def _files_for(connections: int) -> int:
    """Ask the system for as many open files as the connections need; return how many connections there can be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + FILES_BESIDE
    if soft not in (resource.RLIM_INFINITY,) and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return connections if soft == resource.RLIM_INFINITY else max(soft - FILES_BESIDE, 1)


def _socket(options: argparse.Namespace) -> socket.socket:
    if options.fd is not None:
        return socket.socket(fileno=options.fd)
    return socket.create_server((options.host, options.port))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m segue.web", description="Serve the pages.")
    add = parser.add_argument
    add("--fd", type=int, metavar="NUMBER", help="listening socket that was handed over")
    add("--host", default="127.0.0.1", help="address to listen on")
    add("--port", type=int, default=8080, help="port to listen on")
    return parser


if __name__ == "__main__":
    sys.exit(main())
