"""`python -m mailchimp_sandbox`: run the sandbox as a process of its own."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mailchimp_sandbox.latency import Latency
from mailchimp_sandbox.server import Sandbox, main_loop
from mailchimp_sandbox.switches import Switches


def main(arguments: list[str] | None = None) -> int:
    """Read the options, serve until a signal, and return the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    switches = Switches()
    try:
        for assignment in options.switch:
            switches = switches.changed(assignment)
        sandbox = Sandbox(
            api_key=options.api_key,
            port=options.port,
            switches=switches,
            latency=Latency(
                fixed_s=options.latency_ms / 1000,
                is_real=options.latency_profile == "real",
                scale=options.latency_scale,
            ),
            state_file=options.state,
        )
        for client in options.oauth_client:
            client_id, secret, redirect_uri = client.split("|")
            sandbox.register_client(client_id, secret, redirect_uri=redirect_uri)
        if options.seed_audience is not None:
            sandbox.seed(options.seed_audience)
    except ValueError as error:
        parser.error(str(error))
    try:
        main_loop(sandbox, announce=lambda line: print(line, flush=True))
    except OSError as error:
        print(f"The sandbox cannot start: {error.strerror or error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m mailchimp_sandbox",
        description="Imitate Mailchimp's Marketing API on 127.0.0.1.",
    )
    add = parser.add_argument
    add("--port", type=int, default=0, help="port to listen on; 0 takes a free one")
    add("--api-key", default="sandbox-key-us1", help="key that calls must carry")
    add("--state", type=Path, help="file to keep the audiences in")
    add("--latency-ms", type=float, default=0.0, help="time that every call takes")
    add(
        "--latency-profile",
        choices=("none", "real"),
        default="none",
        help="take as long as Mailchimp",
    )
    add("--latency-scale", type=float, default=1.0, help="factor for the profile")
    add("--seed-audience", type=Path, help="JSON file with audiences to begin with")
    add(
        "--switch",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="answer to an open question",
    )
    add("--oauth-client", action="append", default=[], metavar="ID|SECRET|REDIRECT_URI")
    return parser


if __name__ == "__main__":
    sys.exit(main())
