"""One process of unit tests: `python -m tests.half PYTEST-ARGUMENTS…`. pytest, without what no unit test needs.

pandas and numpy: they are the Spark client's, pyarrow loads them where they are there, and Segue does without.
Django: no part below the installation knows it; pytest's plugin would load all of Segue's pages and rows.
The end of the interpreter: it takes hundreds of thousands of objects apart, one by one, which the system does at once.
"""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

_FOREIGN = frozenset({"numpy", "pandas"})

_PLUGINS = ("--disable-plugin-autoload", "-p", "_hypothesis_pytestplugin", "-p", "no:cacheprovider")
"""Which ones: `tests/conftest.py` leaves out its own that build on the one for Django."""


class _Without(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname in _FOREIGN:
            raise ModuleNotFoundError(f"Unit tests do without {fullname}.", name=fullname)
        return None


class _End:
    """The end of this process: it begins as the interpreter's does, and what others asked for is done before."""

    def __init__(self) -> None:
        self.code = 1
        """What to end with: a failure, until pytest has said something else."""
        atexit.register(self._end)  # the first one to be asked for is the last one to be done

    def _end(self) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(self.code)


class _Settings:
    """Keeps the lines of `pyproject.toml` known that are for pytest's plugin for Django."""

    def pytest_addoption(self, parser: pytest.Parser) -> None:
        for name in ("DJANGO_SETTINGS_MODULE", "django_find_project"):
            parser.addini(name, "read by nobody here")


def main(arguments: Sequence[str]) -> int:
    """Run pytest and return its exit code, with which this process will end whatever happens."""
    end = _End()
    sys.meta_path.insert(0, _Without())
    import pytest

    end.code = int(pytest.main(["-q", *_PLUGINS, *arguments], plugins=[_Settings()]))
    return end.code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
