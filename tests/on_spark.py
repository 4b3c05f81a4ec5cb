"""Run tests on PySpark's own server instead of Sail: `python -m tests.on_spark FOLDER PYTEST-ARGUMENTS…`.

The folder holds the package `pyspark` with its jars. Without Java it says so and ends well; on CI (`CI=true`) it fails.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

_SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"
_PATIENCE_S = 240
"""Seconds that the server may take to listen: 10 on a quiet machine."""


def main(arguments: Sequence[str]) -> int:
    """Start the server, run pytest on it, stop it; return pytest's exit code."""
    if shutil.which("java") is None:
        print(
            "Tests on PySpark left out: there is no Java (apt-get install openjdk-17-jre-headless).",
            file=sys.stderr,
        )
        return 1 if os.environ.get("CI") == "true" else 0
    with _server(Path(arguments[0]).resolve() / "pyspark") as port:
        environment = {**os.environ, "SEGUE_TEST_SPARK": f"sc://127.0.0.1:{port}"}
        command = [sys.executable, "-m", "pytest", *arguments[1:]]
        return subprocess.run(command, env=environment, check=False).returncode


@contextmanager
def _server(home: Path) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.ui.enabled": "false",
    }
    listed = [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
    with TemporaryDirectory(prefix="segue-spark-") as folder:
        command = [
            str(home / "bin" / "spark-submit"),
            "--master",
            "local[2]",
            "--class",
            _SERVER,
            *listed,
            "spark-internal",
        ]
        log = Path(folder) / "server.log"
        with log.open("wb") as out:
            server = subprocess.Popen(
                command,
                cwd=folder,
                env={**os.environ, "SPARK_HOME": str(home)},
                stdout=out,
                stderr=out,
            )
            try:
                _wait(server, port, log)
                yield port
            finally:
                server.terminate()
                server.wait()


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until the server listens. Raises: RuntimeError with its last words when it does not."""
    for _ in range(_PATIENCE_S):
        if server.poll() is not None:
            break
        with socket.socket() as asking:
            if asking.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(1)
    raise RuntimeError(log.read_text(encoding="utf-8", errors="replace")[-2_000:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
