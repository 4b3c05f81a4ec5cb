"""Commands over a source that never answers end when they are asked to, and refuse what is no file before they wait for it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import PROGRAM, Shop, open_shop
from tests.integration.engines.hanging import endless_view
from tests.patience import PATIENCE_S

DECLARED = """\
version: 1
sources:
  people: {{type: {type}, path: {path}{more}}}
profiles:
  source: people
  key: id
  attributes:
    email: {{column: email, type: email}}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as opened:
        yield opened


def declared(shop: Shop, **source: str) -> None:
    (shop.folder / "segue.yaml").write_text(DECLARED.format(**source), encoding="utf-8")


def started(shop: Shop, *arguments: str) -> subprocess.Popen[bytes]:
    """Start the program as a terminal would, which does not ignore Ctrl-C."""
    return subprocess.Popen(
        [*PROGRAM, *arguments],
        cwd=shop.folder,
        env=shop.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        preexec_fn=_listen_to_interrupts,  # noqa: PLW1509 - one line, before any thread
    )


def _listen_to_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def staged(home: Path) -> list[Path]:
    """Return the folders into which sources are being read; a file comes with its first rows, and here none ever come."""
    return list(home.glob("snapshots/.working/*/staged"))


def test_ctrl_c_ends_a_command_whose_source_never_answers(shop: Shop) -> None:
    endless_view(shop.folder / "shop.sqlite")
    declared(shop, type="sqlite", path="shop.sqlite", more=", table: people")

    program = started(shop, "profiles")
    until = time.monotonic() + PATIENCE_S
    while not staged(shop.folder / ".segue"):
        assert time.monotonic() < until
        time.sleep(0.02)
    program.send_signal(signal.SIGINT)
    _out, said = program.communicate(timeout=PATIENCE_S)

    assert program.returncode == 130
    assert said.endswith(b"Interrupted.\n")  # nothing of Mailchimp: the command never writes there
    assert b"Traceback" not in said


@pytest.mark.parametrize("type_", ["csv", "json", "excel", "parquet"])
def test_a_check_refuses_a_pipe_by_name(shop: Shop, type_: str) -> None:
    os.mkfifo(shop.folder / "people.data")
    declared(shop, type=type_, path="people.data", more="")

    checked, read = shop.segue("check"), shop.segue("profiles")

    for ended in (checked, read):
        assert ended.code == 2
        assert "people.data, which is a named pipe, not a file." in ended.err


def test_a_secret_is_not_waited_for_in_a_pipe(shop: Shop) -> None:
    os.mkfifo(shop.folder / "dsn")
    text = DECLARED.replace("path: {path}{more}", "dsn: {{file: dsn}}, table: people")
    (shop.folder / "segue.yaml").write_text(text.format(type="postgresql"), encoding="utf-8")

    checked = shop.segue("check")

    assert checked.code == 2
    assert "is no file but a folder, a pipe or a device" in checked.err
