"""Results are kept and read back unchanged; page and plots hold what was measured."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from bench.figures import Figure
from bench.page import formatted, render
from bench.plots import Bar, bars
from bench.results import Result, keep, newest

SVG = "{http://www.w3.org/2000/svg}"

CALLS = Figure(
    key="first_calls",
    what="calls of the first export",
    unit="calls",
    measured=199,
    target=212,
    limit=200,
    limited_by="500 contacts a call",
)
SLOW = Figure(
    key="plan_first",
    what="first plan",
    unit="s",
    measured=2.5,
    target=2.0,
    limited_by="the engine",
    remark="4.0 s CPU",
)


def _result(**changes: object) -> Result:
    values: dict[str, object] = {
        "made_on": "2026-11-23",
        "people": 1_000,
        "seconds": 12.0,
        "machine": {"processor": "A", "cores": 2, "memory_gb": 4.0, "system": "Linux 6"},
        "versions": {"python": "3.11.7"},
        "load_before": [0.1, 0.2, 0.3],
        "load_after": [1.0, 0.5, 0.4],
        "figures": [CALLS, SLOW],
        "plots": {
            "calls": {"segue": 199, "rivals": 300_000},
            "plans": {"first": 2.5},
            "steps": {"cpu": {"push": 1.5}},
            "latencies": [{"latency_s": 0.5, "people": 90_000, "limit_s": 10.0, "push_s": 10.2}],
        },
    }
    return Result(**(values | changes))  # type: ignore[arg-type]


def test_the_newest_result_of_each_size_is_read_back_as_it_was(tmp_path: Path) -> None:
    keep(_result(made_on="2026-11-22", seconds=99.0), tmp_path)
    keep(_result(people=10), tmp_path)
    keep(_result(), tmp_path)

    found = newest(tmp_path)

    assert found == [_result(people=10), _result()]


def test_the_page_shows_each_figure_with_target_limit_and_verdict(tmp_path: Path) -> None:
    page = tmp_path / "benchmark.md"

    render([_result()], page)

    lines = page.read_text(encoding="utf-8").splitlines()
    assert "| calls of the first export | 199 | 212 | 200 | pass | 500 contacts a call. |" in lines
    assert "| first plan | 2.50 s | 2.00 s |  | **miss** | the engine. 4.0 s CPU |" in lines


def test_every_plot_of_the_page_exists_and_no_other(tmp_path: Path) -> None:
    page = tmp_path / "benchmark.md"
    (tmp_path / "benchmark").mkdir()
    (tmp_path / "benchmark" / "old-5.svg").write_text("", encoding="utf-8")

    render([_result()], page)

    drawn = sorted(file.name for file in (tmp_path / "benchmark").iterdir())
    assert drawn == ["calls-1000.svg", "plans-1000.svg", "push-1000.svg", "steps-1000.svg"]
    assert all(f"](benchmark/{name})" in page.read_text(encoding="utf-8") for name in drawn)


def test_bars_are_as_long_as_their_values_and_say_them() -> None:
    drawing = ElementTree.fromstring(
        bars(
            "Time & calls",
            [Bar(label="a", value=10, text="10 s"), Bar(label="b", value=5, text="5 s", target=10)],
        )
    )

    lengths = [float(rect.get("width", "0")) for rect in drawing.iter(f"{SVG}rect")][1:]

    assert lengths == [400.0, 200.0, 3.0]
    assert drawing.findtext(f"{SVG}title") == "Time & calls"
    assert drawing.findtext(f"{SVG}desc") == "a: 10 s; b: 5 s"


def test_logarithmic_bars_grow_by_the_same_length_for_the_same_factor() -> None:
    rows = [Bar(label=str(v), value=v, text=str(v)) for v in (1, 10, 100)]

    drawing = ElementTree.fromstring(bars("t", rows, is_log=True))

    first, second, third = [float(r.get("width", "0")) for r in drawing.iter(f"{SVG}rect")][1:]
    assert abs((second - first) - (third - second)) < 0.2


def test_numbers_are_written_with_the_digits_that_mean_something() -> None:
    assert formatted(1_787, "calls") == "1,787"
    assert formatted(567.4, "MB") == "567 MB"
    assert formatted(1.0061, "×") == "1.006 ×"
    assert formatted(0.1234, "s") == "0.12 s"
    assert formatted(None, "s") == ""
