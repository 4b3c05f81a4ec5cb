"""Lists that are searched in the page itself: by the rule of every other search, with its own tables."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pytest
from playwright.sync_api import Page

from segue.core.folding import LETTERS, MARKS, SIGNS
from tests.fixtures.names_folded import NAMES

pytestmark = pytest.mark.browser

SCRIPT = Path(__file__).resolve().parents[2] / "src/segue/web/static/segue/segue.js"
WORDS = [
    (one, typed)
    for text, found in NAMES
    for one, typed in zip(text.split(), found.split(), strict=True)
]


def test_a_list_in_a_page_is_filtered_by_what_people_type(page: Page) -> None:
    rows = "".join(f"<li>&lt;{escape(text)}&gt;</li>" for pair in WORDS for text in pair)
    page.set_content(f'<input id="search" data-filters="list"><ul id="list">{rows}</ul>')
    page.add_script_tag(path=SCRIPT)

    for pair in WORDS:
        for asked in pair:
            page.locator("#search").fill(f"<{asked}>")
            shown = page.locator("#list li:visible").all_inner_texts()
            assert {f"<{text}>" for text in pair} <= set(shown), asked
            assert {typed for one, typed in WORDS if f"<{one}>" in shown} == {pair[1]}, asked


def test_the_page_has_the_tables_of_the_rule() -> None:
    script = SCRIPT.read_text(encoding="utf-8")

    assert f"/{_escaped(MARKS, but='[]-')}/g" in script
    assert f'"{" ".join(sign + typed for sign, typed in LETTERS.items())}"' in script
    assert f'"{" ".join(_escaped(sign + typed) for sign, typed in SIGNS.items())}"' in script


def _escaped(text: str, *, but: str = "") -> str:
    return "".join(sign if sign in but else f"\\u{ord(sign):04x}" for sign in text)
