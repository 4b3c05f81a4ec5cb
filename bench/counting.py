"""What a session at the builder of segments costs a push: the same push with and without it, in turn; and how long it waits itself."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from statistics import median
from typing import Any

from bench import configuration_text, sandboxes
from bench.child import ENVIRONMENT, ROOT, measured
from bench.figures import Figure
from bench.measuring import Measuring

PAIRS = 5
LATENCY_S = 0.5
EVERY_S = 2.0
"""How often somebody at the builder changes what is counted."""

LONGEST_WAIT_S = 1.0
MOST_PUSHED = 90_000
"""People of each push; counted are all that there are."""


def counting_figures(course: Measuring, people: int) -> Iterator[Figure]:
    """Measure so many pushes alone and as many beside a session that counts, one after the other.

    `people` may be pushed; of more than `MOST_PUSHED` these are enough.
    """
    people = min(people, MOST_PUSHED)
    alone: list[float] = []
    beside: list[float] = []
    counts: list[dict[str, float]] = []
    for number in range(PAIRS):
        course.tell(
            f"pushing {people:,} people, alone and beside the builder: {number + 1} of {PAIRS}"
        )
        alone.append(_push_s(course, people, f"alone-{number}", counts=None))
        beside.append(_push_s(course, people, f"beside-{number}", counts=counts))
    yield Figure(
        key="push_beside_counting",
        what=f"pushing {people:,} people at {LATENCY_S:g} s latency while somebody builds a segment, as a multiple of the push alone",
        unit="×",
        measured=median(one / other for one, other in zip(beside, alone, strict=True)),
        target=1.05,
        limit=1.0,
        limited_by="two cores: counting takes one thread that gives way, and 320 MB",
        remark=(
            f"medians of {PAIRS}: {median(alone):.1f} s alone, {median(beside):.1f} s beside a count every"
            f" {EVERY_S:g} s"
        ),
    )
    for key, words in _KINDS.items():
        yield Figure(
            key=f"counted_{key}_s",
            what=f"the builder counts {words} exactly, beside a push",
            unit="s",
            measured=median(one[key] for one in counts),
            target=LONGEST_WAIT_S,
            limited_by="one thread that gives way to the run: one pass over profiles and orders",
            remark=f"median of {len(counts)}",
        )


_KINDS = {"ranked": "the first 1,000 by a sum", "compared": "who ordered for a sum"}


def _push_s(
    course: Measuring, people: int, name: str, *, counts: list[dict[str, float]] | None
) -> float:
    """Return the seconds of one push of everybody into an audience of its own."""
    home, audience = f"state-{name}", "be9c600001"
    stop = course.folder / f"{name}.stop"
    with sandboxes.sandbox(course.folder, audience, latency_s=LATENCY_S) as remote:
        config = configuration_text.write_configuration(
            course.folder / f"{name}.yaml",
            base_url=remote.base_url,
            audience=audience,
            chosen=configuration_text.exact_segment(people),
            home=home,
        )
        measured("refresh", config=str(config))
        session = None if counts is None else _session(str(config), str(stop))
        try:
            found = measured("run", config=str(config))
        finally:
            stop.touch()
            told = session.communicate()[0] if session is not None else ""
    if counts is not None:
        counts += json.loads(told.splitlines()[-1])["counted"]
    push_s: float = found["steps_s"]["push"]
    return push_s


def _session(config: str, stop: str) -> subprocess.Popen[str]:
    arguments: dict[str, Any] = {"config": config, "stop": stop, "every_s": EVERY_S}
    command = [sys.executable, "-m", "bench.child", "count_until", json.dumps(arguments)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, encoding="utf-8", cwd=ROOT, env=ENVIRONMENT
    )
