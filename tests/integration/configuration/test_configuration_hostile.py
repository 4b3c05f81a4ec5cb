"""Texts that somebody made to be costly or to break what stores them: told quickly, and with few words."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from segue.configuration import load_text
from segue.core.errors import ConfigurationProblem
from segue.segments.mistakes import MOST

HEAD = """\
version: 1
sources: {people: {type: csv, path: people.csv}}
profiles: {source: people, key: id, attributes: {city: city}}
segments:
"""
LONG_S = 20
"""Far more than any of these takes (under 2 s each alone); without bounds they took minutes."""


def _refused(text: str) -> ConfigurationProblem:
    with pytest.raises(ConfigurationProblem) as refused:
        load_text(text, path=Path("segue.yaml"), environment={})
    return refused.value


@pytest.mark.parametrize(
    "text",
    [
        lambda: "".join(f"k{n}: 1\n" for n in range(6_000)),
        lambda: "a: " + "a." * 100_000,
        lambda: HEAD + "".join(f"  s{n}: {{rules: {{segment: t{n}}}}}\n" for n in range(2_000)),
        lambda: HEAD + "".join(f"  s{n}: {{rules: {{x{n}: 1}}}}\n" for n in range(2_000)),
        lambda: HEAD + "  s: {rules: {all: [" + "{nope: 1}, " * 3_000 + "]}}\n",
        lambda: "a: " + "[" * 4_000,
        lambda: "".join(f"- &a{n} x\n" for n in range(10_000)),
    ],
    ids=["keys", "dots", "references", "rules", "list", "brackets", "anchors"],
)
def test_a_hostile_text_is_refused_quickly(text: Callable[[], str]) -> None:
    began = time.process_time()

    problem = _refused(text())

    assert 1 <= len(problem.mistakes) <= MOST + 500
    assert time.process_time() - began < LONG_S


def test_aliases_that_unfold_into_billions_are_refused() -> None:
    letters = "abcdefghij"
    text = "a: &a [x, x]\n" + "".join(
        f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]\n" for a, b in pairwise(letters)
    )

    problem = _refused(text)

    assert "too_many_aliases" in {mistake.code for mistake in problem.mistakes}


@pytest.mark.parametrize("order", [1, -1])
def test_thousands_of_segments_in_a_row_are_refused_instead_of_recursing(order: int) -> None:
    rows = [f"  s{n}: {{rules: {{segment: s{n + 1}}}}}\n" for n in range(3_000)]
    last = "  s3000: {rules: {attribute: city, is: Lyon}}\n"

    problem = _refused(HEAD + "".join(rows[::order]) + last)

    assert {mistake.code for mistake in problem.mistakes} == {"segment_chain_too_long"}


def test_the_home_folder_of_nobody_is_a_path_like_any_other() -> None:
    text = HEAD.replace("people.csv", "~nobody-of-this-name/people.csv") + "  {}\n"

    read = load_text(text, path=Path("/data/segue.yaml"), environment={})

    assert read.sources["people"].path == Path("/data/~nobody-of-this-name/people.csv")  # type: ignore[union-attr]


@pytest.mark.parametrize("escape", ["\\0", "\\ud800"])
@pytest.mark.parametrize(
    "written",
    [
        '  s: {label: "%s", rules: {attribute: city, is: Lyon}}',
        '  s: {rules: {attribute: city, is: "%s"}}',
    ],
)
def test_signs_that_no_database_can_keep_are_refused(written: str, escape: str) -> None:
    problem = _refused(HEAD + written % escape + "\n")

    assert [(m.code, m.line) for m in problem.mistakes] == [("control_character", 5)]
