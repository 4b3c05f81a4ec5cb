"""The page that says which engine suits which number of people, made from what was measured. Measures nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.slope_figures import (
    FAR,
    Slope,
    exponent,
    extrapolated,
    people_within,
    spoken,
    table,
)

WINDOW_S = 3_600
"""Seconds that a refresh and a plan together may take, where people wait for an hourly one."""

BELIEVED = 10
"""Times the largest measured size up to which an extrapolation is advised by."""

_HEAD = """\
# Which engine for which size

Written by `python -m bench.slope`, never by hand, from `docs/reference/benchmark/slope.json`.

Two things grow, and they grow apart. **Profiles and their events** may be many: everybody who ever bought, and each
purchase. **The audience** is bounded by Mailchimp, which takes ten calls at a time of 500 contacts each: some 1,000 to
5,000 contacts a second, so that a hundred million would take a day or more to arrive. A *refresh* reads the profiles; a
*plan* asks the segments and compares whoever is in them with the audience.

One machine with DuckDB, which Segue brings along, holds both. What does not fit into its memory is spilled to the disk.
"""

_FOOT = """\
## How to read it

- Every profile has three orders, and eight segments ask for both, as in the [benchmark](../reference/benchmark.md).
- **Sail** is a server of Spark Connect, here in one process on the same machine: it stands for what a cluster does, not for how
  fast one is. *Flags* asks it how many members each of the eight segments has, *landing* brings here what an export of them needs;
  from there a plan is DuckDB's, whatever the size of the whole. CPU is the server's and Segue's together, memory the server's.
- What has a ≈ before it was **not measured**. It goes on from the largest size by the power of the people with which
  the time grew between the two largest ones, and by no less than that of the people themselves. Memory is not
  extrapolated: the engine spills beyond its limit, and how fast a disk then is no slope of smaller sizes tells.
- *Inside 1,000 MB* is the limit that the engine is given; libraries and buffers come on top. The memory is that of the whole
  process. Where no time stands, the machine had other work meanwhile: memory does not hang on that, CPU little.
- Read an extrapolation by its order of magnitude. From ten million on measure with your own data: `segue plan` writes
  nothing.
"""


_ADVICE = """\
- **Up to {largest} people**: DuckDB. This was measured.
- **Up to about {within}**: DuckDB still, on a machine like the one above: a refresh and a first plan together end within
  {window}. This is extrapolated, and nothing is advised beyond ten times what was measured. Look at the disk first: a
  snapshot is written beside the one that it replaces, and what does not fit into memory is spilled.
- **More, or profiles that live in a cluster and must not leave it**: keep the profiles on a cluster. Only members of exported
  segments come to this machine, and the audience with its ledger and its plans stays here: it is bounded by Mailchimp.
"""


def page_of(slope: Slope) -> str:
    """Return the page."""
    return "\n".join([_HEAD, *_measured(slope), *_advice(slope), _FOOT])


def _measured(slope: Slope) -> Iterator[str]:
    yield "## Measured, and extrapolated\n"
    yield table(slope) + "\n"
    machine = slope.machine
    libraries = ", ".join(f"{name} {number}" for name, number in slope.versions.items())
    yield (
        f"{slope.made_on}, by {slope.source}. {machine['processor']}, {machine['cores']} cores,"
        f" {machine['memory_gb']} GB, {machine['system']}. Load before {_loads(slope.load_before)},"
        f" after {_loads(slope.load_after)}.\n{libraries}.\n"
    )
    for engine, reason in slope.missing.items():
        yield f"{engine} was not measured: {reason}.\n"


def _advice(slope: Slope) -> Iterator[str]:
    yield "## What follows\n"
    growing = slope.growing()
    duckdb = [line for (engine, _), line in growing.items() if engine == "DuckDB"]
    if duckdb:
        largest = max(line[-1].people for line in duckdb)
        within = min(people_within(duckdb, WINDOW_S), BELIEVED * largest)
        yield _ADVICE.format(
            largest=f"{largest:,}", within=f"{within:,}", window=f"{WINDOW_S / 3600:g} h"
        )
    for (engine, work), line in growing.items():
        last = line[-1]
        far = ", ".join(f"{people:,} ≈ {spoken(extrapolated(line, people))}" for people in FAR)
        yield (
            f"- **{engine}, {work}**: {spoken(last.seconds or 0.0)} for {last.people:,} people, the largest size that was"
            f" measured; the time grows with the power {exponent(line):.2f} of the people. Extrapolated: {far}."
        )
    yield ""


def _loads(values: Sequence[float]) -> str:
    return " / ".join(f"{value:.2f}" for value in values)
