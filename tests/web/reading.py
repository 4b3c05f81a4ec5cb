"""Read a page as a person does: its words without the markup. Not a test."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


class _Words(HTMLParser):
    """Collects the text that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden = 0
        self._skipped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("input", "meta", "link", "br", "path", "hr"):
            return
        hidden = "unseen" in (dict(attrs).get("class") or "").split()
        self._skipped.append(tag if hidden or tag in ("script", "style", "title") else "")
        self._hidden += bool(self._skipped[-1])

    def handle_endtag(self, tag: str) -> None:
        if tag in ("input", "meta", "link", "br", "path", "hr") or not self._skipped:
            return
        self._hidden -= bool(self._skipped.pop())

    def handle_data(self, text: str) -> None:
        if not self._hidden:
            self.found.append(text)


def text_of(answer: Any) -> str:
    """Return the main part's shown words, blanks as one each; what only screen readers hear is left out."""
    reader = _Words()
    page = answer.content.decode()
    reader.feed(page.partition("<main")[2].partition(">")[2] or page)
    return " ".join(" ".join(reader.found).split())
