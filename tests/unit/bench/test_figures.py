"""Targets, limits and verdicts of the benchmark, with numbers that can be checked by hand."""

from __future__ import annotations

import pytest

from bench.figures import (
    Figure,
    changed_calls,
    even_people,
    first_calls,
    push_limit_s,
    quantile,
    scaled,
)


@pytest.mark.parametrize(
    ("measured", "target", "verdict"),
    [(1.0, 1.0, "pass"), (1.01, 1.0, "miss"), (0.0, 0.0, "pass"), (5.0, None, "")],
)
def test_a_figure_passes_up_to_its_target(
    measured: float, target: float | None, verdict: str
) -> None:
    figure = Figure(
        key="x", what="x", unit="s", measured=measured, target=target, limited_by="nothing"
    )

    assert figure.verdict == verdict


def test_calls_of_a_first_export_are_full_batches_and_twelve_more() -> None:
    assert first_calls(100_000, held=0) == (200, 212)
    assert first_calls(100_001, held=500) == (201, 214)
    assert first_calls(100_001, held=1_001) == (201, 215)


def test_calls_of_few_changes_count_contacts_and_removed_tags() -> None:
    assert changed_calls(10_000, [3_000]) == (26, 38)
    assert changed_calls(501, [1, 0, 501]) == (5, 17)


def test_a_push_cannot_end_before_its_calls_have_passed_through_nine_connections() -> None:
    assert push_limit_s(90_000, 0.5) == 10.0


def test_people_are_chosen_so_that_calls_share_evenly() -> None:
    assert even_people(94_400) == 90_000
    assert even_people(99_999) == 99_000
    assert even_people(4_000) == 4_000


def test_a_target_for_a_million_shrinks_to_its_start() -> None:
    assert scaled(1_000_000, start=0.5, million=2.0) == 2.0
    assert scaled(100_000, start=0.5, million=2.0) == pytest.approx(0.65)


def test_a_quantile_is_one_of_the_values() -> None:
    ordered = [float(n) for n in range(1, 101)]

    assert quantile(ordered, 0.5) == 51.0
    assert quantile(ordered, 0.99) == 100.0
