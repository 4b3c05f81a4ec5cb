"""Keeping programs alive: when they are started again, when that is given up, and that all end together. Stand-ins."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from segue.cli.serving.supervisor import STEADY_AFTER_S, WAITS_S, Restarts
from tests.cli.installed import Running, eventually, is_alive, running
from tests.patience import PATIENCE_S

pytestmark = [
    pytest.mark.any_day,
    pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc"),
]

STAND_INS = {
    "patient": "import signal\nsignal.pause()\n",
    "stubborn": "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('deaf', flush=True)\ntime.sleep(60)\n",
    "frail": "import sys\nsys.exit(3)\n",
    "needless": "import sys\nsys.exit(3)\n",
}
DRIVER = """
import os, sys
from segue.cli.main import run_command
from segue.cli.serving.supervisor import Program
from segue.cli.serving.supervisor import Supervisor
from segue.core.errors import Problem
from segue.observability.logs import log_process

log_process(os.environ)
kept = Supervisor(
    [Program(name=name, module=name, is_vital=name != "needless") for name in sys.argv[1:]],
    waits_s=(0.01, 0.02), stop_within_s=0.4, patience_s=0.05,
)
try:
    kept.run(lambda: print("ready", flush=True))
except Problem as problem:
    print(problem, flush=True)
    sys.exit(problem.exit_code)
"""


def _supervising(folder: Path, *names: str):  # type: ignore[no-untyped-def]
    for name, text in STAND_INS.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    path = os.pathsep.join([str(folder), *sys.path])
    return running(sys.executable, "-c", DRIVER, *names, cwd=folder, PYTHONPATH=path)


def _pid(started: Running, program: str) -> int:
    eventually(lambda: started.pids(program), f"the start of {program}")
    return started.pids(program)[-1]


def test_a_program_is_started_again_sooner_or_later_and_given_up_after_many_quick_deaths() -> None:
    restarts = Restarts()

    waits = [restarts.after_death(0.1) for _ in range(len(WAITS_S) + 1)]

    assert waits == [*WAITS_S, None]


def test_a_death_after_a_long_life_counts_as_the_first() -> None:
    restarts = Restarts(quick_deaths=4)

    assert restarts.after_death(STEADY_AFTER_S) == WAITS_S[0]
    assert restarts.after_death(0.1) == WAITS_S[1]


def test_a_program_that_dies_again_and_again_ends_the_others_too(tmp_path: Path) -> None:
    with _supervising(tmp_path, "patient", "frail") as started:
        patient = _pid(started, "patient")
        code = started.process.wait(PATIENCE_S)
        for reader in started.readers:
            reader.join()

    assert code == 1
    assert not is_alive(patient)
    assert len(started.pids("frail")) == 3
    assert started.out == [
        "ready",
        "The frail process died 3 times in a row soon after its start. "
        "Read its last lines above, repair what they name, and start again.",
    ]


def test_the_others_go_on_without_a_program_that_they_can_do_without(tmp_path: Path) -> None:
    with _supervising(tmp_path, "patient", "needless") as started:
        patient = _pid(started, "patient")
        eventually(lambda: len(started.pids("needless")) >= 6, "many deaths of a program")
        lives = is_alive(patient)

        code = started.end()

    assert (lives, code) == (True, 0)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_one_signal_ends_everything_in_order(tmp_path: Path, number: signal.Signals) -> None:
    with _supervising(tmp_path, "patient") as started:
        patient = _pid(started, "patient")

        code = started.end(number)

    assert (code, is_alive(patient)) == (0, False)
    assert started.err[-1].endswith("info process.all_ended")


def test_a_program_that_will_not_end_is_ended(tmp_path: Path) -> None:
    with _supervising(tmp_path, "stubborn") as started:
        stubborn = _pid(started, "stubborn")
        started.said("(deaf)")

        code = started.end()

    assert (code, is_alive(stubborn)) == (0, False)


def test_a_program_without_a_parent_ends_even_when_it_was_busy_starting(tmp_path: Path) -> None:
    (tmp_path / "patient.py").write_text(STAND_INS["patient"], encoding="utf-8")
    nobody = "1" if os.getpid() != 1 else "2"

    with running(
        sys.executable, "-m", "segue.cli.serving.child", nobody, "patient", cwd=tmp_path
    ) as orphan:
        code = orphan.process.wait(PATIENCE_S)

    assert code == 1
