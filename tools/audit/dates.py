"""Write the table of release days from a lock that the resolver wrote in full: `python -m tools.audit.dates PYLOCK`.

Of each version it keeps the day on which its first file was uploaded. Addresses stay out.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

HEAD = "# Written by `make lock`: the day on which each version was released. `make audit` tells ages by it.\n"


def table(locks: Iterable[Mapping[str, Any]]) -> str:
    """Return the table of all packages of the locks."""
    rows = {row for lock in locks for row in _rows(lock)}
    return HEAD + "".join(f"{row}\n" for row in sorted(rows))


def _rows(lock: Mapping[str, Any]) -> Iterator[str]:
    for package in lock["packages"]:
        files = [*package.get("wheels", ()), *filter(None, [package.get("sdist")])]
        days = [file["upload-time"].date() for file in files if "upload-time" in file]
        if days:
            yield f"{package['name']}=={package['version']} {min(days)}"


if __name__ == "__main__":
    found = [tomllib.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[2:]]
    Path(sys.argv[1]).write_text(table(found), encoding="utf-8")
