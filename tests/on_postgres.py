"""Run tests on a private PostgreSQL server instead of SQLite: `python -m tests.on_postgres PYTEST-ARGUMENTS…`.

Without the server's binaries it says so and ends well; on CI (`CI=true`) it fails.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from tests.fakes.postgres import NOT_INSTALLED, find_binaries, private_server
from tests.in_memory import put_files_into_memory


def main(arguments: Sequence[str]) -> int:
    """Start the server, run pytest on it, stop it; return pytest's exit code."""
    binaries = find_binaries()
    if binaries is None:
        is_required = os.environ.get("CI") == "true"
        print(f"Tests on PostgreSQL left out: {NOT_INSTALLED}.", file=sys.stderr)
        return 1 if is_required else 0
    put_files_into_memory()
    with private_server(binaries) as server:
        environment = {**os.environ, "SEGUE_TEST_DATABASE": server.dsn}
        command = [sys.executable, "-m", "pytest", *arguments]
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
