"""Slopes are told by what was measured, and what lies beyond is marked; numbers that can be checked by hand."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from bench.figures import Figure
from bench.results import Result, keep
from bench.slope import from_results
from bench.slope_engines import ENGINES, WITHOUT_A_MEASUREMENT
from bench.slope_figures import (
    Measured,
    Slope,
    exponent,
    extrapolated,
    people_within,
    read,
    spoken,
    table,
)
from bench.slope_figures import keep as keep_slope
from bench.slope_page import page_of

SMALL = Measured(
    engine="DuckDB", work="plan", people=1_000_000, seconds=2.0, cpu_s=3.0, peak_mb=400
)
LARGE = Measured(engine="DuckDB", work="plan", people=10_000_000, seconds=20.0)
SQUARE = Measured(engine="DuckDB", work="plan", people=10_000_000, seconds=200.0)
SLOPE = Slope(
    made_on="2026-11-29",
    source="python -m bench.slope",
    machine={"processor": "A", "cores": 2, "memory_gb": 4.0, "system": "Linux 6"},
    versions={"python": "3.11.7"},
    load_before=[0.1, 0.2, 0.3],
    load_after=[1.0, 0.5, 0.4],
    rows=[LARGE, SMALL],
    missing={"Spark": "it is not there"},
)


def test_time_that_grows_with_the_people_is_extrapolated_in_proportion() -> None:
    assert exponent([SMALL, LARGE]) == pytest.approx(1.0)
    assert extrapolated([SMALL, LARGE], 100_000_000) == pytest.approx(200.0)


def test_time_that_grows_faster_goes_on_growing_faster() -> None:
    assert exponent([SMALL, SQUARE]) == pytest.approx(2.0)
    assert extrapolated([SMALL, SQUARE], 100_000_000) == pytest.approx(20_000.0)


def test_a_start_that_has_not_worn_off_makes_no_far_size_look_cheaper() -> None:
    started = dataclasses.replace(LARGE, seconds=4.0)

    assert exponent([SMALL, started]) == 1.0


def test_one_size_is_no_slope() -> None:
    with pytest.raises(ValueError, match="two sizes"):
        exponent([SMALL])


def test_people_of_an_hour_are_counted_over_all_work_and_rounded_down() -> None:
    assert people_within([[SMALL, LARGE]], 180) == 90_000_000
    assert people_within([[SMALL, LARGE], [SMALL, LARGE]], 198) == 40_000_000


def test_the_table_marks_what_was_not_measured() -> None:
    assert table(SLOPE).splitlines()[2:] == [
        "| DuckDB | plan | 1,000,000 | 2.0 s | 3.0 s | 400 MB |",
        "| DuckDB | plan | 10,000,000 | 20.0 s |  |  |",
        "| DuckDB | plan | 100,000,000 | ≈ 3 min |  |  |",
        "| DuckDB | plan | 1,000,000,000 | ≈ 33 min |  |  |",
    ]


def test_a_single_size_is_shown_and_nothing_made_of_it() -> None:
    assert "≈" not in table(dataclasses.replace(SLOPE, rows=[SMALL]))


def test_work_without_a_time_has_its_cpu_and_memory_beside_the_others_of_its_engine() -> None:
    limited = Measured(
        engine="DuckDB", work="plan inside 1,000 MB", people=10_000_000, seconds=None, cpu_s=25.0, peak_mb=1_200
    )  # fmt: skip
    sail = dataclasses.replace(LARGE, engine="Sail")
    measured = dataclasses.replace(SLOPE, rows=[SMALL, sail, LARGE, limited])

    engines = [line.split(" | ")[0] for line in table(measured).splitlines()[2:]]
    assert engines == ["| DuckDB"] * 5 + ["| Sail"]
    assert "| DuckDB | plan inside 1,000 MB | 10,000,000 |  | 25.0 s | 1,200 MB |" in table(
        measured
    )
    assert "**DuckDB, plan inside" not in page_of(measured)
    assert "**DuckDB, plan**" in page_of(measured)


def test_seconds_are_said_in_the_unit_that_people_use() -> None:
    assert [spoken(seconds) for seconds in (9.94, 600, 7_200)] == ["9.9 s", "10 min", "2.0 h"]


def test_what_is_kept_is_read_back(tmp_path: Path) -> None:
    keep_slope(SLOPE, tmp_path / "slope.json")

    assert read(tmp_path / "slope.json") == SLOPE


def test_the_page_says_what_was_measured_what_was_not_and_what_follows() -> None:
    page = page_of(SLOPE)

    assert table(SLOPE) in page
    assert "Spark was not measured: it is not there." in page
    assert "- **Up to 10,000,000 people**: DuckDB. This was measured." in page
    assert (
        "- **Up to about 100,000,000**" in page
    )  # ten times the largest, though an hour would do for more


def test_kept_results_of_the_benchmark_make_a_slope(tmp_path: Path) -> None:
    for people, seconds in ((100_000, 0.5), (1_000_000, 2.0)):
        figures = [
            Figure(key="plan_first", what="", unit="s", measured=seconds, limited_by=""),
            Figure(key="help", what="", unit="s", measured=0.1, limited_by=""),
        ]
        result = Result(
            made_on="2026-11-29",
            people=people,
            seconds=1.0,
            machine={"cores": 2},
            versions={},
            load_before=[],
            load_after=[],
            figures=figures,
        )
        keep(result, tmp_path)

    slope = from_results(tmp_path)

    assert [(row.work, row.people, row.seconds) for row in slope.rows] == [
        ("plan", 100_000, 0.5),
        ("plan", 1_000_000, 2.0),
    ]
    with pytest.raises(LookupError, match=r"bench\.slope"):
        from_results(tmp_path / "none")


def test_no_engine_is_both_measured_and_said_not_to_be() -> None:
    assert {engine.name for engine in ENGINES}.isdisjoint(WITHOUT_A_MEASUREMENT)
