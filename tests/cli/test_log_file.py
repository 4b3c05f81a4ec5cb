"""The log of a home folder: what libraries warn of while a command works stands there and not in the terminal."""

from __future__ import annotations

import logging
from pathlib import Path

import click
import pytest

from segue.cli.log_file import LOG_FILE, log_into

LIBRARY = logging.getLogger("some.library")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def warned(folder: Path) -> None:
    log_into(folder)
    LIBRARY.warning("the server cannot be reached")


def test_what_a_library_warns_of_goes_into_the_log(tmp_path: Path) -> None:
    before = logging.getLogger().handlers[:]

    warned.main([str(tmp_path)], standalone_mode=False)

    written = (tmp_path / LOG_FILE).read_text(encoding="utf-8")
    assert "warning the server cannot be reached" in written
    assert logging.getLogger().handlers == before


def test_where_the_log_cannot_be_written_nothing_is_printed_in_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")

    warned.main([str(tmp_path / "taken" / "home")], standalone_mode=False)

    assert capsys.readouterr() == ("", "")
