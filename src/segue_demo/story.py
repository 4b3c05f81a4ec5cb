"""Tell the story of `segue demo`: prepare the shop, start the sandbox, go through the chapters, end."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote

from mailchimp_sandbox.remote import RemoteSandbox
from segue.cli.terminal import print_line
from segue.configuration import load
from segue.service.exports import open_workspace
from segue_demo.chapters import Chapters
from segue_demo.folder import DemoFolder, prepared
from segue_demo.shop import AtMailchimp, opened, write_configuration
from segue_demo.stage import API_KEY, sandbox_running
from segue_demo.telling import Teller, program

PEOPLE = 6_000
LEAST_PEOPLE = 300
HOME = Path("demo-home")

_PACE = 0.12
"""The share of Mailchimp's real latency that the sandbox shows when somebody looks on."""


def tell(*, people: int = PEOPLE, home: Path | None = None, pause: bool = True) -> None:
    """Tell the whole story; with `pause`, on a terminal, the sandbox then stays until Ctrl-C.

    Raises: ValueError for fewer than 300 people; ConfigurationProblem when the folder is not ours.
    """
    if people < LEAST_PEOPLE:
        raise ValueError(f"The story needs at least {LEAST_PEOPLE} people.")
    began, today = time.monotonic(), datetime.now(UTC).date()
    waits = pause and sys.stdin.isatty() and sys.stdout.isatty()
    folder = prepared(home or HOME)
    shop = opened(folder, people, today=today)
    with sandbox_running(folder, latency_scale=_PACE if waits else 0.0) as sandbox:
        write_configuration(folder, base_url=sandbox.base_url, today=today)
        configuration = load(folder.configuration, environment=os.environ)
        teller = Teller()
        Chapters(
            teller=teller,
            shop=shop,
            workspace=open_workspace(configuration, os.environ),
            mailchimp=AtMailchimp(sandbox),
        ).tell()
        teller.chapter("Now it is your turn")
        teller.line(f"The whole story took {time.monotonic() - began:.0f} seconds.")
        if waits:
            _stay(teller, folder, sandbox)
    if not waits:
        _leave(teller, folder, sandbox)


def _stay(teller: Teller, folder: DemoFolder, sandbox: RemoteSandbox) -> None:
    teller.line(f"Look at the audience: {sandbox.origin}")
    teller.line("In another terminal, in this folder:")
    _commands(teller, folder)
    teller.line("Ctrl-C stops the sandbox; what it holds is kept.")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        print_line()
    _revive(teller, folder, sandbox)


def _leave(teller: Teller, folder: DemoFolder, sandbox: RemoteSandbox) -> None:
    _revive(teller, folder, sandbox)
    teller.line(f"Then look at the audience on {sandbox.origin}, and try:")
    _commands(teller, folder)


def _commands(teller: Teller, folder: DemoFolder) -> None:
    config, segue = f"--config {quote(str(folder.configuration))}", program()
    for command in (
        f"{segue} plan {config}",
        f"{segue} report {config}",
        f"{segue} segments list {config}",
        f"{segue} check {config}",
    ):
        teller.command(command)


def _revive(teller: Teller, folder: DemoFolder, sandbox: RemoteSandbox) -> None:
    port = sandbox.origin.rpartition(":")[2]
    teller.line("The sandbox comes back, with all that it held, by:")
    teller.command(
        f"{program()} sandbox --port {port} --api-key {API_KEY} --state {quote(str(folder.sandbox_state))}"
    )
