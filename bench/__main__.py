"""`python -m bench`: measure, print each figure beside target and limit, keep the result, write the page."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from datetime import UTC, datetime

from bench.child import ROOT, WORK, measured
from bench.course import Course
from bench.figures import MILLION, Figure
from bench.large import LargeCourse
from bench.machine import load, machine, versions
from bench.measuring import Wish
from bench.page import formatted, render
from bench.pages import keep_pages, measure_pages, newest_pages
from bench.results import Result, keep, newest

RESULTS = ROOT / "bench" / "results"
PAGE = ROOT / "docs" / "reference" / "benchmark.md"
QUICK = Wish(people=10_000, latencies_s=(0.1,), repeats=1, sample=200, slow_sample=18)


def main() -> int:
    """Measure what the options ask for and return the exit code."""
    options = _parser().parse_args()
    if options.render:
        render(newest(RESULTS), PAGE, pages=newest_pages())
        return 0
    missed = sum(_measure(wish, keeps=not options.quick) for wish in _wishes(options))
    if not options.without_pages:
        missed += _measure_pages(keeps=not options.quick)
    if not options.quick:
        render(newest(RESULTS), PAGE, pages=newest_pages())
        print(f"\nWritten: {PAGE.relative_to(ROOT)}, {RESULTS.relative_to(ROOT)}/")
    print("All targets reached." if missed == 0 else f"Targets missed: {missed}.")
    return 0


def _wishes(options: argparse.Namespace) -> list[Wish]:
    if options.only_pages:
        return []
    if options.quick:
        return [QUICK]
    latencies = tuple(options.latencies)
    sizes = [
        options.people,
        *([MILLION] if options.with_1m else []),
        *([10 * MILLION] if options.with_10m else []),
    ]
    return [Wish(people=people, latencies_s=latencies) for people in dict.fromkeys(sizes)]


def _measure(wish: Wish, *, keeps: bool) -> int:
    """Measure one size and return how many targets were missed."""
    print(f"\n{wish.people:,} people\n")
    folder = WORK / str(wish.people)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    load_before, began = load(), time.perf_counter()
    course = (LargeCourse if wish.people >= 10 * MILLION else Course)(
        wish=wish, folder=folder, tell=_tell
    )
    measured("warm_up")
    figures = []
    for figure in course.figures():
        figures.append(figure)
        print(_line(figure), flush=True)
    result = Result(
        made_on=datetime.now(UTC).date().isoformat(),
        people=wish.people,
        seconds=time.perf_counter() - began,
        machine=machine(),
        versions=versions(),
        load_before=load_before,
        load_after=load(),
        figures=figures,
        plots=course.plots,
    )
    if keeps:
        keep(result, RESULTS)
    shutil.rmtree(folder, ignore_errors=True)
    print(f"\n{result.seconds:.0f} s; load before {load_before}, after {result.load_after}")
    return sum(figure.verdict == "miss" for figure in figures)


def _measure_pages(*, keeps: bool) -> int:
    """Measure the pages and return how many targets were missed."""
    print("\nThe pages, while a run is pushing\n")
    result = measure_pages(_tell)
    for figure in result.figures:
        print(_line(figure), flush=True)
    for name, (median, p95) in sorted(result.pages.items()):
        print(f"      {name}: {median:.0f} ms, 95th percentile {p95:.0f} ms")
    if keeps:
        keep_pages(result)
    print(f"\n{result.seconds:.0f} s; load before {result.load_before}, after {result.load_after}")
    return sum(figure.verdict == "miss" for figure in result.figures)


def _tell(text: str) -> None:
    print(f"  … {text}", file=sys.stderr, flush=True)


def _line(figure: Figure) -> str:
    numbers = [formatted(figure.measured, figure.unit)]
    if figure.target is not None:
        numbers.append(f"target {formatted(figure.target, figure.unit)}")
    if figure.limit is not None:
        numbers.append(f"limit {formatted(figure.limit, figure.unit)}")
    told = f"{figure.verdict:4}  {figure.what}: {' / '.join(numbers)}"
    return (
        told
        + (f"  ({figure.remark})" if figure.remark else "")
        + f"\n      limited by {figure.limited_by}"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the engine.")
    add = parser.add_argument
    add("--people", type=int, default=100_000, help="how many people (default 100000)")
    add("--with-1m", action="store_true", help="a million people too (about 15 minutes)")
    add(
        "--with-10m",
        action="store_true",
        help="plans of ten million people too (about 5 minutes, 3 GB of disk)",
    )
    add("--only-pages", action="store_true", help="measure the pages and nothing else")
    add("--without-pages", action="store_true", help="leave the pages out")
    add(
        "--latencies",
        type=float,
        nargs="*",
        default=[0.5, 2.0],
        metavar="S",
        help="seconds of latency (default 0.5 2)",
    )
    add("--quick", action="store_true", help="only try everything with 10,000 people; keep nothing")
    add(
        "--render",
        action="store_true",
        help="only write the page anew from the results that are kept",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
