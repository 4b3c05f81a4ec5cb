"""The real program for browser tests: `segue up` with its web and worker processes, and the sandbox as Mailchimp.

Nothing reaches into it: what it keeps is seen on its pages, what Mailchimp holds is asked of the sandbox, and mails lie
in its outbox.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from mailchimp_sandbox.calls import CallRecord
from mailchimp_sandbox.remote import RemoteSandbox
from segue_demo.browser.authorising import CLIENT_ID, CLIENT_SECRET, register
from tests.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]
API_KEY = "sandbox-key-us1"
"""No secret: it opens nothing but the sandbox on this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """An installation that nobody has set foot in: `first_link` makes its first administrator."""

    url: str
    first_link: str
    sandbox: RemoteSandbox
    home: Path
    data_folder: Path

    def writes(self) -> list[CallRecord]:
        """Return the calls by which something was to be changed at Mailchimp."""
        return [call for call in self.sandbox.calls if call.method != "GET"]

    def mails(self) -> list[str]:
        """Return the mails in the outbox, as they would be sent, oldest first."""
        return [
            path.read_text(encoding="utf-8") for path in sorted((self.home / "outbox").glob("*"))
        ]

    def log(self) -> str:
        """Return what the program wrote while it ran."""
        return (self.home.parent / "program.log").read_text(encoding="utf-8")


@contextmanager
def program_running(folder: Path) -> Iterator[Program]:
    """Start the sandbox and the program on free ports; at the end both are gone."""
    data_folder = folder / "shop"
    data_folder.mkdir()
    with _started(
        ["mailchimp_sandbox", "--api-key", API_KEY, "--switch", "stats_cache_s=0"], folder, {}
    ) as sandbox:
        mailchimp = RemoteSandbox(_line_of(sandbox, r"listening on (http://\S+)"))
        settings = _settings(folder, data_folder, mailchimp)
        arguments = ["segue", "up", "--host", "127.0.0.1", "--port", "0"]
        with _started(arguments, folder, settings) as program:
            first_link = _line_of(program, r"^(http://\S+/invitation/\S+)")
            url = _line_of(program, r"is at (http://\S+)")
            register(mailchimp, url=url)
            yield Program(
                url=url,
                first_link=first_link,
                sandbox=mailchimp,
                home=folder / "home",
                data_folder=data_folder,
            )


def _settings(folder: Path, data_folder: Path, mailchimp: RemoteSandbox) -> dict[str, str]:
    return {
        "SEGUE_HOME": str(folder / "home"),
        "SEGUE_DATA_FOLDER": str(data_folder),
        "SEGUE_ENVIRONMENT_NAME": "Test",
        "SEGUE_MAILCHIMP_CLIENT_ID": CLIENT_ID,
        "SEGUE_MAILCHIMP_CLIENT_SECRET": CLIENT_SECRET,
        "SEGUE_MAILCHIMP_LOGIN_URL": f"{mailchimp.origin}/oauth2",
        "SEGUE_MAILCHIMP_API_URL": mailchimp.base_url,
    }


@contextmanager
def _started(
    arguments: list[str], folder: Path, settings: dict[str, str]
) -> Iterator[subprocess.Popen[str]]:
    """Start a module as a process that ends with this one; what it says on standard error is kept."""
    given = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ
    }
    command = [sys.executable, "-m", "segue.cli.serving.child", str(os.getpid()), *arguments]
    with (folder / "program.log").open("a", encoding="utf-8") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**given, "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1", **settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            encoding="utf-8",
        )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    _said(process).close()


def _line_of(process: subprocess.Popen[str], pattern: str) -> str:
    """Read on until a line fits, and return what is in the brackets of the pattern."""
    for line in _said(process):
        if found := re.search(pattern, line):
            return found.group(1)
    raise AssertionError(f"The program ended without a line like {pattern}")


def _said(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None
    return process.stdout
