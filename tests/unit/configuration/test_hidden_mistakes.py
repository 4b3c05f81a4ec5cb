"""A mistake hides no other: what can be checked beside it is, what follows from it alone is not told, the rest is said to remain."""

from __future__ import annotations

from pathlib import Path

import pytest

from segue.core.errors import ConfigurationProblem
from tests.unit.configuration.configuration_files import CORRECT, read

# what is wrong with the profiles or the related tables · how
SPOILED: dict[str, tuple[str, str]] = {
    "attribute of an unknown type": ("spent: {column: Spent, type: decimal,", "spent: {column: Spent, type: money,"),
    "type under a misspelt key": ("spent: {column: Spent, type: decimal, decimal_mark: \",\", thousands_mark: \".\"}", "spent: {column: Spent, typ: decimal}"),
    "attribute that is a number": ("agreed: {column: Ok, type: boolean}", "agreed: 5"),
    "address of an unknown type": ("email: {column: Email, type: email}", "email: {column: Email, type: mail}"),
    "day of an unknown type": ("signup: {column: Since, type: date,", "signup: {column: Since, type: day,"),
    "attribute of rows of an unknown type": ("placed: {column: PlacedAt, type: timestamp}", "placed: {column: PlacedAt, type: time}"),
    "aggregated attribute of an unknown type": ("total: {column: Total, type: decimal}", "total: {column: Total, type: number}"),
    "related table without attributes": ("    attributes:\n      total: {column: Total, type: decimal}\n      placed: {column: PlacedAt, type: timestamp}\n", ""),
    "related table that is a text": ("  orders:\n    source: orders\n    profile_key: CustomerId\n    attributes:\n      total: {column: Total, type: decimal}\n      placed: {column: PlacedAt, type: timestamp}\n", "  orders: orders\n"),
    "profiles that are a list": (CORRECT[CORRECT.index("profiles:") : CORRECT.index("related:")], "profiles: [customers]\n"),
    "no profiles": (CORRECT[CORRECT.index("profiles:") : CORRECT.index("related:")], ""),
}  # fmt: skip

RULES = """        - {attribute: spent, at_least: 20.50}
        - {related: orders, sum: total, more_than: 3}
        - {related: orders, last: total, by: placed, at_least: 1}
        - {related: orders, exists: true, where: {attribute: placed, within_last: {days: 3}}}
"""
USED = CORRECT.replace("        - {attribute: spent, at_least: 20.50}\n", RULES)
"""The correct file, in which every kind of attribute is used."""

PLANTED = {
    "unknown_encoding": ("encoding: latin-1", "encoding: latin-99"),
    "unknown_source": ("source: shops, name: shop", "source: shosp, name: shop"),
    "rule_unknown_segment": (RULES, f"{RULES}        - {{segment: frensh}}\n"),
    "unknown_connection": ("connection: main", "connection: mian"),
    "unknown_segment": ("[french, {", "[french, nobody, {"),
    "email_is_no_field": ("        FNAME: first_name", "        FNAME: first_name\n        EMAIL: email"),
}  # fmt: skip


def _refused(text: str, folder: Path) -> ConfigurationProblem:
    with pytest.raises(ConfigurationProblem) as caught:
        read(text, folder)
    return caught.value


def _spoiled(name: str) -> str:
    old, new = SPOILED[name]
    assert USED.count(old) == 1
    return USED.replace(old, new)


def test_the_file_is_correct_before_anything_is_spoiled(tmp_path: Path) -> None:
    assert set(read(USED, tmp_path).segments) == {"french", "spenders"}


@pytest.mark.parametrize("name", SPOILED)
def test_nothing_is_told_that_only_follows_from_a_mistake(name: str, tmp_path: Path) -> None:
    problem = _refused(_spoiled(name), tmp_path)

    assert (len(problem.mistakes), problem.further) == (1, True), problem.mistakes


@pytest.mark.parametrize("name", SPOILED)
def test_every_other_mistake_is_told_beside_it(name: str, tmp_path: Path) -> None:
    text = _spoiled(name)
    planted = {code: pair for code, pair in PLANTED.items() if pair[0] in text}
    for old, new in planted.values():
        text = text.replace(old, new)

    problem = _refused(text, tmp_path)

    assert set(planted) <= {mistake.code for mistake in problem.mistakes}
    assert (len(problem.mistakes), problem.further) == (len(planted) + 1, True)
    assert len(planted) >= 5


def test_what_is_sound_of_an_unsound_source_is_checked_too(tmp_path: Path) -> None:
    text = CORRECT.replace(
        '{type: csv, path: customers.csv, separator: ";", encoding: latin-1}',
        "{type: csv, path: https://shop.example/c.csv, seperator: x, encoding: latin-99}",
    )

    told = {mistake.code for mistake in _refused(text, tmp_path).mistakes}

    assert told == {"unknown_key", "path_is_url", "unknown_encoding"}


@pytest.mark.parametrize(
    ("old", "new", "further"),
    [
        ("[french, {", "[frensh, {", False),
        ("at_least: 20.50", "at_least: twenty", False),
        ("attribute: country, is", "attribute: contry, is", True),
        ("FNAME: first_name", "FNAME: frist_name", True),
        ("segments: [french,", "segmnets: [french,", True),
        ("type: parquet", "type: parket", True),
        ("home: .segue", "home: [", True),
    ],
)
def test_what_was_not_looked_at_is_said(old: str, new: str, further: bool, tmp_path: Path) -> None:
    assert CORRECT.count(old) == 1

    assert _refused(CORRECT.replace(old, new), tmp_path).further is further
