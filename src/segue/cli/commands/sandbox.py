"""`segue sandbox`: serve the local imitation of Mailchimp until it is stopped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from segue.cli.places import Place
from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said

if TYPE_CHECKING:
    from mailchimp_sandbox.server import Sandbox

_FILE = Place(dir_okay=False)


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8765,
    show_default=True,
    help="Port on 127.0.0.1; 0 takes a free one.",
)
@click.option(
    "--api-key", default="sandbox-key-us1", show_default=True, help="The key that calls must carry."
)
@click.option("--state", type=_FILE, metavar="FILE", help="Keep the audiences in this file.")
@click.option(
    "--latency-ms", type=click.FloatRange(0), default=0.0, help="Time that every call takes."
)
@click.option(
    "--seed-audience", type=_FILE, metavar="FILE", help="JSON file with audiences to begin with."
)
@click.option(
    "--switch",
    "switches",
    multiple=True,
    metavar="NAME=VALUE",
    help="Answer one of the open questions about Mailchimp; repeatable.",
)
def sandbox(
    *,
    port: int,
    api_key: str,
    state: Path | None,
    latency_ms: float,
    seed_audience: Path | None,
    switches: tuple[str, ...],
) -> None:
    """Serve a local imitation of Mailchimp, for this machine only, with a page at `/` that shows the audiences.

    Point a connection at it with `base_url: http://127.0.0.1:8765/3.0`.
    """
    from mailchimp_sandbox.server import main_loop

    server = _prepared(
        port, api_key, state=state, latency_ms=latency_ms, seed=seed_audience, switches=switches
    )
    try:
        main_loop(server, announce=click.echo)
    except OSError as error:
        raise ConfigurationProblem(
            said(
                "The sandbox cannot serve on port %(port)s: %(why)s.",
                port=port,
                why=error.strerror or error,
            ),
            action="Choose another --port, or stop what uses this one.",
            code="sandbox_port",
            context={"port": port},
        ) from None


def _prepared(
    port: int,
    api_key: str,
    *,
    state: Path | None,
    latency_ms: float,
    seed: Path | None,
    switches: tuple[str, ...],
) -> Sandbox:
    from mailchimp_sandbox.server import Sandbox
    from mailchimp_sandbox.switches import Switches

    chosen = Switches()
    try:
        for switch in switches:
            chosen = chosen.changed(switch)
        server = Sandbox(
            api_key=api_key,
            port=port,
            switches=chosen,
            latency_s=latency_ms / 1000,
            state_file=state,
        )
        if seed is not None:
            server.seed(seed)
    except (ValueError, OSError) as error:
        raise ConfigurationProblem(
            said("The sandbox cannot start: %(error)s.", error=error),
            action="Correct the option or the file that is named.",
            code="sandbox_options",
        ) from None
    return server
