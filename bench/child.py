"""Run one task in a process of its own: `python -m bench.child TASK '{"argument": …}'`, result as JSON.

Time and memory of the whole process are added: `process_cpu_s` (user and system), `peak_mb`, `wall_s`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.configuration_text import API_KEY

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "bench" / "work"
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    "BENCH_API_KEY": API_KEY,
    # Behind our own stands what was given, such as a folder with Polars.
    "PYTHONPATH": os.pathsep.join(
        (str(ROOT), str(ROOT / "src"), os.environ.get("PYTHONPATH", ""))
    ).rstrip(os.pathsep),
    "PYTHONPYCACHEPREFIX": str(WORK / "bytecode"),
}
"""Compiled modules are kept apart: they are warm after the first task, whatever the machine's installation does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A command that ended: wall seconds, CPU seconds of user and system, exit code, what it printed."""

    seconds: float
    cpu_s: float
    exit_code: int
    printed: str


def measured(task: str, **arguments: Any) -> dict[str, Any]:
    """Run a task in a child process and return its numbers."""
    ran = timed([sys.executable, "-m", "bench.child", task, json.dumps(arguments)])
    if ran.exit_code != 0:
        raise RuntimeError(
            f"The measurement '{task}' failed with exit code {ran.exit_code}; see above."
        )
    numbers: dict[str, Any] = json.loads(ran.printed.splitlines()[-1])
    return {**numbers, "wall_s": ran.seconds, "process_cpu_s": ran.cpu_s}


def timed(command: list[str]) -> Ran:
    """Run a command to its end and measure it from outside."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, encoding="utf-8", cwd=ROOT, env=ENVIRONMENT
    )
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    return Ran(
        seconds=time.perf_counter() - began,
        cpu_s=usage.ru_utime + usage.ru_stime,
        exit_code=process.returncode,
        printed=printed,
    )


def peak_mb(process: int | str = "self") -> float:
    """Return the largest resident memory of a process (not of its parent, which `getrusage` would count) until now.

    Source: proc(5), `VmHWM` of `status`.
    """
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("This system does not tell a process's largest memory.")


def cpu_s(process: int) -> float:
    """Return the CPU seconds of another process until now, user and system. Source: proc(5), fields 14 and 15 of `stat`."""
    stat = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Run the task that the arguments name."""
    from bench.tasks import TASKS

    numbers = TASKS[sys.argv[1]](**json.loads(sys.argv[2]))
    print(json.dumps({**numbers, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main()
