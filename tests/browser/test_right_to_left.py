"""Names that are written from right to left leave numbers and dates beside them where they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

import segue.web

pytestmark = pytest.mark.browser

STYLE = Path(segue.web.__file__).parent / "static" / "segue" / "segue.css"
NAME = "عملاء باريس"
PLACES = (
    f'<a href="#">{NAME}</a> → <span class="badge">{NAME}</span> <span class="quiet-text">61 members</span>',
    f"Last changed by <strong>{NAME}</strong>, <time>29 Nov 2026</time>",
)
LEFTS = "all => all.map(one => one.getBoundingClientRect().left)"


@pytest.mark.parametrize("place", PLACES, ids=("a segment", "who and when"))
def test_what_follows_a_name_stands_behind_it(page: Page, place: str) -> None:
    page.set_content(f"<style>{STYLE.read_text(encoding='utf-8')}</style><p>{place}</p>")

    lefts = page.locator("p > *").evaluate_all(LEFTS)

    assert lefts == sorted(lefts)
    assert lefts[0] >= 0
