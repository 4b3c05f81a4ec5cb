"""The programs that are started as processes of their own, and how one is started."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

WEB_MODULE = "segue.web"
WORKER_MODULE = "segue.worker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A Python module to run; `sockets` are the numbers of open files that it is handed.

    `is_vital`: when it dies again and again the others end too, and somebody must look; else they go on without it.
    """

    name: str
    module: str
    arguments: Sequence[str] = ()
    sockets: Sequence[int] = ()
    is_vital: bool = True

    def start(self) -> subprocess.Popen[bytes]:
        """Start it. Must be called by the main thread: the kernel takes the thread for the parent."""
        return subprocess.Popen(  # noqa: S603 - our own modules
            [
                sys.executable, "-m", "segue.cli.serving.child", str(os.getpid()),
                self.module, *self.arguments,
            ],
            stdin=subprocess.DEVNULL,
            pass_fds=tuple(self.sockets),
            process_group=0,  # Ctrl-C on the terminal reaches us alone; we end the others in order
        )  # fmt: skip


def web(socket_number: int) -> Program:
    """Return the web process on a listening socket."""
    return Program(
        name="web",
        module=WEB_MODULE,
        arguments=("--fd", str(socket_number)),
        sockets=(socket_number,),
    )


def worker(*, is_vital: bool) -> Program:
    """Return the worker process; beside pages it is not vital, for they tell that it is gone."""
    return Program(name="worker", module=WORKER_MODULE, is_vital=is_vital)
