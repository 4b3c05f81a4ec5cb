"""Related tables that are declared as parts of each other, and what is wrong with such a declaration."""

from __future__ import annotations

from pathlib import Path

import pytest

from segue.profiles.schema import PartOf
from tests.unit.configuration.configuration_files import CORRECT, mistakes_in, read

_LINES = """\
  lines:
    source: orders
    profile_key: CustomerId
    part_of: {table: orders, on: {order: number}}
    attributes:
      order: {column: OrderId, type: integer}
      amount: {column: Amount, type: decimal}
segments:
"""
_WITH_PARTS = CORRECT.replace(
    "      total: {column: Total",
    "      number: {column: Id, type: integer}\n      total: {column: Total",
).replace("segments:\n  french", _LINES + "  french")
_TEA = "{related: orders, exists: true, where: {related: lines, sum: amount, at_least: 100}}"


def test_rules_may_ask_for_declared_parts(tmp_path: Path) -> None:
    text = _WITH_PARTS.replace("{attribute: country, is: France}", _TEA)

    configuration = read(text, tmp_path)

    lines = configuration.schema.related["lines"]
    assert lines.part_of == PartOf(table="orders", attribute="order", other="number")
    assert list(configuration.schema.parts_of("orders")) == ["lines"]


def test_how_the_data_are_read_does_not_depend_on_parts(tmp_path: Path) -> None:
    apart = _WITH_PARTS.replace("    part_of: {table: orders, on: {order: number}}\n", "")

    assert repr(read(apart, tmp_path).schema) == repr(read(_WITH_PARTS, tmp_path).schema)


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("{table: oders, on: {order: number}}", ["unknown_related_table"]),
        ("{table: orders, on: {oder: nummer}}", ["unknown_attribute", "unknown_attribute"]),
        ("{table: orders, on: {order: placed}}", ["part_of_types"]),
        ("{table: orders, on: {amount: total}}", ["part_of_types"]),
        ("{table: orders}", ["missing_key"]),
        ("{table: orders, on: {}}", ["empty"]),
        ("{table: orders, on: {order: number, amount: total}}", ["too_long"]),
    ],
)
def test_every_mistake_of_a_part_is_told(written: str, codes: list[str], tmp_path: Path) -> None:
    text = _WITH_PARTS.replace("{table: orders, on: {order: number}}", written)

    assert [mistake.code for mistake in mistakes_in(text, tmp_path)] == codes
