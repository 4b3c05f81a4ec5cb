"""`segue up`: make the installation ready and keep its web and its worker process running until it is stopped."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import click

from segue.cli.invocation import LANGUAGES, Invocation
from segue.cli.messages import say
from segue.cli.misuse import misuse
from segue.cli.places import Place
from segue.cli.terminal import output, print_line
from segue.core.errors import ConfigurationProblem


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address of this machine to listen on; 0.0.0.0 for all.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8080,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option("--web-only", is_flag=True, help="Serve the pages; a worker runs elsewhere.")
@click.option("--worker-only", is_flag=True, help="Do the work; the pages are served elsewhere.")
@click.option(
    "--make-keys",
    is_flag=True,
    help="Make the keys of a new installation even though its database is on a server.",
)
@click.option("--home", type=Place(), metavar="FOLDER", help="State folder.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of what is printed.")
@click.pass_obj
def up(
    invocation: Invocation,
    *,
    host: str,
    port: int,
    web_only: bool,
    worker_only: bool,
    make_keys: bool,
    home: Path | None,
    language: str | None,
) -> None:
    """Start Segue: the pages and the worker that runs refreshes and exports, until Ctrl-C or SIGTERM.

    The first start makes the state folder (.segue, or what --home or SEGUE_HOME names), its keys and its database, and
    asks for the first administrator, or prints a one-time link for whoever becomes it. Every later start brings the
    database up to date. A process that dies is started again. Settings come from the environment: see
    docs/reference/settings.md.
    """
    invocation.choose(config=None, home=home, language=language)
    if web_only and worker_only:
        raise misuse(invocation, "usage_exclude", one="--web-only", other="--worker-only")
    from segue.cli.serving.home import DEFAULT
    from segue.cli.serving.listening import listen
    from segue.observability.logs import log_process

    log_process(os.environ)
    folder = invocation.home or DEFAULT.absolute()
    if worker_only:
        serve(invocation, folder, listening=None, with_worker=True, make_keys=make_keys)
        return
    with listen(host, port) as listening:
        serve(
            invocation, folder, listening=listening, with_worker=not web_only, make_keys=make_keys
        )


def serve(
    invocation: Invocation,
    folder: Path,
    *,
    listening: socket.socket | None,
    with_worker: bool,
    make_keys: bool = False,
) -> None:
    """Make the installation ready and run its processes until a signal; `listening` None: no web process.

    Raises: ConfigurationProblem before anything runs; Problem when a process that the others need dies again and again.
    """
    from segue.backups.places import sweep_restores
    from segue.cli.serving.home import work_in
    from segue.cli.serving.ready import Preparer
    from segue.cli.serving.supervisor import Supervisor, web_program, worker_program
    from segue.service.databases import database_of
    from segue.service.locks import at_work
    from segue.service.places import scratch_of

    work_in(folder)
    if listening is not None:
        _settle_address(invocation, listening)
    preparer = Preparer(invocation=invocation, folder=folder)
    preparer.make_ready(make_keys=make_keys)
    sweep_restores(folder, database_of(os.environ, folder))
    wanted = [worker_program(is_vital=listening is None)] if with_worker else []
    if listening is not None:
        preparer.ask_for_administrator()
        wanted.insert(0, web_program(listening.fileno()))
    _let_go_of_the_database()
    with at_work(scratch_of(os.environ, folder)):
        Supervisor(wanted, stop_within_s=_stop_within_s()).run(
            lambda: _announce(invocation, listening)
        )


def _stop_within_s() -> float:
    """Return how long programs may take to end: longer where a worker waits for calls under way."""
    from django.conf import settings

    from segue.cli.serving.supervisor import STOP_WITHIN_S

    return max(STOP_WITHIN_S, settings.SEGUE_DRAIN_S + STOP_WITHIN_S / 2)


def _announce(invocation: Invocation, listening: socket.socket | None) -> None:
    if listening is not None:
        url, place = os.environ["SEGUE_URL"], "{}:{}".format(*listening.getsockname()[:2])
        print_line(say(invocation.language, "up_address", url=url))
        if not url.endswith(f"//{place}"):
            print_line(say(invocation.language, "up_listening", place=place))
    print_line(say(invocation.language, "up_stop"))
    output().file.flush()


def _settle_address(invocation: Invocation, listening: socket.socket) -> None:
    """Let everything know under which address the pages are reached: the one that is set, or the socket's own."""
    from segue.cli.serving.listening import is_open_to_others, url_of

    given = os.environ.get("SEGUE_URL", "").strip()
    if given.startswith("https:") and not os.environ.get("SEGUE_BEHIND_PROXY", "").strip():
        raise ConfigurationProblem(
            "SEGUE_URL begins with https, and Segue itself does not encrypt.",
            action="Let a reverse proxy do it and set SEGUE_BEHIND_PROXY to its address, or to 1 when it is on"
            " this machine; see docs/howto/run-in-production.md.",
            code="proxy_not_named",
        )
    os.environ["SEGUE_URL"] = given or url_of(listening)
    if not given and is_open_to_others(listening):
        print_line(say(invocation.language, "up_url_not_set", url=os.environ["SEGUE_URL"]))


def _let_go_of_the_database() -> None:
    """Close our own connections: from here on only the children use the database."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        getattr(connection, "close_pool", lambda: None)()
