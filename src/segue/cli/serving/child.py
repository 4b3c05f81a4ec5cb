"""`python -m segue.cli.serving.child PARENT MODULE ARGUMENTS…`: run a module as a program that ends with its parent.

When the process that started it is gone, however it went, this one ends too: nobody is orphaned.
"""

from __future__ import annotations

import ctypes
import os
import runpy
import signal
import sys
import threading
import time

LOOK_EVERY_S = 1.0
GRACE_S = 10.0
"""How long a process may take to end well once its parent is gone."""

_PR_SET_PDEATHSIG = 1
"""Source: prctl(2), Linux: the signal that a process gets when its parent ends."""


def end_with(parent: int) -> None:
    """End this process when the process `parent`, which must have started it, is gone."""
    _ask_the_kernel()
    if os.getppid() != parent:  # it went before we asked
        os._exit(1)
    threading.Thread(target=_watch, args=(parent,), name="lifeline", daemon=True).start()


def _ask_the_kernel() -> None:
    """Get a signal at once, where the kernel can send one; the watch below is for all others."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_S)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_S)
    os._exit(1)


def main(arguments: list[str]) -> None:
    """Tie this process to its parent, then become the module."""
    parent, module, *rest = arguments
    end_with(int(parent))
    sys.argv = [module, *rest]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
