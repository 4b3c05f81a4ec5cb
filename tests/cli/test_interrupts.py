"""Ctrl-C while a run is at work: it ends in order and tells who was not sent and whose answer is unknown; twice, at once."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from mailchimp_sandbox.faults import Fault
from tests.cli.program import AUDIENCE, PROGRAM, Shop, open_shop
from tests.cli.test_edges import _listen_to_interrupts, _wait_for
from tests.patience import HANGS_S, PATIENCE_S

BATCH = "/lists/{list_id}"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as opened:
        yield opened


@contextmanager
def _at_work(shop: Shop, *arguments: str, wait_s: int) -> Iterator[subprocess.Popen[str]]:
    """Start a run whose call that writes hangs, and go on once it is under way."""
    shop.sandbox.add_fault(
        Fault(kind="slow", method="POST", path_pattern=BATCH, seconds=HANGS_S, times=None)
    )
    struck = len(shop.sandbox.faults_struck)
    with subprocess.Popen(
        [*PROGRAM, *arguments],
        cwd=shop.folder,
        env=shop.environment() | {"SEGUE_CANCEL_WAIT_S": str(wait_s)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        preexec_fn=_listen_to_interrupts,  # noqa: PLW1509 - one line, before any thread
    ) as program:
        try:
            _wait_for(
                lambda: len(shop.sandbox.faults_struck) > struck or program.poll() is not None
            )
            assert program.poll() is None, program.communicate()
            yield program
        finally:
            program.kill()
            shop.sandbox.clear_faults()


def _until(stream: IO[str] | None, word: str) -> str:
    """Read lines until one holds a word."""
    assert stream is not None
    read: Callable[[], str] = stream.readline
    for line in iter(read, ""):
        if word in line:
            return line
    raise AssertionError(f"{word} was not said")


def test_an_interrupted_run_waits_for_the_calls_under_way(shop: Shop) -> None:
    with _at_work(shop, "--language", "fr", "run", wait_s=600) as program:
        program.send_signal(signal.SIGINT)
        said = _until(program.stderr, "Plus rien")
        shop.sandbox.clear_faults()
        out, err = program.communicate(timeout=PATIENCE_S)

    assert said == (
        "Plus rien n’est envoyé. Attente des appels en cours, 600 secondes au plus ; Ctrl-C arrête aussitôt.\n"
    ).replace(" ;", "\u00a0;")
    assert program.returncode == 130
    assert "3 acceptés, 0 rejeté" in out
    assert err.endswith("la prochaine exécution continuera à partir de là.\n")
    assert len(shop.sandbox.members(AUDIENCE, status="subscribed")) == 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whose_answer_nobody_heard_is_told_apart_from_who_was_not_sent(
    shop: Shop, number: signal.Signals
) -> None:
    with _at_work(shop, "run", "--json", wait_s=0) as program:
        program.send_signal(number)
        out, err = program.communicate(timeout=PATIENCE_S)

    (run,) = json.loads(out)["runs"]
    outcomes = run["outcomes"]
    assert program.returncode == 128 + number
    assert (run["status"], run["problem"]["code"]) == ("canceled", "run_canceled")
    assert (outcomes["accepted"], outcomes["not_sent"], outcomes["answer_unknown"]) == (0, 0, 3)
    assert "at most 0 seconds; Ctrl-C ends at once.\n" in err
    assert "Traceback" not in err


def test_both_numbers_stand_in_what_a_person_reads(shop: Shop) -> None:
    with _at_work(shop, "run", wait_s=0) as program:
        program.send_signal(signal.SIGINT)
        out, _ = program.communicate(timeout=PATIENCE_S)

    assert "news: Canceled\n" in out
    assert "0 accepted, 0 rejected, 4 skipped, 0 not sent, 3 sent with the answer unknown" in out


def test_a_second_interrupt_ends_at_once(shop: Shop) -> None:
    with _at_work(shop, "run", wait_s=600) as program:
        program.send_signal(signal.SIGINT)
        _until(program.stderr, "Nothing more is sent.")
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=PATIENCE_S)

    assert program.returncode == 130
    assert "accepted" not in out
    assert err.endswith("the next run continues from there.\n")
    assert "Traceback" not in err


def test_exports_that_come_after_are_left_out(shop: Shop) -> None:
    file = shop.folder / "segue.yaml"
    text = file.read_text(encoding="utf-8")
    shop.sandbox.add_audience("ffffffffff", name="Others")
    export = text[text.index("  news:") :].replace("news:", "later:").replace(AUDIENCE, "f" * 10)
    file.write_text(text + export, encoding="utf-8")

    with _at_work(shop, "run", wait_s=0) as program:
        program.send_signal(signal.SIGINT)
        out, _ = program.communicate(timeout=PATIENCE_S)

    assert "later: not started, because you interrupted.\n" in out
    assert shop.sandbox.members("ffffffffff") == []


def test_a_wait_that_is_no_number_is_refused(shop: Shop) -> None:
    ended = shop.segue("run", settings={"SEGUE_CANCEL_WAIT_S": "soon"})

    assert (ended.code, "(setting_invalid)" in ended.err) == (2, True)
