"""`python -m bench.slope`: how refreshes and plans grow with the people, and what that means for a hundred times as many.

Prints a table, keeps it in `docs/reference/benchmark/slope.json` and writes the page that explains it. What is beyond
the largest size that was measured is extrapolated, and said to be so.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.child import ROOT, WORK, measured
from bench.figures import MILLION
from bench.machine import load, machine, versions
from bench.results import newest
from bench.slope_engines import DUCKDB, ENGINES, WITHOUT_A_MEASUREMENT, SlopeEngine
from bench.slope_figures import Measured, Slope, keep, read, table
from bench.slope_page import page_of

KEPT = ROOT / "docs" / "reference" / "benchmark" / "slope.json"
PAGE = ROOT / "docs" / "explanation" / "which-engine-for-which-size.md"
RESULTS = ROOT / "bench" / "results"
QUICK = (5_000, 10_000)


def main() -> int:
    """Measure what the options ask for and return the exit code."""
    options = _parser().parse_args()
    if options.render:
        slope = read(KEPT)
    elif options.from_results:
        slope = from_results()
    else:
        slope = _measured(QUICK if options.quick else options.sizes)
    print(table(slope))
    if not options.quick and not options.sizes:
        keep(slope, KEPT)
        PAGE.write_text(page_of(slope), encoding="utf-8")
        print(f"\nWritten: {KEPT.relative_to(ROOT)}, {PAGE.relative_to(ROOT)}")
    return 0


def _measured(sizes: Sequence[int] | None) -> Slope:
    """Measure every engine that is there, at its own sizes or at these."""
    rows: list[Measured] = []
    missing = dict(WITHOUT_A_MEASUREMENT)
    load_before = load()
    for engine in ENGINES:
        if reason := engine.missing():
            missing[engine.name] = reason
            print(f"{engine.name}: not measured, {reason}", file=sys.stderr)
            continue
        for people in sizes or engine.sizes:
            rows += _at(engine, people)
    return Slope(
        made_on=_today(),
        source="python -m bench.slope",
        machine=machine(),
        versions=versions(),
        load_before=load_before,
        load_after=load(),
        rows=rows,
        missing=missing,
    )


def _at(engine: SlopeEngine, people: int) -> Sequence[Measured]:
    """Measure one engine at one size, in a folder that is gone afterwards."""
    print(f"  … {engine.name}: {people:,} people", file=sys.stderr, flush=True)
    folder = WORK / f"slope-{people}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        measured("population", folder=str(folder), people=people, today=_today(), is_churned=False)
        return engine.measure(folder, people)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def from_results(folder: Path = RESULTS) -> Slope:
    """Return what the newest kept results of the benchmark tell of DuckDB, at the sizes that they have.

    Raises: LookupError when none is kept.
    """
    results = newest(folder)
    if not results:
        raise LookupError("No result of the benchmark is kept; measure with: python -m bench.slope")
    rows = [
        Measured(
            engine="DuckDB",
            work=work,
            people=result.people,
            seconds=next(figure.measured for figure in result.figures if figure.key == key),
        )
        for result in results
        for key, work in (("refresh", "refresh"), ("plan_first", "plan"))
        if any(figure.key == key for figure in result.figures)
    ]
    last = results[-1]
    return Slope(
        made_on=last.made_on,
        source="the benchmark's own results of these sizes",
        machine=last.machine,
        versions=last.versions,
        load_before=last.load_before,
        load_after=last.load_after,
        rows=rows,
        missing={
            **{
                one.name: "only `python -m bench.slope` without options does"
                for one in ENGINES
                if one is not DUCKDB
            },
            **WITHOUT_A_MEASUREMENT,
        },
    )


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.slope", description=__doc__)
    add = parser.add_argument
    add("--quick", action="store_true", help="only try it with a few people; keep nothing")
    add("--sizes", type=int, nargs="+", help="only try it with so many people; keep nothing")
    add("--render", action="store_true", help="only write the page anew from what is kept")
    add(
        "--from-results",
        action="store_true",
        help=f"take the sizes that the benchmark has measured, instead of up to {10 * MILLION:,} people",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
