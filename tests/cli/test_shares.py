"""A share of what was lost is never shown as nothing, in the terminal and on the pages, in both languages."""

from __future__ import annotations

import pytest
from django.utils import translation

from segue.cli.terminal import share as in_the_terminal
from segue.web.formats import share as on_the_pages

SHARES = [
    (0.0, "0"),
    (0.0002, "< 0.1"),
    (0.0024, "0.2"),
    (0.0096, "1.0"),
    (0.27, "27"),
    (1.0, "100"),
]


@pytest.mark.parametrize(("value", "shown"), SHARES)
def test_a_small_share_has_a_decimal(value: float, shown: str) -> None:
    assert in_the_terminal(value, "en") == f"{shown} %"
    assert in_the_terminal(value, "fr").replace("\u202f", " ") == f"{shown.replace('.', ',')} %"


@pytest.mark.parametrize(("value", "shown"), SHARES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_show_the_same(value: float, shown: str, language: str) -> None:
    with translation.override(language):
        found = on_the_pages(value)

    plain = found.replace("\u202f", " ").replace("\xa0", " ").replace(" %", "%")
    assert plain == f"{shown if language == 'en' else shown.replace('.', ',')}%"
