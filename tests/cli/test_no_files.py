"""Too few open files are told as what they are, wherever they are met: not as a wrong name, a broken file or a lost network."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailchimp_sandbox.server import Sandbox
from segue.configuration import load
from segue.configuration.time_zones import is_zone
from segue.core.errors import MachineTrouble
from segue.core.trouble import trouble_of
from segue.engines.duckdb.session import engine
from segue.mailchimp.client import Call, Client
from segue.mailchimp.credentials import ApiKey
from segue.service.adapters import SystemClock
from segue.service.keys import keys_from
from segue.shown.spreadsheets import csv_file
from tests.fixtures.shortage import no_more_files


def _csv(folder: Path) -> None:
    with csv_file(folder / "people.csv", ["a"]):
        pass


DOORS: dict[str, Callable[[Path], object]] = {
    "configuration": lambda folder: load(folder / "segue.yaml", environment={}),
    "keys": lambda folder: keys_from({"SEGUE_KEYS_FILE": str(folder / "keys")}, folder),
    "time zone": lambda _folder: is_zone("Pacific/Kiritimati"),
    "file that a person named": _csv,
    "engine": lambda _folder: engine(),
}


@pytest.mark.parametrize("door", DOORS)
def test_a_door_tells_that_no_file_can_be_opened(tmp_path: Path, door: str) -> None:
    (tmp_path / "segue.yaml").write_text("version: 1\n", encoding="utf-8")
    (tmp_path / "keys").write_text("", encoding="ascii")
    ZoneInfo.clear_cache()  # another test may have looked at the same one

    with pytest.raises((MachineTrouble, OSError)) as caught, no_more_files():
        DOORS[door](tmp_path)

    trouble = trouble_of(caught.value)
    assert trouble is not None
    assert trouble.code == "files_exhausted"


def test_a_call_that_cannot_begin_says_what_this_process_lacks() -> None:
    async def ask(sandbox: Sandbox) -> None:
        client = Client(sandbox.base_url, ApiKey(sandbox.api_key), clock=SystemClock())
        async with client:
            with no_more_files():
                await client.call(Call(method="GET", route="/"))

    with Sandbox.in_thread() as sandbox, pytest.raises(MachineTrouble) as caught:
        asyncio.run(ask(sandbox))

    assert caught.value.code == "files_exhausted"
