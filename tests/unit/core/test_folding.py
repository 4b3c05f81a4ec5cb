"""What is searched for and put in order: the rule in Python, by the table that every other program is tried with."""

from __future__ import annotations

import sys

import pytest

from segue.core.folding import folded
from tests.fixtures.names_folded import NAMES


@pytest.mark.parametrize(("text", "found"), NAMES)
def test_a_name_is_folded_to_what_people_type(text: str, found: str) -> None:
    assert folded(text) == found


def test_what_is_folded_stays_so() -> None:
    signs = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]

    assert [sign for sign in signs if folded(folded(sign)) != folded(sign)] == []
