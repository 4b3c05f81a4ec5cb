"""What reading a large file costs grows with the file, not with its square: shown by counting calls, not seconds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from segue.configuration import outline
from segue.configuration.load import load_text
from segue.core.errors import ConfigurationProblem
from segue.profiles.personal import personal_attributes
from segue.segments.mistakes import MOST
from tests.fakes.calls import calls_of

HEAD = "version: 1\nsources:\n  c: {type: csv, path: c.csv}\nprofiles:\n  source: c\n  key: id\n"
ATTRIBUTES = "  attributes:\n    email: {column: email, type: email}\n"
SEGMENTS = "segments:\n  vip: {label: VIP, rules: {attribute: a0, is: Lyon}}\n"


def lines(count: int, line: str) -> str:
    """Return so many lines, each with its number and the next."""
    return "".join(line.format(i=i, next=i + 1) for i in range(count))


def with_attributes(count: int) -> str:
    """Return a file of so many attributes, all of them personal."""
    return (
        HEAD + ATTRIBUTES + lines(count, "    a{i}: {{column: c{i}, personal: true}}\n") + SEGMENTS
    )


def with_joins(count: int) -> str:
    """Return a file of so many joins, each from the one before, and as many attributes from them."""
    joins = "  joins:\n    - {source: c, name: j0, on: {id: id}}\n" + lines(
        count - 1, "    - {{source: c, name: j{next}, on: {{j{i}.id: id}}}}\n"
    )
    return HEAD + joins + ATTRIBUTES + lines(count, "    a{i}: j{i}.name\n") + SEGMENTS


def with_conditions(count: int) -> str:
    """Return a file with a rule of so many conditions, each on an attribute of its own."""
    rules = ", ".join(f"{{attribute: a{i}, is: Lyon}}" for i in range(count))
    segment = f"  all_of_them: {{label: All, rules: {{any: [{rules}]}}}}\n"
    return with_attributes(count) + segment


def read(text: str) -> None:
    """Read a file and find its personal attributes, as the pages do."""
    schema = outline(text, path=Path("/shop/segue.yaml")).schema
    personal_attributes(schema, schema.profiles)


@pytest.mark.parametrize("written", [with_attributes, with_joins, with_conditions])
def test_twice_as_much_in_a_file_costs_twice_as_much(written: Callable[[int], str]) -> None:
    read(written(10))

    few, many = (calls_of(partial(read, written(count))) for count in (150, 300))

    assert many < 2.3 * few


@pytest.mark.parametrize(
    "line",
    [
        "    a{i}: {{column: c{i}, type: decimol}}\n",
        "    a{i}: {{column: c{i}, personal: perhaps}}\n",
        "    a{i}: {{column: [c{i}]}}\n",
        "    a{i}: 7\n",
        "    a{i}: {{column: c{i}, scale: many}}\n",
    ],
)
def test_more_mistakes_than_are_listed_are_told_as_mistakes(line: str) -> None:
    text = HEAD + ATTRIBUTES + lines(MOST + 100, line) + SEGMENTS

    with pytest.raises(ConfigurationProblem) as refusal:
        load_text(text, path=Path("/shop/segue.yaml"), environment={})

    assert refusal.value.code == "configuration_invalid"
    assert len(refusal.value.mistakes) >= MOST
