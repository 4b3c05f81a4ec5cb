"""What every test gets: the guards around it, the shared data, and how hard property tests look.

The fixtures themselves stand in `tests/fixtures` (guards, data) and `tests/fakes` (stand-ins for what is outside).
"""

from __future__ import annotations

import ast
import atexit
import gc
import os
import signal
import sys
from importlib.util import find_spec
from typing import Any

from hypothesis import HealthCheck, settings

from segue.core.garbage import look_rarely
from tests.examples import THOROUGH
from tests.in_memory import put_files_into_memory

put_files_into_memory()

if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
    # Else every program that a test starts compiles all of Segue anew, and every run of the tests all of them.
    sys.dont_write_bytecode = False

for _foreign in [
    name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("PG")
]:
    # Proxies lead away from this machine, and settings of psycopg to another database than the test's own.
    del os.environ[_foreign]

_OF_PAGES = (
    "tests.fixtures.clients",
    "tests.fixtures.journals",
    "tests.fixtures.people",
    "tests.fixtures.mailchimp",
)
"""What builds on pytest's plugin for Django, without which the halves of the unit tests run."""

pytest_plugins = [
    name
    for name in (
        "tests.fixtures.forms",
        "tests.fixtures.hanging",
        "tests.fixtures.network",
        "tests.fixtures.logs",
        "tests.fixtures.shared",
        "tests.fixtures.shares",
        *(_OF_PAGES if "pytest_django" in sys.modules else ()),
        "tests.fakes.postgres",
        "tests.fakes.object_stores.laid",
    )
    if find_spec(name)
]

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell that runs this in the background has it ignored, and so would every program that the tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)

if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    # Under nohup: the tests go on when the terminal is closed, and the programs that they start hear it again.
    signal.signal(signal.SIGHUP, lambda _number, _frame: None)

# What is loaded from here on stays: looking for garbage among it took a tenth of the start.
look_rarely()

_SLOW_IS_FINE = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)

# Everybody's and CI's look at the same examples each time; new ones are looked for by `make thorough`.
settings.register_profile(
    "quick", deadline=None, max_examples=15, derandomize=True, suppress_health_check=_SLOW_IS_FINE
)
settings.register_profile(
    "ci", deadline=None, max_examples=30, derandomize=True, suppress_health_check=_SLOW_IS_FINE
)
settings.register_profile(
    "thorough", deadline=None, max_examples=THOROUGH, suppress_health_check=_SLOW_IS_FINE
)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") == "true" else "quick")
)


_parse = ast.parse


def _parse_undisturbed(*args: Any, **kwargs: Any) -> ast.Module:
    """Parse without looking for garbage: what that runs may parse, too, which Python 3.11 takes for a fault of the first.

    Source: CPython gh-106905, "AST constructor recursion depth mismatch"; a traceback in another thread is enough.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return _parse(*args, **kwargs)
    finally:
        if was_enabled:
            gc.enable()


ast.parse = _parse_undisturbed


def pytest_collection_finish() -> None:
    """Leave what was loaded for good out of every look for garbage, until the libraries look for theirs at their end."""
    gc.freeze()
    atexit.register(gc.unfreeze)
