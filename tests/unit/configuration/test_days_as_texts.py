"""A day or time without quotes is a text where a text is wanted, as it is written, and a day where days are compared."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from segue.configuration.document import parse
from segue.configuration.structure import declared
from segue.configuration.written import written
from segue.core.errors import ConfigurationProblem
from tests.unit.configuration.configuration_files import CORRECT, changed, read

Steps = tuple[str | int, ...]

MEASURES = """\
measures:
  lately: {related: orders, sum: total, where: {attribute: placed, after: 2026-01-31}, or: 0, label: Lately}
"""


def _places(value: Any, steps: Steps = ()) -> Iterator[Steps]:
    if steps:
        yield steps
    if isinstance(value, dict | list):
        for step in value if isinstance(value, dict) else range(len(value)):
            yield from _places(value[step], (*steps, step))


def _with(value: Any, steps: Steps, other: object) -> Any:
    whole = copy.deepcopy(value)
    holder = whole
    for step in steps[:-1]:
        holder = holder[step]
    holder[steps[-1]] = other
    return whole


@pytest.mark.parametrize("other", [date(2026, 1, 31), ["a"]])
def test_whatever_stands_in_any_place_is_taken_or_refused(other: object, tmp_path: Path) -> None:
    whole = parse(CORRECT + MEASURES).value

    for steps in _places(whole):
        try:
            read(written(_with(whole, steps, other)), tmp_path)
        except ConfigurationProblem as problem:
            assert problem.mistakes, steps


def test_a_column_that_is_named_by_a_month_is_read(tmp_path: Path) -> None:
    text = changed("column: Spent,", "column: 2026-01-31,").replace("shop.City", "2026-01-31 10:30")

    profiles = read(text, tmp_path).schema.profiles

    columns = {one.name: str(one.column) for one in profiles.attributes}
    assert (columns["spent"], columns["shop_city"]) == ("2026-01-31", "2026-01-31 10:30")


def test_a_day_that_stands_for_no_value_is_compared_as_it_is_written(tmp_path: Path) -> None:
    text = changed("encoding: latin-1", "null_values: [1900-01-01, 1900-01-01 00:00:00]")

    customers = read(text, tmp_path).sources["customers"]

    assert customers.null_values == ("1900-01-01", "1900-01-01 00:00:00")


def test_rules_keep_their_days() -> None:
    text = f"{CORRECT}{MEASURES}".replace("label: French", "label: 2026-01-31")

    value: Any = declared(text).value

    assert value["segments"]["french"]["label"] == "2026-01-31"
    assert value["measures"]["lately"]["where"]["after"] == date(2026, 1, 31)


def test_a_place_that_is_no_time_zone_for_being_a_time_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationProblem) as caught:
        read(changed("Europe/Paris", "2026-01-31 10:30"), tmp_path)

    assert [one.code for one in caught.value.mistakes] == ["unknown_time_zone"]
