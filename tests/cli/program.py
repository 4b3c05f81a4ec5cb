"""Run the real program in a folder of its own, against a sandbox in this process. Not a test."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from segue.cli.main import run_command
from segue.core.clock import Clock
from tests.patience import PATIENCE_S

AUDIENCE = "a1b2c3d4e5"
PROGRAM = (sys.executable, "-m", "segue")

CUSTOMERS = """\
id,email,first,country,agreed
1,nadia@shop.example,Nadia,France,true
2,omar@shop.example,Omar,France,true
3,pia@shop.example,Pia,Spain,true
4,  Emile@SHOP.example ,Émile,France,true
5,nobody,Nobody,Spain,true
6,nadia@shop.example,Nadia the second,France,true
7,rosa@shop.example,Rosa,Spain,
"""

CONFIGURATION = """\
version: 1
sources:
  customers: {{type: csv, path: customers.csv}}
profiles:
  source: customers
  key: {{column: id, type: integer}}
  attributes:
    email: {{column: email, type: email}}
    first_name: {{column: first, personal: true}}
    country: country
    agreed: {{column: agreed, type: boolean}}
segments:
  french: {{label: French, rules: {{attribute: country, is: France}}}}
  spanish: {{label: Spanish, rules: {{attribute: country, is: Spain}}}}
connections:
  main: {{type: mailchimp, label: Sandbox, api_key: {{env: SEGUE_TEST_KEY}}, base_url: "{base_url}"}}
exports:
  news:
    connection: main
    audience: a1b2c3d4e5
    match: {{email: email, fields: {{FNAME: first_name}}}}
    segments: [french, spanish]
    consent: {{attribute: agreed}}
    brakes: {{removal_least: 1, shrink_least: 1}}
    first_run: free
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How one call of the program ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return standard output as JSON."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A folder with data and a configuration, and the sandbox that it points to."""

    folder: Path
    sandbox: Sandbox

    def segue(
        self,
        *arguments: str,
        key: str | None = None,
        cwd: Path | None = None,
        settings: Mapping[str, str] | None = None,
        clock: Clock | None = None,
    ) -> Ended:
        """Run the program to its end, in this process: as `segue …` would, but without loading everything anew.

        `settings` are environment variables beside the key; `clock` is by which it waits, None: the machine's.
        """
        out, err = StringIO(), StringIO()
        with (
            pytest.MonkeyPatch.context() as patch,
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            patch.chdir(cwd or self.folder)
            for name in [name for name in os.environ if name.startswith("SEGUE")]:
                patch.delenv(name)
            patch.setenv("SEGUE_TEST_KEY", key or self.sandbox.api_key)
            for name, value in (settings or {}).items():
                patch.setenv(name, value)
            code = run_command(arguments, clock=clock)
        return Ended(code=code, out=out.getvalue(), err=err.getvalue())

    def process(self, *arguments: str) -> Ended:
        """Run the program to its end as a process of its own."""
        done = subprocess.run(
            [*PROGRAM, *arguments],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE_S,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        return Ended(code=done.returncode, out=done.stdout, err=done.stderr)

    def environment(self) -> dict[str, str]:
        """Return the environment of a process: nothing of ours but the key."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("SEGUE")}
        return kept | {"SEGUE_TEST_KEY": self.sandbox.api_key}

    def write_customers(self, text: str) -> None:
        """Replace the data."""
        (self.folder / "customers.csv").write_text(text, encoding="utf-8")


@contextmanager
def open_shop(folder: Path, *, state: Path | None = None) -> Iterator[Shop]:
    """Make the folder and start the sandbox with Omar unsubscribed. `state` will hold what Mailchimp holds."""
    with again(folder, state=state) as shop:
        shop.sandbox.add_audience(AUDIENCE, name="Customers")
        shop.sandbox.add_contact(AUDIENCE, "omar@shop.example", status="unsubscribed")
        shop.write_customers(CUSTOMERS)
        yield shop


@contextmanager
def again(folder: Path, *, state: Path | None) -> Iterator[Shop]:
    """Open a shop as it was left: the folder, and what Mailchimp held; the configuration says where that is served now."""
    with Sandbox.in_thread(switches=Switches(stats_cache_s=0), state_file=state) as sandbox:
        text = CONFIGURATION.format(base_url=sandbox.base_url)
        (folder / "segue.yaml").write_text(text, encoding="utf-8")
        yield Shop(folder=folder, sandbox=sandbox)


def steady(text: str) -> str:
    """Return a printed text with what differs from run to run replaced: digests, run names, times."""
    text = re.sub(r"\b[0-9]{8}T[0-9]{9}-", "RUN-", text)
    text = re.sub(r"\b[0-9a-f]{16}\b", "DIGEST", text)
    return re.sub(r"(<\u202f)?\b[0-9]+([.,][0-9])?[ \u202f\xa0]s\b", "TIME", text)
