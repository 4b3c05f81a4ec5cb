"""Render the newest results as docs/reference/benchmark.md with its plots. Reads results only, measures nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.beside import is_missing
from bench.figures import CONNECTIONS, Figure
from bench.pages import PagesResult
from bench.pages_home import EXPORTS, RUNS
from bench.plots import Bar, bars
from bench.results import Result
from bench.rivals import CALLS_PER_PERSON

_HEAD = """\
# Benchmark

Written by `make bench` (`python -m bench`), never by hand: the newest result of every size in `bench/results/`. All
figures of one size come from one run. Each is shown beside its **target** and beside the **limit** that nature, the
network or Mailchimp sets: nobody can be better than that. Smaller is better everywhere.

Mailchimp is the sandbox, in a process of its own, with replies of full size. Each measurement runs in a process of its
own; CPU is user and system time of ours alone. Short ones are medians of several. Targets are stated for a million
people; for other numbers they are a fixed start plus a share that grows with the number.
"""


def formatted(value: float | None, unit: str) -> str:
    """Write a value with the digits that mean something."""
    if value is None:
        return ""
    if unit == "×":
        return f"{value:.3f} ×"
    if unit in ("calls", "MB"):
        return f"{value:,.0f}" + (" MB" if unit == "MB" else "")
    return f"{value:.2f} {unit}" if abs(value) < 100 else f"{value:,.0f} {unit}"


def render(results: Sequence[Result], page: Path, *, pages: PagesResult | None = None) -> None:
    """Write the page and, in a folder of the same name beside it, its plots."""
    folder = page.with_suffix("")
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.svg"):
        old.unlink()
    parts = [_HEAD]
    for result in results:
        parts.append(_section(result))
        for name, title, drawing in plots_of(result):
            file = folder / f"{name}-{result.people}.svg"
            file.write_text(drawing, encoding="utf-8")
            parts.append(f"![{title}]({folder.name}/{file.name})\n")
    if pages is not None:
        parts.append(_pages_section(pages))
    page.write_text("\n".join(parts), encoding="utf-8")


def plots_of(result: Result) -> Iterator[tuple[str, str, str]]:
    """Yield name, title and SVG of every plot of a result."""
    found = (
        ("calls", "Calls of the first export", _calls(result.plots.get("calls")), True),
        ("push", "Time until everybody is there", _push(result), True),
        ("plans", "Seconds for a plan; marks are the targets", _plans(result), False),
        (
            "steps",
            "CPU seconds of the first run, by step; marks are the targets",
            _steps(result),
            False,
        ),
    )
    for name, title, rows, is_log in found:
        if rows:
            yield (
                name,
                title,
                bars(f"{title}, {_people(result, name):,} people", rows, is_log=is_log),
            )


def _people(result: Result, plot: str) -> int:
    """Return how many people a plot is about: calls are shared evenly when a push is measured."""
    latencies = result.plots.get("latencies") if plot == "push" else None
    return int(latencies[0]["people"]) if latencies else result.people


def _pages_section(result: PagesResult) -> str:
    rows = "\n".join(_row(figure) for figure in result.figures)
    pages = "\n".join(
        f"| {name} | {median:.0f} ms | {p95:.0f} ms |"
        for name, (median, p95) in sorted(result.pages.items())
    )
    return (
        f"## The pages, with {EXPORTS:,} exports and {RUNS:,} runs, while a run is pushing\n\n"
        f"{result.made_on}, in {result.seconds:.0f} s, by `segue up` on SQLite: web and worker on the same"
        f" {result.machine['cores']} cores. Load before {_loads(result.load_before)}, after"
        f" {_loads(result.load_after)}.\n\n"
        "| figure | measured | target | limit | | what limits it |\n|---|---:|---:|---:|---|---|\n"
        f"{rows}\n\n| page | median | 95th percentile |\n|---|---:|---:|\n{pages}\n"
    )


def _section(result: Result) -> str:
    machine, versions = result.machine, result.versions
    rows = "\n".join(_row(figure) for figure in result.figures)
    libraries = ", ".join(f"{name} {number}" for name, number in versions.items())
    return (
        f"## {result.people:,} people\n\n"
        f"{result.made_on}, in {result.seconds:.0f} s. {machine['processor']}, {machine['cores']} cores,"
        f" {machine['memory_gb']} GB, {machine['system']}. Load before {_loads(result.load_before)},"
        f" after {_loads(result.load_after)}.\n{libraries}.\n\n"
        "| figure | measured | target | limit | | what limits it |\n|---|---:|---:|---:|---|---|\n"
        f"{rows}\n{_left_out(result)}"
    )


def _left_out(result: Result) -> str:
    """Say what a course would measure beside Segue, and could not."""
    if not any(figure.key == "first_cpu_plan" for figure in result.figures):
        return ""  # a course without that part, or from before there was one
    missing = is_missing(result.figures)
    return (
        f"\nNot measured here, because it was not installed or left out: {', '.join(missing)}.\n"
        if missing
        else ""
    )


def _loads(values: Sequence[float]) -> str:
    return " / ".join(f"{value:.2f}" for value in values)


def _row(figure: Figure) -> str:
    cells = (
        figure.what,
        formatted(figure.measured, figure.unit),
        formatted(figure.target, figure.unit),
        formatted(figure.limit, figure.unit),
        f"**{figure.verdict}**" if figure.verdict == "miss" else figure.verdict,
        f"{figure.limited_by}. {figure.remark}".strip(),
    )
    return "| " + " | ".join(cells) + " |"


def _calls(counts: dict[str, int] | None) -> list[Bar]:
    if not counts:
        return []
    return [
        Bar(label="Segue", value=counts["segue"], text=f"{counts['segue']:,}"),
        Bar(
            label="person by person",
            value=counts["rivals"],
            text=f"{counts['rivals']:,}",
            is_ours=False,
        ),
    ]


def _push(result: Result) -> list[Bar]:
    rows = []
    for one in result.plots.get("latencies", []):
        latency_s, people = one["latency_s"], one["people"]
        by_person_s = CALLS_PER_PERSON * latency_s / CONNECTIONS * people
        at = f"{latency_s:g} s a call"
        rows += [
            Bar(
                label=f"limit at {at}",
                value=one["limit_s"],
                text=_time(one["limit_s"]),
                is_ours=False,
            ),
            Bar(label=f"Segue at {at}", value=one["push_s"], text=_time(one["push_s"])),
            Bar(
                label=f"one by one at {at}",
                value=by_person_s,
                text=f"{_time(by_person_s)} at least",
                is_ours=False,
            ),
        ]
    return rows


def _plans(result: Result) -> list[Bar]:
    targets = {figure.key: figure.target for figure in result.figures}
    return [
        Bar(label=words, value=seconds, text=f"{seconds:.2f} s", target=targets.get(f"plan_{name}"))
        for name, words in (
            ("first", "first"),
            ("unchanged", "unchanged"),
            ("churn", "1 % changed"),
        )
        if (seconds := result.plots.get("plans", {}).get(name)) is not None
    ]


def _steps(result: Result) -> list[Bar]:
    targets = {figure.key: figure.target for figure in result.figures}
    return [
        Bar(
            label=name,
            value=seconds,
            text=f"{seconds:.2f} s",
            target=targets.get(f"first_cpu_{name}"),
        )
        for name, seconds in result.plots.get("steps", {}).get("cpu", {}).items()
    ]


def _time(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7_200 else f"{seconds / 3600:.1f} h"
