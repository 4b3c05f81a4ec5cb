"""`python -m segue.worker`: one worker process, until it is asked to end, its parent is gone or a newer Segue took over. Logs to the standard error."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from segue.core.errors import Problem
from segue.core.trouble import trouble_of

TURN_EVERY_S = 0.5
"""Seconds between two looks for work."""

AFTER_TROUBLE_S = 5.0
"""Seconds until the next look when the database could not be read."""

FAREWELL_S = 1.0
"""Seconds in which work in progress is given back, once the calls under way are answered or `SEGUE_DRAIN_S` is over."""


def main() -> int:
    """Work until told otherwise. Returns the exit code; the process may also end from another thread."""
    from segue.observability.logs import log_process
    from segue.service.django import set_up

    try:
        log_process(os.environ)
        set_up(Path(os.environ.get("SEGUE_HOME", "").strip() or ".segue"))
    except Exception as error:  # settings, or the machine: said in words, not as a traceback
        known = error if isinstance(error, Problem) else trouble_of(error)
        if known is None:
            raise
        sys.stderr.write(f"{known}\n")
        return known.exit_code
    _work()
    return 0


def _work() -> None:
    from django.conf import settings

    from segue.observability.logs import log_event
    from segue.service.adapters import WorkerClock
    from segue.worker.chores import chores, doing
    from segue.worker.life import END_SIGNALS, Parent, on_signals
    from segue.worker.worker import Worker, new_owner

    clock, parent = WorkerClock(), Parent()
    worker = Worker(clock=clock, slots=settings.SEGUE_WORKER_SLOTS, owner=new_owner())

    def end() -> None:
        gave_all_back = worker.end(settings.SEGUE_DRAIN_S + FAREWELL_S)
        log_event("worker.ended", worker=worker.owner, gave_all_back=gave_all_back)
        sys.stderr.flush()
        # Threads that do not end must not hold the process; what they hold is taken over.
        os._exit(0)

    on_signals(END_SIGNALS, end)
    log_event("worker.began", worker=worker.owner, slots=settings.SEGUE_WORKER_SLOTS)
    with doing(chores(), clock):
        while not (parent.is_gone or worker.is_outdated):
            went_well = worker.turn()
            time.sleep(TURN_EVERY_S if went_well else AFTER_TROUBLE_S)
    end()


if __name__ == "__main__":
    sys.exit(main())
