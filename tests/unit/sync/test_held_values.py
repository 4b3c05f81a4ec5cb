"""What Mailchimp shows of a merge field, as the text that would have been sent for it."""

from __future__ import annotations

import pytest

from segue.sync.export import FieldMatch, MergeType
from segue.sync.held_values import held_text, plain_number
from segue.sync.ports import FieldValue

HOME = FieldMatch(
    tag="HOME",
    attribute="",
    type=MergeType.ADDRESS,
    parts=(
        ("addr1", "street"),
        ("city", "town"),
        ("state", "region"),
        ("zip", "zip"),
        ("country", "land"),
    ),
)
WHOLE = {"addr1": "1 Rue", "city": "Lyon", "state": "69", "zip": "69001", "country": "FR"}


@pytest.mark.parametrize(
    ("merge", "value", "text"),
    [
        (MergeType.TEXT, "15.50", "15.50"),
        (MergeType.TEXT, "", ""),
        (MergeType.TEXT, None, ""),
        (MergeType.TEXT, {"addr1": "1 Rue"}, ""),
        (MergeType.NUMBER, "15.50", "15.5"),
        (MergeType.NUMBER, "15.00", "15"),
        (MergeType.NUMBER, "100", "100"),
        (MergeType.NUMBER, "", ""),
        (MergeType.DATE, "2026-02-28", "2026-02-28"),
    ],
)
def test_a_plain_value_is_its_text(merge: MergeType, value: FieldValue | None, text: str) -> None:
    assert held_text(FieldMatch(tag="X", attribute="x", type=merge), value) == text


def test_an_address_is_its_matched_parts_in_order() -> None:
    assert held_text(HOME, WHOLE | {"addr2": "not matched"}) == "1 Rue\x1fLyon\x1f69\x1f69001\x1fFR"
    assert held_text(HOME, WHOLE | {"country": ""}) == "1 Rue\x1fLyon\x1f69\x1f69001\x1f"


@pytest.mark.parametrize("part", ["addr1", "city", "state", "zip"])
@pytest.mark.parametrize("blank", ["", "  "])
def test_an_address_that_lacks_a_required_part_is_none(part: str, blank: str) -> None:
    assert held_text(HOME, WHOLE | {part: blank}) == ""


@pytest.mark.parametrize("value", [None, "", "1 Rue, Lyon", {}])
def test_what_is_no_address_is_none(value: FieldValue | None) -> None:
    assert held_text(HOME, value) == ""


def test_numbers_lose_the_zeros_that_end_their_fraction_and_no_others() -> None:
    assert [plain_number(text) for text in ("1.10", "1.0", "0.0", "10", "-1.050", "1000.000")] == [
        "1.1", "1", "0", "10", "-1.05", "1000",
    ]  # fmt: skip
