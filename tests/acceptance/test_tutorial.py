"""The tutorial does what it says: its files are written, its commands are run, and what it shows is what comes out."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCK = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
PORT = "8765"


@contextmanager
def _sandbox(folder: Path, command: str) -> Iterator[str]:
    """Start the tutorial's sandbox on a free port of ours, and yield that port."""
    words = shlex.split(command.replace(PORT, "0"))
    with subprocess.Popen(
        words, cwd=folder, env=_environment(), stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        try:
            yield re.findall(r"127\.0\.0\.1:(\d+)", process.stdout.readline())[0]
        finally:
            process.terminate()


def _environment() -> dict[str, str]:
    beside = str(Path(sys.executable).parent)
    rest = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SEGUE_", "MAILCHIMP_"))
    }
    return rest | {"PATH": f"{beside}{os.pathsep}{rest['PATH']}", "COLUMNS": "160"}


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _lines_not_shown(expected: str, output: str) -> list[str]:
    shown = [_squeezed(line).lstrip("• ") for line in output.splitlines()]
    patterns = {
        line: re.escape(_squeezed(line)).replace("…", ".+") for line in expected.splitlines()
    }
    return [
        line
        for line, pattern in patterns.items()
        if not any(re.fullmatch(pattern, s) for s in shown)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("language", [pytest.param("", marks=pytest.mark.any_day), "fr"])
def test_the_tutorial_does_what_it_says(language: str, tmp_path: Path) -> None:
    page = DOCS / language / "tutorial" / "first-export.md"
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    customers, orders = [text for kind, text in blocks if kind == "csv"]
    (audience,) = [text for kind, text in blocks if kind == "json"]
    (configuration,) = [text for kind, text in blocks if kind == "yaml"]
    (sandbox,) = [
        text for kind, text in blocks if kind == "sh" and text.startswith("segue sandbox")
    ]
    steps = [(kind, text) for kind, text in blocks if kind in ("sh", "text") and text != sandbox]
    for name, text in (
        ("customers.csv", customers),
        ("orders.csv", orders),
        ("audience.json", audience),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")

    missing, output, environment = [], "", _environment()
    with _sandbox(tmp_path, sandbox) as port:
        for kind, text in steps:
            if kind == "text":
                missing += _lines_not_shown(text, output)
                continue
            for name, value in re.findall(r"^export (\w+)=(\S+)$", text, re.MULTILINE):
                environment[name] = value
            words = ["bash", "-euc", text]
            done = subprocess.run(
                words,
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                encoding="utf-8",
                check=False,
            )
            output = done.stdout + done.stderr
            assert done.returncode == 0, output
            if text.startswith("segue init"):
                written = configuration.replace(PORT, port)
                (tmp_path / "segue.yaml").write_text(written, encoding="utf-8")

    assert missing == []
