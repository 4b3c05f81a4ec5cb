"""The log of a home folder: what libraries warn of while a command works stands there and not in the terminal."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import click
import pytest

from segue.cli.log_file import LOG_FILE, log_into
from tests.patience import PATIENCE_S

LIBRARY = logging.getLogger("some.library")
ONE_COMMAND = """
import logging, sys
from pathlib import Path
import click
from segue.cli.log_file import log_into

library = logging.getLogger("some.library")

@click.command()
def warned():
    log_into(Path(sys.argv[1]))
    library.warning("while it works")

warned.main([], standalone_mode=False)
library.error("after its end")
"""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def warned(folder: Path) -> None:
    log_into(folder)
    LIBRARY.warning("the server cannot be reached")


def test_what_a_library_warns_of_goes_into_the_log(tmp_path: Path) -> None:
    before = logging.getLogger().handlers[:]

    warned.main([str(tmp_path)], standalone_mode=False)

    written = (tmp_path / LOG_FILE).read_text(encoding="utf-8")
    left = [one for one in logging.getLogger().handlers if one not in before]
    assert "warning the server cannot be reached" in written
    assert all(isinstance(one, logging.NullHandler) for one in left)


@pytest.mark.parametrize("folder", ["home", "taken/home"])
def test_nothing_that_a_library_says_is_printed_wherever_the_log_is_and_after_it_is_closed(
    tmp_path: Path, folder: str
) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")  # so that a log below cannot be opened

    ended = subprocess.run(
        [sys.executable, "-c", ONE_COMMAND, str(tmp_path / folder)],
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
