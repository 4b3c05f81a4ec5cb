"""Streams that are closed before the program begins, and terminals that know fewer signs than our texts use."""

from __future__ import annotations

import json
import os
import subprocess
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from segue.cli.streams import write_every_sign
from segue.cli.terminal import print_json
from tests.cli.program import AUDIENCE, PROGRAM, open_shop
from tests.patience import PATIENCE_S


def narrow(encoding: str = "iso8859-1") -> tuple[TextIOWrapper, BytesIO]:
    """Return a stream as a terminal of an older locale has it, and what it has written."""
    written = BytesIO()
    return TextIOWrapper(written, encoding=encoding, write_through=True), written


@pytest.mark.parametrize("closed", ["<&- >&-", "<&- >&- 2>&-"])
def test_a_run_whose_streams_are_closed_sends_all_the_same(tmp_path: Path, closed: str) -> None:
    with open_shop(tmp_path) as shop:
        done = subprocess.run(
            ["sh", "-c", f'exec "$@" {closed}', "--", *PROGRAM, "run"],
            cwd=shop.folder, env=shop.environment() | {"LC_ALL": "C"}, capture_output=True, encoding="utf-8", check=False, timeout=PATIENCE_S,
        )  # fmt: skip

        assert (done.returncode, done.stderr) == (0, "")
        assert "nadia@shop.example" in {one.email for one in shop.sandbox.members(AUDIENCE)}


def test_french_is_written_on_a_terminal_that_lacks_its_signs(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        done = subprocess.run(
            [*PROGRAM, "--language", "fr", "segments", "count", "frenhc"],
            cwd=shop.folder, env=shop.environment() | {"PYTHONIOENCODING": "iso8859-1"}, capture_output=True,
            encoding="iso8859-1", check=False, timeout=PATIENCE_S,
        )  # fmt: skip
        known = shop.segue("--language", "fr", "segments", "count", "frenhc")

    assert done.returncode == known.code == 2
    assert "’" in known.err
    assert done.stderr == known.err.replace("’", "'")


def test_signs_that_an_encoding_lacks_are_written_plainer() -> None:
    stream, written = narrow("ascii")
    write_every_sign(stream)

    stream.write("l’été « à » 10\u202f000 € … – œuf → Ł 日")

    assert written.getvalue() == b'l\'ete " a " 10 000 EUR ... - oeuf -> ? ?'


def test_the_name_of_a_file_that_is_no_text_is_written_as_it_is() -> None:
    stream, written = narrow("utf-8")
    write_every_sign(stream)

    stream.write(b"L'\xe9t\xe9".decode("utf-8", "surrogateescape"))

    assert written.getvalue() == b"L'\xe9t\xe9"


def test_json_says_the_same_in_every_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"name": "l’été 日 🙂"}
    for encoding in ("utf-8", "iso8859-1", "ascii"):
        stream, written = narrow(encoding)
        write_every_sign(stream)
        with monkeypatch.context() as patch:
            patch.setattr("sys.stdout", stream)
            print_json(said)

        assert json.loads(written.getvalue().decode(encoding)) == said


@pytest.mark.parametrize(
    "arguments",
    [("plan",), ("plan", "--json"), ("segments",), ("manage", "--help"), ("export-config", "-h")],
    ids=" ".join,
)
def test_whoever_stops_reading_ends_a_command_without_another_word(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    with open_shop(tmp_path) as shop:
        read, written = os.pipe()
        os.close(read)  # as `| head` does when it has enough
        done = subprocess.run(
            [*PROGRAM, *arguments],
            cwd=shop.folder, env=shop.environment(), stdout=written, stderr=subprocess.PIPE,
            encoding="utf-8", check=False, timeout=PATIENCE_S,
        )  # fmt: skip
        os.close(written)

    assert (done.returncode, done.stderr) == (141, "")


def test_a_file_that_ends_too_early_is_not_taken_for_an_interruption(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPYCACHEPREFIX": str(tmp_path), "TMPDIR": str(tmp_path)}

    def ended() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*PROGRAM, "version", "--help"],
            cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=PATIENCE_S,
        )  # fmt: skip

    assert ended().returncode == 0
    (compiled,) = tmp_path.rglob("segue/cli/commands/version.*.pyc")
    compiled.write_bytes(compiled.read_bytes()[:40])

    damaged = ended()

    assert damaged.returncode == 1
    assert "(EOFError)" in damaged.stderr
    assert "Interrupted" not in damaged.stderr
