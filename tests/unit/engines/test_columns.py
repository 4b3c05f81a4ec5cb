"""Columns made of values of Python are those that Arrow itself would make, and making them loads no other library."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from segue.engines.duckdb.columns import texts, truths, whole
from tests.patience import PATIENCE_S

AUDIENCE = Path(__file__).parents[3] / "src" / "segue" / "engines" / "duckdb" / "audience"

OF_SEVERAL_TYPES = {"own_people.py"}
"""Where values are of whatever types a list has: few exports have people of lists."""


@pytest.mark.parametrize(
    "values",
    [
        [],
        [None],
        ["", None, "é", "😀", "a" * 40],
        ["plain", "", "ascii"],
        [None, "x", ""] * 9,
    ],
)
def test_texts_are_those_that_arrow_would_make(values: Sequence[str | None]) -> None:
    made = texts(iter(values))

    made.validate(full=True)
    assert made.equals(pa.array(values, pa.string()))


@pytest.mark.parametrize("values", [[], [None], [0, None, -(2**63), 2**63 - 1], [7] * 17])
def test_whole_numbers_are_those_that_arrow_would_make(values: Sequence[int | None]) -> None:
    made = whole(iter(values))

    made.validate(full=True)
    assert made.equals(pa.array(values, pa.int64()))


@pytest.mark.parametrize("values", [[], [None], [True, False, None] * 3, [True] * 16])
def test_yes_and_no_are_those_that_arrow_would_make(values: Sequence[bool | None]) -> None:
    made = truths(iter(values))

    made.validate(full=True)
    assert made.equals(pa.array(values, pa.bool_()))


def test_a_number_that_64_bits_do_not_hold_is_no_other_number() -> None:
    with pytest.raises(OverflowError):
        whole([2**63])


def test_no_column_of_a_run_loads_pandas() -> None:
    code = (
        "import importlib.util, sys; assert importlib.util.find_spec('pandas'); "  # else nothing would be shown
        "from segue.engines.duckdb.columns import texts, truths, whole; "
        "made = [texts(['a', None]), whole([1, None]), truths([True, None])]; "
        "print('pandas' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=PATIENCE_S,
    )

    assert done.stdout == "False\n"


def test_the_store_of_an_audience_makes_its_columns_so() -> None:
    through_python = re.compile(r"\bpa\.(array|scalar)\(|\bfrom_py(list|dict)\(")

    found = {
        file.name
        for file in AUDIENCE.glob("*.py")
        if through_python.search(file.read_text(encoding="utf-8"))
    }

    assert found == OF_SEVERAL_TYPES
