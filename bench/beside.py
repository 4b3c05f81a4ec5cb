"""Segue beside what a person would pick instead, in the same run and over the same people: figures without a target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Any

from bench import sandboxes
from bench.child import measured
from bench.configuration_text import API_KEY
from bench.figures import BATCH, Figure
from bench.measuring import AUDIENCE, Measuring

LATENCIES_S = (0.0, 0.5)
CALLS = 20
"""Calls of the official client at each latency: it makes one after another, so that twenty tell of thousands."""

_WAYS = (("by_hand", "DuckDB SQL written by hand"), ("by_polars", "Polars"))


def plan_figures(course: Measuring, plans: Sequence[dict[str, Any]]) -> Iterator[Figure]:
    """Measure other ways to find the people of the first plan. What is not installed is said to be so.

    Raises: RuntimeError when one of them finds other people than the plan.
    """
    today = datetime.now(UTC).date().isoformat()
    ours = (median(one["plan_s"] for one in plans), median(one["plan_cpu_s"] for one in plans))
    for task, name in _WAYS:
        course.tell(f"the people of the first plan by {name}")
        found = [
            measured(task, folder=str(course.folder), today=today)
            for _ in range(course.wish.repeats)
        ]
        if found[0].get("is_absent"):
            course.tell(f"{name} is not installed here: not measured")
            continue
        if found[0]["people"] != plans[0]["wanted"]:
            raise RuntimeError(
                f"{name} finds {found[0]['people']} people, the plan {plans[0]['wanted']}."
            )
        yield Figure(
            key=f"plan_{task}",
            what=f"the people of the first plan by {name}, without comparing, safety or a plan that is kept",
            unit="s",
            measured=median(one["seconds"] for one in found),
            limited_by="one pass over orders and profiles, hashes, and one winner for each address",
            remark=(
                f"{median(one['cpu_s'] for one in found):.1f} s CPU, {found[0]['peak_mb']:.0f} MB;"
                f" Segue's whole plan {ours[0]:.2f} s, {ours[1]:.1f} s CPU"
            ),
        )


def client_figures(course: Measuring) -> Iterator[Figure]:
    """Measure the official client in a loop of full batches, one call after another."""
    people = BATCH * CALLS
    for latency_s in LATENCIES_S:
        course.tell(f"{people:,} people by the official client at {latency_s:g} s latency")
        with sandboxes.sandbox(course.folder, AUDIENCE, latency_s=latency_s) as remote:
            found = measured(
                "by_official_client",
                base_url=remote.base_url,
                api_key=API_KEY,
                audience=AUDIENCE,
                people=people,
            )
        if found.get("is_absent"):
            course.tell("the official client is not installed here: not measured")
            return
        yield Figure(
            key=f"client_{latency_s:g}",
            what=f"Mailchimp's official client in a loop of {BATCH} at {latency_s:g} s latency, per 1,000 people",
            unit="s",
            measured=1000 * found["seconds"] / people,
            limit=1000 * latency_s / BATCH if latency_s else None,
            limited_by="one call after another, each reply read whole",
            remark=f"{1000 * found['cpu_s'] / people:.3f} s CPU per 1,000; measured on {people:,}",
        )


def is_missing(figures: Sequence[Figure]) -> Sequence[str]:
    """Name the ways that were not measured because they are not installed."""
    keys = {figure.key for figure in figures}
    missing = [name for task, name in _WAYS if f"plan_{task}" not in keys]
    return [*missing, *(["the official client"] if "client_0" not in keys else [])]
