"""Run the program in a process that runs short of something at a moment of its work. Not a test.

The process is forked from one that has loaded the program already, so that a case costs no start of Python; what it is
short of ends with it.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import pkgutil
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from multiprocessing.connection import Connection
from pathlib import Path

from tests.cli.program import Ended
from tests.fixtures.moments import Moment, Waiting
from tests.patience import PATIENCE_S

Want = Callable[[Path], None]
_PACKAGES = ("core", "profiles", "segments", "sync", "mailchimp", "configuration", "engines", "workspace", "cli", "observability")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How a run in want ended, and whether the moment of the want came at all."""

    ended: Ended
    has_come: bool


def load_program() -> None:
    """Load what the program loads when it needs it: what runs short is to be met by the work, not by an import."""
    import ibis

    import segue

    assert ibis.duckdb
    for package in _PACKAGES:
        folder = str(Path(segue.__path__[0]) / package)
        for module in pkgutil.walk_packages([folder], f"segue.{package}."):
            if not module.name.startswith(("segue.cli.managing", "segue.cli.serving")):
                importlib.import_module(module.name)


def run_in_want(
    folder: Path,
    *arguments: str,
    environment: Mapping[str, str],
    moment: Moment,
    want: Want,
    place: Path,
) -> Wanted:
    """Run `segue …` in a folder until it ends; at the moment the want strikes the place."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.cli.wanting_loaded"])
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(
        target=_run, args=(folder, arguments, dict(environment), moment, want, place, theirs)
    )
    process.start()
    theirs.close()
    try:
        code, out, err, has_come = (
            ours.recv() if ours.poll(PATIENCE_S) else (None, "", "hangs", False)
        )
    except EOFError:
        process.join()
        code, out, err, has_come = process.exitcode, "", "the process died", True
    process.kill()
    process.join()
    return Wanted(ended=Ended(code=code, out=out, err=err), has_come=has_come)


def _run(
    folder: Path,
    arguments: tuple[str, ...],
    environment: dict[str, str],
    moment: Moment,
    want: Want,
    place: Path,
    theirs: Connection,
) -> None:
    from segue.cli.main import run_command

    os.chdir(folder)
    for name in [name for name in os.environ if name.startswith("SEGUE")]:
        del os.environ[name]
    os.environ.update(environment)
    waiting, out, err = Waiting(moment, lambda: want(place)), StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        waiting.begin()
        code = run_command(arguments)
    theirs.send((code, out.getvalue(), err.getvalue(), waiting.has_come))
    theirs.close()
    os._exit(0)
