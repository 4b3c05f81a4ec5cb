"""What the process has loaded from which cases are forked: see `wanting`."""

from __future__ import annotations

from tests.cli.wanting import load_program

load_program()
