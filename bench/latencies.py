"""What a network's latency makes of an export: ours beside the limit, and the way of one person after another."""

from __future__ import annotations

from collections.abc import Iterator

from bench import configuration_text, sandboxes
from bench.child import measured
from bench.figures import CONNECTIONS, Figure, push_limit_s
from bench.measuring import Measuring
from bench.rivals import CALLS_PER_PERSON

AUDIENCE = "be9c400002"
RIVALS_LATENCY_S = 0.5


def push_figures(course: Measuring, people: int) -> Iterator[Figure]:
    """Measure the push of so many people at every latency."""
    course.plots["latencies"] = []
    for latency_s in course.wish.latencies_s:
        limit_s = push_limit_s(people, latency_s)
        course.tell(f"first run at {latency_s:g} s latency, at least {limit_s:.0f} s")
        audience = f"be9c5{round(latency_s * 1000):05d}"
        with sandboxes.sandbox(course.folder, audience, latency_s=latency_s) as remote:
            config = course.config(
                f"latency-{latency_s:g}.yaml",
                remote.base_url,
                configuration_text.exact_segment(people),
                audience=audience,
            )
            found = measured("run", config=str(config))
            served_s = sandboxes.served_s(remote) / CONNECTIONS
        if found["sent"] != people:
            raise RuntimeError(f"{found['sent']} people were sent instead of {people}.")
        push_s, whole_s = found["steps_s"]["push"], sum(found["steps_s"].values())
        course.plots["latencies"].append(
            {"latency_s": latency_s, "people": people, "limit_s": limit_s, "push_s": push_s}
        )
        what = f"pushing {people:,} people at {latency_s:g} s latency, as a multiple of"
        yield Figure(
            key=f"push_{latency_s:g}",
            what=f"{what} the limit",
            unit="×",
            measured=push_s / limit_s,
            target=1.03,
            limit=1.0,
            limited_by=f"⌈N/500⌉ calls ÷ {CONNECTIONS} connections × latency; the sandbox adds its own work to each call",
            remark=f"{push_s:.1f} s of at least {limit_s:.1f} s; whole run {whole_s:.1f} s; people chosen so that calls share evenly",
        )
        yield _beside_the_sandbox(f"push_served_{latency_s:g}", what, push_s, served_s)


def _beside_the_sandbox(key: str, what: str, push_s: float, served_s: float) -> Figure:
    return Figure(
        key=key,
        what=f"{what} what the sandbox took to answer",
        unit="×",
        measured=push_s / served_s,
        target=1.03,
        limit=1.0,
        limited_by="what we do between one answer and the next call, and the last calls, which find no company",
        remark=f"{served_s:.1f} s of answering on each connection",
    )


def person_by_person_figures(course: Measuring) -> Iterator[Figure]:
    """Measure the way of exports that take one person after another, on a sample."""
    people = course.wish.people
    samples = ((0.0, course.wish.sample), (RIVALS_LATENCY_S, course.wish.slow_sample))
    for latency_s, sample in samples:
        course.tell(f"{sample:,} people one by one at {latency_s:g} s latency")
        with sandboxes.sandbox(course.folder, AUDIENCE, latency_s=latency_s) as remote:
            found = measured(
                "person_by_person",
                base_url=remote.base_url,
                api_key=configuration_text.API_KEY,
                audience=AUDIENCE,
                people=sample,
                at_once=CONNECTIONS,
            )
        each_s = found["seconds"] / sample
        yield Figure(
            key=f"rivals_{latency_s:g}",
            what=f"the rivals' way (read, write, tag: {CALLS_PER_PERSON} calls a person) at {latency_s:g} s latency, per 1,000 people",
            unit="s",
            measured=1000 * each_s,
            limit=1000 * CALLS_PER_PERSON * latency_s / CONNECTIONS if latency_s else None,
            limited_by=f"{CALLS_PER_PERSON} calls a person, {CONNECTIONS} at a time",
            remark=f"measured on {sample:,} people; extrapolated to {people:,}: {_long(each_s * people)}",
        )


def _long(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h" if seconds >= 3600 else f"{seconds / 60:.1f} min"
